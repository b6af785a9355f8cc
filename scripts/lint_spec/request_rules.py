"""Rules for what is sent: parameters and request bodies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from scripts.openapi.document import (
    Finding,
    Operation,
    content_schemas,
    join,
    mapping,
    operations,
    parameters,
    request_bodies,
    resolve,
    schemas,
    sequence,
    target,
    types_of,
)
from scripts.openapi.python_names import variable

_LOCALS = {"body", "client", "cookies", "headers", "params"}
_SENT = re.compile(
    r"application/(json|octet-stream|x-www-form-urlencoded)|multipart/form-data|\S+\+json"
)
_FORM = ("string", "number", "integer")


def parameter_name(document: Any) -> Iterator[Finding]:
    """Some names are the generated functions' own."""
    for pointer, parameter in parameters(document):
        name = re.sub(r"[^a-z0-9]+", "_", str(parameter.get("name")).lower())
        if name in _LOCALS:
            reason = f"a parameter named {name!r} clashes with the generated function's own"
            fix = "name it otherwise, or leave it out and let the adapter send it"
            yield Finding(pointer, reason, fix)


def parameter_name_unique(document: Any) -> Iterator[Finding]:
    """Two parameters of one Python name: broken code, or names that change with the next one."""
    for operation in operations(document):
        names = Counter(
            variable(str(each.get("name"))) for each in _parameters_of(operation, document)
        )
        for name, times in names.items():
            if times > 1 and name:
                reason = f"{times} parameters become one Python name, {name!r}"
                yield Finding(operation.pointer, reason, "keep one of them, or name it otherwise")


def parameter_style(document: Any) -> Iterator[Finding]:
    """Styles that the generator passes over."""
    for pointer, parameter in parameters(document):
        silent = [key for key in ("content", "allowReserved") if key in parameter]
        silent += ["explode: false"] if parameter.get("explode") is False else []
        silent += ["deepObject"] if parameter.get("style") == "deepObject" else []
        if silent:
            reason = f"the generator ignores {', '.join(silent)} of a parameter"
            yield Finding(pointer, reason, "describe what a plain, repeated parameter can say")


def parameter_type(document: Any) -> Iterator[Finding]:
    """A header is text, a cookie is a warning, and an object has no one form in a query."""
    fix = "make it a plain string; the caller writes it"
    for pointer, parameter in parameters(document):
        place = parameter.get("in")
        found = set(types_of(document, parameter.get("schema")))
        if place == "cookie":
            reason = "httpx warns of cookies that a single request brings"
            yield Finding(pointer, reason, "take the cookie out; the client has cookies of its own")
        elif place == "header" and found - {"string", "number", "integer", "boolean", "any"}:
            yield Finding(pointer, "a header that is not plain text is refused, or raises", fix)
        elif "object" in found:
            yield Finding(pointer, "a parameter that is an object has no form of its own", fix)


def path_parameters(document: Any) -> Iterator[Finding]:
    """The names in a path and its parameters are the same, and required."""
    for operation in operations(document):
        path = operation.pointer.split("/")[2].replace("~1", "/").replace("~0", "~")
        in_path = set(re.findall(r"{([^{}]*)}", path))
        declared = [
            each for each in _parameters_of(operation, document) if each.get("in") == "path"
        ]
        for each in declared:
            name = each.get("name")
            if name not in in_path:
                reason = f"the parameter {name!r} does not stand in the path"
                yield Finding(
                    operation.pointer, reason, f"write {{{name}}} in the path, or drop it"
                )
            elif each.get("required") is not True:
                reason = f"the parameter {name!r} of the path is not required"
                yield Finding(operation.pointer, reason, "write required: true")
        for name in sorted(in_path - {each.get("name") for each in declared}):
            reason = f"nothing describes {{{name}}}, so the operation is left out"
            yield Finding(operation.pointer, reason, f"add the parameter {name}, in: path")


def one_request_type(document: Any) -> Iterator[Finding]:
    """Several content types give a module that cannot be imported."""
    for pointer, body in request_bodies(document):
        types = [str(media) for media in mapping(mapping(body).get("content"))]
        if len(types) > 1:
            reason = f"the request has several content types: {', '.join(types)}"
            yield Finding(pointer, reason, "keep the one that the client shall send")


