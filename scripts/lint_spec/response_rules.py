"""Rules for responses, which have to stay readable when the service adds something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scripts.openapi.document import (
    UNIONS,
    Finding,
    Schema,
    below,
    join,
    mapping,
    operations,
    response_schemas,
    responses,
    sequence,
    target,
)

READ = re.compile(r"application/(json|octet-stream)|text/[^*\s]+|\S+\+json")
_STATUS = re.compile(r"[1-5](\d\d|XX)|default")


def status_code(document: Any) -> Iterator[Finding]:
    """The generator drops responses with any other status."""
    for pointer, status, _ in responses(document):
        if status and not _STATUS.fullmatch(status):
            reason = f"{status!r} is not a status, so the generator drops the response"
            yield Finding(pointer, reason, "write three digits, a range such as 5XX, or default")


def response_type(document: Any) -> Iterator[Finding]:
    """The generator drops responses without a content type that it can read."""
    for pointer, types in _content_types(document):
        if types and not any(READ.fullmatch(media.partition(";")[0].strip()) for media in types):
            reason = f"the generator drops a response of {', '.join(types)}"
            fix = "add application/octet-stream, which the generator reads as bytes"
            yield Finding(pointer, reason, fix)


def whole_response(document: Any) -> Iterator[Finding]:
    """The generator returns None for a response with an empty schema."""
    for pointer, status, value in responses(document):
        for media, entry in mapping(mapping(value).get("content")).items():
            schema = mapping(entry).get("schema", {})
            if schema in ({}, True) and status[:1] not in ("4", "5"):
                keys = ["schema"] if "schema" in mapping(entry) else []
                reason = "the schema of the response is empty, so the generator returns None"
                fix = "refer to a named object, free-form if necessary"
                yield Finding(join(pointer, "content", media, *keys), reason, fix)


def no_body(document: Any) -> Iterator[Finding]:
    """A response without a body cannot be read as JSON."""
    for operation in operations(document):
        for status, value in mapping(operation.value.get("responses")).items():
            if mapping(value).get("content") and has_no_body(operation.method, str(status)):
                pointer = join(operation.pointer, "responses", status, "content")
                yield Finding(
                    pointer, "the response has no body, and reading it fails", "remove it"
                )


def has_no_body(method: str, status: str) -> bool:
    """Return whether HTTP forbids a body (https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1)."""
    return status in ("204", "205", "304") or (method == "head" and status[:1] in ("2", "3"))


def json_first(document: Any) -> Iterator[Finding]:
    """The generator reads every response as the first content type."""
    for pointer, types in _content_types(document):
        if "application/json" in types[1:]:
            reason = f"the response is read as {types[0]}, even if it is JSON"
            yield Finding(pointer, reason, "put application/json first")


def open_response_object(document: Any) -> Iterator[Finding]:
    """The generator drops new fields of a closed object."""
    for schema in _in_responses(document):
        if mapping(schema.value).get("additionalProperties") is False:
            reason = "a response with additionalProperties: false loses new fields"
            yield Finding(schema.pointer, reason, "remove it")


def open_response_enum(document: Any) -> Iterator[Finding]:
    """A new value of a closed enum makes the whole response unreadable."""
    for schema in _in_responses(document):
        if "enum" in mapping(schema.value) and not _is_open_enum(document, schema):
            reason = "this enum is closed: a new value makes a response unreadable"
            yield Finding(schema.pointer, reason, "use anyOf: [{$ref: the enum}, {type: string}]")


def open_response_union(document: Any) -> Iterator[Finding]:
    """A new variant of a closed union makes the whole response unreadable."""
    for schema in _in_responses(document):
        for keyword in UNIONS:
            listed = sequence(mapping(schema.value).get(keyword))
            if listed and all("properties" in mapping(target(document, each)) for each in listed):
                reason = "this union is closed: a new variant makes a response unreadable"
                fix = "add the last item {type: object, additionalProperties: true}"
                yield Finding(schema.pointer, reason, fix)


def _content_types(document: Any) -> Iterator[tuple[str, list[str]]]:
    for pointer, _, value in responses(document):
        yield pointer, [str(media) for media in mapping(mapping(value).get("content"))]


def _in_responses(document: Any) -> Iterator[Schema]:
    """Yield all schemas in responses, components through references, each once."""
    waiting = list(response_schemas(document))
    seen: set[str] = set()
    while waiting:
        for schema in below(waiting.pop()):
            if schema.pointer in seen:
                continue
            seen.add(schema.pointer)
            yield schema
            ref = mapping(schema.value).get("$ref")
            if isinstance(ref, str) and not _is_open_enum(document, schema):
                waiting.append(Schema(ref.removeprefix("#"), target(document, schema.value), ""))


def _is_open_enum(document: Any, schema: Schema) -> bool:
    """Return whether a schema is an enum in a union that accepts all other strings."""
    siblings = sequence(mapping(schema.parent.value if schema.parent else {}).get(schema.keyword))
    accepts_all = any(
        mapping(each).get("type") in ("string", ["string", "null"]) and "enum" not in each
        for each in siblings
    )
    in_union = schema.keyword in UNIONS and accepts_all
    return in_union and "enum" in mapping(target(document, schema.value))
