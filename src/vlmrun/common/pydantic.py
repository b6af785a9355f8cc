"""Conversion of pydantic models for services without support for dates."""

from __future__ import annotations

import collections.abc
import types
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, ForwardRef, Literal, TypeVar, Union, get_args, get_origin

from vlmrun._messages import short_repr
from vlmrun._optional_imports import import_optional
from vlmrun.errors import InputTypeError

__all__ = ["patch_response_format"]

M = TypeVar("M")

# JSON has no dates: pydantic serializes these types as str.
_DATE_TYPES = (date, datetime, time, timedelta)
# The attributes of a pydantic FieldInfo that do not depend on the type of the field.
_FIELD_ATTRIBUTES = (
    "default_factory",
    "alias",
    "alias_priority",
    "validation_alias",
    "serialization_alias",
    "title",
    "description",
    "examples",
    "exclude",
    "discriminator",
    "json_schema_extra",
    "frozen",
    "repr",
)


def patch_response_format(response_format: type[M]) -> type[M]:
    """Return a copy of a pydantic model class in which dates and times are str.

    Some services reject JSON schemas with dates, or respond with invalid dates. In the copy, all
    fields of type date, datetime, time and timedelta accept any str, also in nested models, lists,
    dicts and unions. The copy has the name, docstring, configuration and field settings of the
    original. It does not have its validators and methods, because they expect dates.

    Args:
        response_format: The model class; it is not changed.

    Raises:
        InputTypeError: It is not a pydantic model class (also a `TypeError`).
        DependencyError: pydantic is not installed.

    Example:
        >>> from datetime import date
        >>> from pydantic import BaseModel
        >>> class Invoice(BaseModel):
        ...     issued: date
        >>> patch_response_format(Invoice)(issued="last Tuesday").issued
        'last Tuesday'
    """
    pydantic = import_optional("pydantic", "openai", "patch_response_format")
    if not (isinstance(response_format, type) and issubclass(response_format, pydantic.BaseModel)):
        raise InputTypeError(
            f"response_format must be a pydantic model class, got {short_repr(response_format)}"
        )
    converted: type[M] = _DatesToStr(pydantic).convert(response_format)
    return converted


class _DatesToStr:
    """Converts a model class and all model classes that its fields refer to.

    Model classes can refer to themselves and to each other. While a class is being converted, its
    temporary name represents it; `convert` resolves these names at the end.
    """

    def __init__(self, pydantic: Any) -> None:
        self._pydantic = pydantic
        self._converted: dict[type, Any] = {}
        self._temporary_names: dict[type, str] = {}  # of all classes whose conversion has begun

    def convert(self, cls: Any) -> Any:
        result = self._convert_model(cls)
        namespace = {
            self._temporary_names[original]: copy for original, copy in self._converted.items()
        }
        for original, copy in self._converted.items():
            if copy is not original:
                copy.model_rebuild(force=True, _types_namespace=namespace)
        return result

    def _convert_model(self, cls: Any) -> Any:
        """Return the copy of a class, or the class itself if it has no dates."""
        if cls in self._converted:
            return self._converted[cls]
        if cls in self._temporary_names:
            return ForwardRef(self._temporary_names[cls])
        self._temporary_names[cls] = f"_Converted{len(self._temporary_names)}"
        cls.model_rebuild()  # resolves annotations that are still strings
        annotations = {
            name: self._convert_annotation(field.annotation)
            for name, field in cls.model_fields.items()
        }
        changed = {
            name
            for name, field in cls.model_fields.items()
            if annotations[name] is not field.annotation
        }
        self._converted[cls] = self._copy(cls, annotations, changed) if changed else cls
        return self._converted[cls]

    def _copy(self, cls: Any, annotations: dict[str, Any], changed: set[str]) -> Any:
        # A base class carries the configuration: create_model refuses __config__ with __base__.
        root = self._pydantic.RootModel
        base = root if issubclass(cls, root) else self._pydantic.BaseModel
        members: dict[str, Any] = {}
        for name, field in cls.model_fields.items():
            if name in changed:
                annotation = _with_bounds(annotations[name], field.metadata)
                members[name] = annotation, self._str_field(field)
            else:
                members[name] = annotations[name], field
        copy = self._pydantic.create_model(
            cls.__name__,
            __base__=type(cls.__name__, (base,), {"model_config": cls.model_config}),
            __module__=cls.__module__,
            **members,
        )
        copy.__doc__ = cls.__doc__
        return copy

    def _convert_annotation(self, annotation: Any) -> Any:
        """Replace dates by str; return the same object if there are none."""
        # In Python 3.10, list[int] is an instance of type, too; its arguments are converted below.
        if isinstance(annotation, type) and not get_args(annotation):
            if issubclass(annotation, _DATE_TYPES):
                return str
            is_model = issubclass(annotation, self._pydantic.BaseModel)
            return self._convert_model(annotation) if is_model else annotation
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin in (None, Literal, collections.abc.Callable):
            return annotation
        if origin is Annotated:
            inner = self._convert_annotation(arguments[0])
            return annotation if inner is arguments[0] else _with_bounds(inner, arguments[1:])
        converted = tuple(map(self._convert_annotation, arguments))
        if all(new is old for new, old in zip(converted, arguments, strict=True)):
            return annotation
        # types.UnionType (X | Y) cannot be subscripted.
        return Union[converted] if origin in (Union, types.UnionType) else origin[converted]  # noqa: UP007

    def _str_field(self, field: Any) -> Any:
        """Return the settings of a field with dates, for the same field with str."""
        attributes = {name: getattr(field, name, None) for name in _FIELD_ATTRIBUTES}
        settings = {name: value for name, value in attributes.items() if value is not None}
        if isinstance(field.default, _DATE_TYPES):
            adapter = self._pydantic.TypeAdapter(Any)
            settings["default"] = adapter.dump_python(field.default, mode="json")
        elif not field.is_required() and field.default_factory is None:
            settings["default"] = field.default
        return self._pydantic.Field(**settings)


def _with_bounds(annotation: Any, metadata: Iterable[Any]) -> Any:
    """Add the constraints that still apply, such as the length of a list, but not bounds of dates.

    Other metadata, such as validators, may expect a date and is dropped.
    """
    bounds = [
        bound
        for bound in metadata
        if type(bound).__module__ == "annotated_types"
        and not any(isinstance(getattr(bound, f.name), _DATE_TYPES) for f in fields(bound))
    ]
    # Annotated[annotation, *bounds] is a syntax error before Python 3.11.
    parameters: Any = (annotation, *bounds)
    return Annotated[parameters] if bounds else annotation
