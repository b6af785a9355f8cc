"""Relaxing of response schemas, because a service adds values and fields without notice.

With a closed enum, union or object, the generated client could not read a response that holds
something newer than the document.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scripts.openapi.document import mapping, ref_name, responses, sequence
from scripts.update.match_schemas import required_fields
from scripts.update.schema_style import ANY_OBJECT, NULL, Object, deref, nullable

_ANY_STRING = {"type": "string"}


def reachable(schemas: Object, roots: Iterable[Any]) -> set[str]:
    """Return the names of the components that schemas refer to, directly or indirectly."""
    names: set[str] = set()
    waiting = list(roots)
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            name = ref_name(value)
            if name in schemas and name not in names:
                names.add(name)
                waiting.append(schemas[name])
            waiting += [each for key, each in value.items() if key not in ("examples", "enum")]
    return names


def response_entries(document: Object) -> list[Object]:
    """Return the content entries of responses that have a `schema`."""
    return [
        entry
        for _, _, response in responses(document)
        for entry in mapping(mapping(response).get("content")).values()
        if "schema" in entry
    ]


def relax_responses(schemas: Object, document: Object) -> set[str]:
    """Relax what the responses of a document contain; return the names of these components."""
    entries = response_entries(document)
    received = reachable(schemas, entries)
    for name in sorted(received):
        _relax_component(schemas, schemas[name])
    for entry in entries:
        entry["schema"] = _relaxed(schemas, entry["schema"])
    return received


def allow_null(schemas: Object, name: str, known: Object) -> None:
    """Allow null in optional fields: services do not distinguish it from a missing field.

    Args:
        schemas: The components.
        name: The one to change.
        known: Its fields that stay as they are.
    """
    for part in _parts(schemas[name]):
        fields = mapping(part.get("properties"))
        for key in fields.keys() - required_fields(schemas, name):
            if fields[key] != known.get(key):
                fields[key] = nullable(fields[key])


def _parts(component: Object) -> Iterable[Object]:
    return (component, *map(mapping, sequence(component.get("allOf"))))


def _relax_component(schemas: Object, component: Object) -> None:
    if component.get("type") == "integer" and "enum" in component:
        component["examples"] = component.pop("enum")
    for part in _parts(component):
        if part.get("additionalProperties") is False:
            del part["additionalProperties"]
        elif isinstance(part.get("additionalProperties"), dict):
            part["additionalProperties"] = _relaxed(schemas, part["additionalProperties"])
        fields = mapping(part.get("properties"))
        for key, value in fields.items():
            fields[key] = _relaxed(schemas, value)
    if "anyOf" in component or "items" in component:
        component.update(_relaxed(schemas, component))


def _relaxed(schemas: Object, schema: Object) -> Object:
    if "items" in schema:
        return {**schema, "items": _relaxed(schemas, schema["items"])}
    variants = sequence(schema.get("anyOf"))
    members = sequence(schema.get("allOf"))
    if not variants and len(members) == 1 and _is_enum(schemas, members[0]):
        annotations = {key: value for key, value in schema.items() if key != "allOf"}
        return {"anyOf": [members[0], _ANY_STRING], **annotations}
    if not variants:
        return {"anyOf": [schema, _ANY_STRING]} if _is_enum(schemas, schema) else schema
    variants = [_relaxed(schemas, each) if "items" in each else each for each in variants]
    end = len(variants) - (variants[-1] == NULL)
    not_null = variants[:end]
    if any(_is_enum(schemas, each) for each in not_null) and _ANY_STRING not in variants:
        variants.insert(end, _ANY_STRING)
    elif len(not_null) > 1 and all(_has_fields(schemas, each) for each in not_null):
        variants = [*not_null, *variants[end:], ANY_OBJECT]
    return {**schema, "anyOf": variants}


def _is_enum(schemas: Object, schema: Any) -> bool:
    found = deref(schemas, schema)
    return "enum" in found and found.get("type") == "string"


def _has_fields(schemas: Object, schema: Any) -> bool:
    found = deref(schemas, schema)
    return "properties" in found or "allOf" in found
