"""The differences of the public names of two versions: what breaks callers, and what is new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import griffe

from scripts.api_diff.annotations import literal_values, lost_types, written
from scripts.api_diff.public_names import CLIENTS, PublicNames, ancestors

_Kind = griffe.BreakageKind
_SPECIAL = ("__init_subclass__", "__slots__", "__match_args__", "__doc__")
Found = tuple[Any, str, bool]


@dataclass(frozen=True, order=True)
class ApiChange:
    """A difference of something public, and where that is in the sources.

    Attributes:
        also: The other public names of the same thing.
    """

    name: str
    text: str
    place: str
    breaking: bool
    also: tuple[str, ...] = ()


def compare(old: PublicNames, new: PublicNames) -> list[ApiChange]:
    """Return all differences, in the order of the names."""
    removed = {path for path in old.modules if path not in new.modules}
    found = {}
    for path in removed:
        if path.rpartition(".")[0] not in removed:
            text = "the module was removed"
            found[path, text] = ApiChange(path, text, old.modules[path], breaking=True)
    for side, (obj, text, breaking) in _differences(old, new):
        names = sorted(
            {each for name in _names(side, obj) for each in _shown(name)}, key=_by_length
        )
        if not names or any(names[0].startswith(f"{path}.") for path in removed):
            continue
        change = ApiChange(names[0], text, side.place(obj), breaking, tuple(sorted(names[1:])))
        known = found.setdefault((change.name, text), change)
        also = tuple(sorted({*known.also, *change.also}))
        found[change.name, text] = replace(known, also=also)
    # What breaks somebody is not reported as an addition as well.
    breaking_names = {change.name for change in found.values() if change.breaking}
    return sorted(
        change
        for change in found.values()
        if change.breaking or change.text != "is new" or change.name not in breaking_names
    )


def _differences(old: PublicNames, new: PublicNames) -> Iterator[tuple[PublicNames, Found]]:
    for breakage in griffe.find_breaking_changes(old.surface, new.surface):
        if found := _breaking(breakage):
            yield (old if breakage.kind is _Kind.OBJECT_REMOVED else new), found
    for breakage in griffe.find_breaking_changes(new.surface, old.surface):
        if found := _addition(breakage):
            yield (new if breakage.kind is _Kind.OBJECT_REMOVED else old), found
    seen: set[str] = set()
    for name, alias in old.surface.members.items():
        if name in new.surface.members:
            for found in _of_annotations(_target(alias), _target(new.surface.members[name]), seen):
                yield new, found


def _breaking(breakage: griffe.Breakage) -> Found | None:
    """Return what a breakage of griffe's is about, and its text; None if it breaks nobody."""
    obj, old, new = breakage.obj, breakage.old_value, breakage.new_value
    if _is_constructor(obj):
        texts = {
            _Kind.PARAMETER_ADDED_REQUIRED: "is a new field, and required",
            _Kind.PARAMETER_CHANGED_REQUIRED: "is now required",
            _Kind.PARAMETER_MOVED: "was moved among the fields",
        }
        text = texts.get(breakage.kind)
        return (obj.parent.all_members[new.name], text, True) if text else None  # type: ignore[union-attr]
    match breakage.kind:
        case _Kind.OBJECT_REMOVED if obj.name not in _SPECIAL:
            text = "was removed"
        case _Kind.OBJECT_CHANGED_KIND:
            text = f"was a {old.value} and is now a {new.value}"
        case _Kind.PARAMETER_REMOVED:
            text = f"the parameter {old.name} was removed"
        case _Kind.PARAMETER_ADDED_REQUIRED:
            text = f"a new required parameter {new.name}"
        case _Kind.PARAMETER_CHANGED_REQUIRED:
            text = f"the parameter {new.name} is now required"
        case _Kind.PARAMETER_CHANGED_KIND:
            text = f"the parameter {new.name} is {new.kind.value}, was {old.kind.value}"
        case _Kind.PARAMETER_CHANGED_DEFAULT:
            text = f"the default of {new.name} is {new.default}, was {old.default}"
        case _Kind.PARAMETER_MOVED:
            text = f"the parameter {new.name} was moved"
        case _:  # types and values: see `_of_annotations`
            return None
    return obj, text, True