def request_type(document: Any) -> Iterator[Finding]:
    """An operation whose request is of another type, or without a schema, is left out."""
    for pointer, body in request_bodies(document):
        for media, entry in mapping(mapping(body).get("content")).items():
            place = join(pointer, "content", media)
            if not _SENT.fullmatch(str(media).partition(";")[0].strip()):
                reason = f"the generator leaves out an operation that sends {media}"
                fix = "describe it as application/octet-stream, and send the type as a header"
                yield Finding(place, reason, fix)
            elif "schema" not in mapping(entry):
                reason = "the generator leaves out an operation whose request has no schema"
                yield Finding(place, reason, "refer to a schema")


def required_body(document: Any) -> Iterator[Finding]:
    """Without a body the request would still say that it is JSON; a null one is sent as nothing."""
    for pointer, body in request_bodies(document):
        holder = mapping(body)
        if "$ref" not in holder and holder.get("required") is not True:
            reason = "an optional body is sent with a content type, and without content"
            yield Finding(pointer, reason, "write required: true; an empty object is a body too")
        for schema in content_schemas(holder, pointer):
            if "null" in types_of(document, schema.value):
                reason = "a body that is null is sent as nothing"
                yield Finding(schema.pointer, reason, "leave null out")


def simple_multipart(document: Any) -> Iterator[Finding]:
    """In a form the generator writes True, None and Python's own dicts."""
    fix = "keep forms to files, texts, numbers and enums; the rest can be query"
    for pointer, body in request_bodies(document):
        for form in content_schemas(body, pointer):
            if not form.name.startswith("multipart/"):
                continue
            properties = mapping(mapping(target(document, form.value)).get("properties"))
            for name, field in properties.items():
                odd = [kind for kind in types_of(document, field) if kind not in _FORM]
                if odd:
                    reason = f"field {name!r} of the form is {odd[0]}, which is sent as Python text"
                    yield Finding(form.pointer, reason, fix)


def form_encoding(document: Any) -> Iterator[Finding]:
    """Each part's type is what the generator makes it, whatever `encoding` says."""
    for pointer, body in request_bodies(document):
        for media, entry in mapping(mapping(body).get("content")).items():
            if "encoding" in mapping(entry):
                place = join(pointer, "content", media, "encoding")
                fix = "take it out, or send this form by hand"
                yield Finding(place, "the generator ignores the encoding of a form", fix)


def file_format(document: Any) -> Iterator[Finding]:
    """A file is `format: binary` in a form or as a whole body; elsewhere it cannot be sent."""
    in_forms: set[str] = set()
    for pointer, body in request_bodies(document):
        for form in content_schemas(body, pointer):
            ref = mapping(form.value).get("$ref")
            home = ref.removeprefix("#") if isinstance(ref, str) else form.pointer
            if not form.name.endswith("json"):
                in_forms.add(home)
    for schema in schemas(document):
        value = mapping(schema.value)
        if "contentMediaType" in value or "contentEncoding" in value:
            reason = "the generator takes contentMediaType for text, and sends a file as its name"
            yield Finding(schema.pointer, reason, "write format: binary for a file")
        elif value.get("format") == "binary" and schema.parent is not None:
            root = schema
            while root.parent is not None:
                root = root.parent
            if root.pointer not in in_forms:
                reason = "a file inside JSON cannot be written"
                fix = "keep format: binary to forms and whole bodies; in JSON make it a string"
                yield Finding(schema.pointer, reason, fix)


def _parameters_of(operation: Operation, document: Any) -> list[dict[Any, Any]]:
    """An operation's parameters and those of its path, which it may replace."""
    path = operation.pointer.rpartition("/")[0]
    item = mapping(resolve(document, f"#{path}"))
    found = {}
    own: list[dict[Any, Any]] = []
    for each in sequence(item.get("parameters")):
        each = mapping(target(document, each))
        found[(each.get("name"), each.get("in"))] = each
    for each in sequence(operation.value.get("parameters")):
        each = mapping(target(document, each))
        found.pop((each.get("name"), each.get("in")), None)
        own.append(each)
    return [*found.values(), *own]


REQUEST_RULES = (
    parameter_name,
    parameter_name_unique,
    parameter_style,
    parameter_type,
    path_parameters,
    one_request_type,
    request_type,
    required_body,
    simple_multipart,
    form_encoding,
    file_format,
)
