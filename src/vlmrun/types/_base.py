"""The base of all public types: frozen attrs classes that remember what the service sent."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_type_hints
from uuid import UUID

import attrs

from vlmrun._wording import nearest
from vlmrun.errors import InputError, InputTypeError, ResponseDecodeError
from vlmrun.types._structure import Rule, Unreadable, rule_for

if TYPE_CHECKING:
    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Callable[[T], T]:
        return lambda decorated: decorated


T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field,))
def model(cls: type[T]) -> type[T]:
    """Make a frozen attrs class of `cls`, whose constructor is `Model`'s: keywords, checked."""
    return attrs.frozen(cls, kw_only=True, init=False, slots=False)


class _Field(NamedTuple):
    name: str
    rule: Rule
    default: Any

    @property
    def required(self) -> bool:
        return self.default is attrs.NOTHING

    def fallback(self) -> Any:
        if isinstance(self.default, attrs.Factory):  # type: ignore[arg-type]
            return self.default.factory()
        return None if self.required else self.default


def secret(*, default: Any = attrs.NOTHING) -> Any:
    """A field whose value is too long or too private for a repr, which shows its length."""
    return attrs.field(
        default=default, repr=lambda value: "None" if value is None else f"<{len(value)} characters>"
    )


class Model:
    """What every public type of this package can do.

    Instances are immutable; `model_copy(update={...})` makes a changed one. They are built from
    keywords, with dicts taken for nested types and ISO 8601 text for datetimes; an unknown keyword
    or an impossible value raises `InputError`, which is a `ValueError`. Names that start with
    `model_` are pydantic's, because code written for the service's documentation calls them;
    pydantic itself is needed by `model_json_schema` and `model_fields` only.

    Example:
        >>> from vlmrun.types import FileUrl
        >>> FileUrl(url="https://example.com/a.pdf").to_dict()
        {'url': 'https://example.com/a.pdf'}
    """

    _raw: Any = None

    def __init__(self, **values: Any) -> None:
        cls = type(self)
        values = cls._coerce(values)
        state = self.__dict__
        for field in _fields(cls):
            if field.name in values:
                state[field.name] = field.rule.check(
                    values.pop(field.name), f"{cls.__name__}.{field.name}"
                )
            elif field.required:
                raise InputTypeError(f"{cls.__name__} needs {field.name}=...")
            else:
                state[field.name] = field.fallback()
        if values:
            unknown = next(iter(values))
            hint = nearest(unknown, [field.name for field in _fields(cls)])
            raise InputTypeError(f"{cls.__name__} has no field {unknown!r}.{hint}")
        self._verify()

    @classmethod
    def _coerce(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Rewrite what a caller gave before it is checked (old spellings)."""
        return values

    def _verify(self) -> None:
        """Check what no single field can; raise `InputError`."""

    @classmethod
    def _from_wire(cls, raw: dict[str, Any], path: str | None = None) -> Self:
        """Build from the service's JSON, tolerantly; `Unreadable` where it cannot be read."""
        self = cls.__new__(cls)
        state = self.__dict__
        prefix = path or cls.__name__
        for field in _fields(cls):
            value = raw.get(field.name)
            if value is None:
                state[field.name] = field.fallback()
            else:
                state[field.name] = field.rule.read(value, f"{prefix}.{field.name}")
        state["_raw"] = raw
        return self

    @property
    def raw(self) -> Any:
        """Exactly what the service sent, unknown fields included; None if built by hand."""
        return self._raw

    @property
    def model_extra(self) -> dict[str, Any]:
        """The fields of `raw` that this type does not know."""
        known = {field.name for field in _fields(type(self))}
        return {key: value for key, value in (self._raw or {}).items() if key not in known}

    def to_dict(self) -> dict[str, Any]:
        """What goes over the wire: what the service sent, or the set fields, as plain JSON data."""
        if self._raw is not None:
            return copy.deepcopy(dict(self._raw))
        return self.model_dump(mode="json", exclude_none=True)

    def to_json(self, indent: int | None = None) -> str:
        """`to_dict()` as JSON text; `indent` is the number of spaces a level, None for one line."""
        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False)

    def model_dump(
        self, *, mode: str = "python", exclude_none: bool = False, **_: Any
    ) -> dict[str, Any]:
        """All fields as a dict, nested types too.

        Args:
            mode: `"python"` keeps datetimes as they are, `"json"` turns them into text.
            exclude_none: Leave out fields that are None.

        pydantic's other keywords are accepted and have no effect.
        """
        dumped = {}
        for field in _fields(type(self)):
            value = getattr(self, field.name)
            if not (exclude_none and value is None):
                dumped[field.name] = plain(value, mode, exclude_none)
        return dumped

    def model_dump_json(
        self, *, indent: int | None = None, exclude_none: bool = False, **_: Any
    ) -> str:
        """`model_dump(mode="json")` as JSON text."""
        dumped = self.model_dump(mode="json", exclude_none=exclude_none)
        separators = (",", ":") if indent is None else None
        return json.dumps(dumped, indent=indent, ensure_ascii=False, separators=separators)

    @classmethod
    def model_validate(cls, value: Any, **_: Any) -> Self:
        """An instance from an instance or a mapping; `InputError` where that cannot be."""
        if isinstance(value, cls):
            return value
        if isinstance(value, Mapping):
            return cls(**value)
        raise InputTypeError(f"{cls.__name__} cannot be made from {type(value).__name__}")

    @classmethod
    def model_validate_json(cls, text: str | bytes, **_: Any) -> Self:
        """An instance from JSON text; `InputError` where it is not JSON or does not fit."""
        try:
            value = json.loads(text)
        except ValueError as error:
            raise InputError(f"{cls.__name__}: not JSON ({error})") from None
        return cls.model_validate(value)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy; `update` replaces fields (checked), `deep` copies nested values too."""
        twin = copy.deepcopy(self) if deep else copy.copy(self)
        if update:
            values = {f.name: getattr(twin, f.name) for f in _fields(type(self))} | dict(update)
            fresh = type(self)(**values)
            if self._raw is not None:
                sent = fresh.model_dump(mode="json")
                raw = {**self._raw, **{key: sent[key] for key in update if key in sent}}
                fresh.__dict__["_raw"] = raw
            return fresh
        return twin

    @classmethod
    def model_json_schema(cls, **options: Any) -> dict[str, Any]:
        """The JSON schema of this type, made by pydantic (which must be installed)."""
        from vlmrun.types._pydantic import shadow

        schema: dict[str, Any] = shadow(cls).model_json_schema(**options)
        return schema

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from vlmrun.types._pydantic import core_schema_of

        return core_schema_of(cls, handler)


class _ModelFields:
    """`Type.model_fields`, as pydantic has it; needs pydantic."""

    def __get__(self, instance: Any, owner: type[Model]) -> dict[str, Any]:
        from vlmrun.types._pydantic import shadow

        fields: dict[str, Any] = shadow(owner).model_fields
        return fields


Model.model_fields = _ModelFields()  # type: ignore[attr-defined]


def _fields(cls: type[Model]) -> tuple[_Field, ...]:
    """The fields of a type with their rules; made at first use and kept on the class."""
    known: tuple[_Field, ...] | None = cls.__dict__.get("_known_fields")
    if known is None:
        hints = get_type_hints(cls)
        known = tuple(
            _Field(a.name, rule_for(hints[a.name]), a.default)
            for a in attrs.fields(cls)  # type: ignore[arg-type]
        )
        cls._known_fields = known  # type: ignore[attr-defined]
    return known


def field_names(cls: type[Model]) -> tuple[str, ...]:
    """The names of a type's wire fields."""
    return tuple(field.name for field in _fields(cls))


def plain(value: Any, mode: str = "json", exclude_none: bool = False) -> Any:
    """The value with every type in it dumped; in mode "json" with dates and ids as text."""
    if isinstance(value, Model):
        return value.model_dump(mode=mode, exclude_none=exclude_none)
    if isinstance(value, dict):
        return {key: plain(item, mode, exclude_none) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, mode, exclude_none) for item in value]
    if hasattr(value, "model_dump") and not isinstance(value, type):
        return value.model_dump(mode=mode)
    if mode == "json" and isinstance(value, datetime):
        return value.isoformat()
    if mode == "json" and isinstance(value, UUID):
        return str(value)
    return value


def read(cls: type[T], payload: Any) -> T:
    """Read one object of the service's JSON; `ResponseDecodeError` with the payload if it fails."""
    problem = f"expected an object, got {type(payload).__name__}"
    if isinstance(payload, dict):
        try:
            return cls._from_wire(payload)  # type: ignore[attr-defined, no-any-return]
        except Unreadable as error:
            problem = str(error)
    raise ResponseDecodeError(f"The service's answer is not a {cls.__name__}: {problem}", raw=payload)
