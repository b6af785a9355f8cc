"""Which schema of an incoming document is which of ours, and what ours lacks to describe it.

Constraints do not matter here, and names and fields that are alike do. Whether the result accepts
the same values is decided by `scripts.update.verify`, with the comparison of `make spec-diff`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from scripts.openapi.document import mapping, ref_name, sequence
from scripts.openapi.relations import Relation, relate_types

# Formats that become a type of their own in Python; all others stay a str.
_PARSED_FORMATS = ("binary", "date", "date-time")
_NULL = {"type": "null"}
_ANY_OBJECT = {"type": "object", "additionalProperties": True}
# Two components that share less than this part of the smaller one's fields are different things.
_LEAST_SHARED = 0.4


@dataclass(frozen=True)
class Alternative:
    """One of the alternatives of a schema; `name` is its component's, if it has one."""

    schema: dict[str, Any]
    name: str | None = None

    @property
    def type(self) -> str:
        """The JSON type, or "any"."""
        found = self.schema.get("type")
        if found is None:
            found = "object" if {"properties", "allOf"} & self.schema.keys() else "any"
        return str(found)

    @property
    def values(self) -> list[Any] | None:
        """The values of an enum or a const; None if it is neither."""
        if "const" in self.schema:
            return [self.schema["const"]]
        return self.schema.get("enum")

    @property
    def parsed_format(self) -> str | None:
        """The format, if it decides the type in Python."""
        found = self.schema.get("format")
        return found if found in _PARSED_FORMATS else None

    @property
    def listed(self) -> list[Any]:
        """The values of an enum, a const or a list of examples."""
        return self.values or sequence(self.schema.get("examples"))


def alternatives(
    schemas: dict[str, Any], schema: Any, name: str | None = None
) -> list[Alternative]:
    """Return the alternatives of a schema, with references followed."""
    value = mapping(schema)
    if target := ref_name(value):
        return alternatives(schemas, schemas[target], target) if target in schemas else []
    members = sequence(value.get("allOf"))
    if len(members) == 1 and "$ref" in members[0]:
        return alternatives(schemas, members[0])
    for keyword in ("anyOf", "oneOf"):
        if keyword in value:
            return [found for each in value[keyword] for found in alternatives(schemas, each)]
    types = value.get("type")
    if isinstance(types, list):
        each_type = [_NULL if each == "null" else {**value, "type": each} for each in types]
        return [Alternative(each, name) for each in each_type]
    return [Alternative(value, name)]


