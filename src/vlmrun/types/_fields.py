"""The fields of a public type: their names, defaults and rules."""

from __future__ import annotations

from typing import Any, NamedTuple, get_type_hints

import attrs

from vlmrun.types._field_rules import FieldRule, rule_for


class Field(NamedTuple):
    """A field of a public type. Its `default` is `attrs.NOTHING` if a value is required."""

    name: str
    rule: FieldRule
    default: Any

    @property
    def required(self) -> bool:
        """Whether callers must pass a value."""
        return self.default is attrs.NOTHING

    def fallback(self) -> Any:
        """Return the value of a field that was neither passed nor received."""
        if isinstance(self.default, attrs.Factory):  # type: ignore[arg-type]
            return self.default.factory()
        return None if self.required else self.default


def fields_of(cls: type[Any]) -> tuple[Field, ...]:
    """Return the fields of a public type. They are built when first used, and cached on it."""
    # Looked up in the class's own __dict__: a subclass would inherit the fields of its base.
    cached: tuple[Field, ...] | None = cls.__dict__.get("_cached_fields")
    if cached is None:
        # Not at class creation: annotations may refer to classes that are defined later.
        hints = get_type_hints(cls)
        cached = tuple(Field(a.name, rule_for(hints[a.name]), a.default) for a in attrs.fields(cls))
        cls._cached_fields = cached
    return cached


def field_names(cls: type[Any]) -> tuple[str, ...]:
    """Return the names of a type's fields."""
    return tuple(field.name for field in fields_of(cls))


def secret(*, default: Any = attrs.NOTHING) -> Any:
    """Define a field whose repr is its length: its value is too long, or must not be logged."""
    return attrs.field(
        default=default,
        repr=lambda value: "None" if value is None else f"<{len(str(value))} characters>",
    )
