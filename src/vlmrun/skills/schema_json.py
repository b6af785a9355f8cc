"""Validation of a skill's schema.json, the schema of its output.

https://docs.vlm.run/skills/spec/schema-json
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vlmrun._messages import did_you_mean, short_repr
from vlmrun.skills.directory import read_optional_file
from vlmrun.skills.findings import Finding, type_name

SCHEMA_FILE = "schema.json"
_DRAFT_07 = ("http://json-schema.org/draft-07/schema", "https://json-schema.org/draft-07/schema")
# Keys that describe an object without stating "type", which is then only a warning.
_KEYS_OF_OBJECTS = ("properties", "$ref", "allOf", "anyOf", "oneOf")


def schema_findings(directory: Path) -> list[Finding]:
    """Return what is wrong with a directory's schema.json, if it has one."""
    text = read_optional_file(directory / SCHEMA_FILE)
    if text is None:
        return []
    if isinstance(text, Finding):
        return [text]
    try:
        # json.loads accepts NaN and Infinity, which no other parser has to:
        # https://www.rfc-editor.org/rfc/rfc8259#section-6
        schema = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return [Finding("error", SCHEMA_FILE, f"is not JSON: {error}")]
    if not isinstance(schema, dict):
        return [Finding("error", SCHEMA_FILE, f"must be a JSON object, not {type_name(schema)}")]
    return list(_object_schema_findings(schema))


def _object_schema_findings(schema: dict[str, Any]) -> Iterator[Finding]:
    draft = schema.get("$schema", _DRAFT_07[0])
    if not isinstance(draft, str) or draft.rstrip("#") not in _DRAFT_07:
        message = f"should be draft-07 ({_DRAFT_07[0]}#), not {short_repr(draft)}"
        yield Finding("warning", f"{SCHEMA_FILE}: $schema", message)
    if "type" not in schema and any(key in schema for key in _KEYS_OF_OBJECTS):
        yield Finding("warning", f"{SCHEMA_FILE}: type", 'should state "type": "object"')
    elif "type" not in schema:
        yield Finding("error", f"{SCHEMA_FILE}: type", 'must state "type": "object"')
    elif schema["type"] not in ("object", ["object"]):
        message = f'must be "object", not {short_repr(schema["type"])}'
        yield Finding("error", f"{SCHEMA_FILE}: type", message)
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        message = f"must be an object, not {type_name(properties)}"
        yield Finding("error", f"{SCHEMA_FILE}: properties", message)
        properties = {}
    for name, value in properties.items():
        if not isinstance(value, (dict, bool)):
            message = f"{short_repr(name)} must be a schema, not {type_name(value)}"
            yield Finding("error", f"{SCHEMA_FILE}: properties", message)
    yield from _required_findings(schema.get("required", []), properties)
    if not isinstance(schema.get("additionalProperties", True), (dict, bool)):
        message = "must be true, false or a schema"
        yield Finding("error", f"{SCHEMA_FILE}: additionalProperties", message)


def _required_findings(required: Any, properties: dict[str, Any]) -> Iterator[Finding]:
    field = f"{SCHEMA_FILE}: required"
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        yield Finding("error", field, "must be a list of names")
        return
    for name in required:
        if properties and name not in properties:
            message = f"names {short_repr(name)}.{did_you_mean(name, properties)}"
            yield Finding("warning", field, message)


def _refuse_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON value")
