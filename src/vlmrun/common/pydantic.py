"""pydantic models for services that know no dates."""

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

_TEXT_IN_JSON = (date, datetime, time, timedelta)
# What of a field's settings holds for a text as for a date; its bounds do not.
_SETTINGS = (
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
    """A copy of a pydantic model class whose dates and times are texts.

    Some services refuse the schema of a date, or fill it with texts that are none. The copy takes
    any text for the fields of type date, datetime, time and timedelta, in nested models, lists,
    dicts and unions too. It has the name, description, configuration and field settings of the
    original; validators and methods, which expect dates, it does not have.

    Raises:
        InputTypeError: It is no class of pydantic (a `TypeError`).
        DependencyError: pydantic is not installed.

    Example:
        >>> class Invoice(BaseModel):
        ...     issued: date
        >>> patch_response_format(Invoice)(issued="last Tuesday").issued
        'last Tuesday'
    """
    pydantic = import_optional("pydantic", "openai", "patch_response_format")
    if not (isinstance(response_format, type) and issubclass(response_format, pydantic.BaseModel)):
        raise InputTypeError(
            f"response_format must be a class of pydantic, got {short_repr(response_format)}"
        )
    patched: type[M] = _Patch(pydantic).whole(response_format)
    return patched


class _Patch:
    """One call's work: the copies that it has made and is making, by their originals."""

    def __init__(self, pydantic: Any) -> None:
        self._pydantic = pydantic
        self._done: dict[type, Any] = {}
        self._names: dict[type, str] = {}  # of classes that are begun, for references to them

    def whole(self, cls: Any) -> Any:
        """The copy of a class, and of all classes that it refers to."""
        patched = self._model(cls)
        copies = {self._names[original]: made for original, made in self._done.items()}
        for original, made in self._done.items():
            if made is not original:
                made.model_rebuild(force=True, _types_namespace=copies)
        return patched

    def _model(self, cls: Any) -> Any:
        if cls in self._done:
            return self._done[cls]
        if cls in self._names:  # a class that holds itself
            return ForwardRef(self._names[cls])
        self._names[cls] = f"_Patched{len(self._names)}"
        cls.model_rebuild()  # or its references may still be names
        new = {name: self._annotation(old.annotation) for name, old in cls.model_fields.items()}
        changed = {
            name for name, old in cls.model_fields.items() if new[name] is not old.annotation
        }
        self._done[cls] = self._made(cls, new, changed) if changed else cls
        return self._done[cls]

    def _made(self, cls: Any, annotations: dict[str, Any], changed: set[str]) -> Any:
        is_root = issubclass(cls, self._pydantic.RootModel)
        base = self._pydantic.RootModel if is_root else self._pydantic.BaseModel
        members: dict[str, Any] = {}
        for name, old in cls.model_fields.items():
            if name in changed:
                annotation = _bounded(annotations[name], old.metadata)
                members[name] = annotation, _for_text(self._pydantic, old)
            else:
                members[name] = annotations[name], old
        made = self._pydantic.create_model(
            cls.__name__,
            __base__=type(cls.__name__, (base,), {"model_config": cls.model_config}),
            __module__=cls.__module__,
            **members,
        )
        made.__doc__ = cls.__doc__
        return made

    def _annotation(self, annotation: Any) -> Any:
        """The annotation with texts for dates; the very same where there are none in it."""
        if isinstance(annotation, type) and not get_args(annotation):
            if issubclass(annotation, _TEXT_IN_JSON):
                return str
            is_model = issubclass(annotation, self._pydantic.BaseModel)
            return self._model(annotation) if is_model else annotation
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin in (None, Literal, collections.abc.Callable):
            return annotation
        if origin is Annotated:
            inner = self._annotation(arguments[0])
            return annotation if inner is arguments[0] else _bounded(inner, arguments[1:])
        new = tuple(map(self._annotation, arguments))
        if all(changed is argument for changed, argument in zip(new, arguments, strict=True)):
            return annotation
        return Union[new] if origin in (Union, types.UnionType) else origin[new]  # noqa: UP007


def _bounded(annotation: Any, metadata: Iterable[Any]) -> Any:
    """The annotation with those bounds that hold for it still, such as the length of a list."""
    bounds = [
        bound
        for bound in metadata
        if type(bound).__module__ == "annotated_types"
        and not any(isinstance(getattr(bound, f.name), _TEXT_IN_JSON) for f in fields(bound))
    ]
    whole: Any = (annotation, *bounds)
    return Annotated[whole] if bounds else annotation


def _for_text(pydantic: Any, field: Any) -> Any:
    """The settings of a field of dates, for one of texts."""
    given = {name: getattr(field, name, None) for name in _SETTINGS}
    settings = {name: value for name, value in given.items() if value is not None}
    if isinstance(field.default, _TEXT_IN_JSON):
        settings["default"] = pydantic.TypeAdapter(Any).dump_python(field.default, mode="json")
    elif not field.is_required() and field.default_factory is None:
        settings["default"] = field.default
    return pydantic.Field(**settings)
