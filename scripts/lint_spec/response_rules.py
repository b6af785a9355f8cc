"""Rules for what responses hold: what the service adds later must not make one unreadable."""

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

_READ = re.compile(r"application/(json|octet-stream)|text/[^*\s]+|\S+\+json")
_STATUS = re.compile(r"[1-5](\d\d|XX)|default")


def status_code(document: Any) -> Iterator[Finding]:
    """A response with any other status is left out."""
    for pointer, status, _ in responses(document):
        if status and not _STATUS.fullmatch(status):
            reason = f"{status!r} is no status, so the generator leaves the response out"
            yield Finding(pointer, reason, "write three digits, a range as 5XX, or default")


def response_type(document: Any) -> Iterator[Finding]:
    """A response none of whose types the generator reads is left out."""
    for pointer, _, value in responses(document):
        types = [str(media) for media in mapping(mapping(value).get("content"))]
        if types and not any(_READ.fullmatch(media.partition(";")[0].strip()) for media in types):
            reason = f"the generator leaves out a response of {', '.join(types)}"
            fix = "add application/octet-stream, whose bytes are read whatever they are"
            yield Finding(pointer, reason, fix)


def whole_response(document: Any) -> Iterator[Finding]:
    """A response whose schema says nothing is thrown away."""
    for pointer, status, value in responses(document):
        for media, entry in mapping(mapping(value).get("content")).items():
            said = mapping(entry).get("schema", {})
            if said in ({}, True) and status[:1] not in ("4", "5"):
                place = join(
                    pointer, "content", media, *(["schema"] * ("schema" in mapping(entry)))
                )
                reason = "the schema of the response says nothing, so the generator returns None"
                fix = "refer to a named object, free-form if need be"
                yield Finding(place, reason, fix)


def no_body(document: Any) -> Iterator[Finding]:
    """What has no body cannot be read as JSON."""
    for operation in operations(document):
        method = operation.pointer.rpartition("/")[2]
        for status, value in mapping(operation.value.get("responses")).items():
            if mapping(value).get("content") and is_without_body(method, str(status)):
                pointer = join(operation.pointer, "responses", status, "content")
                reason = "the response has no body, and reading one from it fails"
                yield Finding(pointer, reason, "remove it")


def is_without_body(method: str, status: str) -> bool:
    """Whether HTTP has no body in a response."""
    return status in ("204", "205", "304") or (method == "head" and status[:1] in ("2", "3"))


def json_first(document: Any) -> Iterator[Finding]:
    """Of several content types the generator reads the first, whatever the service sends."""
    for pointer, _, value in responses(document):
        types = [str(media) for media in mapping(mapping(value).get("content"))]
        if "application/json" in types[1:]:
            reason = f"the response is read as {types[0]}, even where it is JSON"
            yield Finding(pointer, reason, "put application/json first")


def open_response_object(document: Any) -> Iterator[Finding]:
    """A closed object silently drops what the service has added since."""
    for schema in _in_responses(document):
        if mapping(schema.value).get("additionalProperties") is False:
            reason = "a response with additionalProperties: false loses fields that are new"
            yield Finding(schema.pointer, reason, "remove it")


def open_response_enum(document: Any) -> Iterator[Finding]:
    """A value that is new would lose the whole response."""
    for schema in _in_responses(document):
        if "enum" in mapping(schema.value) and not _is_open_enum(document, schema):
            reason = "a response holds this enum closed: a value that is new loses the response"
            fix = "use it as anyOf: [{$ref: the enum}, {type: string}]"
            yield Finding(schema.pointer, reason, fix)


def open_response_union(document: Any) -> Iterator[Finding]:
    """An object of a kind that is new would lose the whole response."""
    for schema in _in_responses(document):
        for keyword in UNIONS:
            arms = [target(document, arm) for arm in sequence(mapping(schema.value).get(keyword))]
            if arms and all("properties" in mapping(arm) for arm in arms):
                reason = "a response holds this union closed: a new kind loses the response"
                fix = "add the last item {type: object, additionalProperties: true}"
                yield Finding(schema.pointer, reason, fix)


def _in_responses(document: Any) -> Iterator[Schema]:
    """All schemas that a response can hold, components through references; each once."""
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
    """Whether a schema is an enum in a union that takes any other string too."""
    siblings = sequence(mapping(schema.parent.value if schema.parent else {}).get(schema.keyword))
    takes_any = any(
        mapping(arm).get("type") in ("string", ["string", "null"]) and "enum" not in arm
        for arm in siblings
    )
    in_union = schema.keyword in UNIONS and takes_any
    return in_union and "enum" in mapping(target(document, schema.value))


RESPONSE_RULES = (
    status_code,
    response_type,
    whole_response,
    no_body,
    json_first,
    open_response_object,
    open_response_enum,
    open_response_union,
)
