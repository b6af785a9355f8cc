"""The style of small schemas in openapi.yaml: null, limits, formats and annotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scripts.lint_spec.schema_rules import CONTROL
from scripts.openapi.document import SCHEMAS, join, mapping, nodes, ref_name, sequence

Object = dict[str, Any]

NULL = {"type": "null"}
FREE_OBJECT = "JSONObject"
# The last variant of an open union.
ANY_OBJECT = {"type": "object", "additionalProperties": True}
SIMPLE_TYPES = ("string", "integer", "number", "boolean")

_LIMITS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
_LIMITS += ["minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems"]
# Longer defaults are whole prompts or texts, which do not belong in a description.
_MAX_DEFAULT = 60


def free_object() -> Object:
    """Return the component for any object."""
    return {"type": "object", "description": "Any JSON object.", "additionalProperties": {}}


def ref_to(name: str) -> Object:
    """Return a reference to a component."""
    return {"$ref": SCHEMAS + name}


def deref(schemas: Object, schema: Any) -> Object:
    """Return the component that a schema refers to, else the schema itself."""
    name = ref_name(schema)
    return mapping(schemas.get(name) if name else schema)


def union(variants: list[Object]) -> Object:
    """Combine schemas into one; a simple type and null become a list of types."""
    if not variants or {} in variants:
        return {}
    if len(variants) == 2 and variants[1] == NULL:
        one = variants[0]
        is_simple = (
            one.get("type") in (*SIMPLE_TYPES, "array") and not {"enum", "const"} & one.keys()
        )
        if is_simple and one.get("format") not in ("date-time", "date", "binary"):
            return {**one, "type": [one["type"], "null"]}
    return variants[0] if len(variants) == 1 else {"anyOf": variants}


def nullable(schema: Object) -> Object:
    """Return the schema with null allowed."""
    bare, annotations = split_annotations(schema)
    types = bare.get("type")
    variants = sequence(bare.get("anyOf")) or [bare]
    if not bare or NULL in variants or "null" in sequence(types):
        return schema
    if isinstance(types, list):
        return {**bare, "type": [*types, "null"], **annotations}
    end = len(variants) - (variants[-1] == ANY_OBJECT)
    return {**union([*variants[:end], NULL, *variants[end:]]), **annotations}


def not_null(schema: Object) -> Object:
    """Return the schema without null, which neither a query nor a form can express."""
    types = schema.get("type")
    if isinstance(types, list):
        kept = [each for each in types if each != "null"]
        return {**schema, "type": kept[0] if len(kept) == 1 else kept}
    variants = sequence(schema.get("anyOf"))
    if NULL not in variants:
        return dict(schema)
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**union([each for each in variants if each != NULL]), **rest}


def is_null(schema: Any) -> bool:
    """Return whether a schema allows null only."""
    value = mapping(schema)
    return value.get("type") == "null" or ("const" in value and value["const"] is None)


def without_nullable(schema: Object) -> Object:
    """Replace the `nullable` of OpenAPI 3.0 by a union with null."""
    if "nullable" not in schema:
        return schema
    bare = {key: value for key, value in schema.items() if key != "nullable"}
    if schema["nullable"] is not True:
        return bare
    kept = [key for key in ("description", "default", "title") if key in bare]
    annotations: Object = {key: bare.pop(key) for key in kept}
    return {"anyOf": [bare, NULL], **annotations}


def limits(schema: Object) -> Object:
    """Return the keywords that limit values."""
    found = {key: schema[key] for key in _LIMITS if key in schema}
    # Python's named groups and flags are not valid in JSON Schema's dialect (ECMA-262).
    if "(?" in str(found.get("pattern", "")):
        del found["pattern"]
    return found


def simple(schema: Object) -> Object:
    """Return a string, number or boolean with its format and limits."""
    result: Object = {"type": schema["type"]}
    format = schema.get("format")
    is_file = schema.get("contentMediaType") == "application/octet-stream"
    if schema["type"] == "string" and is_file and "contentEncoding" not in schema:
        format = "binary"
    # The generator would reject an id of any other form.
    if isinstance(format, str) and not format.startswith("uuid"):
        result["format"] = format
    return {**result, **limits(schema)}


def annotated(result: Object, schema: Object) -> Object:
    """Add the description, the default (as a sentence) and the deprecation of a source schema."""
    description = clean_text(schema.get("description"))
    default = schema.get("default")
    if isinstance(default, (str, int, float)) and 0 < len(str(default)) <= _MAX_DEFAULT:
        value = str(default).lower() if isinstance(default, bool) else str(default)
        first = f"{description.rstrip('.')}. " if description else ""
        description = f"{first}Defaults to {value}."
    annotations: Object = {"deprecated": True} if schema.get("deprecated") is True else {}
    annotations.update({"description": description} if description else {})
    if not annotations:
        return result
    return {**({"allOf": [result]} if "$ref" in result else result), **annotations}


def split_annotations(schema: Object) -> tuple[Object, Object]:
    """Split a schema into the part without annotations, and the annotations."""
    annotations: Object = {
        key: schema[key] for key in ("description", "deprecated") if key in schema
    }
    bare = {key: value for key, value in schema.items() if key not in annotations}
    members = sequence(bare.get("allOf"))
    return (dict(members[0]) if len(members) == 1 and len(bare) == 1 else bare), annotations


def clean_text(value: Any) -> str:
    """Return a description without what YAML blocks and docstrings cannot hold."""
    text = re.sub(r"[^\S\n]", " ", CONTROL.sub("", str(value or "").expandtabs()))
    lines = [line.rstrip() for line in text.strip().replace('"""', "'''").splitlines()]
    return "\n".join(lines)


def altered_texts(document: Object) -> Iterator[tuple[str, str]]:
    """Yield what `clean_text` alters in descriptions, other than white space, and where."""
    for pointer, node in nodes(document):
        for key in ("description", "summary"):
            text = node.get(key)
            if isinstance(text, str) and CONTROL.search(text):
                yield "control characters in descriptions", join(pointer, key)
            if isinstance(text, str) and '"""' in text:
                yield "three quotes in descriptions", join(pointer, key)
