"""Whether our description of a value still holds for what the vendor says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from scripts.openapi.document import mapping, sequence
from scripts.update.schema_style import ANY_OBJECT, NULL, REF

# What may be read as the other without a loss.
_WIDER = {("number", "integer")}
_EXACT_FORMATS = ("binary", "date", "date-time")
# Below this share of common fields, two objects are two things.
_ALIKE = 0.4


@dataclass(frozen=True)
class Arm:
    """One of the kinds of value that a schema takes; `name` is the component's, if it is one."""

    schema: dict[str, Any]
    name: str | None = None

    @property
    def kind(self) -> str:
        """The JSON type, or "any"."""
        kind = self.schema.get("type")
        if kind is None:
            kind = "object" if {"properties", "allOf"} & self.schema.keys() else "any"
        return str(kind)

    @property
    def values(self) -> list[Any] | None:
        """The values of an enum or a const; None if it is neither."""
        if "const" in self.schema:
            return [self.schema["const"]]
        return self.schema.get("enum")


def arms(schemas: dict[str, Any], schema: Any, name: str | None = None) -> list[Arm]:
    """The kinds of value that a schema takes, references followed."""
    value = mapping(schema)
    ref = value.get("$ref")
    if isinstance(ref, str):
        behind = ref.removeprefix(REF)
        return arms(schemas, schemas[behind], behind) if behind in schemas else []
    members = sequence(value.get("allOf"))
    if len(members) == 1 and "$ref" in members[0]:
        return arms(schemas, members[0])
    for keyword in ("anyOf", "oneOf"):
        if keyword in value:
            return [arm for each in value[keyword] for arm in arms(schemas, each)]
    if isinstance(value.get("type"), list):
        kinds = value["type"]
        return [Arm(NULL if each == "null" else {**value, "type": each}, name) for each in kinds]
    return [Arm(value, name)]


