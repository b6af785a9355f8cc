"""Rules that convert and validate the values of a field, derived from its annotation.

`check` is for values that a caller passes: it converts a dict to a nested type and an ISO 8601 str
to a datetime, and refuses everything else that does not match. `read` is for values that the
service sends: it keeps unknown values, because a newer service must not break older clients, and
fails only if nothing useful can be returned.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any, Literal, NamedTuple, get_args, get_origin

from vlmrun._messages import did_you_mean, how_to_pass_scalar, short_repr, type_and_repr
from vlmrun._validation import check_open_choice
from vlmrun.errors import InputError, InputTypeError


class Unreadable(ValueError):
    """A value from the service that cannot be read, with its location."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")


class FieldRule(NamedTuple):
    """The two conversions of a field. Both get the value, and the field's name for messages."""

    check: Callable[[Any, str], Any]
    read: Callable[[Any, str], Any]


def rule_for(annotation: Any) -> FieldRule:
    """Return the rule of an annotation. Those that no public type uses accept every value."""
    origin = get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        return _union_rule(annotation)
    if origin is Literal:
        return _literal_rule(get_args(annotation))
    if origin is list:
        return _list_rule(rule_for(get_args(annotation)[0]))
    if origin is tuple:
        return _tuple_rule(tuple(map(rule_for, get_args(annotation))))
    if annotation is dict or origin in (dict, Mapping):
        return _mapping_rule(get_args(annotation)[1:])
    if annotation is datetime:
        return FieldRule(_check_datetime, _read_datetime)
    if isinstance(annotation, type) and hasattr(annotation, "_validated"):
        return _nested_rule(annotation)
    if annotation in _SCALARS:
        return _scalar_rule(_SCALARS[annotation], annotation.__name__)
    return FieldRule(lambda value, _: value, lambda value, _: value)


_SCALARS: dict[Any, tuple[type, ...]] = {
    str: (str,),
    bool: (bool,),
    int: (int,),
    float: (int, float),
}


def _scalar_rule(accepted: tuple[type, ...], name: str) -> FieldRule:
    def check(value: Any, field: str) -> Any:
        # bool is a subclass of int, but no field means a number by True.
        if isinstance(value, accepted) and (bool in accepted or not isinstance(value, bool)):
            return value
        raise InputTypeError(
            f"{field} must be {name}, got {type_and_repr(value)}",
            suggestion=how_to_pass_scalar(field, value, name),
        )

    return FieldRule(check, lambda value, _: value)


def _union_rule(annotation: Any) -> FieldRule:
    variants = [variant for variant in get_args(annotation) if variant is not type(None)]
    rules = [rule_for(variant) for variant in variants]
    if str in variants and get_origin(variants[0]) is Literal:
        rules = [_open_literal_rule(get_args(variants[0]))]
    nullable = type(None) in get_args(annotation)

    def check(value: Any, field: str) -> Any:
        if value is None and nullable:
            return None
        problem: InputError | None = None
        for rule in rules:
            try:
                return rule.check(value, field)
            except InputError as error:
                problem = problem or error
        raise problem or InputError(f"{field} cannot be {short_repr(value)}")

    # The first variant is the type that the service sends; the others are for callers.
    read = rules[0].read
    return FieldRule(check, lambda value, field: None if value is None else read(value, field))


def _literal_rule(members: tuple[Any, ...]) -> FieldRule:
    def check(value: Any, field: str) -> Any:
        if value in members:
            return members[members.index(value)]  # a plain str for a member of a StrEnum
        hint = did_you_mean(str(value), map(str, members))
        raise InputError(f"{field} cannot be {short_repr(value)}.{hint}")

    return FieldRule(check, lambda value, _: value)


def _open_literal_rule(members: tuple[str, ...]) -> FieldRule:
    """Return the rule of `Literal[...] | str`: the known values, and those yet to come."""
    return FieldRule(
        lambda value, field: check_open_choice(field, value, members), lambda value, _: value
    )


def _list_rule(item: FieldRule) -> FieldRule:
    def check(value: Any, field: str) -> Any:
        if not isinstance(value, (list, tuple)):
            raise InputTypeError(
                f"{field} must be a list, got {type_and_repr(value)}",
                suggestion=_as_list(item, value, field),
            )
        return [item.check(entry, f"{field}[{index}]") for index, entry in enumerate(value)]

    def read(value: Any, field: str) -> Any:
        if not isinstance(value, list):
            raise Unreadable(field, f"expected a list, got {short_repr(value)}")
        return [item.read(entry, f"{field}[{index}]") for index, entry in enumerate(value)]

    return FieldRule(check, read)


