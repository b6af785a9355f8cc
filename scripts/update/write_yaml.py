"""Writing of openapi.yaml: what stays the same keeps its lines, its layout and its comments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor, SafeConstructor
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)

from scripts.openapi.strict_yaml import is_ambiguous, parse

WIDTH = 120
_INDENT = 2

# A value with one of these is written with a line for each entry, however short it is.
_SPREAD = {"parameters", "paths", "properties", "requestBody", "responses", "schemas", "servers"}
# Some parsers read these as a boolean, a date or a number, or reject a `?` or `:` between braces.
_QUOTED = re.compile(r"[ynYN]|[\d.:-]+|:.*|.*\?.*", re.DOTALL)


class _Constructor(RoundTripConstructor):
    """Reads numbers as they are: ruamel.yaml keeps their notation, and loses digits by that."""


_Constructor.add_constructor(
    "tag:yaml.org,2002:float", lambda self, node: SafeConstructor.construct_yaml_float(self, node)
)


class _Representer(RoundTripRepresenter):
    """Writes floats with digits only: some parsers read an exponent as a string."""


_Representer.add_representer(
    float,
    lambda self, value: self.represent_scalar("tag:yaml.org,2002:float", _digits(value)),
)


def _digits(value: float) -> str:
    text = format(Decimal(repr(value)), "f")
    return text if "." in text else f"{text}.0"


def rewrite(text: str, document: dict[str, Any]) -> str:
    """Return YAML text for a document, changed as little as possible from an earlier text.

    Args:
        text: The earlier document.
        document: The data to write.

    Raises:
        ValueError: The new text would not contain this data, which is a bug of this module.
    """
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    yaml.Representer = _Representer
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
        tree[:] = _updated_items(tree, old, new, path)
        return
    for key in [key for key in old if key not in new]:
        del tree[key]
    for index, (key, value) in enumerate(new.items()):
        inner = (*path, key)
        if key not in old:
            tree.insert(index, _quoted(key), _styled(value, inner))
        elif _is_changed_block(tree[key], old[key], value):
            _update(tree[key], old[key], value, inner)
        elif old[key] != value:
            tree[key] = _styled(value, inner)
    if list(tree) != list(new):
        for key in new:
            tree.move_to_end(key)


def _updated_items(tree: Any, old: list[Any], new: list[Any], path: tuple[str, ...]) -> list[Any]:
    unused = [(tree[index], value) for index, value in enumerate(old)]
    items = []
    for value in new:
        at = next((at for at, (_, each) in enumerate(unused) if each == value), None)
        items.append(_styled(value, (*path, "-")) if at is None else unused.pop(at)[0])
    return items


def _is_changed_block(tree: Any, old: Any, new: Any) -> bool:
    """Return whether a value is written as a block whose entries can be changed one by one."""
    is_block = isinstance(tree, (CommentedMap, CommentedSeq)) and not tree.fa.flow_style()
    return old != new and bool(old and new) and is_block and type(old) is type(new)


def _styled(value: Any, path: Sequence[str]) -> Any:
    """Return a value in the layout of openapi.yaml: on one line if it fits."""
    if isinstance(value, str):
        return _styled_string(value, path)
    result: Any
    if isinstance(value, dict):
        result = CommentedMap((_quoted(k), _styled(v, (*path, k))) for k, v in value.items())
    elif isinstance(value, list):
        result = CommentedSeq(_styled(each, (*path, "-")) for each in value)
    else:
        return value
    is_spread = len(path) == 1 or _has_spread({path[-1]: value})
    if not value or not (is_spread or len(_flow(value)) > _room(path)):
        result.fa.set_flow_style()
    return result


def _room(path: Sequence[str]) -> int:
    """Return how many columns are left for the value of a key, or for a list item."""
    head = 0 if path[-1] == "-" else len(path[-1]) + len(": ")
    return WIDTH - _INDENT * (len(path) - 1) - head


def _flow(value: Any) -> str:
    """Return a value as one line, with all strings quoted: it can only become shorter."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return repr(value)


def _has_spread(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(_SPREAD & value.keys()) or any(map(_has_spread, value.values()))
    if isinstance(value, list):
        return any(map(_has_spread, value))
    return isinstance(value, str) and "\n" in value


def _quoted(value: str) -> Any:
    quoted: Any = value
    if not value.replace("\n", "").replace("\t", "").isprintable():
        quoted = DoubleQuotedScalarString(value)
    elif is_ambiguous(value) or _QUOTED.fullmatch(value):
        quoted = SingleQuotedScalarString(value)
    return quoted


def _styled_string(value: str, path: Sequence[str]) -> Any:
    lines = value.split("\n")
    # Blocks cannot hold these.
    if value != value.strip() or any(
        not line.isprintable() or line != line.rstrip() for line in lines
    ):
        return _quoted(value)
    block: Any = LiteralScalarString(value) if len(lines) > 1 else FoldedScalarString(value)
    return block if len(lines) > 1 or len(value) > _room(path) else _quoted(value)
