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
    mapping,
    schemas,
    sequence,
)
from scripts.openapi.python_names import class_name, variable

# Compared without regard to case: the module of `Cast` is `cast`, and hides the function.
_SCHEMA_NAME = re.compile(
    "any|authenticatedclient|bytesio|cast|client|file|httpstatus|isoparse|literal|mapping"
    "|response|t|typevar|unset|uuid"
)
_PROPERTY_NAME = re.compile(
    "additional_keys|additional_properties|cls|d|field_dict|from_dict|isoparse|prop|prop_name"
    "|to_dict"
)
_IGNORED = re.compile(
    r"\$defs|\$dynamicRef|contains|dependentRequired|dependentSchemas|else|if|not"
    "|patternProperties|propertyNames|readOnly|then|unevaluatedItems|unevaluatedProperties"
    "|writeOnly"
)


def described(document: Any) -> Iterator[Finding]:
    """The description becomes the class's docstring."""
    for schema in components(document):
        if not str(mapping(schema.value).get("description") or "").strip():
            yield Finding(schema.pointer, "there is no description", "say in one line what it is")


def no_default(document: Any) -> Iterator[Finding]:
    """A default is sent with every request, and ignored in responses."""
    for schema in schemas(document):
        if "default" in mapping(schema.value):
            reason = "a default is sent although the caller did not set it"
            fix = "remove it; say in the description what the service takes"
            yield Finding(schema.pointer, reason, fix)


def no_uuid(document: Any) -> Iterator[Finding]:
    """An id of another form would lose the whole response."""
    for schema in schemas(document):
        if mapping(schema.value).get("format") == "uuid":
            reason = "format uuid raises on an id of any other form"
            yield Finding(schema.pointer, reason, "make it a plain string")


def no_inline_object(document: Any) -> Iterator[Finding]:
    """Each inline object becomes a class with a name nobody chose."""
    for schema in schemas(document):
        if not _is_object(schema.value) or schema.keyword == "component" or _is_open_arm(schema):
            continue
        in_component_all_of = (
            schema.keyword == "allOf"
            and schema.parent is not None
            and schema.parent.keyword == "component"
        )
        if not in_component_all_of:
            reason = "an inline object becomes a class with a made-up name"
            fix = "name it under components/schemas and refer to it; free-form is {}"
            yield Finding(schema.pointer, reason, fix)


def no_title(document: Any) -> Iterator[Finding]:
    """A title takes the place of the name."""
    for schema in schemas(document):
        if "title" in mapping(schema.value):
            reason = "the title replaces the component's name in the generated class"
            yield Finding(schema.pointer, reason, "remove it")


def schema_name(document: Any) -> Iterator[Finding]:
    """Names that generated modules import."""
    for schema in components(document):
        if _SCHEMA_NAME.fullmatch(re.sub(r"[^a-z0-9]", "", schema.name.lower())):
            reason = f"a schema named {schema.name!r} hides a name of the generated module"
            yield Finding(schema.pointer, reason, f"name it {schema.name}Object, or better")


def schema_name_unique(document: Any) -> Iterator[Finding]:
    """Of two schemas that become one class, the second is dropped."""
    seen: dict[str, str] = {}
    for schema in components(document):
        name = class_name(schema.name)
        if name in seen:
            reason = f"{schema.name!r} and {seen[name]!r} become one class, {name}"
            yield Finding(schema.pointer, reason, "name one of them otherwise")
        seen.setdefault(name, schema.name)


def property_name_unique(document: Any) -> Iterator[Finding]:
    """Two properties of one Python name: broken code, or names that change with the next one."""
    for schema in schemas(document):
        seen: dict[str, str] = {}
        for name in map(str, mapping(mapping(schema.value).get("properties"))):
            python = variable(name)
            if python in seen:
                reason = f"the properties {seen[python]!r} and {name!r} become one name, {python!r}"
                fix = "describe one of them, and leave the other to the additional properties"
                yield Finding(schema.pointer, reason, fix)
            seen.setdefault(python, name)


def property_name(document: Any) -> Iterator[Finding]:
    """Names that a generated class uses for itself."""
    for schema in schemas(document):
        if schema.keyword == "properties" and _PROPERTY_NAME.fullmatch(variable(schema.name)):
            reason = f"a property named {schema.name!r} breaks the generated class when it is used"
            yield Finding(schema.pointer, reason, "leave it to the additional properties")


