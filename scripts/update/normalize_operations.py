"""Conversion of a document as FastAPI generates it into the form of openapi.yaml."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from scripts.lint_spec.request_rules import LOCAL_NAMES
from scripts.lint_spec.response_rules import has_no_body
from scripts.openapi.document import Operation, mapping, operations, resolve, sequence
from scripts.update.derive_new_names import (
    component_names,
    operation_name,
    pascal,
    path_variables,
    sentence,
    tag_name,
)
from scripts.update.normalize_schemas import SchemaNormalizer
from scripts.update.order_unions import cut_recursive_lists, require_discriminators
from scripts.update.relax_responses import relax_responses
from scripts.update.schema_style import REF, Object, deref, not_null, split_annotations

JSON = "application/json"
FORM = "multipart/form-data"
BYTES = "application/octet-stream"
_FILE = {"type": "string", "format": "binary"}
_SENT = re.compile(r"application/(json|[\w.-]+\+json|x-www-form-urlencoded|octet-stream)|" + FORM)
_READ = re.compile(r"application/(json|[\w.-]+\+json|octet-stream)|text/.*")
# Headers that httpx or the client sets.
_OWN_HEADERS = {"accept", "authorization", "content-type"}


@dataclass
class NormalDocument:
    """A document in the form of openapi.yaml.

    Attributes:
        paths: Its operations by path and method.
        schemas: Its components.
        received: The names of the components in responses.
        security: Its security schemes.
        notes: A sentence for each thing that was left out.
    """

    paths: dict[str, Object] = field(default_factory=dict)
    schemas: Object = field(default_factory=dict)
    received: set[str] = field(default_factory=set)
    security: Object = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def normalize(document: Object, prefix: str) -> NormalDocument:
    """Convert a document.

    Args:
        document: A valid OpenAPI document without dead references.
        prefix: What the URLs of the servers in openapi.yaml have of each path, such as "/v1".
    """
    return _Normalizer(document, prefix).run()


class _Normalizer:
    def __init__(self, document: Object, prefix: str) -> None:
        self._document = document
        self._prefix = prefix
        self._made = NormalDocument()
        # These may clash; `merge_operations` gives new operations a free name.
        self._ids = {
            (each.path, each.method): operation_name(each.value, each.method, each.path)
            for each in operations(document)
        }
        by_old_id = {
            str(each.value.get("operationId")): self._ids[each.path, each.method]
            for each in operations(document)
        }
        components = mapping(document.get("components"))
        names = component_names(mapping(components.get("schemas")), by_old_id)
        self._schemas = SchemaNormalizer(document, names, self._made.notes.append)
        self._made.schemas = self._schemas.schemas
        self._made.security = mapping(components.get("securitySchemes"))

    def run(self) -> NormalDocument:
        made = self._made
        hooks = ", ".join(map(str, mapping(self._document.get("webhooks"))))
        made.notes += [f"the webhooks {hooks}; describe them by hand"] if hooks else []
        for each in operations(self._document):
            operation = self._operation(each, self._ids[each.path, each.method])
            if operation:
                made.paths.setdefault(self._short_path(each.path), {})[each.method] = operation
        for name in cut_recursive_lists(made.schemas):
            made.notes.append(f"{name}: contains itself, so its lists accept any items")
        holders = (made.schemas, made.paths)
        require_discriminators(made.schemas, holders, self._schemas.discriminators)
        self._remove_files_from_json()
        made.received = relax_responses(made.schemas, {"paths": made.paths})
        return made

    def _short_path(self, path: str) -> str:
        has_prefix = self._prefix and path.startswith(f"{self._prefix}/")
        return path[len(self._prefix) :] if has_prefix else path

    def _operation(self, operation: Operation, id: str) -> Object | None:
        source = operation.value
        where = f"{operation.method.upper()} {operation.path}"
        tag = tag_name(source, self._short_path(operation.path))
        made: Object = {"operationId": id, "tags": [tag]}
        description = str(source.get("description") or "").strip()
        if not description:
            summary = str(source.get("summary") or "").strip()
            # FastAPI generates a title from the function's name, where there is no summary.
            is_generated = not summary or summary == summary.title()
            description = sentence(id) if is_generated else f"{summary.rstrip('.')}."
        made["description"] = "\n".join(line.rstrip() for line in description.splitlines())
        if source.get("deprecated") is True:
            made["deprecated"] = True
        made["security"] = deepcopy(source.get("security", self._document.get("security", [])))
        if "callbacks" in source:
            self._made.notes.append(f"{where}: its callbacks are left out")
        parameters = self._parameters(operation, id, where)
        if parameters:
            made["parameters"] = parameters
        if "requestBody" in source:
            body = self._body(self._follow(source["requestBody"]), id, where)
            if body is None:
                return None
            made["requestBody"] = body
        made["responses"] = self._responses(source, id, operation.method)
        return made

    def _follow(self, value: Any) -> Object:
        ref = mapping(value).get("$ref")
        return mapping(resolve(self._document, ref) if isinstance(ref, str) else value)

    def _parameters(self, operation: Operation, id: str, where: str) -> list[Object]:
        variables = path_variables(operation.path)
        # FastAPI omits path variables that no function asks for.
        found: dict[tuple[str, str], Object] = {
            ("path", name): {"schema": {"type": "string"}} for name in variables
        }
        for each in map(self._follow, sequence(operation.value.get("parameters"))):
            found[str(each.get("in")), str(each.get("name"))] = each
        made = []
        for (place, name), each in found.items():
            if place == "header" and name.lower() in _OWN_HEADERS:
                continue
            if place == "path" and name not in variables:
                continue
            if place == "cookie":
                self._made.notes.append(f"{where}: the cookie {name!r}; the client has its own")
            elif re.sub(r"[^a-z0-9]+", "_", name.lower()) in LOCAL_NAMES:
                self._made.notes.append(f"{where}: the parameter {name!r} cannot be generated")
            else:
                made.append(self._parameter(each, place, name, f"{id}_{name}"))
        return made

    def _parameter(self, each: Object, place: str, name: str, hint: str) -> Object:
        schema = not_null(self._schemas.normalize(each.get("schema", {}), pascal(hint)))
        schema, annotations = split_annotations(schema)
        # Headers are strings, and an object in a query is JSON in a string.
        if place == "header" or self._contains_object(schema) or not schema:
            schema = {"type": "string"}
        made: Object = {"name": name, "in": place}
        made.update({"required": True} if place == "path" or each.get("required") is True else {})
        default = annotations.get("description")
        made["description"] = default or str(each.get("description") or sentence(name)).strip()
        if each.get("deprecated") is True or annotations.get("deprecated"):
            made["deprecated"] = True
        return {**made, "schema": schema}

    def _contains_object(self, schema: Object) -> bool:
        found = deref(self._made.schemas, schema)
        inner = [*sequence(found.get("anyOf")), *([found["items"]] if "items" in found else [])]
        is_object = found.get("type") == "object" or "allOf" in found
        return is_object or any(self._contains_object(mapping(each)) for each in inner)

    def _body(self, source: Object, id: str, where: str) -> Object | None:
        content = mapping(source.get("content"))
        sent = [media for media in content if _SENT.fullmatch(str(media))]
        if not sent:
            names = ", ".join(map(str, content)) or "nothing"
            self._made.notes.append(f"{where}: left out: a body of {names} cannot be generated")
            return None
        media = next((each for each in (JSON, FORM) if each in sent), sent[0])
        if len(content) > 1:
            others = ", ".join(str(each) for each in content if each != media)
            self._made.notes.append(f"{where}: the body is sent as {media}; left out: {others}")
        source_schema = _FILE if media == BYTES else mapping(content[media]).get("schema")
        schema = not_null(self._schemas.normalize(source_schema, f"{id}_request"))
        if media == FORM:
            self._simplify_form(schema, where)
        if media == JSON and not schema.keys() - {"description"}:
            schema = self._schemas.free_object()
        # Without a body, the request would still say that it is JSON, so {} is sent instead.
        if source.get("required") is not True and "required" in deref(self._made.schemas, schema):
            self._made.notes.append(f"{where}: the body is optional in the document, required here")
        return {"required": True, "content": {media: {"schema": schema}}}

    def _simplify_form(self, schema: Object, where: str) -> None:
        """Reduce a form to strings, numbers and files, the only fields the generator encodes."""
        fields = mapping(deref(self._made.schemas, schema).get("properties"))
        for key, value in fields.items():
            value, annotations = split_annotations(not_null(value))
            if value.get("type") == "array":
                self._made.notes.append(f"{where}: only one {key!r} can be sent in the form")
                value = value["items"]
            found = deref(self._made.schemas, value)
            if found.get("type") not in ("string", "number", "integer"):
                value = {"type": "string"}
                annotations.setdefault("description", "As a string.")
            fields[key] = {**value, **annotations}

    def _responses(self, source: Object, id: str, method: str) -> Object:
        made: Object = {}
        for status, response in mapping(source.get("responses")).items():
            found = self._follow(response)
            status = str(status).upper() if str(status) != "default" else "default"
            description = str(found.get("description") or "").strip()
            if status == "default" or status[0] in "45":
                made[status] = {"description": description or "Refused."}
                continue
            is_generated = description in ("", "Successful Response")
            made[status] = {"description": "Success." if is_generated else description}
            content = self._response_content(mapping(found.get("content")), f"{id}_response")
            if content and not has_no_body(method, status):
                made[status]["content"] = content
        return made

    def _response_content(self, content: Object, hint: str) -> Object:
        made: Object = {}
        for media, entry in sorted(content.items(), key=lambda each: each[0] != JSON):
            if media.startswith("text/"):
                made[media] = {"schema": {"type": "string"}}
            elif media == BYTES:
                made[media] = {"schema": dict(_FILE)}
            elif _READ.fullmatch(media):
                schema = self._schemas.normalize(mapping(entry).get("schema"), hint)
                schema.pop("description", None)
                made[media] = {"schema": schema}
            else:
                # The generator reads the first content type, and files under this one only.
                made.setdefault(BYTES, {"schema": dict(_FILE)})
                if media != "*/*":
                    made[media] = {"schema": dict(_FILE)}
        # FastAPI adds JSON of any kind where a function only declares another content type.
        if len(made) > 1 and made.get(JSON) == {"schema": {}}:
            del made[JSON]
        return made

    def _remove_files_from_json(self) -> None:
        """Make files strings, except in forms and as whole bodies."""
        contents = [
            (media, entry["schema"])
            for operation in operations({"paths": self._made.paths})
            for part in (operation.value.get("requestBody"), *operation.value["responses"].values())
            for media, entry in mapping(mapping(part).get("content")).items()
        ]
        forms = {schema.get("$ref") for media, schema in contents if media == FORM}
        for name, schema in self._made.schemas.items():
            if REF + name not in forms:
                _remove_binary(schema)
        for media, schema in contents:
            if media == JSON:
                _remove_binary(schema)


def _remove_binary(value: Any) -> None:
    if mapping(value).get("format") == "binary":
        del value["format"]
    for each in value.values() if isinstance(value, dict) else sequence(value):
        _remove_binary(each)
