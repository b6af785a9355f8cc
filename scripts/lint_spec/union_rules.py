"""Rules for enums, unions and combinations of schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.openapi.document import (
    COMBINED,
    COMPONENT,
    UNIONS,
    Finding,
    components,
    mapping,
    resolve,
    schemas,
    sequence,
    target,
    types_of,
)
from scripts.openapi.python_names import enum_member

_DATES = ("date", "date-time", "uuid")


def nullable_enum(document: Any) -> Iterator[Finding]:
    """A null in an enum makes three classes of one."""
    for schema in schemas(document):
        value = mapping(schema.value)
        nullable = "null" in sequence(value.get("type")) or None in sequence(value.get("enum"))
        if "enum" in value and (nullable or value.get("nullable")):
            reason = "an enum that may be null becomes several classes"
            fix = "write anyOf: [{$ref: the enum}, {type: 'null'}]"
            yield Finding(schema.pointer, reason, fix)


def enum_values(document: Any) -> Iterator[Finding]:
    """Values that become one Python name: one of them is lost."""
    for schema in schemas(document):
        names: dict[str, Any] = {}
        if "x-enum-varnames" in mapping(schema.value):
            continue
        for index, value in enumerate(sequence(mapping(schema.value).get("enum"))):
            name = enum_member(value, index)
            if name in names:
                reason = f"the enum values {names[name]!r} and {value!r} become one name, {name}"
                fix = "name them with x-enum-varnames, or make it a plain string"
                yield Finding(schema.pointer, reason, fix)
            names.setdefault(name, value)


def enum_names(document: Any) -> Iterator[Finding]:
    """A value that begins with no letter is named by its place, which the next one changes."""
    for schema in schemas(document):
        value = mapping(schema.value)
        values = sequence(value.get("enum"))
        names = sequence(value.get("x-enum-varnames"))
        numbered = [each for each in values if isinstance(each, str) and not each[:1].isalpha()]
        if names and len(set(map(str, names))) != len(values):
            reason = f"{len(values)} values have {len(set(map(str, names)))} names"
            yield Finding(schema.pointer, reason, "give x-enum-varnames one name for each value")
        elif numbered and not names:
            reason = f"the enum value {numbered[0]!r} is named by its place in the list"
            yield Finding(schema.pointer, reason, "name the values with x-enum-varnames")


def enum_type(document: Any) -> Iterator[Finding]:
    """Enums of strings or of integers are generated; others are dropped, or become bool."""
    for schema in schemas(document):
        values = sequence(mapping(schema.value).get("enum"))
        types = {type(each) for each in values if each is not None}
        if "enum" in mapping(schema.value) and types not in ({str}, {int}):
            names = ", ".join(sorted(each.__name__ for each in types)) or "nothing"
            reason = f"an enum of {names} is dropped by the generator, or loses its values"
            fix = "keep to strings, or to integers; boolean, number or const say the rest"
            yield Finding(schema.pointer, reason, fix)


def no_inline_enum(document: Any) -> Iterator[Finding]:
    """Each inline enum becomes a class with a name nobody chose, which may be taken."""
    for schema in schemas(document):
        if "enum" in mapping(schema.value) and schema.keyword != "component":
            reason = "an inline enum becomes a class with a made-up name"
            yield Finding(schema.pointer, reason, "name it under components/schemas")


def const(document: Any) -> Iterator[Finding]:
    """A const is good for a required string property, and broken elsewhere."""
    for schema in schemas(document):
        value = mapping(schema.value)
        if "const" not in value:
            continue
        owner = mapping(schema.parent.value) if schema.parent else {}
        required = schema.name in sequence(owner.get("required"))
        if schema.keyword != "properties" or not required or not isinstance(value["const"], str):
            reason = "a const that is not a required string property gives broken code"
            yield Finding(schema.pointer, reason, "make it an enum of one value, or a string")


def discriminator(document: Any) -> Iterator[Finding]:
    """The arms of a union are tried in order; no discriminator is read."""
    for schema in schemas(document):
        if "discriminator" in mapping(schema.value):
            reason = "the generator ignores the discriminator, and tries the items in order"
            fix = "remove it; give each item a required property that is a const"
            yield Finding(schema.pointer, reason, fix)


def union_order(document: Any) -> Iterator[Finding]:
    """An item that takes what a later one is meant for makes the wrong class of it."""
    for schema in schemas(document):
        for keyword in UNIONS:
            arms = [
                (index, each)
                for index, arm in enumerate(sequence(mapping(schema.value).get(keyword)))
                if "properties" in (each := mapping(target(document, arm)))
            ]
            for place, (index, arm) in enumerate(arms):
                later = [other for other, each in arms[place + 1 :] if takes(arm, each)]
                if later:
                    pointer = f"{schema.pointer}/{keyword}/{index}"
                    reason = f"this item also takes what item {later[0]} is meant for"
                    fix = "put it behind, or give both a required property that is a const"
                    yield Finding(pointer, reason, fix)


def takes(arm: dict[Any, Any], other: dict[Any, Any]) -> bool:
    """Whether each object of the other kind is one of this kind too."""
    there = mapping(other.get("properties"))
    for name in sequence(arm.get("required")):
        mine, its = mapping(mapping(arm["properties"]).get(name)), mapping(there.get(name))
        if name not in sequence(other.get("required")):
            return False
        if "const" in mine and mine.get("const") != its.get("const"):
            return False
        if mine.get("type") != its.get("type") and "type" in mine and "type" in its:
            return False
    return True


def union_of_dates(document: Any) -> Iterator[Finding]:
    """A text that looks like a date becomes one, and is written back otherwise."""
    for schema in schemas(document):
        for keyword in UNIONS:
            arms = [
                mapping(target(document, arm))
                for arm in sequence(mapping(schema.value).get(keyword))
            ]
            dates = [arm["format"] for arm in arms if arm.get("format") in _DATES]
            plain = [arm for arm in arms if "string" in types_of(document, arm)]
            if dates and len(plain) > 1:
                reason = f"a text that looks like a {dates[0]} is changed on the way"
                yield Finding(schema.pointer, reason, "make it a plain string")


def no_recursive_alias(document: Any) -> Iterator[Finding]:
    """A list, union or combination that holds itself is dropped, and all that use it."""
    for schema in components(document):
        name = f"{COMPONENT}schemas/{schema.name}"
        if "properties" in mapping(schema.value):
            continue
        if name in held_at_once(document, schema.value):
            reason = "a schema that holds itself without an object between is dropped"
            fix = "put an object between that has it as a property"
            yield Finding(schema.pointer, reason, fix)


def held_at_once(document: Any, schema: Any) -> set[str]:
    """The references that are met before any property is."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        value = mapping(waiting.pop())
        if isinstance(ref := value.get("$ref"), str) and ref not in found:
            found.add(ref)
            waiting.append(resolve(document, ref))
        waiting += [arm for keyword in COMBINED for arm in sequence(value.get(keyword))]
        waiting += [value["items"]] if "items" in value else []
    return found


def mergeable_all_of(document: Any) -> Iterator[Finding]:
    """Several items of an allOf are merged if they are objects that agree; others are dropped."""
    for schema in schemas(document):
        arms = [target(document, arm) for arm in sequence(mapping(schema.value).get("allOf"))]
        if len(arms) < 2:
            continue
        seen: dict[str, Any] = {}
        for arm in arms:
            if "object" not in types_of(document, arm):
                reason = "an item of this allOf is no object, and is dropped"
                yield Finding(schema.pointer, reason, "keep allOf to objects")
                break
            for name, field in mapping(mapping(arm).get("properties")).items():
                before = seen.setdefault(name, field)
                if sorted(types_of(document, before)) != sorted(types_of(document, field)):
                    reason = f"the items of this allOf differ in what {name!r} is"
                    yield Finding(schema.pointer, reason, "say it once")


UNION_RULES = (
    nullable_enum,
    enum_values,
    enum_names,
    enum_type,
    no_inline_enum,
    const,
    discriminator,
    union_order,
    union_of_dates,
    no_recursive_alias,
    mergeable_all_of,
)
