"""Rules for operations, parameters, bodies and references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from speclint.document import (
    COMPONENT,
    Finding,
    contents,
    join,
    mapping,
    nodes,
    operations,
    parameters,
    request_bodies,
    resolve,
    sequence,
    target,
)

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LOCALS = {"body", "client", "cookies", "headers", "params"}


def operation_id(document: Any) -> Iterator[Finding]:
    """Each operation has an id that is a Python function's name."""
    mend = "give it a snake_case operationId that reads well as a function's name"
    for operation in operations(document):
        id = operation.value.get("operationId")
        if not id:
            yield Finding(operation.pointer, "there is no operationId", mend)
        elif not _SNAKE.fullmatch(str(id)):
            yield Finding(operation.pointer, f"operationId {id!r} is not snake_case", mend)


def operation_id_unique(document: Any) -> Iterator[Finding]:
    """Of two operations with one id, the generator keeps the last."""
    seen: dict[str, str] = {}
    for operation in operations(document):
        id = str(operation.value.get("operationId") or "")
        word = re.sub(r"[^a-z0-9]", "", id.lower())
        if word and word in seen:
            reason = f"operationId {id!r} is the same as that of {seen[word]}"
            yield Finding(operation.pointer, reason, "choose another operationId")
        seen.setdefault(word, operation.pointer)


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
            mend = "say in one line what it does"
            yield Finding(operation.pointer, "there is no description", mend)


def security(document: Any) -> Iterator[Finding]:
    """The generator ignores the document's `security`."""
    for operation in operations(document):
        if "security" not in operation.value:
            mend = "write `security` at the operation ([] if it needs no key)"
            yield Finding(operation.pointer, "there is no security", mend)


def one_request_type(document: Any) -> Iterator[Finding]:
    """Several content types give a module that cannot be imported."""
    for pointer, body in request_bodies(document):
        types = [str(media) for media in mapping(mapping(body).get("content"))]
        if len(types) > 1:
            reason = f"the request has several content types: {', '.join(types)}"
            yield Finding(pointer, reason, "keep the one that the client shall send")


def simple_multipart(document: Any) -> Iterator[Finding]:
    """In a form the generator writes True, None and Python's own dicts."""
    for pointer, body in request_bodies(document):
        for form in contents(body, pointer):
            if not form.name.startswith("multipart/"):
                continue
            properties = mapping(mapping(target(document, form.value)).get("properties"))
            for name, field in properties.items():
                kind = mapping(target(document, field)).get("type", "string")
                if kind not in ("string", "number", "integer"):
                    reason = f"field {name!r} of the form is {kind}, which is sent as Python text"
                    mend = "keep forms to files, texts, numbers and enums; the rest can be query"
                    yield Finding(form.pointer, reason, mend)


def status_text(document: Any) -> Iterator[Finding]:
    """YAML reads 200 as a number."""
    for pointer, node in nodes(document):
        for key in node:
            if not isinstance(key, str):
                yield Finding(join(pointer, key), f"the key {key!r} is not text", f"write '{key}'")


def parameter_name(document: Any) -> Iterator[Finding]:
    """Some names are the generated functions' own."""
    for pointer, parameter in parameters(document):
        name = re.sub(r"[^a-z0-9]+", "_", str(parameter.get("name")).lower())
        if name in _LOCALS:
            reason = f"a parameter named {name!r} clashes with the generated function's own"
            mend = "name it otherwise, or leave it out and let the adapter send it"
            yield Finding(pointer, reason, mend)


def parameter_style(document: Any) -> Iterator[Finding]:
    """Styles that the generator passes over."""
    for pointer, parameter in parameters(document):
        silent = [key for key in ("content", "allowReserved") if key in parameter]
        silent += ["explode: false"] if parameter.get("explode") is False else []
        silent += ["deepObject"] if parameter.get("style") == "deepObject" else []
        if silent:
            reason = f"the generator ignores {', '.join(silent)} of a parameter"
            yield Finding(pointer, reason, "describe what a plain, repeated parameter can say")


def path_item_reference(document: Any) -> Iterator[Finding]:
    """The operations behind such a reference vanish."""
    for path, item in mapping(mapping(document).get("paths")).items():
        if "$ref" in mapping(item):
            reason = "a path that is a $ref loses its operations"
            yield Finding(join("", "paths", path), reason, "write the operations out")


def component_reference(document: Any) -> Iterator[Finding]:
    """Only references to components are followed."""
    for pointer, node in nodes(document):
        ref = node.get("$ref")
        if not isinstance(ref, str) or pointer.endswith("/properties"):
            continue
        if not re.fullmatch(re.escape(COMPONENT) + r"\w+/[^/]+", ref):
            reason = f"$ref {ref!r} does not point to a component"
            yield Finding(pointer, reason, "name the target under components and refer to it")
        elif resolve(document, ref) is None:
            yield Finding(pointer, f"$ref {ref!r} points to nothing", "correct the name")


OPERATION_RULES = (
    operation_id,
    operation_id_unique,
    one_tag,
    operation_described,
    security,
    one_request_type,
    simple_multipart,
    status_text,
    parameter_name,
    parameter_style,
    path_item_reference,
    component_reference,
)
