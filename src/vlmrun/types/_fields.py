"""The fields of a public type: their names, defaults, and the rules that fill them."""

from __future__ import annotations

from typing import Any, NamedTuple, get_type_hints

import attrs

from vlmrun.types._structure import Rule, rule_for


class Field(NamedTuple):
    """One field; `default` is `attrs.NOTHING` where a value is required."""

    name: str
    rule: Rule
    default: Any

    @property
    def required(self) -> bool:
        """Whether a caller must give it."""
        return self.default is attrs.NOTHING

    def fallback(self) -> Any:
        """What it reads as where nothing was given or sent."""
        if isinstance(self.default, attrs.Factory):  # type: ignore[arg-type]
            return self.default.factory()
        return None if self.required else self.default


def fields_of(cls: type[Any]) -> tuple[Field, ...]:
    """The fields of a public type; made at first use and kept on the class."""
    known: tuple[Field, ...] | None = cls.__dict__.get("_known_fields")
    if known is None:
        hints = get_type_hints(cls)
        known = tuple(Field(a.name, rule_for(hints[a.name]), a.default) for a in attrs.fields(cls))
        cls._known_fields = known
    return known


def field_names(cls: type[Any]) -> tuple[str, ...]:
    """The names of a type's wire fields."""
    return tuple(field.name for field in fields_of(cls))


def secret(*, default: Any = attrs.NOTHING) -> Any:
    """A field whose value is too long or too private for a repr, which shows its length."""
    return attrs.field(
        default=default,
        repr=lambda value: "None" if value is None else f"<{len(str(value))} characters>",
    )
