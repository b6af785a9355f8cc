"""Constructors that only exist at run time, such as those of attrs classes, for griffe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import griffe

_SELF = griffe.Parameter("self", kind=griffe.ParameterKind.positional_or_keyword)
_FIELD_FUNCTIONS = ("field", "ib", "secret")


def add_constructors(
    package: griffe.Module, has_fields: Callable[[griffe.Class], bool], *, defaults: bool = False
) -> None:
    """Give classes the `__init__` that takes their fields, as keywords.

    Args:
        package: The package, whose classes are changed in place.
        has_fields: Whether the fields of a class are the parameters of its constructor.
        defaults: Whether the values of defaults matter, and not only that there are some.
    """
    for cls in list(_classes(package)):
        if "__init__" not in cls.members and has_fields(cls):
            cls.set_member("__init__", _constructor(cls, defaults))


def _classes(holder: griffe.Module | griffe.Class) -> Iterator[griffe.Class]:
    for member in holder.members.values():
        if not member.is_alias and isinstance(member, (griffe.Module, griffe.Class)):
            if isinstance(member, griffe.Class):
                yield member
            yield from _classes(member)


def _constructor(cls: griffe.Class, defaults: bool) -> griffe.Function:
    is_tuple = any(str(base) == "NamedTuple" for base in cls.bases)
    kind = griffe.ParameterKind.positional_or_keyword
    kind = kind if is_tuple else griffe.ParameterKind.keyword_only
    parameters = []
    for field in fields(cls):
        shown = str(field.value) if defaults else "..."
        default = None if _is_required(field) else shown
        parameters.append(
            griffe.Parameter(field.name, annotation=field.annotation, kind=kind, default=default)
        )
    made = griffe.Function(
        "__init__", lineno=cls.lineno, parent=cls, parameters=griffe.Parameters(_SELF, *parameters)
    )
    made.labels.add("fields")
    return made


def fields(cls: griffe.Class) -> Iterator[griffe.Attribute]:
    """Yield the annotated attributes of a class and its bases that a constructor takes."""
    found: dict[str, Any] = {}
    for each in reversed([cls, *cls.mro()]):
        found.update(each.members)
    for name, member in found.items():
        if name.startswith(("_", "model_")) or member.is_alias or not member.is_attribute:
            continue
        is_computed = {"property", "cached_property"} & member.labels
        if is_computed or not member.annotation or "ClassVar" in str(member.annotation):
            continue
        if _call_arguments(member).get("init") != "False":
            yield member


def _call_arguments(field: griffe.Attribute) -> dict[str, str]:
    """Return the keyword arguments of a call such as `attrs.field(factory=list)`."""
    if not isinstance(field.value, griffe.ExprCall):
        return {}
    return {
        each.name: str(each.value)
        for each in field.value.arguments
        if isinstance(each, griffe.ExprKeyword)
    }


def _is_required(field: griffe.Attribute) -> bool:
    if not isinstance(field.value, griffe.ExprCall):
        return field.value is None
    function = str(field.value.function).rpartition(".")[2].removeprefix("_attrs_")
    takes_default = {"default", "factory", "default_factory"} & _call_arguments(field).keys()
    return function in _FIELD_FUNCTIONS and not takes_default
