"""Validation of a skill's vlmrun.yaml, the settings that VLM Run adds to the open format.

https://docs.vlm.run/skills/spec/vlmrun-yaml
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vlmrun._messages import did_you_mean, short_repr
from vlmrun.skills.directory import read_optional_file
from vlmrun.skills.findings import Finding, type_name
from vlmrun.skills.yaml_reader import YamlError, load

SETTINGS_FILE = "vlmrun.yaml"
TOOLSETS = ("core", "document", "image", "image-gen", "video", "viz", "web", "world-gen")
# Older pages of the service's documentation use these.
_OLD_TOOLSETS = {"world_gen": "world-gen", "3d_reconstruction": "world-gen"}
_API_VERSION = "vlm.run/v1alpha"
_DIAGRAM_TYPE = "stateDiagram-v2"
_KEYS = (
    *("apiVersion", "metadata", "model", "toolsets", "graph", "plan"),
    *("settings", "dependencies"),
)


def settings_findings(directory: Path) -> list[Finding]:
    """Return what is wrong with a directory's vlmrun.yaml, if it has one."""
    text = read_optional_file(directory / SETTINGS_FILE)
    if text is None:
        return []
    if isinstance(text, Finding):
        return [text]
    try:
        yaml = load(text)
    except YamlError as error:
        line = f" (line {error.line})" if error.line else ""
        return [Finding("error", SETTINGS_FILE, f"is not YAML: {error}{line}")]
    if not yaml.value:
        return [Finding("error", SETTINGS_FILE, "is empty")]
    if not isinstance(yaml.value, dict):
        message = f"must be a mapping of keys to values, not {type_name(yaml.value)}"
        return [Finding("error", SETTINGS_FILE, message)]
    duplicates = [
        Finding("error", SETTINGS_FILE, f"has the key {key!r} more than once; keep one of them")
        for key in dict.fromkeys(yaml.duplicates)
    ]
    return [*duplicates, *_value_findings(yaml.value)]


def _value_findings(values: dict[str, Any]) -> Iterator[Finding]:
    for key in ("apiVersion", "model", "toolsets", "graph"):
        if key not in values:
            yield _error(key, "is missing")
        elif not values[key]:
            yield _error(key, "is empty")
    version = values.get("apiVersion")
    if version and version != _API_VERSION:
        yield _error("apiVersion", f"must be {_API_VERSION}, not {_shown(version)}")
    for key in ("model", "graph", "plan"):
        if not isinstance(values.get(key, ""), str):
            yield _error(key, f"must be a string, not {type_name(values[key])}")
    if not isinstance(values.get("metadata", {}), dict):
        yield _error("metadata", f"must be a mapping, not {type_name(values['metadata'])}")
    yield from _toolset_findings(values.get("toolsets"))
    graph = values.get("graph")
    if isinstance(graph, str) and graph.strip() and _diagram_type(graph) != _DIAGRAM_TYPE:
        yield _error("graph", f"must be a Mermaid diagram that starts with {_DIAGRAM_TYPE}")
    for key in values:
        if key not in _KEYS:
            message = f"is not a key of the format.{did_you_mean(key, _KEYS)}"
            yield Finding("warning", f"{SETTINGS_FILE}: {_shown(key)}", message)


def _toolset_findings(toolsets: Any) -> Iterator[Finding]:
    if toolsets and not isinstance(toolsets, list):
        yield _error("toolsets", f"must be a list, not {type_name(toolsets)}")
        return
    for name in toolsets or []:
        if not isinstance(name, str):
            yield _error("toolsets", f"must have names only; it has {type_name(name)}")
        elif name in _OLD_TOOLSETS:
            message = f"{name} is an old name; write {_OLD_TOOLSETS[name]}"
            yield Finding("warning", f"{SETTINGS_FILE}: toolsets", message)
        elif name not in TOOLSETS:
            yield _error("toolsets", f"has {short_repr(name)}.{did_you_mean(name, TOOLSETS)}")


def _diagram_type(graph: str) -> str:
    # Mermaid's comments begin with %%: https://mermaid.js.org/syntax/stateDiagram.html#comments
    lines = (line.strip() for line in graph.splitlines())
    return next((line for line in lines if line and not line.startswith("%%")), "")


def _error(key: str, message: str) -> Finding:
    return Finding("error", f"{SETTINGS_FILE}: {key}", message)


def _shown(value: Any) -> str:
    return short_repr(value) if isinstance(value, str) else type_name(value)
