"""Writing of openapi.yaml: what stays the same keeps its lines, its layout and its comments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import (
    FoldedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)

from scripts.openapi.document import METHODS
from scripts.openapi.strict_yaml import is_ambiguous, parse

WIDTH = 120
_INDENT = 2

# These are written with a line for each entry, however short they are.
_SPREAD = {"components", "parameters", "paths", "properties", "requestBody", "responses", "schemas"}
_SPREAD |= {"servers", "webhooks", *METHODS}
_SPREAD_AT_TOP = {"info", "tags"}
# Some parsers read these as a boolean, a date or a number, or stop at a `?` between braces.
_QUOTED = re.compile(r"[ynYN]|[\d.:-]+|.*\?.*")


def rewrite(text: str, document: dict[str, Any]) -> str:
    """Return YAML text for a document, changed as little as possible from an earlier text.

    Args:
        text: The earlier document.
        document: The data to write.

    Raises:
        ValueError: The new text would not contain this data, which is a bug of this module.
    """
    yaml = YAML(typ="rt")
    yaml.width = WIDTH
    yaml.preserve_quotes = True
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    tree = yaml.load(text)
    _update(tree, parse(text).value, document, ())
    stream = StringIO()
    yaml.dump(tree, stream)
    written = stream.getvalue()
    if parse(written).value != document:
        raise ValueError("the document cannot be written as YAML")
    return written


def _update(tree: Any, old: Any, new: Any, path: tuple[str, ...]) -> None:
    if isinstance(new, list):
        _update_list(tree, old, new, path)
        return
    for key in [key for key in old if key not in new]:
        del tree[key]
    for index, (key, value) in enumerate(new.items()):
        if key not in old:
            tree.insert(index, _quoted(key), _styled(value, (*path, key)))
        elif _descends(tree[key], old[key], value):
            _update(tree[key], old[key], value, (*path, key))
        elif old[key] != value:
            tree[key] = _styled(value, (*path, key))
    if list(tree) != list(new):
        for key in new:
            tree.move_to_end(key)


def _update_list(tree: Any, old: list[Any], new: list[Any], path: tuple[str, ...]) -> None:
    left = [(tree[index], value) for index, value in enumerate(old)]
    items = []
    for value in new:
        at = next((at for at, (_, each) in enumerate(left) if each == value), None)
        items.append(_styled(value, (*path, "-")) if at is None else left.pop(at)[0])
    tree[:] = items


def _descends(tree: Any, old: Any, new: Any) -> bool:
    """Whether a value is a block whose parts can be changed one by one."""
    return (
        old != new
        and bool(old and new)
        and isinstance(tree, (CommentedMap, CommentedSeq))
        and not tree.fa.flow_style()
        and type(old) is type(new)
    )


def _styled(value: Any, path: Sequence[str]) -> Any:
    """Return a value with the layout of this project: on one line if it fits."""
    if isinstance(value, dict):
        made = CommentedMap(
            (_quoted(key), _styled(each, (*path, key))) for key, each in value.items()
        )
    elif isinstance(value, list):
        made = CommentedSeq(_styled(each, (*path, "-")) for each in value)
    elif isinstance(value, str):
        return _styled_string(value, path)
    else:
        return value
    if _fits(value, path):
        made.fa.set_flow_style()
    return made


def _fits(value: Any, path: Sequence[str]) -> bool:
    if value and not _may_fold(value, path):
        return False
    return not value or _room(path) >= len(_flow(value))


def _room(path: Sequence[str]) -> int:
    """Return how many columns the value of a key, or an item, has on its line."""
    head = 0 if path[-1] == "-" else len(path[-1]) + len(": ")
    return WIDTH - _INDENT * (len(path) - 1) - head


def _flow(value: Any) -> str:
    """Return a value as it would be on one line, at its longest."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return repr(str(value)) if isinstance(value, str) else str(value)


def _may_fold(value: Any, path: Sequence[str]) -> bool:
    if len(path) == 1 and path[0] in _SPREAD_AT_TOP:
        return False
    if path[-1] in _SPREAD:
        return path[-2:-1] == ("properties",)
    if len(path) == 2 and path[0] in ("paths", "webhooks", "components"):
        return False
    return not _spreads(value)


def _spreads(value: Any) -> bool:
    """Whether something inside is written with a line for each entry."""
    if isinstance(value, dict):
        return any(
            (key == "properties" and isinstance(each, dict)) or _spreads(each)
            for key, each in value.items()
        )
    if isinstance(value, list):
        return any(map(_spreads, value))
    return isinstance(value, str) and "\n" in value


def _quoted(value: str) -> str:
    quote = is_ambiguous(value) or _QUOTED.fullmatch(value)
    return SingleQuotedScalarString(value) if quote else value


def _styled_string(value: str, path: Sequence[str]) -> str:
    lines = value.split("\n")
    if any(line != line.rstrip() for line in lines) or value != value.strip() or "\t" in value:
        return _quoted(value)
    if len(lines) > 1:
        return LiteralScalarString(value)
    return FoldedScalarString(value) if len(value) > _room(path) else _quoted(value)
