"""Rules for schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from speclint.document import (
    COMBINED,
    UNIONS,
    Finding,
    Schema,
    components,
    mapping,
    schemas,
    sequence,
)

# Compared without regard to case: the module of `Cast` is `cast`, and hides the function.
_SCHEMA_NAME = re.compile(
    "any|authenticatedclient|bytesio|cast|client|file|httpstatus|isoparse|literal|mapping"
    "|response|t|typevar|unset|uuid"
)
_PROPERTY_NAME = re.compile("additional_properties|cls|d|field_dict|from_dict|to_dict")
_IGNORED = re.compile(
    r"\$defs|\$dynamicRef|contains|dependentRequired|dependentSchemas|else|if|not"
    "|patternProperties|propertyNames|then|unevaluatedItems|unevaluatedProperties"
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
            mend = "remove it; say in the description what the service takes"
            yield Finding(schema.pointer, reason, mend)


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
            mend = "name it under components/schemas and refer to it; free-form is {}"
            yield Finding(schema.pointer, reason, mend)


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


def property_name(document: Any) -> Iterator[Finding]:
    """Names that a generated class uses for itself."""
    for schema in schemas(document):
        name = re.sub(r"(?<=[a-z])(?=[A-Z])|[ .-]", "_", schema.name).lower()
        if schema.keyword == "properties" and _PROPERTY_NAME.fullmatch(name):
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


def nullable_enum(document: Any) -> Iterator[Finding]:
    """A null in an enum makes three classes of one."""
    for schema in schemas(document):
        value = mapping(schema.value)
        nullable = "null" in sequence(value.get("type")) or None in sequence(value.get("enum"))
        if "enum" in value and (nullable or value.get("nullable")):
            reason = "an enum that may be null becomes several classes"
            mend = "write anyOf: [{$ref: the enum}, {type: 'null'}]"
            yield Finding(schema.pointer, reason, mend)


def enum_values(document: Any) -> Iterator[Finding]:
    """Values that become one Python name: one of them is lost."""
    for schema in schemas(document):
        names: dict[str, Any] = {}
        for index, value in enumerate(sequence(mapping(schema.value).get("enum"))):
            name = _member(value, index)
            if name in names:
                reason = f"the enum values {names[name]!r} and {value!r} become one name, {name}"
                mend = "name them with x-enum-varnames, or make it a plain string"
                if "x-enum-varnames" not in mapping(schema.value):
                    yield Finding(schema.pointer, reason, mend)
            names.setdefault(name, value)


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


def _member(value: Any, index: int) -> str:
    """The name that the generator gives to an enum's value."""
    if not isinstance(value, str):
        return f"VALUE_{value}"
    if not value[:1].isalpha():
        return f"VALUE_{index}"
    return "_".join(re.findall(r"[^. _-]+", re.sub(r"[^\w. _-]+", "", value))).upper()


SCHEMA_RULES = (
    described,
    no_default,
    no_uuid,
    no_inline_object,
    no_title,
    schema_name,
    property_name,
    no_boolean_schema,
    nothing_beside_union,
    nothing_beside_reference,
    no_alias,
    nullable_enum,
    enum_values,
    const,
    required_defined,
    no_ignored_keyword,
)
