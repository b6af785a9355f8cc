"""Rules for schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scripts.openapi.document import (
    COMBINED,
    UNIONS,
    Finding,
    Schema,
    components,
    join,
    mapping,
    nodes,
    parameters,
    path_items,
    request_bodies,
    schema_objects,
    schemas,
    sequence,
    split,
)
from scripts.openapi.python_names import (
    can_be_class,
    can_be_field,
    class_name,
    is_plain,
    variable,
)

_IGNORED = re.compile(
    r"\$defs|\$dynamicRef|contains|dependentRequired|dependentSchemas|else|if|not"
    "|patternProperties|propertyNames|readOnly|then|unevaluatedItems|unevaluatedProperties"
    "|writeOnly"
)


# C0 and C1 without tabs and ends of lines, and marks that change the direction of writing.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def described(document: Any) -> Iterator[Finding]:
    """The description becomes the docstring of the class."""
    for schema in components(document):
        if not str(mapping(schema.value).get("description") or "").strip():
            fix = "write one line that says what it is"
            yield Finding(schema.pointer, "there is no description", fix)


def plain_text(document: Any) -> Iterator[Finding]:
    """The generator writes names and values between quotes as they are."""
    found: list[tuple[str, Any, str]]
    found = [(pointer, split(pointer)[-1], '"') for pointer, _ in path_items(document)]
    found += [(pointer, each.get("name"), "") for pointer, each in parameters(document)]
    for pointer, body in request_bodies(document):
        media = mapping(mapping(body).get("content"))
        found += [(join(pointer, "content", each), each, '"') for each in media]
    for schema, value in schema_objects(document):
        found += [(schema.pointer, schema.name, "")] if schema.keyword == "properties" else []
        found += [(schema.pointer, each, "") for each in sequence(value.get("enum"))]
        found += [(schema.pointer, value.get("const"), "'\"")]
    for pointer, text, quotes in found:
        if isinstance(text, str) and not is_plain(text, quotes):
            reason = f"the generator alters {text!r}, or fails at it"
            yield Finding(pointer, reason, "use no backslashes, quotes or control characters")


def description_quotes(document: Any) -> Iterator[Finding]:
    """The generator writes a description into a docstring, which three quotes end."""
    for pointer, node in nodes(document):
        description = node.get("description")
        if isinstance(description, str) and '"""' in description:
            reason = 'three quotes (""") in a description end the docstring'
            yield Finding(join(pointer, "description"), reason, "write other quotes")


def description_controls(document: Any) -> Iterator[Finding]:
    """Terminals and editors obey the control characters in a docstring."""
    for pointer, node in nodes(document):
        description = node.get("description")
        found = CONTROL.search(description) if isinstance(description, str) else None
        if found:
            reason = f"a description contains the control character U+{ord(found[0]):04X}"
            yield Finding(join(pointer, "description"), reason, "remove it")


def no_default(document: Any) -> Iterator[Finding]:
    """A default is sent with every request, and ignored in responses."""
    for schema, value in schema_objects(document):
        if "default" in value:
            reason = "a default is sent even if the caller did not set it"
            yield Finding(schema.pointer, reason, "remove it; state it in the description")


def no_uuid(document: Any) -> Iterator[Finding]:
    """An id of another form makes the whole response unreadable."""
    for schema, value in schema_objects(document):
        if value.get("format") == "uuid":
            reason = "format uuid raises an error for ids of any other form"
            yield Finding(schema.pointer, reason, "make it a plain string")


def no_inline_object(document: Any) -> Iterator[Finding]:
    """Each inline object becomes a class with a made-up name."""
    for schema in schemas(document):
        if not _is_object(schema.value) or schema.keyword == "component" or _is_open_end(schema):
            continue
        parent = schema.parent.keyword if schema.parent else ""
        if (schema.keyword, parent) != ("allOf", "component"):
            reason = "an inline object becomes a class with a made-up name"
            fix = "move it to components/schemas and refer to it; a free-form object is {}"
            yield Finding(schema.pointer, reason, fix)


def no_title(document: Any) -> Iterator[Finding]:
    """A title replaces the name of the component."""
    for schema, value in schema_objects(document):
        if "title" in value:
            reason = "the title replaces the component's name in the generated class"
            yield Finding(schema.pointer, reason, "remove it")


def schema_name(document: Any) -> Iterator[Finding]:
    """Some names are imported by the generated modules."""
    for schema in components(document):
        if not can_be_class(schema.name):
            reason = f"a schema named {schema.name!r} shadows a name in the generated module"
            yield Finding(schema.pointer, reason, f"name it {schema.name}Object, or better")


