"""Small schemas, one by one: null, bounds, formats and words, as openapi.yaml writes them."""

from __future__ import annotations

from typing import Any

from scripts.openapi.document import COMPONENT, mapping, sequence

REF = f"{COMPONENT}schemas/"
NULL = {"type": "null"}
FREE_OBJECT = "JSONObject"
# The last item of an open union.
ANY_OBJECT = {"type": "object", "additionalProperties": True}
SIMPLE = ("string", "integer", "number", "boolean")

_BOUNDS = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
]
_BOUNDS += ["pattern", "minItems", "maxItems", "uniqueItems"]
# Longer texts are somebody's manual; what a default is can be said in less.
_MOST_DEFAULT = 60


def union(arms: list[dict[str, Any]]) -> dict[str, Any]:
    """One schema of several; null goes into the list of types where that is the house's way."""
    if not arms or {} in arms:
        return {}
    if len(arms) == 2 and arms[1] == NULL:
        one = arms[0]
        simple = one.get("type") in (*SIMPLE, "array") and "enum" not in one and "const" not in one
        if simple and one.get("format") not in ("date-time", "date", "binary"):
            return {**one, "type": [one["type"], "null"]}
    return arms[0] if len(arms) == 1 else {"anyOf": arms}


def free_object() -> dict[str, Any]:
    """The component FREE_OBJECT, which may have anything in it."""
    return {"type": "object", "description": "Any JSON object.", "additionalProperties": {}}


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, and null too."""
    bare, words = without_words(schema)
    if not bare or _has_null(bare):
        return schema
    arms = sequence(bare.get("anyOf")) or [bare]
    if isinstance(bare.get("type"), list):
        return {**bare, "type": [*bare["type"], "null"], **words}
    at = len(arms) - (arms[-1] == ANY_OBJECT)
    return {**union([*arms[:at], NULL, *arms[at:]]), **words}


def _has_null(schema: dict[str, Any]) -> bool:
    return "null" in sequence(schema.get("type")) or NULL in sequence(schema.get("anyOf"))


def is_null(schema: Any) -> bool:
    value = mapping(schema)
    return value.get("type") == "null" or ("const" in value and value["const"] is None)


def without_nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """What OpenAPI 3.0 says with `nullable`, as 3.1 says it."""
    if "nullable" not in schema:
        return schema
    bare = {key: value for key, value in schema.items() if key != "nullable"}
    if schema["nullable"] is not True:
        return bare
    kept = [key for key in ("description", "default", "title") if key in bare]
    words: dict[str, Any] = {key: bare.pop(key) for key in kept}
    return {"anyOf": [bare, NULL], **words}


def bounds(schema: dict[str, Any]) -> dict[str, Any]:
    found = {key: schema[key] for key in _BOUNDS if key in schema}
    for key, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(found.get(key), bool):
            strict = found.pop(key)
            if strict and inclusive in found:
                found[key] = found.pop(inclusive)
    # Python's own groups are not everybody's.
    if "(?" in str(found.get("pattern", "")):
        del found["pattern"]
    return found


def simple(schema: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"type": schema["type"]}
    kind = schema.get("format")
    if (
        schema["type"] == "string"
        and "contentMediaType" in schema
        and "contentEncoding" not in schema
    ):
        kind = "binary" if schema["contentMediaType"] == "application/octet-stream" else kind
    # An id of another form would be an error, and a file is not JSON.
    if isinstance(kind, str) and not kind.startswith("uuid"):
        made["format"] = kind
    return {**made, **bounds(schema)}


def with_words(made: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """With the description, what is taken where nothing is said, and whether it is deprecated."""
    said = text(schema.get("description"))
    default = schema.get("default")
    if isinstance(default, (str, int, float)) and 0 < len(str(default)) <= _MOST_DEFAULT:
        value = str(default).lower() if isinstance(default, bool) else str(default)
        taken = f"{value} where nothing is said."
        said = f"{said.rstrip('.')}; {taken}" if said else taken
    words: dict[str, Any] = {"deprecated": True} if schema.get("deprecated") is True else {}
    words.update({"description": said} if said else {})
    if not words:
        return made
    return {**({"allOf": [made]} if "$ref" in made else made), **words}


def without_words(schema: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `with_words` was given, and the words."""
    words: dict[str, Any] = {
        key: schema[key] for key in ("description", "deprecated") if key in schema
    }
    bare = {key: value for key, value in schema.items() if key not in words}
    members = sequence(bare.get("allOf"))
    return (dict(members[0]) if len(members) == 1 and len(bare) == 1 else bare), words


def text(value: Any) -> str:
    """A description as it can stand in YAML; nothing but spaces is none."""
    lines = [line.rstrip().expandtabs() for line in str(value or "").strip().splitlines()]
    return "\n".join(lines)
