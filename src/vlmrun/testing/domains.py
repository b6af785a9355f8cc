"""The domains of the stand-in server, and what it says of their schemas."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import yaml
from starlette.exceptions import HTTPException

from vlmrun.testing.state import State
from vlmrun.testing.validation import Invalid, problem

VERSION = "1.0.0"
MARKDOWN = "document.markdown"

_DEPTH = 12
_WORDS = re.compile(r"[{}]|[^\s,{}]+")
_NAME = re.compile(r"[A-Za-z_]\w*")


@attrs.frozen
class Domain:
    """A domain.

    Attributes:
        name: Such as "document.invoice".
        json_schema: The schema of its answers.
        description: What it is for.
        inputs: What it reads: "image", "document", "audio", "video".
    """

    name: str
    json_schema: Any
    description: str = ""
    inputs: tuple[str, ...] = ()


@cache
def built_in() -> tuple[Domain, ...]:
    """The domains that are there from the start."""
    text = Path(__file__).with_name("domains.yaml").read_text("utf-8")
    return tuple(
        Domain(name, each["schema"], each["description"], tuple(each["inputs"]))
        for name, each in yaml.safe_load(text).items()
    )


def all_domains(state: State) -> dict[str, Domain]:
    """All domains by name."""
    with state.lock:
        return {each.name: each for each in built_in()} | state.table("domains")


def find_domain(state: State, name: str) -> Domain:
    """One domain.

    Raises:
        HTTPException: 404: there is none.
    """
    domain = all_domains(state).get(name)
    if domain is None:
        raise HTTPException(404, f"There is no domain {name!r}")
    return domain


def schema_answer(domain: str, json_schema: Any, description: str = "") -> dict[str, Any]:
    """A schema as the service gives it."""
    text = json.dumps(json_schema, sort_keys=True)
    return {
        "domain": domain,
        "description": description,
        "schema_version": VERSION,
        "schema_hash": hashlib.sha256(text.encode()).hexdigest(),
        "gql_stmt": selection_of(json_schema),
        "json_schema": json_schema,
    }


def schema_of(value: Any) -> dict[str, Any]:
    """The schema of a JSON value."""
    if isinstance(value, dict):
        inner = {key: schema_of(each) for key, each in value.items()}
        return {"type": "object", "properties": inner, "required": list(inner)}
    if isinstance(value, list):
        return {"type": "array", **({"items": schema_of(value[0])} if value else {})}
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": kinds.get(type(value), "null")}


def selection_of(json_schema: Any) -> str:
    """All fields of a schema, as a GraphQL selection."""
    return _selection(json_schema, json_schema, 0) or "{ }"


def _selection(schema: Any, root: Any, depth: int) -> str:
    properties = _object(schema, root).get("properties")
    if not isinstance(properties, dict) or not properties or depth > _DEPTH:
        return ""
    fields = [f"{name} {_selection(inner, root, depth + 1)}" for name, inner in properties.items()]
    return f"{{ {' '.join(map(str.strip, fields))} }}"


def narrowed(json_schema: Any, gql_stmt: str | None) -> Any:
    """The schema with the selected fields only.

    Raises:
        Invalid: It is no selection, or asks for a field that the schema does not have.
    """
    if not gql_stmt:
        return json_schema
    words = _WORDS.findall(gql_stmt.strip().removeprefix("query"))
    schema = copy.deepcopy(json_schema)
    _narrow(schema, schema, _tree(words))
    if words:
        raise _no_selection("something follows the selection")
    return schema


def _tree(words: list[str]) -> dict[str, Any]:
    """The fields of a selection, which is taken off the words."""
    if not words or words.pop(0) != "{":
        raise _no_selection("it must begin with {")
    fields: dict[str, Any] = {}
    while words and words[0] != "}":
        name = words.pop(0)
        if not _NAME.fullmatch(name):
            raise _no_selection(f"{name} is no field")
        fields[name] = _tree(words) if words[:1] == ["{"] else None
    if not words:
        raise _no_selection("a } is missing")
    words.pop(0)
    return fields


def _narrow(schema: Any, root: Any, fields: dict[str, Any]) -> None:
    target = _object(schema, root)
    properties = target.get("properties")
    known = properties if isinstance(properties, dict) else {}
    for name, inner in fields.items():
        if name not in known:
            raise _no_selection(f"there is no field {name}")
        if inner is not None:
            _narrow(known[name], root, inner)
    target["properties"] = {name: known[name] for name in fields}
    if isinstance(target.get("required"), list):
        target["required"] = [name for name in target["required"] if name in fields]


def _object(schema: Any, root: Any) -> dict[str, Any]:
    """The object that a schema describes, or the items of its array, with references followed."""
    for _ in range(_DEPTH):
        if not isinstance(schema, dict) or "properties" in schema:
            break
        arms = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if "$ref" in schema:
            schema = root.get("$defs", {}).get(str(schema["$ref"]).rpartition("/")[2])
        elif isinstance(arms, list):
            schema = next((arm for arm in arms if arm != {"type": "null"}), None)
        else:
            schema = schema.get("items")
    return schema if isinstance(schema, dict) else {}


def _no_selection(why: str) -> Invalid:
    return Invalid([problem(["body", "config", "gql_stmt"], f"Not a selection: {why}")])
