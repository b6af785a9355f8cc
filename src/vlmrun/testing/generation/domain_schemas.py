"""Schemas in responses: schema documents, GraphQL selections, and schemas of JSON values."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from typing import Any

from vlmrun.testing.contract.request_validation import InvalidRequest, invalid_request

VERSION = "1.0.0"

# Schemas may be recursive, so walks along references stop at this depth.
_MAX_DEPTH = 12
# Commas are insignificant in GraphQL
# (https://spec.graphql.org/October2021/#sec-Insignificant-Commas).
_TOKEN = re.compile(r"[{}]|[^\s,{}]+")
_FIELD_NAME = re.compile(r"[A-Za-z_]\w*")


def schema_response(domain: str, json_schema: Any, description: str = "") -> dict[str, Any]:
    """Return the JSON that the service responds with for the schema of a domain."""
    text = json.dumps(json_schema, sort_keys=True)
    return {
        "domain": domain,
        "description": description,
        "schema_version": VERSION,
        "schema_hash": hashlib.sha256(text.encode()).hexdigest(),
        "gql_stmt": _selection(json_schema, json_schema, 0) or "{ }",
        "json_schema": json_schema,
    }


def schema_of(value: Any) -> dict[str, Any]:
    """Return a schema that describes a JSON value."""
    if isinstance(value, dict):
        properties = {key: schema_of(each) for key, each in value.items()}
        return {"type": "object", "properties": properties, "required": list(properties)}
    if isinstance(value, list):
        return {"type": "array", **({"items": schema_of(value[0])} if value else {})}
    types = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": types.get(type(value), "null")}


def _selection(schema: Any, root: Any, depth: int) -> str:
    """Return all fields of a schema as a GraphQL selection."""
    properties = _object_schema(schema, root).get("properties")
    if not isinstance(properties, dict) or not properties or depth > _MAX_DEPTH:
        return ""
    fields = [f"{name} {_selection(inner, root, depth + 1)}" for name, inner in properties.items()]
    return f"{{ {' '.join(map(str.strip, fields))} }}"


def select_fields(json_schema: Any, gql_stmt: str | None) -> Any:
    """Return the schema reduced to the fields of a GraphQL selection.

    Raises:
        InvalidRequest: It is not a selection, or selects a field that the schema does not have.
    """
    if not gql_stmt:
        return json_schema
    tokens = _TOKEN.findall(gql_stmt.strip().removeprefix("query"))
    # The schema may be that of a stored domain.
    schema = copy.deepcopy(json_schema)
    _keep_only(schema, schema, _parse_selection(tokens))
    if tokens:
        raise _invalid_selection("something follows the selection")
    return schema


def _parse_selection(tokens: list[str]) -> dict[str, Any]:
    """Remove a selection from the front of the tokens and return its fields as a tree."""
    if not tokens or tokens.pop(0) != "{":
        raise _invalid_selection("it must begin with {")
    fields: dict[str, Any] = {}
    while tokens and tokens[0] != "}":
        name = tokens.pop(0)
        if not _FIELD_NAME.fullmatch(name):
            raise _invalid_selection(f"{name} is not a field name")
        fields[name] = _parse_selection(tokens) if tokens[:1] == ["{"] else None
    if not tokens:
        raise _invalid_selection("a } is missing")
    tokens.pop(0)
    return fields


def _keep_only(schema: Any, root: Any, fields: dict[str, Any]) -> None:
    target = _object_schema(schema, root)
    properties = target.get("properties")
    known = properties if isinstance(properties, dict) else {}
    for name, inner in fields.items():
        if name not in known:
            raise _invalid_selection(f"there is no field {name}")
        if inner is not None:
            _keep_only(known[name], root, inner)
    target["properties"] = {name: known[name] for name in fields}
    if isinstance(target.get("required"), list):
        target["required"] = [name for name in target["required"] if name in fields]


def _object_schema(schema: Any, root: Any) -> dict[str, Any]:
    """Follow references, unions and arrays to the object that a schema describes."""
    for _ in range(_MAX_DEPTH):
        if not isinstance(schema, dict) or "properties" in schema:
            break
        variants = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if "$ref" in schema:
            schema = root.get("$defs", {}).get(str(schema["$ref"]).rpartition("/")[2])
        elif isinstance(variants, list):
            schema = next((each for each in variants if each != {"type": "null"}), None)
        else:
            schema = schema.get("items")
    return schema if isinstance(schema, dict) else {}


def _invalid_selection(reason: str) -> InvalidRequest:
    location = ["body", "config", "gql_stmt"]
    return invalid_request(location, f"Not a selection: {reason}")
