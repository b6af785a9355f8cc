"""Conversion of a document as FastAPI generates it into the form of openapi.yaml."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from scripts.lint_spec.request_rules import SENT
from scripts.lint_spec.response_rules import READ, has_no_body
from scripts.openapi.document import (
    SCHEMAS,
    Operation,
    mapping,
    operations,
    parameters_of,
    path_variables,
    paths,
    references,
    sequence,
    target,
)
from scripts.openapi.python_names import can_be_argument
from scripts.update.derive_new_names import (
    component_names,
    operation_name,
    pascal,
    sentence,
    short_path,
    tag_name,
)
from scripts.update.normalize_schemas import SchemaNormalizer
from scripts.update.order_unions import cut_recursive_lists, require_discriminators
from scripts.update.schema_style import (
    Object,
    altered_texts,
    clean_text,
    deref,
    not_null,
    split_annotations,
)

JSON = "application/json"
FORM = "multipart/form-data"
BYTES = "application/octet-stream"
_FILE = {"type": "string", "format": "binary"}
# Headers that httpx or the client sets.
_OWN_HEADERS = {"accept", "authorization", "content-type"}


@dataclass
class NormalDocument:
    """A document in the form of openapi.yaml.

    Attributes:
        paths: Its operations by path and method.
        schemas: Its components.
        security: Its security schemes.
        notes: What was left out, and where.
    """

    paths: dict[str, Object] = field(default_factory=dict)
    schemas: Object = field(default_factory=dict)
    security: Object = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)


def normalize(document: Object, prefix: str) -> NormalDocument:
    """Convert a document.

    Args:
        document: A valid OpenAPI document without dead references.
        prefix: What the URLs of the servers in openapi.yaml have of each path, such as "/v1".
    """
    items = {path: mapping(target(document, item)) for path, item in paths(document)}
    return _Normalizer({**document, "paths": items}, prefix).run()


class _Normalizer:
    def __init__(self, document: Object, prefix: str) -> None:
        self._document = document
        self._prefix = prefix
        self._result = NormalDocument()
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
        self._schemas = SchemaNormalizer(document, names)
        self._result.schemas = self._schemas.schemas
        self._result.security = mapping(components.get("securitySchemes"))
        self._uses = Counter(ref for _, ref in references(document))

    def run(self) -> NormalDocument:
        result = self._result
        result.notes += altered_texts(self._document)
        for hook in mapping(self._document.get("webhooks")):
            result.notes.append(("webhooks, which have to be described by hand", str(hook)))
        for each in operations(self._document):
            operation = self._operation(each, self._ids[each.path, each.method])
            if operation:
                path = short_path(each.path, self._prefix)
                result.paths.setdefault(path, {})[each.method] = operation
        for name in cut_recursive_lists(result.schemas):
            result.notes.append(("items of lists that contain themselves", name))
        holders = (result.schemas, result.paths)
        require_discriminators(result.schemas, holders, self._schemas.discriminators)
        self._remove_files_from_json()
        return result

    def _operation(self, operation: Operation, id: str) -> Object | None:
        source = operation.value
        where = f"{operation.method.upper()} {operation.path}"
        tag = tag_name(source, short_path(operation.path, self._prefix))
        result: Object = {"operationId": id, "tags": [tag]}
        description = clean_text(source.get("description"))
        if not description:
            summary = clean_text(source.get("summary"))
            # FastAPI generates a title from the function's name, where there is no summary.
            is_generated = not summary or summary == summary.title()
            description = sentence(id) if is_generated else f"{summary.rstrip('.')}."
        result["description"] = description
        if source.get("deprecated") is True:
            result["deprecated"] = True
        result["security"] = deepcopy(source.get("security", self._document.get("security", [])))
        if "callbacks" in source:
            self._result.notes.append(("callbacks", where))
        parameters = self._parameters(operation, id)
        if parameters:
            result["parameters"] = parameters
        if "requestBody" in source:
            body = self._body(self._follow(source["requestBody"]), id, where)
            if body is None:
                return None
            result["requestBody"] = body
        result["responses"] = self._responses(source, id, operation.method)
        return result

    def _follow(self, value: Any) -> Object:
        return mapping(target(self._document, value))

    def _parameters(self, operation: Operation, id: str) -> list[Object]:
        variables = path_variables(operation.path)
        # FastAPI omits path variables that no function asks for.
        found: dict[tuple[str, str], Object] = {
            ("path", name): {"schema": {"type": "string"}} for name in variables
        }
        for each in parameters_of(self._document, operation):
            found[str(each.get("in")), str(each.get("name"))] = each
        result = []
        for (place, name), each in found.items():
            is_own = place == "cookie" or (place == "header" and name.lower() in _OWN_HEADERS)
            if not is_own and can_be_argument(name) and (place != "path" or name in variables):
                result.append(self._parameter(each, place, name, f"{id}_{name}"))
        return result

    def _parameter(self, each: Object, place: str, name: str, hint: str) -> Object:
        schema = not_null(self._schemas.normalize(each.get("schema", {}), pascal(hint)))
        schema, annotations = split_annotations(schema)
        # Headers are strings, and an object in a query is JSON in a string.
        if place == "header" or self._contains_object(schema) or not schema:
            schema = {"type": "string"}
        result: Object = {"name": name, "in": place}
        result.update({"required": True} if place == "path" or each.get("required") is True else {})
        own = clean_text(each.get("description"))
        result["description"] = annotations.get("description") or own or sentence(name)
        if each.get("deprecated") is True or annotations.get("deprecated"):
            result["deprecated"] = True
        return {**result, "schema": schema}

    def _contains_object(self, schema: Object) -> bool:
        found = deref(self._result.schemas, schema)
        inner = [*sequence(found.get("anyOf")), *([found["items"]] if "items" in found else [])]
        is_object = found.get("type") == "object" or "allOf" in found
        return is_object or any(self._contains_object(mapping(each)) for each in inner)

    def _body(self, source: Object, id: str, where: str) -> Object | None:
        content = _by_bare_type(source.get("content"))
        sent = [media for media in content if SENT.fullmatch(str(media))]
        if not sent:
            names = ", ".join(map(str, content)) or "nothing"
            self._result.notes.append((f"bodies of {names}, which cannot be generated", where))
            return None
        media = next((each for each in (JSON, FORM) if each in sent), sent[0])
        source_schema = _FILE if media == BYTES else mapping(content[media]).get("schema")
        schema = not_null(self._schemas.normalize(source_schema, f"{id}_request"))
        if media == FORM:
            if self._uses[str(mapping(source_schema).get("$ref"))] > 1:
                schema = self._schemas.add(
                    f"{id}_request", deepcopy(deref(self._result.schemas, schema))
                )
            self._simplify_form(schema)
        if media == JSON and not schema.keys() - {"description"}:
            schema = self._schemas.free_object()
        # Without a body, the request would still say that it is JSON, so {} is sent instead.
        return {"required": True, "content": {media: {"schema": schema}}}

    def _simplify_form(self, schema: Object) -> None:
        """Reduce a form to strings, numbers and files, the only fields the generator encodes."""
        fields = mapping(deref(self._result.schemas, schema).get("properties"))
        for key, value in fields.items():
            value, annotations = split_annotations(not_null(value))
            if value.get("type") == "array":
                value = value["items"]
            found = deref(self._result.schemas, value)
            if found.get("type") not in ("string", "number", "integer"):
                value = {"type": "string"}
                annotations.setdefault("description", "As a string.")
            fields[key] = {**value, **annotations}

    def _responses(self, source: Object, id: str, method: str) -> Object:
        result: Object = {}
        listed = mapping(source.get("responses"))
        has_success = any(str(status)[0] == "2" for status in listed)
        for status, response in listed.items():
            found = self._follow(response)
            status = str(status).upper() if str(status) != "default" else "default"
            description = str(found.get("description") or "").strip()
            if status == "default" and has_success:
                continue
            if status[0] in "45":
                result[status] = {"description": description or "Refused."}
                continue
            is_generated = description in ("", "Successful Response")
            result[status] = {"description": "Success." if is_generated else description}
            content = self._response_content(_by_bare_type(found.get("content")), f"{id}_response")
            if content and not has_no_body(method, status):
                result[status]["content"] = content
        return result

    def _response_content(self, content: Object, hint: str) -> Object:
        result: Object = {}
        for media, entry in sorted(content.items(), key=lambda each: each[0] != JSON):
            if media.startswith("text/"):
                result[media] = {"schema": {"type": "string"}}
            elif media == BYTES:
                result[media] = {"schema": dict(_FILE)}
            elif READ.fullmatch(media):
                schema = self._schemas.normalize(mapping(entry).get("schema"), hint)
                schema.pop("description", None)
                result[media] = {"schema": schema}
            else:
                # The generator reads the first content type, and files under this one only.
                result.setdefault(BYTES, {"schema": dict(_FILE)})
                if media != "*/*":
                    result[media] = {"schema": dict(_FILE)}
        # FastAPI adds JSON of any kind where a function only declares another content type.
        if len(result) > 1 and result.get(JSON) == {"schema": {}}:
            del result[JSON]
        return result

    def _remove_files_from_json(self) -> None:
        """Make files strings, except in forms and as whole bodies."""
        contents = [
            (media, entry["schema"])
            for operation in operations({"paths": self._result.paths})
            for part in (operation.value.get("requestBody"), *operation.value["responses"].values())
            for media, entry in mapping(mapping(part).get("content")).items()
        ]
        forms = {schema.get("$ref") for media, schema in contents if media == FORM}
        for name, schema in self._result.schemas.items():
            if SCHEMAS + name not in forms:
                _remove_binary(schema)
        for media, schema in contents:
            if media == JSON:
                _remove_binary(schema)


def _by_bare_type(content: Any) -> Object:
    """Return content by its types without parameters, such as a charset."""
    return {
        str(media).partition(";")[0].strip().lower(): entry
        for media, entry in mapping(content).items()
    }


def _remove_binary(value: Any) -> None:
    if mapping(value).get("format") == "binary":
        del value["format"]
    for each in value.values() if isinstance(value, dict) else sequence(value):
        _remove_binary(each)
