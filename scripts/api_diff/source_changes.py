"""The changes of a Python package, read from its sources: griffe's, and those of types and fields.

griffe compares names and parameters. It does not yet compare annotations, the values of a
`Literal`, or the fields that the constructor of an attrs class takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import griffe

from scripts.api_diff.annotations import literal_values, lost_types, written
from scripts.openapi.relations import Relation

_Kind = griffe.BreakageKind
_SPECIAL = ("__init_subclass__", "__slots__", "__match_args__", "__doc__", "__str__")
_FIELD_DECORATORS = ("attrs.", "attr.", "_attrs_define", "dataclass")
_FIELD_FUNCTIONS = ("field", "ib", "secret", "_attrs_field")


class SourceChange(NamedTuple):
    """A change of an object in the sources.

    Attributes:
        obj: The new object; the old one if it was removed.
        relation: The relation of the values it stands for to the earlier ones; what was removed is
            incomparable.
        part: The parameter that it is about, or "return".
    """

    obj: Any
    text: str
    relation: Relation
    part: str = ""

    @property
    def is_breaking(self) -> bool:
        """Whether code that uses the object breaks."""
        return self.relation is not Relation.EQUAL


def compare_sources(old: griffe.Module, new: griffe.Module) -> Iterator[SourceChange]:
    """Yield the changes of what two modules contain, at any depth."""
    for breakage in griffe.find_breaking_changes(old, new):
        if text := _text(breakage):
            is_removed = breakage.kind is _Kind.OBJECT_REMOVED
            relation = Relation.INCOMPARABLE if is_removed else Relation.NARROWER
            part = getattr(breakage.new_value or breakage.old_value, "name", "")
            yield SourceChange(breakage.obj, text, relation, "" if is_removed else part)
    for breakage in griffe.find_breaking_changes(new, old):
        if breakage.kind is _Kind.OBJECT_REMOVED and breakage.obj.name not in _SPECIAL:
            yield SourceChange(breakage.obj, "is new", Relation.EQUAL)
        elif breakage.kind is _Kind.PARAMETER_REMOVED and not breakage.old_value.required:
            parameter = breakage.old_value
            text = f"a new parameter {parameter.name}"
            yield SourceChange(parameter.function, text, Relation.EQUAL)
    for before, after in _pairs(old, new, set()):
        if before.is_class:
            yield from _compare_classes(before, after)
        elif before.is_function:
            yield from _compare_types(before, after)
        elif before.is_attribute:
            yield from _compare_attributes(before, after)


def final_target(member: Any) -> Any:
    """Return what a member stands for; None if that is in another package."""
    try:
        return member.final_target if member.is_alias else member
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None


def fields(cls: griffe.Class) -> dict[str, griffe.Attribute]:
    """Return the annotated attributes of a class and its bases that a constructor takes."""
    found: dict[str, Any] = {}
    for each in reversed([cls, *cls.mro()]):
        found.update(each.members)
    return {name: member for name, member in found.items() if _is_field(name, member)}


def _is_field(name: str, member: Any) -> bool:
    if name.startswith(("_", "model_")) or member.is_alias or not member.is_attribute:
        return False
    is_computed = {"property", "cached_property"} & member.labels
    if is_computed or not member.annotation or "ClassVar" in str(member.annotation):
        return False
    return _call_arguments(member).get("init") != "False"


def _text(breakage: griffe.Breakage) -> str:
    """Return what breaks; empty if that is of no concern, or is found by other means."""
    old, new = breakage.old_value, breakage.new_value
    match breakage.kind:
        case _Kind.OBJECT_REMOVED if breakage.obj.name not in _SPECIAL:
            return "was removed"
        case _Kind.OBJECT_CHANGED_KIND:
            return f"was of the kind {old.value} and is now of the kind {new.value}"
        case _Kind.PARAMETER_REMOVED:
            return f"the parameter {old.name} was removed"
        case _Kind.PARAMETER_ADDED_REQUIRED:
            return f"a new required parameter {new.name}"
        case _Kind.PARAMETER_CHANGED_REQUIRED:
            return f"the parameter {new.name} is now required"
        case _Kind.PARAMETER_CHANGED_KIND:
            return f"the parameter {new.name} is {new.kind.value}, was {old.kind.value}"
        case _Kind.PARAMETER_CHANGED_DEFAULT:
            return f"the default of {new.name} is {new.default}, was {old.default}"
        case _Kind.PARAMETER_MOVED:
            return f"the parameter {new.name} was moved"
    return ""


def _pairs(old: Any, new: Any, seen: set[str]) -> Iterator[tuple[Any, Any]]:
    """Yield the public objects below two objects that have the same name and kind, each once."""
    for name, member in old.all_members.items():
        if not member.is_public or name not in new.all_members:
            continue
        before, after = final_target(member), final_target(new.all_members[name])
        if not before or not after or before.kind is not after.kind or before.path in seen:
            continue
        seen.add(before.path)
        yield before, after
        yield from _pairs(before, after, seen)


def _compare_classes(old: griffe.Class, new: griffe.Class) -> Iterator[SourceChange]:
    for name in sorted(_ancestors(old) - _ancestors(new)):
        yield SourceChange(new, f"is no longer a {name}", Relation.WIDER)
    if not _has_fields(new):
        return
    before = fields(old)
    for name, field in fields(new).items():
        if name not in before and _is_required(field):
            yield SourceChange(field, "is a new field, and required", Relation.NARROWER)
        elif name in before and _becomes_required(before[name], field):
            yield SourceChange(field, "is now required", Relation.NARROWER)
        elif name in before and _default(before[name]) != _default(field):
            text = f"has the default {_default(field)}, was {_default(before[name])}"
            yield SourceChange(field, text, Relation.NARROWER)


def _compare_attributes(old: griffe.Attribute, new: griffe.Attribute) -> Iterator[SourceChange]:
    before, after = written(old.annotation), written(new.annotation)
    if before not in ("", after) and not _becomes_required(old, new):
        yield SourceChange(new, f"is {after or 'untyped'}, was {before}", _relate(before, after))
    values, now = literal_values(old.value), literal_values(new.value)
    if values and now:
        for each in sorted(values - now):
            yield SourceChange(new, f"no longer has {each}", Relation.NARROWER)
        for each in sorted(now - values):
            yield SourceChange(new, f"now has {each}", Relation.EQUAL)


def _relate(before: str, after: str) -> Relation:
    if not after:
        return Relation.INCOMPARABLE
    lost, gained = lost_types(before, after), lost_types(after, before)
    if lost and gained:
        return Relation.INCOMPARABLE
    if lost or gained:
        return Relation.NARROWER if lost else Relation.WIDER
    return Relation.EQUAL


def _compare_types(old: griffe.Function, new: griffe.Function) -> Iterator[SourceChange]:
    shared = {each.name for each in new.parameters} - {"self", "cls"}
    for each in old.parameters:
        if each.name not in shared:
            continue
        parameter = new.parameters[each.name]
        before, after = written(each.annotation), written(parameter.annotation)
        lost = lost_types(before, after)
        if lost and (each.required or not parameter.required):
            text = f"the parameter {each.name} no longer takes {' | '.join(lost)}"
            yield SourceChange(new, text, Relation.NARROWER, each.name)
        elif before != after and after and not lost:
            text = f"the parameter {each.name} takes {after}, was {before}"
            yield SourceChange(new, text, Relation.EQUAL)
    before, after = written(old.returns), written(new.returns)
    if before and before != after:
        is_wider = not after or lost_types(after, before)
        relation = Relation.WIDER if is_wider else Relation.EQUAL
        text = f"returns {after or 'an unknown type'}, was {before}"
        yield SourceChange(new, text, relation, "return")


def _ancestors(cls: griffe.Class) -> set[str]:
    """Return the names of all bases of a class, without private ones."""
    bases = [base for each in (cls, *cls.mro()) for base in each.bases]
    paths = [str(getattr(base, "canonical_path", base)) for base in bases]
    return {path.rpartition(".")[2].partition("[")[0] for path in paths if "._" not in path}


def _has_fields(cls: griffe.Class) -> bool:
    """Return whether the constructor of a class takes its fields."""
    family = (cls, *cls.mro())
    decorators = [str(each.value) for relative in family for each in relative.decorators]
    is_tuple = any(str(base) == "NamedTuple" for base in cls.bases)
    is_model = any(each.path == "vlmrun.types._base.Model" for each in family)
    return is_tuple or is_model or any(each.startswith(_FIELD_DECORATORS) for each in decorators)


def _becomes_required(old: griffe.Attribute, new: griffe.Attribute) -> bool:
    return _is_required(new) and not _is_required(old)


def _is_required(field: griffe.Attribute) -> bool:
    if not isinstance(field.value, griffe.ExprCall):
        return field.value is None
    function = str(field.value.function).rpartition(".")[2]
    takes_default = {"default", "factory", "default_factory"} & _call_arguments(field).keys()
    return function in _FIELD_FUNCTIONS and not takes_default


def _default(field: griffe.Attribute) -> str:
    """Return the default of a field as it is written; empty if a function is called for it."""
    return "" if isinstance(field.value, griffe.ExprCall) else str(field.value or "")


def _call_arguments(field: griffe.Attribute) -> dict[str, str]:
    """Return the keyword arguments of a call such as `attrs.field(factory=list)`."""
    if not isinstance(field.value, griffe.ExprCall):
        return {}
    keywords = [each for each in field.value.arguments if isinstance(each, griffe.ExprKeyword)]
    return {each.name: str(each.value) for each in keywords}
