"""Rules for parameters and request bodies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from scripts.openapi.document import (
    Finding,
    components,
    content_schemas,
    join,
    mapping,
    operations,
    parameters,
    parameters_of,
    path_variables,
    references,
    request_bodies,
    schema_objects,
    target,
    types_of,
)
from scripts.openapi.python_names import can_be_argument, variable

SENT = re.compile(
    r"application/(json|octet-stream|x-www-form-urlencoded)|multipart/form-data|\S+\+json"
)
_FORM_TYPES = ("string", "number", "integer")


def parameter_name(document: Any) -> Iterator[Finding]:
    """Some names are local variables of the generated functions."""
    for pointer, parameter in parameters(document):
        name = str(parameter.get("name"))
        if not can_be_argument(name):
            reason = f"a parameter named {name!r} clashes with a variable of the generated function"
            yield Finding(pointer, reason, "rename it, or remove it and let the adapter send it")


def parameter_name_unique(document: Any) -> Iterator[Finding]:
    """Two parameters with the same Python name break the generated function."""
    for operation in operations(document):
        found = parameters_of(document, operation)
        names = Counter(variable(str(each.get("name"))) for each in found)
        for name, count in names.items():
            if count > 1 and name:
                reason = f"{count} parameters have the same Python name, {name!r}"
                yield Finding(operation.pointer, reason, "keep one of them, or rename it")


def parameter_style(document: Any) -> Iterator[Finding]:
    """The generator ignores most styles of parameters."""
    for pointer, parameter in parameters(document):
        ignored = [key for key in ("content", "allowReserved") if key in parameter]
        ignored += ["explode: false"] if parameter.get("explode") is False else []
        ignored += ["deepObject"] if parameter.get("style") == "deepObject" else []
        if ignored:
            reason = f"the generator ignores {', '.join(ignored)} of a parameter"
            yield Finding(pointer, reason, "describe it as a simple or a repeated parameter")


def parameter_type(document: Any) -> Iterator[Finding]:
    """Headers are strings, httpx deprecates cookies of a request, and queries have no objects."""
    fix = "make it a string that the caller formats"
    for pointer, parameter in parameters(document):
        place = parameter.get("in")
        types = set(types_of(document, parameter.get("schema")))
        if place == "cookie":
            reason = "httpx warns about cookies of a single request"
            yield Finding(pointer, reason, "remove it; the client stores cookies itself")
        elif place == "header" and types - {"string", "number", "integer", "boolean", "any"}:
            reason = "the generator rejects a header that is not a string, or it fails at run time"
            yield Finding(pointer, reason, fix)
        elif "object" in types:
            yield Finding(pointer, "an object has no standard form as a parameter", fix)


def path_parameters(document: Any) -> Iterator[Finding]:
    """A path and its parameters have the same names, and these are required."""
    for operation in operations(document):
        in_path = Counter(path_variables(operation.path))
        for name in sorted(each for each, count in in_path.items() if count > 1):
            reason = f"{{{name}}} is in the path twice, so the generator drops the operation"
            yield Finding(operation.pointer, reason, "give each variable a name of its own")
        found = parameters_of(document, operation)
        declared = {str(each.get("name")): each for each in found if each.get("in") == "path"}
        for name, each in declared.items():
            if name not in in_path:
                reason = f"the parameter {name!r} is not in the path"
                yield Finding(operation.pointer, reason, f"write {{{name}}} there, or remove it")
            elif each.get("required") is not True:
                reason = f"the path parameter {name!r} is not required"
                yield Finding(operation.pointer, reason, "write required: true")
        for name in sorted(in_path.keys() - declared.keys()):
            reason = f"{{{name}}} is not described, so the generator drops the operation"
            yield Finding(operation.pointer, reason, f"add the parameter {name}, in: path")


def one_request_type(document: Any) -> Iterator[Finding]:
    """With several request content types, the generated module fails to import."""
    for pointer, body in request_bodies(document):
        types = [str(media) for media in mapping(mapping(body).get("content"))]
        if len(types) > 1:
            reason = f"the request has several content types: {', '.join(types)}"
            yield Finding(pointer, reason, "keep the one that the client should send")


def request_type(document: Any) -> Iterator[Finding]:
    """The generator drops operations with another request content type, or without a schema."""
    for pointer, body in request_bodies(document):
        for media, entry in mapping(mapping(body).get("content")).items():
            place = join(pointer, "content", media)
            if not SENT.fullmatch(str(media).partition(";")[0].strip()):
                reason = f"the generator drops an operation that sends {media}"
                fix = "describe it as application/octet-stream, and send the type as a header"
                yield Finding(place, reason, fix)
            elif "schema" not in mapping(entry):
                reason = "the generator drops an operation whose request has no schema"
                yield Finding(place, reason, "refer to a schema")


def required_body(document: Any) -> Iterator[Finding]:
    """Without a body, the request still declares its content type; null is sent as no body."""
    for pointer, body in request_bodies(document):
        holder = mapping(body)
        if "$ref" not in holder and holder.get("required") is not True:
            reason = "without an optional body, the request has a content type and no content"
            yield Finding(pointer, reason, "write required: true; callers can send {}")
        for schema in content_schemas(holder, pointer):
            if "null" in types_of(document, schema.value):
                yield Finding(schema.pointer, "null is sent as no body", "remove null")


def simple_multipart(document: Any) -> Iterator[Finding]:
    """The generator writes True, None and dicts into forms as Python writes them."""
    fix = "use files, strings, numbers and enums in forms; move the rest to the query"
    for pointer, body in request_bodies(document):
        for form in content_schemas(body, pointer):
            if not form.name.startswith("multipart/"):
                continue
            fields = mapping(mapping(target(document, form.value)).get("properties"))
            for name, field in fields.items():
                wrong = [each for each in types_of(document, field) if each not in _FORM_TYPES]
                if wrong:
                    reason = f"the form field {name!r} is {wrong[0]}, which is sent as Python's str"
                    yield Finding(form.pointer, reason, fix)


def form_encoding(document: Any) -> Iterator[Finding]:
    """The generator ignores `encoding`."""
    for pointer, body in request_bodies(document):
        for media, entry in mapping(mapping(body).get("content")).items():
            if "encoding" in mapping(entry):
                fix = "remove it, or send this form with handwritten code"
                place = join(pointer, "content", media, "encoding")
                yield Finding(place, "the generator ignores the encoding of a form", fix)


def file_format(document: Any) -> Iterator[Finding]:
    """A file is `format: binary`, in a form or as a whole body; nothing else can be sent."""
    used = {ref.removeprefix("#") for _, ref in references(document)}
    whole = {schema.pointer for schema in components(document)} - used
    for pointer, body in request_bodies(document):
        for form in content_schemas(body, pointer):
            ref = mapping(form.value).get("$ref")
            if not form.name.endswith("json"):
                whole.add(ref.removeprefix("#") if isinstance(ref, str) else form.pointer)
    for schema, value in schema_objects(document):
        if "contentMediaType" in value or "contentEncoding" in value:
            reason = "the generator reads contentMediaType as a string, and sends a file's name"
            yield Finding(schema.pointer, reason, "write format: binary for a file")
        elif value.get("format") == "binary" and schema.parent is not None:
            root = schema
            while root.parent is not None:
                root = root.parent
            if root.pointer not in whole:
                fix = "use format: binary in forms and for whole bodies, and a string in JSON"
                yield Finding(schema.pointer, "a file inside JSON cannot be encoded", fix)