def fields(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the schemas of all fields of a component, including those of its bases."""
    return {key: part["properties"][key] for key, part in field_parts(schemas, name).items()}


def field_parts(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the object that defines each field of a component; of several, the last."""
    return {key: part for part in parts(schemas, name) for key in mapping(part.get("properties"))}


def required_fields(schemas: dict[str, Any], name: str) -> set[str]:
    """Return the names of the fields that a component or one of its bases requires."""
    return {key for part in parts(schemas, name) for key in sequence(part.get("required"))}


def parts(schemas: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """Yield a component and the members of its allOf; of one that is a reference, its parts."""
    yield schemas[name]
    for member in map(mapping, sequence(schemas[name].get("allOf"))):
        base = ref_name(member)
        yield from parts(schemas, base) if base else [member]


class Coverage:
    """Compares our schemas with those of a newer document.

    Args:
        ours: Our components.
        theirs: The newer document's components, in their plain form.
        on_match: Called with the names of two components that turn out to be the same thing.
    """

    def __init__(
        self,
        ours: dict[str, Any],
        theirs: dict[str, Any],
        on_match: Callable[[str, str], None],
    ) -> None:
        self._ours = ours
        self._theirs = theirs
        self._on_match = on_match

    def uncovered(self, our: Any, their: Any) -> tuple[list[Alternative], bool]:
        """Return the alternatives of theirs that ours does not cover, and whether ours applies.

        Values that are new in an enum do not count; `new_values` yields them. If no alternative of
        ours is among theirs, ours was replaced, and does not apply any more.
        """
        mine, others = alternatives(self._ours, our), alternatives(self._theirs, their)
        missing, overlaps = [], False
        for other in others:
            if self._is_covered(other, mine):
                overlaps = overlaps or other.type != "null"
            else:
                missing.append(other)
        return missing, overlaps or all(each.type == "null" for each in missing)

    def new_values(self, our: Any, their: Any) -> Iterator[tuple[list[Any], list[Any], list[Any]]]:
        """Yield our enum or list of examples, the values it lacks, and those that only it has.

        Two enums that are components and share a value are reported as the same thing.
        """
        mine = alternatives(self._ours, our)
        listed = [each for each in mine if "enum" in each.schema]
        listed = listed or [each for each in mine if "examples" in each.schema]
        others = [other for other in alternatives(self._theirs, their) if other.listed]
        values = [value for other in others for value in other.listed if value is not None]
        strings = [each for each in listed if all(isinstance(v, str) for v in each.listed)]
        if values and strings and all(isinstance(value, str) for value in values):
            known = [value for each in strings for value in each.listed]
            name = strings[0].name
            if name and others[0].name and set(known) & set(values):
                self._on_match(name, others[0].name)
            added = [value for value in dict.fromkeys(values) if value not in known]
            yield strings[0].listed, added, [value for value in known if value not in values]

    def are_alike(self, our: str, their: str) -> bool:
        """Return whether two components are the same thing: they share most of their fields."""
        mine, others = fields(self._ours, our), fields(self._theirs, their)
        if not mine or not others:
            # One of them is free-form: the other only says more than it, and contradicts nothing.
            return _is_object(self._ours[our]) and _is_object(self._theirs[their])
        shared = mine.keys() & others.keys()
        for key in shared:
            consts = [mapping(side[key]).get("const") for side in (mine, others)]
            if None not in consts and consts[0] != consts[1]:
                return False
        return len(shared) >= _LEAST_SHARED * min(len(mine), len(others))

    def _is_covered(self, other: Alternative, mine: list[Alternative]) -> bool:
        # Several objects can look alike: one of the same name takes precedence.
        namesakes = [each for each in mine if other.name and each.name == other.name]
        candidates = namesakes or mine
        has_fields = other.name and fields(self._theirs, other.name)
        if not namesakes and has_fields and any(each.schema == _ANY_OBJECT for each in mine):
            # An open union accepts every object, so only its named members tell what is new.
            candidates = [each for each in mine if each.name] or mine
        return any(self._covers(each, other) for each in candidates)

    def _covers(self, mine: Alternative, other: Alternative) -> bool:
        if "any" in (mine.type, other.type):
            return True
        if mine.type != other.type:
            return relate_types(mine.type, other.type) is Relation.NARROWER
        if mine.type == "array":
            return not self.uncovered(mine.schema.get("items"), other.schema.get("items"))[0]
        if mine.type == "object":
            return self._is_same_object(mine, other)
        if mine.type == "string":
            return mine.parsed_format == other.parsed_format and _shares_values(mine, other)
        return True

    def _is_same_object(self, mine: Alternative, other: Alternative) -> bool:
        if mine.name is None or other.name is None:
            nested = [each.schema.get("additionalProperties") for each in (mine, other)]
            return not any(isinstance(each, dict) and each for each in nested)
        # If the other document has one of our name, that one is ours, and none that looks like it.
        has_namesake = mine.name in self._theirs and mine.name != other.name
        if has_namesake and self.are_alike(mine.name, mine.name):
            return False
        if not self.are_alike(mine.name, other.name):
            return False
        self._on_match(mine.name, other.name)
        return True


def _shares_values(mine: Alternative, other: Alternative) -> bool:
    """Return whether an enum of ours can take in the other's values; a const has only its own."""
    if mine.values is None:
        return True
    if other.values is None:
        return False
    return "const" not in mine.schema or mine.schema["const"] in other.values


def _is_object(component: dict[str, Any]) -> bool:
    return component.get("type") == "object" or "allOf" in component