def no_boolean_schema(document: Any) -> Iterator[Finding]:
    """The generator stops at a boolean schema; only additionalProperties may be one."""
    for schema in schemas(document):
        if isinstance(schema.value, bool) and schema.keyword != "additionalProperties":
            yield Finding(schema.pointer, "a boolean schema stops the generator", "write {}")


def nothing_beside_union(document: Any) -> Iterator[Finding]:
    """Properties beside a combination are dropped."""
    for schema in schemas(document):
        value = mapping(schema.value)
        beside = [key for key in ("properties", "required", "enum") if key in value]
        combined = [key for key in COMBINED if key in value]
        if beside and combined:
            reason = f"{beside[0]} beside {combined[0]} is dropped, or drops what it stands beside"
            yield Finding(schema.pointer, reason, "move it into an item of an allOf")


def nothing_beside_reference(document: Any) -> Iterator[Finding]:
    """What stands beside a reference is dropped."""
    for schema in schemas(document):
        value = mapping(schema.value)
        beside = [str(key) for key in value if key != "$ref"]
        if isinstance(value.get("$ref"), str) and beside:
            reason = f"{', '.join(beside)} beside a $ref is dropped"
            yield Finding(schema.pointer, reason, "write allOf: [{$ref: ...}] beside it instead")


def no_alias(document: Any) -> Iterator[Finding]:
    """A component that is only a reference becomes a second class."""
    for schema in components(document):
        if "$ref" in mapping(schema.value):
            reason = "a component that is a $ref becomes a second class of the same form"
            yield Finding(schema.pointer, reason, "refer to the target itself")


def array_items(document: Any) -> Iterator[Finding]:
    """A list that does not say of what is dropped, and all that use it."""
    for schema in schemas(document):
        value = mapping(schema.value)
        types = value.get("type")
        is_array = "array" in (types if isinstance(types, list) else [types])
        if is_array and "items" not in value and "prefixItems" not in value:
            yield Finding(schema.pointer, "a list without items is dropped", "add items: {}")


def nullable_keyword(document: Any) -> Iterator[Finding]:
    """`nullable` is OpenAPI 3.0's: the generator reads it, and no validator of 3.1 does."""
    for schema in schemas(document):
        if "nullable" in mapping(schema.value):
            reason = "OpenAPI 3.1 has no nullable, so null is not valid here"
            fix = "write type: [string, 'null'], or anyOf with {type: 'null'}"
            yield Finding(schema.pointer, reason, fix)


def required_defined(document: Any) -> Iterator[Finding]:
    """A required name without a property is passed over."""
    for schema in schemas(document):
        value = mapping(schema.value)
        if "properties" not in value:
            continue
        for name in sequence(value.get("required")):
            if name not in mapping(value["properties"]):
                reason = f"required names {name!r}, which is no property"
                yield Finding(schema.pointer, reason, "add the property, or correct the name")


def no_ignored_keyword(document: Any) -> Iterator[Finding]:
    """Keywords that the generator does not know."""
    for schema in schemas(document):
        ignored = [key for key in mapping(schema.value) if _IGNORED.fullmatch(str(key))]
        if ignored:
            reason = f"the generator ignores {', '.join(ignored)}"
            yield Finding(schema.pointer, reason, "say it in the description")


def _is_object(value: Any) -> bool:
    types = mapping(value).get("type")
    return types == "object" or "object" in sequence(types) or "properties" in mapping(value)


def _is_open_arm(schema: Schema) -> bool:
    """The last arm of a union, which takes any object that the others do not."""
    siblings = sequence(mapping(schema.parent.value if schema.parent else {}).get(schema.keyword))
    last = schema.keyword in UNIONS and siblings[-1] is schema.value
    return last and "properties" not in mapping(schema.value)


SCHEMA_RULES = (
    described,
    no_default,
    no_uuid,
    no_inline_object,
    no_title,
    schema_name,
    schema_name_unique,
    property_name,
    property_name_unique,
    array_items,
    nullable_keyword,
    no_boolean_schema,
    nothing_beside_union,
    nothing_beside_reference,
    no_alias,
    required_defined,
    no_ignored_keyword,
)
