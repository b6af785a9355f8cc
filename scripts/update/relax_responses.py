"""What the service sends, described openly: it grows without asking.

A closed enum, a closed union or a closed object that a response can hold would lose the whole
response when a value, a kind or a field is new.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scripts.openapi.document import mapping, responses, sequence
from scripts.update.schema_style import ANY_OBJECT, NULL, REF, nullable

_ANY_STRING = {"type": "string"}


def reached(schemas: dict[str, Any], roots: Iterable[Any]) -> set[str]:
    """The names of the components that schemas hold, directly or through others."""
    names: set[str] = set()
    waiting = list(roots)
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            ref = value.get("$ref")
            name = ref.removeprefix(REF) if isinstance(ref, str) else None
            if name in schemas and name not in names:
                names.add(name)
                waiting.append(schemas[name])
            waiting += [each for key, each in value.items() if key not in ("examples", "enum")]
    return names


def response_entries(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Where the responses of a document have a `schema`."""
    return [
        entry
        for _, _, response in responses(document)
        for entry in mapping(mapping(response).get("content")).values()
        if "schema" in entry
    ]


def open_responses(schemas: dict[str, Any], document: dict[str, Any]) -> set[str]:
    """Open what a document's responses hold; returns the names of the components among it."""
    entries = response_entries(document)
    received = reached(schemas, entries)
    for name in sorted(received):
        _open_component(schemas, name)
    for entry in entries:
        entry["schema"] = opened(schemas, entry["schema"])
    return received


def _open_component(schemas: dict[str, Any], name: str) -> None:
    """Open a component that responses hold."""
    component = schemas[name]
    if component.get("type") == "integer" and "enum" in component:
        component["examples"] = component.pop("enum")
    for part in (component, *map(mapping, sequence(component.get("allOf")))):
        if part.get("additionalProperties") is False:
            del part["additionalProperties"]
        elif isinstance(part.get("additionalProperties"), dict):
            part["additionalProperties"] = opened(schemas, part["additionalProperties"])
        fields = mapping(part.get("properties"))
        for key, value in fields.items():
            fields[key] = opened(schemas, value)
    if "anyOf" in component or "items" in component:
        component.update(opened(schemas, component))


def tolerate_null(component: dict[str, Any]) -> None:
    """Let null stand for an optional field: the service does not tell the two apart."""
    for part in (component, *map(mapping, sequence(component.get("allOf")))):
        fields = mapping(part.get("properties"))
        for key in fields.keys() - set(sequence(part.get("required"))):
            fields[key] = nullable(fields[key])


def opened(schemas: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that takes what is new as well."""
    if "items" in schema:
        return {**schema, "items": opened(schemas, schema["items"])}
    arms = sequence(schema.get("anyOf"))
    members = sequence(schema.get("allOf"))
    if not arms and len(members) == 1 and _is_enum(schemas, members[0]):
        words = {key: value for key, value in schema.items() if key != "allOf"}
        return {"anyOf": [members[0], _ANY_STRING], **words}
    if not arms:
        return {"anyOf": [schema, _ANY_STRING]} if _is_enum(schemas, schema) else schema
    arms = [opened(schemas, arm) if "items" in arm else arm for arm in arms]
    at = len(arms) - (arms[-1] == NULL)
    kinds = arms[:at]
    if any(_is_enum(schemas, arm) for arm in kinds) and _ANY_STRING not in arms:
        arms.insert(at, _ANY_STRING)
    elif len(kinds) > 1 and all(_has_fields(schemas, arm) for arm in kinds):
        arms = [*kinds, *arms[at:], ANY_OBJECT]
    return {**schema, "anyOf": arms}


def _behind(schemas: dict[str, Any], schema: Any) -> dict[str, Any]:
    ref = mapping(schema).get("$ref")
    return mapping(schemas.get(ref.removeprefix(REF)) if isinstance(ref, str) else schema)


def _is_enum(schemas: dict[str, Any], schema: Any) -> bool:
    found = _behind(schemas, schema)
    return "enum" in found and found.get("type") == "string"


def _has_fields(schemas: dict[str, Any], schema: Any) -> bool:
    found = _behind(schemas, schema)
    return "properties" in found or "allOf" in found
