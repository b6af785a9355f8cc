"""The two files that VLM Run adds to the open format: schema.json and vlmrun.yaml."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vlmrun._messages import did_you_mean, short_repr
from vlmrun.skills.findings import Finding, kind
from vlmrun.skills.yaml_text import YamlFault, load

SCHEMA_FILE = "schema.json"
SERVICE_FILE = "vlmrun.yaml"
TOOLSETS = ("core", "document", "image", "image-gen", "video", "viz", "web", "world-gen")
_OLD_TOOLSETS = {"world_gen": "world-gen", "3d_reconstruction": "world-gen"}
_API_VERSION = "vlm.run/v1alpha"
_GRAPH = "stateDiagram-v2"
_SERVICE_KEYS = (
    *("apiVersion", "metadata", "model", "toolsets", "graph", "plan"),
    *("settings", "dependencies"),
)
_DRAFT_07 = ("http://json-schema.org/draft-07/schema", "https://json-schema.org/draft-07/schema")
# What gives a schema its shape, so that a missing `type` is forgiven.
_SHAPES = ("properties", "$ref", "allOf", "anyOf", "oneOf")


def schema_findings(directory: Path) -> list[Finding]:
    """What is wrong with a directory's schema.json, if it has one."""
    text = _text(directory / SCHEMA_FILE)
    if text is None:
        return []
    if isinstance(text, Finding):
        return [text]
    try:
        schema = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return [Finding("error", SCHEMA_FILE, f"is not JSON: {error}")]
    if not isinstance(schema, dict):
        return [Finding("error", SCHEMA_FILE, f"must be a JSON object, not {kind(schema)}")]
    return list(_object_schema(schema))


def _object_schema(schema: dict[str, Any]) -> Iterator[Finding]:
    draft = schema.get("$schema", _DRAFT_07[0])
    if not isinstance(draft, str) or draft.rstrip("#") not in _DRAFT_07:
        message = f"should be draft-07 ({_DRAFT_07[0]}#), not {short_repr(draft)}"
        yield Finding("warning", f"{SCHEMA_FILE}: $schema", message)
    shaped = any(key in schema for key in _SHAPES)
    if "type" not in schema:
        message = 'should state "type": "object"' if shaped else 'must state "type": "object"'
        yield Finding("warning" if shaped else "error", f"{SCHEMA_FILE}: type", message)
    elif schema["type"] not in ("object", ["object"]):
        message = f'must be "object", not {short_repr(schema["type"])}'
        yield Finding("error", f"{SCHEMA_FILE}: type", message)
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        message = f"must be an object, not {kind(properties)}"
        yield Finding("error", f"{SCHEMA_FILE}: properties", message)
        properties = {}
    for name, part in properties.items():
        if not isinstance(part, (dict, bool)):
            message = f"{short_repr(name)} must be a schema, not {kind(part)}"
            yield Finding("error", f"{SCHEMA_FILE}: properties", message)
    yield from _required(schema.get("required", []), properties)
    if not isinstance(schema.get("additionalProperties", True), (dict, bool)):
        message = "must be true, false or a schema"
        yield Finding("error", f"{SCHEMA_FILE}: additionalProperties", message)


def _required(required: Any, properties: dict[str, Any]) -> Iterator[Finding]:
    where = f"{SCHEMA_FILE}: required"
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        yield Finding("error", where, "must be a list of names")
        return
    for name in required:
        if properties and name not in properties:
            yield Finding(
                "warning", where, f"names {short_repr(name)}.{did_you_mean(name, properties)}"
            )


def service_findings(directory: Path) -> list[Finding]:
    """What is wrong with a directory's vlmrun.yaml, if it has one."""
    text = _text(directory / SERVICE_FILE)
    if text is None:
        return []
    if isinstance(text, Finding):
        return [text]
    try:
        yaml = load(text)
    except YamlFault as fault:
        line = f" (line {fault.line})" if fault.line else ""
        return [Finding("error", SERVICE_FILE, f"is not YAML: {fault}{line}")]
    if not yaml.value:
        return [Finding("error", SERVICE_FILE, "is empty")]
    if not isinstance(yaml.value, dict):
        message = f"must be a mapping of keys to values, not {kind(yaml.value)}"
        return [Finding("error", SERVICE_FILE, message)]
    duplicates = [
        Finding("error", SERVICE_FILE, f"has the key {key!r} more than once; keep one of them")
        for key in dict.fromkeys(yaml.duplicates)
    ]
    return [*duplicates, *_settings(yaml.value)]


def _settings(values: dict[str, Any]) -> Iterator[Finding]:
    for key in ("apiVersion", "model", "toolsets", "graph"):
        if key not in values:
            yield Finding("error", f"{SERVICE_FILE}: {key}", "is missing")
        elif not values[key]:
            yield Finding("error", f"{SERVICE_FILE}: {key}", "is empty")
    version = values.get("apiVersion")
    if version and version != _API_VERSION:
        message = f"must be {_API_VERSION}, not {_shown(version)}"
        yield Finding("error", f"{SERVICE_FILE}: apiVersion", message)
    for key in ("model", "graph", "plan"):
        if not isinstance(values.get(key, ""), str):
            message = f"must be a text, not {kind(values[key])}"
            yield Finding("error", f"{SERVICE_FILE}: {key}", message)
    if not isinstance(values.get("metadata", {}), dict):
        message = f"must be a mapping, not {kind(values['metadata'])}"
        yield Finding("error", f"{SERVICE_FILE}: metadata", message)
    yield from _toolsets(values.get("toolsets"))
    graph = values.get("graph")
    if isinstance(graph, str) and graph.strip() and _diagram(graph) != _GRAPH:
        message = f"must be a Mermaid diagram that starts with {_GRAPH}"
        yield Finding("error", f"{SERVICE_FILE}: graph", message)
    for key in values:
        if key not in _SERVICE_KEYS:
            message = f"is no key of the format.{did_you_mean(key, _SERVICE_KEYS)}"
            yield Finding("warning", f"{SERVICE_FILE}: {_shown(key)}", message)


def _toolsets(toolsets: Any) -> Iterator[Finding]:
    where = f"{SERVICE_FILE}: toolsets"
    if toolsets and not isinstance(toolsets, list):
        yield Finding("error", where, f"must be a list, not {kind(toolsets)}")
        return
    for name in toolsets or []:
        if not isinstance(name, str):
            yield Finding("error", where, f"must have names only; it has {kind(name)}")
        elif name in _OLD_TOOLSETS:
            yield Finding("warning", where, f"{name} is an old name; write {_OLD_TOOLSETS[name]}")
        elif name not in TOOLSETS:
            yield Finding("error", where, f"has {short_repr(name)}.{did_you_mean(name, TOOLSETS)}")


def _diagram(graph: str) -> str:
    lines = (line.strip() for line in graph.splitlines())
    return next((line for line in lines if line and not line.startswith("%%")), "")


def _shown(value: Any) -> str:
    return short_repr(value) if isinstance(value, str) else kind(value)


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON value")


def _text(file: Path) -> str | Finding | None:
    if not file.exists():
        return None
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return Finding("error", file.name, f"is not UTF-8 at byte {error.start}; save it as UTF-8")
    except OSError as error:
        return Finding("error", file.name, f"cannot be read: {error.strerror or error}")
