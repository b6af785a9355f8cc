"""Rules for operations, references, and parts of the document that nothing is generated from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scripts.openapi.document import (
    COMPONENT,
    Finding,
    join,
    mapping,
    nodes,
    operations,
    references,
    responses,
    sequence,
)
from scripts.openapi.load_document import dead_references, duplicate_operation_ids

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def openapi_version(document: Any) -> Iterator[Finding]:
    """The contract is OpenAPI 3.1: 3.0 says null and binary otherwise."""
    version = str(mapping(document).get("openapi"))
    if version.startswith("3.0"):
        reason = f"this is OpenAPI {version}, where null and bounds are written otherwise"
        fix = "write openapi: '3.1.0', and type: [string, 'null'] where nullable: true was"
        yield Finding("/openapi", reason, fix)


def operation_id(document: Any) -> Iterator[Finding]:
    """Each operation has an id that is a Python function's name."""
    fix = "give it a snake_case operationId that reads well as a function's name"
    for operation in operations(document):
        id = operation.value.get("operationId")
        if not id:
            yield Finding(operation.pointer, "there is no operationId", fix)
        elif not _SNAKE.fullmatch(str(id)):
            yield Finding(operation.pointer, f"operationId {id!r} is not snake_case", fix)


def operation_id_unique(document: Any) -> Iterator[Finding]:
    """Of two operations with one id, or with one Python name, the generator keeps the last."""
    yield from duplicate_operation_ids(document)


def one_tag(document: Any) -> Iterator[Finding]:
    """The tag is the module; without one it is `default`, further ones do nothing."""
    for operation in operations(document):
        tags = sequence(operation.value.get("tags"))
        if len(tags) != 1 or not _SNAKE.fullmatch(str(tags[0])):
            reason = f"tags are {tags}, not one snake_case tag"
            yield Finding(operation.pointer, reason, "give it the one tag of its resource")


def operation_described(document: Any) -> Iterator[Finding]:
    """The description becomes the docstring."""
    for operation in operations(document):
        if not str(operation.value.get("description") or "").strip():
            fix = "say in one line what it does"
            yield Finding(operation.pointer, "there is no description", fix)


def security(document: Any) -> Iterator[Finding]:
    """The generator ignores the document's `security`."""
    for operation in operations(document):
        if "security" not in operation.value:
            fix = "write `security` at the operation ([] if it needs no key)"
            yield Finding(operation.pointer, "there is no security", fix)


def status_text(document: Any) -> Iterator[Finding]:
    """YAML reads 200 as a number."""
    for pointer, node in nodes(document):
        for key in node:
            if not isinstance(key, str):
                yield Finding(join(pointer, key), f"the key {key!r} is not text", f"write '{key}'")


def path_item_reference(document: Any) -> Iterator[Finding]:
    """The operations behind such a reference vanish."""
    for path, item in mapping(mapping(document).get("paths")).items():
        if "$ref" in mapping(item):
            reason = "a path that is a $ref loses its operations"
            yield Finding(join("", "paths", path), reason, "write the operations out")


def reference_alive(document: Any) -> Iterator[Finding]:
    """References to other documents, to nothing, or round in a circle are not followed."""
    yield from dead_references(document)


def component_reference(document: Any) -> Iterator[Finding]:
    """Only references to components are followed."""
    for pointer, ref in references(document):
        inside = ref.startswith("#") and not re.fullmatch(re.escape(COMPONENT) + r"\w+/[^/]+", ref)
        if inside:
            reason = f"$ref {ref!r} does not point to a component"
            yield Finding(pointer, reason, "name the target under components and refer to it")


def webhooks(document: Any) -> Iterator[Finding]:
    """Nothing is generated from `webhooks` and `callbacks`."""
    fix = "read what is sent by hand, and waive this with x-lint"
    if "webhooks" in mapping(document):
        yield Finding("/webhooks", "the generator passes over webhooks", fix)
    for operation in operations(document):
        if "callbacks" in operation.value:
            place = join(operation.pointer, "callbacks")
            yield Finding(place, "the generator passes over callbacks", fix)


def operation_servers(document: Any) -> Iterator[Finding]:
    """The generated call goes to the client's address, whatever `servers` says."""
    holders = [(operation.pointer, operation.value) for operation in operations(document)]
    for path, item in mapping(mapping(document).get("paths")).items():
        holders.append((join("", "paths", path), mapping(item)))
    for pointer, holder in holders:
        if "servers" in holder:
            reason = "the generated call is not sent to these servers"
            fix = "send it there by hand, and waive this with x-lint"
            yield Finding(join(pointer, "servers"), reason, fix)


def response_headers(document: Any) -> Iterator[Finding]:
    """Nothing is generated from the headers and links of a response."""
    for pointer, _, value in responses(document):
        for key in ("headers", "links"):
            if key in mapping(value):
                reason = f"the generator passes over the {key} of a response"
                fix = "read them by hand, and waive this with x-lint"
                yield Finding(join(pointer, key), reason, fix)


OPERATION_RULES = (
    openapi_version,
    operation_id,
    operation_id_unique,
    one_tag,
    operation_described,
    security,
    status_text,
    path_item_reference,
    reference_alive,
    component_reference,
    webhooks,
    operation_servers,
    response_headers,
)
