"""Change a YAML text into another document's, and no line that says what it said before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from scripts.openapi.text import parse
from scripts.update.style import item, render


@dataclass
class _Entry:
    """An entry of a block that stands in the text: its lines, comments above it included."""

    key: Any
    lines: list[str]
    node: Any
    value: Any


def rewrite(text: str, document: dict[str, Any]) -> str:
    """The text of a document, made from the text of an earlier one.

    An entry whose value is the same keeps its lines, its form and the comments above it; what is
    new or different is rendered in the style of the house.

    Args:
        text: The earlier document.
        document: What the new text shall say.

    Raises:
        ValueError: The new text would not say it, which is a mistake of this function.
    """
    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    lines = text.splitlines()
    start = node.start_mark.line
    while start and _is_comment(lines[start - 1]):
        start -= 1
    body = _block(lines, node, parse(text).value, document, (start, len(lines)), ())
    written = "\n".join([*lines[:start], *body]) + "\n"
    if parse(written).value != document:
        raise ValueError("the document cannot be written down")
    return written


def _block(
    lines: list[str], node: Any, old: Any, new: Any, span: tuple[int, int], path: tuple[str, ...]
) -> list[str]:
    """The lines of a block whose old lines are those of the span."""
    indent = node.start_mark.column
    entries = list(_entries(lines, node, old, span))
    if isinstance(new, dict):
        known = {entry.key: entry for entry in entries}
        parts = (
            _mapped(lines, known.get(key), str(key), value, indent, path)
            for key, value in new.items()
        )
    else:
        parts = (_listed(entries, value, indent, path) for value in new)
    return [line for part in parts for line in part]


def _entries(lines: list[str], node: Any, old: Any, span: tuple[int, int]) -> Iterator[_Entry]:
    if isinstance(node, yaml.MappingNode):
        found = [(key.value, key.start_mark.line, value) for key, value in node.value]
    else:
        found = [(at, value.start_mark.line, value) for at, value in enumerate(node.value)]
    starts = [span[0]]
    for _, line, _ in found[1:]:
        while _is_comment(lines[line - 1]):
            line -= 1
        starts.append(line)
    for (key, _, value), start, end in zip(found, starts, [*starts[1:], span[1]], strict=True):
        yield _Entry(key, lines[start:end], value, old[key])


def _mapped(
    lines: list[str],
    entry: _Entry | None,
    key: str,
    value: Any,
    indent: int,
    path: tuple[str, ...],
) -> list[str]:
    if entry is None:
        return render(key, value, indent, inside=path)
    if entry.value == value:
        return entry.lines
    comments = [line for line in entry.lines if _is_comment(line)]
    above = comments[: next(i for i, line in enumerate(entry.lines) if not _is_comment(line))]
    inner = entry.node
    may_descend = (
        isinstance(value, (dict, list))
        and value
        and type(entry.value) is type(value)
        and isinstance(inner, yaml.CollectionNode)
        and not inner.flow_style
    )
    if not may_descend:
        return [*above, *render(key, value, indent, inside=path)]
    head = entry.lines[len(above)]
    first = inner.start_mark.line
    while _is_comment(lines[first - 1]):
        first -= 1
    end = first + len(entry.lines) - len(above) - 1
    return [*above, head, *_block(lines, inner, entry.value, value, (first, end), (*path, key))]


def _listed(entries: list[_Entry], value: Any, indent: int, path: tuple[str, ...]) -> list[str]:
    for entry in entries:
        if entry.value == value:
            return entry.lines
    return item(value, indent, path)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")
