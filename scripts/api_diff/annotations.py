"""Comparison of type annotations, which griffe does not do yet."""

from __future__ import annotations

import ast
import re
from typing import Any

# Types that accept every value of another type.
_WIDER = {
    "list": {"MutableSequence", "Sequence", "Collection", "Iterable"},
    "Sequence": {"Collection", "Iterable"},
    "Collection": {"Iterable"},
    "dict": {"MutableMapping", "Mapping"},
    "MutableMapping": {"Mapping"},
    "int": {"float"},
}


def written(annotation: Any) -> str:
    """Return an annotation as source code; the names of type variables do not matter."""
    return re.sub(r"\b[A-Z]\b", "T", str(annotation or ""))


def lost_types(before: str, after: str) -> list[str]:
    """Return the alternatives of a type that another type does not accept."""
    if not before or not after or after in ("Any", "object"):
        return []
    accepted = _alternatives(after)
    return [
        each
        for each in _alternatives(before)
        if each not in accepted and not any(_is_wider(each, other) for other in accepted)
    ]


def literal_values(value: Any) -> set[str]:
    """Return the values of a `Literal[...]`; nothing if it is something else."""
    match = re.fullmatch(r"(?:typing\.)?Literal\[(.*)\]", str(value or ""), re.S)
    if not match:
        return set()
    tree = ast.parse(f"({match[1]},)", mode="eval").body
    return {ast.unparse(each) for each in tree.elts} if isinstance(tree, ast.Tuple) else set()


def _is_wider(narrow: str, wide: str) -> bool:
    """Return whether a type such as `Iterable[str]` accepts another type."""
    one, two = (re.match(r"\w*", each) for each in (narrow, wide))
    assert one
    assert two
    return two[0] in _WIDER.get(one[0], ()) and narrow[one.end() :] == wide[two.end() :]


def _alternatives(annotation: str) -> list[str]:
    try:
        tree = ast.parse(annotation, mode="eval").body
    except SyntaxError:
        return [annotation]
    found: list[str] = []

    def split(node: ast.expr) -> None:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            split(node.left)
            split(node.right)
        else:
            found.append(ast.unparse(node))

    split(tree)
    return found
