"""The two bases of all public types: `Model`, and `Received` for what the service sends."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from vlmrun._messages import did_you_mean, type_and_repr
from vlmrun.errors import InputError, InputTypeError, ResponseDecodeError
from vlmrun.types._dump import as_json, plain
from vlmrun.types._fields import field_names, fields_of, secret
from vlmrun.types._pydantic import PydanticFace
from vlmrun.types._structure import Unreadable

if TYPE_CHECKING:
    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Callable[[T], T]:
        return lambda decorated: decorated


T = TypeVar("T")


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field, secret)
)
class Model(PydanticFace):
    """What every public type of this package can do.

    Every subclass is a frozen attrs class; `model_copy(update={...})` makes a changed one. They are
    built from keywords, with dicts taken for nested types and ISO 8601 text for datetimes; an
    unknown keyword or an impossible value raises `InputError`, which is a `ValueError`. Names that
    start with `model_` are pydantic's, because code written for the service's documentation calls
    them; pydantic itself is needed by `model_json_schema` and `model_fields` only.

    A subclass of your own may add fields as annotations, with or without a default.

    Example:
        >>> from vlmrun.types import FileUrl
        >>> FileUrl(url="https://example.com/a.pdf").to_dict()
        {'url': 'https://example.com/a.pdf'}
    """

    # Whether unknown fields are kept in `model_extra`; what goes to the service refuses them.
    _keeps_unknown: ClassVar[bool] = False
    _extra: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, value in vars(cls).items():
            if type(value).__module__.partition(".")[0] == "pydantic":
                raise InputTypeError(
                    f"{cls.__name__}.{name}: a subclass of a vlmrun type takes plain annotations "
                    "and defaults, nothing of pydantic's",
                    suggestion="Or give a pydantic model of your own a field of the vlmrun type",
                )
        attrs.frozen(cls, kw_only=True, init=False, slots=False)

    def __init__(self, /, **values: Any) -> None:
        self._fill(values, type(self).__name__)

    def _fill(self, values: dict[str, Any], where: str) -> Self:
        """Set all fields from what a caller gave, checked; `where` is for messages."""
        cls = type(self)
        values = cls._normalised(values)
        state = self.__dict__
        for field in fields_of(cls):
            if field.name in values:
                state[field.name] = field.rule.check(
                    values.pop(field.name), f"{where}.{field.name}"
                )
            elif field.required:
                raise InputTypeError(f"{where} needs {field.name}=...")
            else:
                state[field.name] = field.fallback()
        if values and not cls._keeps_unknown:
            unknown = next(iter(values))
            hint = did_you_mean(str(unknown), field_names(cls))
            raise InputTypeError(f"{where} has no field {unknown!r}.{hint}")
        if values:
            state["_extra"] = values
        self._verify()
        return self

    @classmethod
    def _normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """The values with old spellings replaced; a dict that may be changed."""
        return dict(values)

    def _verify(self) -> None:
        """Check what no single field can; raise `InputError`."""

    @property
    def model_extra(self) -> dict[str, Any]:
        """The fields that this type does not know, as they were given or sent."""
        return dict(self._extra)

    def to_dict(self) -> dict[str, Any]:
        """What goes over the wire: the fields that are set, as plain JSON data."""
        return {**self.model_dump(mode="json", exclude_none=True), **plain(self.model_extra)}

    def to_json(self, indent: int | None = None) -> str:
        """`to_dict()` as JSON text; `indent` is the number of spaces a level, None for one line."""
        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False)

    def model_dump(
        self,
        *,
        mode: str = "python",
        include: Any = None,
        exclude: Any = None,
        exclude_none: bool = False,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        **_: Any,
    ) -> dict[str, Any]:
        """The fields as a dict, nested types too.

        Args:
            mode: `"python"` keeps datetimes as they are, `"json"` turns them into text.
            include: Names of the only fields to dump.
            exclude: Names of fields to leave out.
            exclude_none: Leave out fields that are None.
            exclude_unset: The same as `exclude_defaults`.
            exclude_defaults: Leave out fields that stand at their default.

        pydantic's other keywords are accepted and change nothing.
        """
        at_default = exclude_unset or exclude_defaults
        dumped = {}
        for field in fields_of(type(self)):
            name, value = field.name, getattr(self, field.name)
            if (include is not None and name not in include) or (exclude and name in exclude):
                continue
            if (exclude_none and value is None) or (at_default and value == field.fallback()):
                continue
            dumped[name] = plain(value, mode, exclude_none, at_default)
        return dumped

    def model_dump_json(self, *, indent: int | None = None, **options: Any) -> str:
        """`model_dump(mode="json")` as JSON text; takes its options."""
        return as_json(self.model_dump(**{**options, "mode": "json"}), indent)

    @classmethod
    def model_validate(cls, value: Any, **_: Any) -> Self:
        """An instance from an instance or a mapping; `InputError` where that cannot be."""
        return cls._validated(value, cls.__name__)

    @classmethod
    def _validated(cls, value: Any, where: str) -> Self:
        if isinstance(value, cls):
            return value
        if isinstance(value, Mapping):
            return cls._from_mapping(dict(value), where)
        raise InputTypeError(
            f"{where} must be {cls.__name__} or a dict, got {type_and_repr(value)}"
        )

    @classmethod
    def _from_mapping(cls, values: dict[str, Any], where: str) -> Self:
        return cls.__new__(cls)._fill(values, where)

    @classmethod
    def model_validate_json(cls, text: str | bytes, **_: Any) -> Self:
        """An instance from JSON text; `InputError` where it is not JSON or does not fit."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{cls.__name__}: not JSON ({error})") from None
        return cls.model_validate(value)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy; `update` replaces fields (checked), `deep` copies nested values too."""
        twin = copy.deepcopy(self) if deep else copy.copy(self)
        if not update:
            return twin
        given = {name: getattr(twin, name) for name in field_names(type(self))}
        return twin._fill({**given, **twin._extra, **update}, type(self).__name__)


class Received(Model):
    """A type that the service sends: read tolerantly, and nothing of it is lost.

    A field that is missing or null reads as its default, a word or field that this version does not
    know is kept, and `raw` has the JSON as it came. `model_validate` reads in the same way.
    """

    _keeps_unknown: ClassVar[bool] = True
    _raw: ClassVar[dict[str, Any] | None] = None

    @classmethod
    def _normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def _from_wire(cls, raw: dict[str, Any], where: str) -> Self:
        """Build from the service's JSON, tolerantly; `Unreadable` where it cannot be read."""
        self = cls.__new__(cls)
        values = cls._normalised(raw)
        state = self.__dict__
        for field in fields_of(cls):
            name = field.name
            if name in values:
                state[name] = field.rule.read(values[name], f"{where}.{name}")
            else:
                state[name] = field.fallback()
        state["_raw"] = raw
        return self

    @classmethod
    def _from_mapping(cls, values: dict[str, Any], where: str) -> Self:
        try:
            self = cls._from_wire(values, where)
        except Unreadable as error:
            raise InputError(str(error)) from None
        for field in fields_of(cls):
            if field.required and getattr(self, field.name) is None:
                raise InputTypeError(f"{where} needs {field.name}=...")
        self.__dict__["_raw"] = plain(values)
        return self

    @property
    def raw(self) -> dict[str, Any] | None:
        """Exactly what the service sent, unknown fields included; None if built by hand."""
        return self._raw

    @property
    def model_extra(self) -> dict[str, Any]:
        """The fields that this type does not know, as they were given or sent."""
        known = field_names(type(self))
        sent = {key: value for key, value in (self._raw or {}).items() if key not in known}
        return {**sent, **self._extra}

    def to_dict(self) -> dict[str, Any]:
        """What the service sent, as it came; if built by hand, the fields that are set."""
        return super().to_dict() if self._raw is None else copy.deepcopy(self._raw)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy; `update` replaces fields (checked), in `raw` too, `deep` copies nested values."""
        twin = super().model_copy(update=update, deep=deep)
        if update and twin._raw is not None:
            twin.__dict__["_raw"] = {**twin._raw, **{key: plain(update[key]) for key in update}}
        return twin


R = TypeVar("R", bound=Received)


def read(cls: type[R], payload: Any) -> R:
    """Read one object of the service's JSON; `ResponseDecodeError` with the payload if it fails."""
    problem = f"expected an object, got {type(payload).__name__}"
    if isinstance(payload, dict):
        try:
            return cls._from_wire(payload, cls.__name__)
        except Unreadable as error:
            problem = str(error)
    raise ResponseDecodeError(
        f"The service's answer is not a {cls.__name__}: {problem}", raw=payload
    )
