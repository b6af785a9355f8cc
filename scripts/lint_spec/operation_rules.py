"""Rules for operations and references, and for parts that nothing is generated from."""

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
    path_items,
    references,
    responses,
    sequence,
)

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def openapi_version(document: Any) -> Iterator[Finding]:
    """The contract is OpenAPI 3.1; in 3.0, null and binary are written differently."""
    version = str(mapping(document).get("openapi"))
    if version.startswith("3.0"):
        reason = f"this is OpenAPI {version}, where null and limits are written differently"
        fix = "write openapi: '3.1.0', and type: [string, 'null'] instead of nullable: true"
        yield Finding("/openapi", reason, fix)


def operation_id(document: Any) -> Iterator[Finding]:
    """The operationId is the name of a generated function."""
    fix = "write a snake_case operationId that reads well as the name of a function"
    for operation in operations(document):
        id = operation.value.get("operationId")
        if not id:
            yield Finding(operation.pointer, "there is no operationId", fix)
        elif not _SNAKE.fullmatch(str(id)):
            yield Finding(operation.pointer, f"operationId {id!r} is not snake_case", fix)


def one_tag(document: Any) -> Iterator[Finding]:
    """The first tag is the generated module, or `default`; further tags are ignored."""
    for operation in operations(document):
        tags = sequence(operation.value.get("tags"))
        if len(tags) != 1 or not _SNAKE.fullmatch(str(tags[0])):
            reason = f"tags are {tags}, not one snake_case tag"
            yield Finding(operation.pointer, reason, "write one tag, the name of the resource")


def operation_described(document: Any) -> Iterator[Finding]:
    """The description becomes the docstring."""
    for operation in operations(document):
        if not str(operation.value.get("description") or "").strip():
            fix = "write one line that says what it does"
            yield Finding(operation.pointer, "there is no description", fix)


def security(document: Any) -> Iterator[Finding]:
    """The generator ignores the `security` of the whole document."""
    for operation in operations(document):
        if "security" not in operation.value:
            fix = "write `security` in the operation ([] if it needs no API key)"
            yield Finding(operation.pointer, "there is no security", fix)


def status_text(document: Any) -> Iterator[Finding]:
    """YAML reads an unquoted 200 as a number."""
    for pointer, node in nodes(document):
        for key in node:
            if not isinstance(key, str):
                yield Finding(
                    join(pointer, key), f"the key {key!r} is not a string", f"write '{key}'"
                )


def path_item_reference(document: Any) -> Iterator[Finding]:
    """The generator drops the operations of a path that is a reference."""
    for pointer, item in path_items(document):
        if "$ref" in item:
            reason = "the generator drops the operations of a path that is a $ref"
            yield Finding(pointer, reason, "write the operations out")


def component_reference(document: Any) -> Iterator[Finding]:
    """The generator follows references to components only."""
    for pointer, ref in references(document):
        if ref.startswith("#") and not re.fullmatch(re.escape(COMPONENT) + r"\w+/[^/]+", ref):
            reason = f"$ref {ref!r} does not point to a component"
            yield Finding(pointer, reason, "move the target to components and refer to it")


def webhooks(document: Any) -> Iterator[Finding]:
    """The generator ignores `webhooks` and `callbacks`."""
    fix = "parse these requests in handwritten code, and waive this with x-lint"
    if "webhooks" in mapping(document):
        yield Finding("/webhooks", "the generator ignores webhooks", fix)
    for operation in operations(document):
        if "callbacks" in operation.value:
            pointer = join(operation.pointer, "callbacks")
            yield Finding(pointer, "the generator ignores callbacks", fix)


def operation_servers(document: Any) -> Iterator[Finding]:
    """The generated function uses the base URL of the client, whatever `servers` says."""
    holders = [(operation.pointer, operation.value) for operation in operations(document)]
    for pointer, holder in (*holders, *path_items(document)):
        if "servers" in holder:
            reason = "the generator ignores the servers of an operation or a path"
            fix = "send it there with handwritten code, and waive this with x-lint"
            yield Finding(join(pointer, "servers"), reason, fix)


def response_headers(document: Any) -> Iterator[Finding]:
    """The generator ignores the headers and links of a response."""
    for pointer, _, value in responses(document):
        for key in ("headers", "links"):
            if key in mapping(value):
                reason = f"the generator ignores the {key} of a response"
                fix = "read them with handwritten code, and waive this with x-lint"
                yield Finding(join(pointer, key), reason, fix)