def fields(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    """All fields of a component, those of what it is made of included."""
    return {key: part["properties"][key] for key, part in field_parts(schemas, name)}


def field_parts(schemas: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each field of a component and the object that holds its schema, of several the last."""
    component = schemas[name]
    found: dict[str, dict[str, Any]] = {}
    for part in (component, *map(mapping, sequence(component.get("allOf")))):
        if isinstance(part.get("$ref"), str):
            found.update(field_parts(schemas, part["$ref"].removeprefix(REF)))
        found.update(dict.fromkeys(mapping(part.get("properties")), part))
    yield from found.items()


class Comparison:
    """Compares our schemas with the vendor's.

    Args:
        ours: Our components.
        theirs: The vendor's, made plain.
        meet: Is told of two objects that are the same thing, with their names.
    """

    def __init__(
        self,
        ours: dict[str, Any],
        theirs: dict[str, Any],
        meet: Callable[[str, str], None],
    ) -> None:
        self.ours = ours
        self.theirs = theirs
        self._meet = meet

    def uncovered(self, our: Any, their: Any) -> tuple[list[Arm], bool]:
        """What the vendor's schema takes and ours does not, and whether ours still holds besides.

        Values that are new in an enum are no difference in kind: see `new_values`.
        """
        mine, others = arms(self.ours, our), arms(self.theirs, their)
        missing, holds = [], False
        for other in others:
            # Of several objects that look alike, the one of the same name is the same.
            namesakes = [each for each in mine if other.name and each.name == other.name]
            kinds = self._kinds(mine) if self._has_fields(other) else []
            if any(self._holds(each, other) for each in namesakes or kinds or mine):
                holds = holds or other.kind != "null"
            else:
                missing.append(other)
                closed = any(arm.kind == "string" and arm.values is not None for arm in mine)
                free = other.kind == "string" and not other.values and not _format(other)
                holds = holds or (closed and free)
        return missing, holds or all(arm.kind == "null" for arm in missing)

    def narrower(self, our: Any, their: Any) -> list[str]:
        """The kinds that we describe and the vendor does not."""
        others = arms(self.theirs, their)
        if any(other.kind == "any" for other in others):
            return []
        kinds = {other.kind for other in others}
        kinds |= {"integer"} if "number" in kinds else set()
        mine = [arm.kind for arm in arms(self.ours, our) if arm.kind not in ("any", "null")]
        return [kind for kind in dict.fromkeys(mine) if kind not in kinds]

    def new_values(
        self, our: Any, their: Any
    ) -> Iterator[tuple[dict[str, Any], list[Any], list[Any]]]:
        """Our enum or list of examples, the values that it lacks, and those that only it has.

        Two enums that are components and have a value in common are the same thing from then on.
        """
        mine = arms(self.ours, our)
        listed = [arm for arm in mine if "enum" in arm.schema]
        listed = listed or [arm for arm in mine if "examples" in arm.schema]
        others = [other for other in arms(self.theirs, their) if _listed(other)]
        values = [value for other in others for value in _listed(other) if value is not None]
        texts = [each for each in listed if all(isinstance(v, str) for v in _listed(each))]
        if values and texts and all(isinstance(value, str) for value in values):
            known = [value for each in texts for value in _listed(each)]
            owner = self.ours[texts[0].name] if texts[0].name else mapping(our)
            fresh = [value for value in dict.fromkeys(values) if value not in known]
            if texts[0].name and others[0].name and set(known) & set(values):
                self._meet(texts[0].name, others[0].name)
            yield owner, fresh, [value for value in known if value not in values]

    def _holds(self, mine: Arm, other: Arm) -> bool:
        if "any" in (mine.kind, other.kind):
            return True
        if mine.kind != other.kind:
            return (mine.kind, other.kind) in _WIDER
        if mine.kind == "array":
            missing, _ = self.uncovered(mine.schema.get("items"), other.schema.get("items"))
            return not missing
        if mine.kind == "object":
            return self._same_object(mine, other)
        if mine.kind == "string":
            one, another = (_format(arm) for arm in (mine, other))
            # A closed enum holds the values of another (those that are new come into it).
            closed = mine.values is not None and other.values is None
            return one == another and not closed and not _other_const(mine, other)
        return True

    def _kinds(self, mine: list[Arm]) -> list[Arm]:
        """The objects of a union that is open to others: what is new there is one of these."""
        return (
            [arm for arm in mine if arm.name] if any(a.schema == ANY_OBJECT for a in mine) else []
        )

    def _has_fields(self, other: Arm) -> bool:
        return bool(other.name and fields(self.theirs, other.name))

    def _same_object(self, mine: Arm, other: Arm) -> bool:
        if mine.name is None or other.name is None:
            inside = [arm.schema.get("additionalProperties") for arm in (mine, other)]
            return not any(isinstance(each, dict) and each for each in inside)
        # One that has a namesake there is that one, and no other that looks like it.
        is_named_there = mine.name in self.theirs and mine.name != other.name
        if is_named_there and self.alike(mine.name, mine.name):
            return False
        if not self.alike(mine.name, other.name):
            return False
        self._meet(mine.name, other.name)
        return True

    def alike(self, our: str, their: str) -> bool:
        """Whether two components are one thing: most of their fields are the same."""
        mine, others = fields(self.ours, our), fields(self.theirs, their)
        if not mine or not others:
            # Free in form: what the other one says is more than this, and no contradiction.
            return _is_object(self.ours[our]) and _is_object(self.theirs[their])
        for key in mine.keys() & others.keys():
            one, another = mapping(mine[key]).get("const"), mapping(others[key]).get("const")
            if one is not None and another is not None and one != another:
                return False
        return len(mine.keys() & others.keys()) >= _ALIKE * min(len(mine), len(others))


def _listed(arm: Arm) -> list[Any]:
    return arm.values or sequence(arm.schema.get("examples"))


def _format(arm: Arm) -> str | None:
    kind = arm.schema.get("format")
    return kind if kind in _EXACT_FORMATS else None


def _other_const(mine: Arm, other: Arm) -> bool:
    consts = "const" in mine.schema and other.values is not None
    return consts and mine.schema["const"] not in (other.values or [])


def _is_object(component: dict[str, Any]) -> bool:
    return component.get("type") == "object" or "allOf" in component