def schema_name_unique(document: Any) -> Iterator[Finding]:
    """Of two schemas with the same class name, the generator drops the second."""
    seen: dict[str, str] = {}
    for schema in components(document):
        name = class_name(schema.name)
        if name in seen:
            reason = f"{schema.name!r} and {seen[name]!r} have the same class name, {name}"
            yield Finding(schema.pointer, reason, "rename one of them")
        seen.setdefault(name, schema.name)


def property_name(document: Any) -> Iterator[Finding]:
    """Some names are used by the generated class itself."""
    for schema in schemas(document):
        if schema.keyword == "properties" and not can_be_field(schema.name):
            reason = f"a property named {schema.name!r} breaks the generated class at run time"
            yield Finding(schema.pointer, reason, "remove it; it is an additional property then")


def property_name_unique(document: Any) -> Iterator[Finding]:
    """Two properties with the same Python name break the class, or rename each other."""
    for schema, value in schema_objects(document):
        seen: dict[str, str] = {}
        for name in map(str, mapping(value.get("properties"))):
            python = variable(name)
            if python in seen:
                reason = f"the properties {seen[python]!r} and {name!r} have the same Python name"
                fix = "remove one of them; it is an additional property then"
                yield Finding(schema.pointer, f"{reason}, {python!r}", fix)
            seen.setdefault(python, name)


def array_items(document: Any) -> Iterator[Finding]:
    """The generator drops an array without items, and everything that uses it."""
    for schema, value in schema_objects(document):
        types = value.get("type")
        is_array = "array" in (types if isinstance(types, list) else [types])
        if is_array and "items" not in value and "prefixItems" not in value:
            yield Finding(schema.pointer, "an array without items is dropped", "add items: {}")


def nullable_keyword(document: Any) -> Iterator[Finding]:
    """`nullable` belongs to OpenAPI 3.0: the generator reads it, but validators of 3.1 do not."""
    for schema, value in schema_objects(document):
        if "nullable" in value:
            reason = "OpenAPI 3.1 has no nullable, so null is not valid here"
            fix = "write type: [string, 'null'], or anyOf with {type: 'null'}"
            yield Finding(schema.pointer, reason, fix)


def no_boolean_schema(document: Any) -> Iterator[Finding]:
    """The generator fails at a boolean schema, except for additionalProperties."""
    for schema in schemas(document):
        if isinstance(schema.value, bool) and schema.keyword != "additionalProperties":
            yield Finding(schema.pointer, "the generator fails at a boolean schema", "write {}")


def nothing_beside_union(document: Any) -> Iterator[Finding]:
    """The generator drops properties beside a union or an allOf."""
    for schema, value in schema_objects(document):
        beside = [key for key in ("properties", "required", "enum") if key in value]
        combined = [key for key in COMBINED if key in value]
        if beside and combined:
            reason = f"of {beside[0]} beside {combined[0]}, the generator drops one"
            yield Finding(schema.pointer, reason, "move it into an item of an allOf")


def nothing_beside_reference(document: Any) -> Iterator[Finding]:
    """The generator drops everything beside a reference."""
    for schema, value in schema_objects(document):
        beside = [str(key) for key in value if key != "$ref"]
        if isinstance(value.get("$ref"), str) and beside:
            reason = f"{', '.join(beside)} beside a $ref is dropped"
            yield Finding(schema.pointer, reason, "put the reference into allOf: [{$ref: ...}]")


def no_alias(document: Any) -> Iterator[Finding]:
    """A component that is only a reference becomes a second class."""
    for schema in components(document):
        if "$ref" in mapping(schema.value):
            reason = "a component that is a $ref becomes a second, identical class"
            yield Finding(schema.pointer, reason, "refer to the target itself")


def required_defined(document: Any) -> Iterator[Finding]:
    """The generator ignores required names without a property."""
    for schema, value in schema_objects(document):
        if "properties" not in value:
            continue
        for name in sequence(value.get("required")):
            if not isinstance(name, str) or name not in mapping(value["properties"]):
                reason = f"required has {name!r}, which is not a property"
                yield Finding(schema.pointer, reason, "add the property, or correct the name")


def no_ignored_keyword(document: Any) -> Iterator[Finding]:
    """The generator ignores some keywords."""
    for schema, value in schema_objects(document):
        ignored = [key for key in value if _IGNORED.fullmatch(str(key))]
        if ignored:
            reason = f"the generator ignores {', '.join(ignored)}"
            yield Finding(schema.pointer, reason, "explain it in the description")


def _is_object(value: Any) -> bool:
    types = mapping(value).get("type")
    return types == "object" or "object" in sequence(types) or "properties" in mapping(value)


def _is_open_end(schema: Schema) -> bool:
    """Return whether a schema is the last item of a union, for objects that fit no other."""
    siblings = sequence(mapping(schema.parent.value if schema.parent else {}).get(schema.keyword))
    is_last = schema.keyword in UNIONS and siblings[-1] is schema.value
    return is_last and "properties" not in mapping(schema.value)