def _addition(breakage: griffe.Breakage) -> Found | None:
    """Return what is new, of a breakage that is found in the direction from new to old."""
    obj, added = breakage.obj, breakage.old_value
    if breakage.kind is _Kind.OBJECT_REMOVED:
        return (obj, "is new", False) if obj.name not in _SPECIAL else None
    if breakage.kind is _Kind.PARAMETER_REMOVED and not _is_constructor(obj) and not added.required:
        return obj, f"a new parameter {added.name}", False
    if breakage.kind is _Kind.PARAMETER_CHANGED_REQUIRED:
        if _is_constructor(obj):
            return obj.parent.all_members[added.name], "is now optional", False  # type: ignore[union-attr]
        return obj, f"the parameter {added.name} is now optional", False
    return None


def _of_annotations(old: Any, new: Any, seen: set[str]) -> Iterator[Found]:
    """Compare what griffe does not: types, the values of a Literal, and the bases of classes."""
    if old.path in seen or old.kind is not new.kind:
        return
    seen.add(old.path)
    if old.is_class:
        for name in sorted(ancestors(old) - ancestors(new)):
            yield new, f"is no longer a {name}", True
        for name, member in old.all_members.items():
            if name in new.all_members and member.is_public and not _is_constructor(member):
                yield from _of_annotations(_target(member), _target(new.all_members[name]), seen)
    elif old.is_function:
        yield from _of_function(old, new)
    elif old.is_attribute:
        before, after = written(old.annotation), written(new.annotation)
        if before not in ("", "Any", after):
            yield new, f"is {after or 'untyped'}, was {before}", True
        values, now = literal_values(old.value), literal_values(new.value)
        if values and now:
            yield from ((new, f"no longer has {each}", True) for each in sorted(values - now))
            yield from ((new, f"now has {each}", False) for each in sorted(now - values))


def _of_function(old: griffe.Function, new: griffe.Function) -> Iterator[Found]:
    kept = {each.name for each in new.parameters} - {"self", "cls"}
    for each in old.parameters:
        if each.name in kept:
            before = written(each.annotation)
            after = written(new.parameters[each.name].annotation)
            if lost := lost_types(before, after):
                yield new, f"the parameter {each.name} no longer takes {' | '.join(lost)}", True
            elif before != after and after:
                yield new, f"the parameter {each.name} takes {after}, was {before}", False
    before, after = written(old.returns), written(new.returns)
    if before and before != after:
        breaks = not after or bool(lost_types(after, before))
        yield new, f"returns {after or 'an unknown type'}, was {before}", breaks


def _target(member: Any) -> Any:
    return member.final_target if member.is_alias else member


def _is_constructor(obj: Any) -> bool:
    """Return whether an object is the constructor that `add_constructors` has added."""
    return obj.name == "__init__" and "fields" in obj.labels


def _names(side: PublicNames, obj: Any) -> Iterator[str]:
    """Yield the public names of an object, but for constructors of what only we create."""
    for name in side.names_of(obj):
        owner = name.removesuffix(".__init__")
        is_ours = owner.endswith("()") or owner.startswith(tuple(f"{each}." for each in CLIENTS))
        if owner == name or not is_ours:
            yield name


def _shown(name: str) -> set[str]:
    """Return the names that users write: what a client has, both clients have."""
    for client in CLIENTS:
        if name.startswith(f"{client}.") and "__init__" not in name:
            shown = "client" + name.removeprefix(client)
            return {shown, name} if shown.count(".") == 1 else {shown}
    return {name}


def _by_length(name: str) -> tuple[int, int, str]:
    return name.count("."), len(name), name
