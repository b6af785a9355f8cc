"""The differences of two surfaces: what breaks callers, and what is new."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scripts.api_diff.surface import CLIENTS, Item, Parameter, Surface

# What takes everything that another type takes.
_WIDER = {
    "list": {"MutableSequence", "Sequence", "Collection", "Iterable"},
    "Sequence": {"Collection", "Iterable"},
    "Collection": {"Iterable"},
    "dict": {"MutableMapping", "Mapping"},
    "MutableMapping": {"Mapping"},
    "int": {"float"},
}
_KEYWORD = "keyword-only"
_POSITIONAL = ("positional-only", "positional or keyword")
_VARIADIC = ("variadic positional", "variadic keyword")


@dataclass(frozen=True, order=True)
class Finding:
    """A difference, and where it is: in the new sources, or where it was."""

    name: str
    text: str
    place: str
    breaking: bool
    also: tuple[str, ...] = ()


def compare(old: Surface, new: Surface) -> list[Finding]:
    """All differences, in the order of the names; what is inherited is one difference."""
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in (*_names(old, new), *_things(old, new)):
        last = finding.name.rpartition(".")[2]
        found.setdefault((finding.place, last, finding.text), []).append(finding)
    merged: dict[tuple[str, str], Finding] = {}
    for same in found.values():
        first = min(same)
        names = {name for each in same for name in (each.name, *each.also)} - {first.name}
        merged.setdefault((first.name, first.text), replace(first, also=tuple(sorted(names))))
    return sorted(merged.values())


def _shown(name: str) -> str:
    """Public names as users write them: what a client has, both clients have."""
    for client in CLIENTS:
        if name.startswith(f"{client}."):
            return "client" + name.removeprefix(client)
    return name


def _names(old: Surface, new: Surface) -> Iterator[Finding]:
    gone = {path for path in old.modules if path not in new.modules}
    for path in sorted(gone):
        if path.rpartition(".")[0] not in gone:
            yield Finding(path, "the module is gone", old.modules[path], True)
    for name, canonical in old.names.items():
        if name not in new.names and name.rpartition(".")[0] not in gone:
            place = _place(old, canonical) or old.modules.get(name.rpartition(".")[0], "")
            yield Finding(_shown(name), "is gone", place, True)
    for name, canonical in new.names.items():
        if name not in old.names:
            place = _place(new, canonical) or new.modules.get(name.rpartition(".")[0], "")
            yield Finding(_shown(name), "is new", place, False)


def _place(surface: Surface, canonical: str) -> str:
    item = surface.items.get(canonical, {}).get("")
    return item.place if item else ""


def _things(old: Surface, new: Surface) -> Iterator[Finding]:
    """Compare what the names lead to, each thing once, under its shortest name."""
    public: dict[str, list[str]] = {}
    for name, canonical in old.names.items():
        if canonical and name in new.names and new.names[name] in new.items:
            public.setdefault(canonical, []).append(name)
    for canonical, names in public.items():
        names.sort(key=lambda name: (name.count("."), len(name), name))
        before, after = old.items[canonical], new.items[new.names[names[0]]]
        for finding in _members(_shown(names[0]), before, after):
            also = [_shown(name) + finding.name.removeprefix(_shown(names[0])) for name in names]
            yield Finding(
                finding.name, finding.text, finding.place, finding.breaking, tuple(sorted(also))
            )


def _members(name: str, old: dict[str, Item], new: dict[str, Item]) -> Iterator[Finding]:
    made_by_us = name.startswith("client.") or name.endswith("()")
    hidden = {"__init__"} if made_by_us else set()
    old, new = ({key: side[key] for key in side if key not in hidden} for side in (old, new))
    for key, before in old.items():
        shown = f"{name}.{key}" if key else name
        if key not in new:
            yield Finding(shown, "is gone", before.place, True)
            continue
        after = new[key]
        for text, breaking in _differences(before, after):
            yield Finding(shown, text, after.place, breaking)
    for key, after in new.items():
        if key not in old:
            needed = after.kind == "field" and after.required
            text = "is a new field, and required" if needed else "is new"
            yield Finding(f"{name}.{key}", text, after.place, needed)


def _differences(old: Item, new: Item) -> Iterator[tuple[str, bool]]:
    if old.kind != new.kind:
        yield f"was a {old.kind} and is a {new.kind}", True
        return
    if old.kind == "class":
        for name in sorted(old.ancestors - new.ancestors):
            yield f"is no longer a {name}", True
        for name in sorted(new.ancestors - old.ancestors):
            yield f"is a {name} too", False
        if new.order[: len(old.order)] != old.order:
            yield f"has its fields in another order: {', '.join(new.order)}", True
    elif old.kind == "function":
        yield from _parameters(old.parameters, new.parameters)
        yield from _result(old.annotation, new.annotation)
    elif old.kind == "field":
        if new.required and not old.required:
            yield "has to be given", True
        elif old.required and not new.required:
            yield "may be left out", False
        if old.annotation != new.annotation:
            yield f"is {new.annotation}, was {old.annotation}", True
    else:
        yield from _value(old, new)


def _value(old: Item, new: Item) -> Iterator[tuple[str, bool]]:
    before, after = _literals(old.value), _literals(new.value)
    if before and after:
        for value in sorted(before - after):
            yield f"no longer has {value}", True
        for value in sorted(after - before):
            yield f"has {value} too", False
    if old.annotation not in ("", "Any", new.annotation):
        yield f"is {new.annotation or 'untyped'}, was {old.annotation}", True


def _literals(value: str) -> set[str]:
    match = re.fullmatch(r"(?:typing\.)?Literal\[(.*)\]", value, re.S)
    if not match:
        return set()
    tree = ast.parse(f"({match[1]},)", mode="eval").body
    return {ast.unparse(each) for each in tree.elts} if isinstance(tree, ast.Tuple) else set()


def _parameters(
    old: tuple[Parameter, ...], new: tuple[Parameter, ...]
) -> Iterator[tuple[str, bool]]:
    before, after = ({each.name: each for each in side} for side in (old, new))
    takes_more = {each.kind for each in new if each.kind in _VARIADIC}
    for name, each in before.items():
        if name not in after:
            if each.kind != _KEYWORD or _VARIADIC[1] not in takes_more:
                yield f"the parameter {name} is gone", True
        else:
            yield from _parameter(each, after[name])
    for name, each in after.items():
        if name not in before:
            required = each.default is None and each.kind not in _VARIADIC
            text = f"{'a new required' if required else 'a new'} parameter {name}"
            yield text, required
    ordered = [[each.name for each in side if each.kind in _POSITIONAL] for side in (old, new)]
    kept = [name for name in ordered[0] if name in ordered[1]]
    if ordered[1][: len(kept)] != kept and kept:
        yield f"the order of the parameters is {', '.join(ordered[1])}", True


def _parameter(old: Parameter, new: Parameter) -> Iterator[tuple[str, bool]]:
    if old.kind != new.kind:
        harmless = old.kind in (_KEYWORD, "positional-only") and new.kind == _POSITIONAL[1]
        yield f"the parameter {old.name} is {new.kind}, was {old.kind}", not harmless
    if old.default is not None and new.default is None and new.kind not in _VARIADIC:
        yield f"the parameter {old.name} has to be given", True
    elif old.default is None and new.default is not None:
        yield f"the parameter {old.name} may be left out", False
    elif old.default != new.default:
        yield f"the default of {old.name} is {new.default}, was {old.default}", True
    lost = _lost(old.annotation, new.annotation)
    if lost:
        yield f"the parameter {old.name} no longer takes {' | '.join(lost)}", True
    elif old.annotation != new.annotation and new.annotation:
        yield f"the parameter {old.name} takes {new.annotation}, was {old.annotation}", False


def _result(old: str, new: str) -> Iterator[tuple[str, bool]]:
    if old == new or not old:
        return
    come = _lost(new, old)
    text = f"returns {new or 'nobody knows what'}, was {old}"
    yield text, bool(come) or not new


def _lost(before: str, after: str) -> list[str]:
    """The alternatives of a type that another one does not have."""
    if not before or not after or after in ("Any", "object"):
        return []
    alternatives = _alternatives(after)
    return [
        each
        for each in _alternatives(before)
        if each not in alternatives and not any(_is_wider(each, other) for other in alternatives)
    ]


def _is_wider(narrow: str, wide: str) -> bool:
    """Whether one type, such as `Iterable[str]`, takes what another one takes."""
    names = [re.match(r"\w*", each) for each in (narrow, wide)]
    one, two = (match[0] if match else "" for match in names)
    inside = [each[len(name) :] for each, name in ((narrow, one), (wide, two))]
    return two in _WIDER.get(one, ()) and inside[0] == inside[1]


def _alternatives(annotation: str) -> list[str]:
    try:
        tree: ast.expr = ast.parse(annotation, mode="eval").body
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