def _as_list(item: FieldRule, value: Any, field: str) -> str:
    """Return how to pass a value as a list, given the rule of its items."""
    if not isinstance(value, (str, bytes, Mapping)) and isinstance(value, Iterable):
        return f"Pass {field.rpartition('.')[2]}=list(x)"
    try:
        item.check(value, f"{field}[0]")
    except InputError as error:
        # Its remedy may be how to make an item of the value, such as AgentSkill(...).
        remedy = error.suggestion or ""
        return remedy if "(" in remedy else f"Pass {field.rpartition('.')[2]}=[...]"
    return f"Pass [{short_repr(value)}]"


def _tuple_rule(rules: tuple[FieldRule, ...]) -> FieldRule:
    def check(value: Any, field: str) -> Any:
        if not isinstance(value, (list, tuple)) or len(value) != len(rules):
            raise InputTypeError(f"{field} must be {len(rules)} values, got {short_repr(value)}")
        entries = enumerate(zip(rules, value, strict=True))
        return tuple(rule.check(entry, f"{field}[{index}]") for index, (rule, entry) in entries)

    def read(value: Any, field: str) -> Any:
        if not isinstance(value, (list, tuple)):
            raise Unreadable(field, f"expected a list, got {short_repr(value)}")
        if len(value) != len(rules):
            return tuple(value)
        entries = enumerate(zip(rules, value, strict=True))
        return tuple(rule.read(entry, f"{field}[{index}]") for index, (rule, entry) in entries)

    return FieldRule(check, read)


def _mapping_rule(values: tuple[Any, ...]) -> FieldRule:
    if not (values and hasattr(values[0], "_validated")):
        return FieldRule(_check_mapping, lambda value, _: value)
    item = _nested_rule(values[0])

    def check(value: Any, field: str) -> Any:
        entries = _check_mapping(value, field).items()
        return {key: item.check(entry, f"{field}[{key!r}]") for key, entry in entries}

    def read(value: Any, field: str) -> Any:
        if not isinstance(value, Mapping):
            raise Unreadable(field, f"expected an object, got {short_repr(value)}")
        return {key: item.read(entry, f"{field}[{key!r}]") for key, entry in value.items()}

    return FieldRule(check, read)


def _check_mapping(value: Any, field: str) -> dict[Any, Any]:
    if not isinstance(value, Mapping):
        raise InputTypeError(
            f"{field} must be a dict, got {type_and_repr(value)}", suggestion=_as_dict(value, field)
        )
    return dict(value)


def _as_dict(value: Any, field: str) -> str:
    argument = field.rpartition(".")[2]
    if argument == "json_schema" and isinstance(value, type):
        return f"Pass response_model={value.__name__}"
    convert = "json.loads(x)" if isinstance(value, str) else "{...}"
    return f"Pass {argument}={convert}"


def _nested_rule(cls: Any) -> FieldRule:
    def read(value: Any, field: str) -> Any:
        if isinstance(value, cls):  # from a caller's `model_validate`, not from the wire
            return value
        if not isinstance(value, dict):
            raise Unreadable(field, f"expected an object, got {short_repr(value)}")
        return cls._from_wire(value, field)

    return FieldRule(cls._validated, read)


_NOW = "Pass one such as datetime.now(timezone.utc)"


def _check_datetime(value: Any, field: str) -> Any:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return _parse_datetime(value)
        except ValueError:
            raise InputError(
                f"{field} is not an ISO 8601 date and time: {short_repr(value)}",
                suggestion=_NOW,
            ) from None
    raise InputTypeError(
        f"{field} must be a datetime or an ISO 8601 str, got {type_and_repr(value)}",
        suggestion=_NOW,
    )


def _read_datetime(value: Any, field: str) -> Any:
    if isinstance(value, datetime):  # from a caller's `model_validate`, not from the wire
        return value
    if not isinstance(value, str):
        raise Unreadable(field, f"expected a date and time, got {short_repr(value)}")
    try:
        return _parse_datetime(value)
    except ValueError:
        raise Unreadable(field, f"not a date and time: {short_repr(value)}") from None


_FRACTION = re.compile(r"[.,](\d+)")


def _parse_datetime(text: str) -> datetime:
    """Parse ISO 8601. A time without an offset is in UTC, as the service documents."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        # Python 3.10 accepts neither "Z" nor fractions of other than three or six digits:
        # https://docs.python.org/3/library/datetime.html#datetime.datetime.fromisoformat
        six_decimals = _FRACTION.sub(lambda found: "." + found[1][:6].ljust(6, "0"), text)
        parsed = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", six_decimals))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)
