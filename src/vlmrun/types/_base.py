"""The base classes of all public types: `Model`, and `Received` for what the service sends.

They are attrs classes rather than pydantic models, because pydantic is not a dependency: see
docs/decisions/0003-no-pydantic.md.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

import attrs

from vlmrun._attempts import RequestAttempt
from vlmrun._deprecation import DeprecatedField
from vlmrun._messages import did_you_mean, short_repr, type_and_repr
from vlmrun._warnings import warn_caller
from vlmrun.errors import InputError, InputTypeError, ResponseDecodeError
from vlmrun.types._access_errors import ExplainedAccessMixin, refuse_assignment
from vlmrun.types._dumping import to_compact_json, to_plain
from vlmrun.types._field_rules import Unreadable
from vlmrun.types._fields import field_names, fields_of, secret
from vlmrun.types._pydantic_compat import PydanticCompatMixin

if TYPE_CHECKING:
    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Callable[[T], T]:
        return lambda decorated: decorated


T = TypeVar("T")


class Hidden:
    """State of an instance that is not a field of its type, or else a default."""

    def __init__(self, default: Any) -> None:
        self._default = default

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        try:
            return instance._hidden.get(self._name, self._default)
        except AttributeError:  # a class, or an instance without any
            return self._default


class ResponseFact(Generic[T]):
    """A fact about the response that an object was read from, or else a default.

    Args:
        name: The field of `ResponseFacts`.
        default: The value for an object that was not read from a response of its own.
    """

    def __init__(self, name: str, default: T) -> None:
        self._name, self._default = name, default

    def __get__(self, instance: Any, owner: type[Any]) -> T:
        facts = getattr(instance, "_response", None)
        return self._default if facts is None else cast("T", getattr(facts, self._name))


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field, secret)
)
class Model(ExplainedAccessMixin, PydanticCompatMixin):
    """The base of every public type of this package.

    Every subclass is a frozen attrs class; `model_copy(update={...})` returns a changed copy.
    Objects are created from keywords. A dict is accepted for a nested type, and an ISO 8601 str for
    a datetime; an unknown keyword or an invalid value raises `InputError`, which is a `ValueError`.
    Names that start with `model_` are pydantic's, because code written for the service's
    documentation calls them; only `model_json_schema` and `model_fields` need pydantic itself.

    Your own subclasses may add fields as annotations, with or without a default.

    Example:
        >>> from vlmrun.types import FileUrl
        >>> FileUrl(url="https://example.com/a.pdf").to_dict()
        {'url': 'https://example.com/a.pdf'}
    """

    # Received types keep unknown fields in `model_extra`; sent ones refuse them as likely misspelt.
    _keeps_unknown: ClassVar[bool] = False

    # What to use instead of a field that the service calls deprecated.
    _deprecated: ClassVar[Mapping[str, str]] = {}

    _repr_has_fields: ClassVar[bool] = True

    # State that is not a field, so that it is neither compared, shown nor dumped. It is not in
    # `__dict__` either: `vars(obj)` has the fields only.
    __slots__ = ("_hidden",)
    _hidden: dict[str, Any]

    _extra: ClassVar[Any] = Hidden({})

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, value in vars(cls).items():
            if type(value).__module__.partition(".")[0] == "pydantic":
                raise InputTypeError(
                    f"{cls.__name__}.{name}: a subclass of a vlmrun type takes plain annotations "
                    "and defaults, nothing of pydantic's",
                    suggestion="Or give a pydantic model of your own a field of the vlmrun type",
                )
        # Here rather than by a decorator, which users' subclasses would have to repeat. Without
        # slots, because attrs would create a second class and __init_subclass__ run for both.
        attrs.frozen(cls, kw_only=True, init=False, slots=False, repr=cls._repr_has_fields)
        # attrs says no more than "can't set attribute".
        cls.__setattr__ = refuse_assignment  # type: ignore[method-assign]
        cls.__delattr__ = refuse_assignment  # type: ignore[method-assign]
        for name, reason in vars(cls).get("_deprecated", {}).items():
            setattr(cls, name, DeprecatedField(name, reason))

    # Positional arguments are taken in order to explain that there are none.
    def __init__(self, /, *unnamed: Any, **values: Any) -> None:
        cls_name = type(self).__name__
        if unnamed:
            raise InputTypeError(
                f"{cls_name} takes keyword arguments only, got {type_and_repr(unnamed[0])}",
                suggestion=f"Name it: {cls_name}({self._example_field()}=...)",
            )
        for name in self._deprecated.keys() & values.keys():
            reason = self._deprecated[name]
            warn_caller(f"{cls_name}({name}=) is deprecated: {reason}", DeprecationWarning)
        self._fill(values, cls_name)

    @classmethod
    def _example_field(cls) -> str:
        """Return the field that a single positional argument is most likely meant for."""
        return field_names(cls)[0]

    def _fill(self, values: dict[str, Any], where: str) -> Self:
        """Validate the caller's values and set all fields; `where` is for error messages."""
        cls = type(self)
        values = cls._normalized(values)
        state: dict[str, Any] = {}
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
        self._set(**state)
        self._verify()
        return self

    def _set(self, /, **state: Any) -> Self:
        """Set fields and hidden state, without validation. Frozen classes refuse assignments."""
        hidden = {name: value for name, value in state.items() if name[0] == "_"}
        if hidden:
            for name in hidden:
                del state[name]
            hidden = {**getattr(self, "_hidden", {}), **hidden}
            object.__setattr__(self, "_hidden", hidden)
        self.__dict__.update(state)
        return self

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, **getattr(self, "_hidden", {})}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._set(**state)

    def _replaced(self, /, **state: Any) -> Self:
        """Return a shallow copy with some fields and other state replaced, without validation."""
        return copy.copy(self)._set(**state)

    @classmethod
    def _normalized(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values with old field names replaced, as a new dict."""
        return dict(values)

    def _verify(self) -> None:
        """Raise `InputError` if fields that are valid by themselves do not fit together."""

    @property
    def model_extra(self) -> dict[str, Any]:
        """The fields that this type does not define, as they were passed or received."""
        return dict(self._extra)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON data that is sent: all fields that are set."""
        return {**self.model_dump(mode="json", exclude_none=True), **to_plain(self.model_extra)}

    def to_json(self, indent: int | None = None) -> str:
        """Return `to_dict()` as JSON, indented by `indent` spaces, or on one line if None."""
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
        """Return the fields as a dict, including those of nested types.

        Args:
            mode: `"python"` leaves datetimes as they are, `"json"` converts them to str.
            include: The names of the only fields to dump.
            exclude: The names of fields to leave out.
            exclude_none: Leave out fields that are None.
            exclude_unset: The same as `exclude_defaults`.
            exclude_defaults: Leave out fields that have their default value.

        pydantic's other keywords are accepted and have no effect.
        """
        without_defaults = exclude_unset or exclude_defaults
        dumped = {}
        for field in fields_of(type(self)):
            name, value = field.name, getattr(self, field.name)
            if (include is not None and name not in include) or (exclude and name in exclude):
                continue
            if (exclude_none and value is None) or (without_defaults and value == field.fallback()):
                continue
            dumped[name] = to_plain(value, mode, exclude_none, without_defaults)
        return dumped

    def model_dump_json(self, *, indent: int | None = None, **options: Any) -> str:
        """Return `model_dump(mode="json")` as JSON.

        Args:
            indent: The number of spaces per level; None for a single line.
            **options: `include`, `exclude`, `exclude_none` and `exclude_defaults` select the
                fields.
        """
        return to_compact_json(self.model_dump(**{**options, "mode": "json"}), indent)

    @classmethod
    def model_validate(cls, value: Any, **_: Any) -> Self:
        """Create an instance from an instance or a mapping; raises `InputError` if invalid."""
        return cls._validated(value, cls.__name__)

    @classmethod
    def _validated(cls, value: Any, where: str) -> Self:
        if isinstance(value, cls):
            return value
        if isinstance(value, Mapping):
            return cls._from_mapping(dict(value), where)
        raise InputTypeError(
            f"{where} must be {cls.__name__} or a dict, got {type_and_repr(value)}",
            suggestion=cls._how_to_pass(value),
        )

    @classmethod
    def _how_to_pass(cls, value: Any) -> str | None:
        """Return how to create an instance from a value of another type, if that is obvious."""
        name = cls.__name__
        if value is cls:
            return f"Pass an instance of the class: {name}({cls._example_field()}=...)"
        if isinstance(value, (list, tuple)) and any(isinstance(each, cls) for each in value):
            return f"Pass one {name}, not a list of them"
        shown = short_repr(value) if isinstance(value, str) else "..."
        return f"Pass {name}({cls._example_field()}={shown})"

    @classmethod
    def _from_mapping(cls, values: dict[str, Any], where: str) -> Self:
        return cls.__new__(cls)._fill(values, where)

    @classmethod
    def model_validate_json(cls, text: str | bytes, **_: Any) -> Self:
        """Create an instance from JSON; raises `InputError` if it is not JSON or invalid."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{cls.__name__}: not JSON ({error})") from None
        return cls.model_validate(value)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy.

        Args:
            update: Fields to replace. They are validated.
            deep: Copy nested values too.
        """
        copied = copy.deepcopy(self) if deep else copy.copy(self)
        if not update:
            return copied
        values = {name: getattr(copied, name) for name in field_names(type(self))}
        return copied._fill({**values, **copied._extra, **update}, type(self).__name__)


class Received(Model):
    """A type that the service sends: read tolerantly, and without losing anything.

    A field that is missing or null has its default, values and fields that this version does not
    know are kept, and `raw` has the JSON as it was received. `model_validate` reads the same way.
    """

    _keeps_unknown: ClassVar[bool] = True
    _raw: ClassVar[Any] = Hidden(None)
    _response: ClassVar[Any] = Hidden(None)

    # Not properties: a subclass may have a field of such a name.
    request_id = ResponseFact[str | None]("request_id", None)
    attempts = ResponseFact[tuple[RequestAttempt, ...]]("attempts", ())
    response_headers = ResponseFact[Mapping[str, str]]("headers", {})

    @classmethod
    def _normalized(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def _from_wire(cls, raw: dict[str, Any], where: str) -> Self:
        """Create an instance from the service's JSON; raises `Unreadable` if it cannot be read."""
        values = cls._normalized(raw)
        state: dict[str, Any] = {}
        for field in fields_of(cls):
            name = field.name
            if name in values:
                state[name] = field.rule.read(values[name], f"{where}.{name}")
            else:
                state[name] = field.fallback()
        self = cls.__new__(cls)
        # Not by `_set`, which is for few objects: a list has a thousand.
        self.__dict__.update(state)
        object.__setattr__(self, "_hidden", {"_raw": raw})
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
        return self._set(_raw=to_plain(values))

    @property
    def raw(self) -> dict[str, Any] | None:
        """The JSON that the service sent, unknown fields included; None if created by a caller."""
        raw: dict[str, Any] | None = self._raw
        return raw

    @property
    def model_extra(self) -> dict[str, Any]:
        """The fields that this type does not define, as they were passed or received."""
        known = field_names(type(self))
        received = {key: value for key, value in (self._raw or {}).items() if key not in known}
        return {**received, **self._extra}

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON data that was received; for other objects, the fields that are set."""
        return super().to_dict() if self._raw is None else copy.deepcopy(self._raw)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy.

        Args:
            update: Fields to replace, in `raw` too. They are validated.
            deep: Copy nested values too.
        """
        copied = super().model_copy(update=update, deep=deep)
        if not update or copied._raw is None:
            return copied
        return copied._set(_raw={**copied._raw, **{key: to_plain(update[key]) for key in update}})


R = TypeVar("R", bound=Received)


def read(cls: type[R], payload: Any) -> R:
    """Read one object of the service's JSON.

    Raises:
        ResponseDecodeError: The payload cannot be read; the error has it as `raw`.
    """
    problem = f"expected an object, got {type(payload).__name__}"
    if isinstance(payload, dict):
        try:
            return cls._from_wire(payload, cls.__name__)
        except Unreadable as error:
            problem = str(error)
    raise ResponseDecodeError(
        f"The service's response cannot be read as {cls.__name__}: {problem}", raw=payload
    )
