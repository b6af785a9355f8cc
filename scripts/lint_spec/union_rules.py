"""Rules for enums, unions and allOf."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.openapi.document import (
    COMBINED,
    SCHEMAS,
    UNIONS,
    Finding,
    components,
    join,
    mapping,
    resolve,
    schema_objects,
    sequence,
    target,
    types_of,
)
from scripts.openapi.python_names import enum_member

_PARSED_FORMATS = ("date", "date-time", "uuid")


def nullable_enum(document: Any) -> Iterator[Finding]:
    """The generator makes three classes of an enum with null."""
    for schema, value in schema_objects(document):
        has_null = "null" in sequence(value.get("type")) or None in sequence(value.get("enum"))
        if "enum" in value and (has_null or value.get("nullable")):
            reason = "an enum that can be null becomes several classes"
            yield Finding(schema.pointer, reason, "write anyOf: [{$ref: the enum}, {type: 'null'}]")


def enum_values(document: Any) -> Iterator[Finding]:
    """Of two values with the same Python name, the generator drops one."""
    for schema, value in schema_objects(document):
        names: dict[str, Any] = {}
        if "x-enum-varnames" in value:
            continue
        for index, each in enumerate(sequence(value.get("enum"))):
            name = enum_member(each, index)
            if name in names:
                reason = f"the values {names[name]!r} and {each!r} have the same name, {name}"
                fix = "name them with x-enum-varnames, or make it a plain string"
                yield Finding(schema.pointer, reason, fix)
            names.setdefault(name, each)


def enum_names(document: Any) -> Iterator[Finding]:
    """A value that does not begin with a letter is named by its index, which can change."""
    for schema, value in schema_objects(document):
        values = sequence(value.get("enum"))
        names = sequence(value.get("x-enum-varnames"))
        unnamed = [each for each in values if isinstance(each, str) and not each[:1].isalpha()]
        if names and len(set(map(str, names))) != len(values):
            reason = f"{len(values)} values have {len(set(map(str, names)))} names"
            yield Finding(schema.pointer, reason, "give x-enum-varnames one name for each value")
        elif unnamed and not names:
            reason = f"the enum value {unnamed[0]!r} is named by its index"
            yield Finding(schema.pointer, reason, "name the values with x-enum-varnames")


def enum_type(document: Any) -> Iterator[Finding]:
    """The generator supports enums of strings and of integers."""
    for schema, value in schema_objects(document):
        values = sequence(value.get("enum"))
        types = {type(each) for each in values if each is not None}
        if "enum" in value and types not in ({str}, {int}):
            names = ", ".join(sorted(each.__name__ for each in types)) or "nothing"
            reason = f"an enum of {names} is dropped by the generator, or loses its values"
            fix = "use strings or integers only; otherwise type boolean or number, or const"
            yield Finding(schema.pointer, reason, fix)


def no_inline_enum(document: Any) -> Iterator[Finding]:
    """Each inline enum becomes a class with a made-up name, which may clash with another."""
    for schema, value in schema_objects(document):
        if "enum" in value and schema.keyword != "component":
            reason = "an inline enum becomes a class with a made-up name"
            yield Finding(schema.pointer, reason, "move it to components/schemas and refer to it")


def const(document: Any) -> Iterator[Finding]:
    """A const works for a required string property only."""
    for schema, value in schema_objects(document):
        if "const" not in value:
            continue
        owner = mapping(schema.parent.value) if schema.parent else {}
        required = schema.name in sequence(owner.get("required"))
        if schema.keyword != "properties" or not required or not isinstance(value["const"], str):
            reason = "the generated code is broken for a const that is not a required str property"
            yield Finding(schema.pointer, reason, "make it an enum of one value, or a string")


def discriminator(document: Any) -> Iterator[Finding]:
    """The generator ignores the discriminator, and tries the variants of a union in order."""
    for schema, value in schema_objects(document):
        if "discriminator" in value:
            reason = "the generator ignores the discriminator, and tries the items in order"
            fix = "remove it; give each item a required property that is a const"
            yield Finding(schema.pointer, reason, fix)


def union_order(document: Any) -> Iterator[Finding]:
    """A variant that accepts the values of a later one takes its place."""
    for schema, value in schema_objects(document):
        for keyword in UNIONS:
            objects = [
                (index, each)
                for index, item in enumerate(sequence(value.get(keyword)))
                if "properties" in (each := mapping(target(document, item)))
            ]
            for place, (index, item) in enumerate(objects):
                later = [other for other, each in objects[place + 1 :] if accepts(item, each)]
                if later:
                    reason = f"this item also accepts the values of item {later[0]}"
                    fix = "put it after that, or give both a required property that is a const"
                    yield Finding(join(schema.pointer, keyword, index), reason, fix)


def accepts(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    """Return whether the generated class of one object accepts all values of the other."""
    fields = mapping(other.get("properties"))
    for name in sequence(one.get("required")):
        ours, theirs = mapping(mapping(one["properties"]).get(name)), mapping(fields.get(name))
        if name not in sequence(other.get("required")):
            return False
        if "const" in ours and ours.get("const") != theirs.get("const"):
            return False
        if ours.get("type") != theirs.get("type") and "type" in ours and "type" in theirs:
            return False
    return True


def union_of_dates(document: Any) -> Iterator[Finding]:
    """A string that looks like a date is parsed, and then written in another form."""
    for schema, value in schema_objects(document):
        for keyword in UNIONS:
            items = [mapping(target(document, each)) for each in sequence(value.get(keyword))]
            dates = [each["format"] for each in items if each.get("format") in _PARSED_FORMATS]
            strings = [each for each in items if "string" in types_of(document, each)]
            if dates and len(strings) > 1:
                reason = f"a string that looks like a {dates[0]} does not stay as it is"
                yield Finding(schema.pointer, reason, "make it a plain string")


def no_recursive_alias(document: Any) -> Iterator[Finding]:
    """The generator drops an array, union or allOf that contains itself, and all its uses."""
    for schema in components(document):
        if "properties" in mapping(schema.value):
            continue
        if SCHEMAS + schema.name in references_without_object(document, schema.value):
            reason = "a schema that contains itself without an object between is dropped"
            yield Finding(schema.pointer, reason, "put an object between, with a property for it")


def references_without_object(document: Any, schema: Any) -> set[str]:
    """Return the references that a schema contains, except through properties."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        value = mapping(waiting.pop())
        if isinstance(ref := value.get("$ref"), str) and ref not in found:
            found.add(ref)
            waiting.append(resolve(document, ref))
        waiting += [each for keyword in COMBINED for each in sequence(value.get(keyword))]
        waiting += [value["items"]] if "items" in value else []
    return found


def mergeable_all_of(document: Any) -> Iterator[Finding]:
    """The generator merges the items of an allOf if they are objects that agree."""
    for schema, value in schema_objects(document):
        items = [target(document, each) for each in sequence(value.get("allOf"))]
        if len(items) < 2:
            continue
        seen: dict[str, Any] = {}
        for item in items:
            if "object" not in types_of(document, item):
                reason = "an item of this allOf is not an object, and is dropped"
                yield Finding(schema.pointer, reason, "use objects only in allOf")
                break
            for name, field in mapping(mapping(item).get("properties")).items():
                types = (types_of(document, each) for each in (seen.setdefault(name, field), field))
                if len({tuple(sorted(each)) for each in types}) > 1:
                    reason = f"the items of this allOf define {name!r} differently"
                    yield Finding(schema.pointer, reason, "define it once")
