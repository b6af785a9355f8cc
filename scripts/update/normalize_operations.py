"""A document as FastAPI makes it, into one of the house's form that the generator takes whole."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from scripts.lint_spec.response_rules import is_without_body
from scripts.openapi.document import METHODS, mapping, resolve, sequence
from scripts.update.derive_names import (
    component_names,
    operation_name,
    pascal,
    sentence,
    tag_name,
    variables,
)
from scripts.update.normalize_schemas import Schemas
from scripts.update.order_unions import cut_circles, require_words
from scripts.update.relax_responses import open_responses
from scripts.update.schema_style import NULL, REF, without_words

JSON = "application/json"
FORM = "multipart/form-data"
BYTES = "application/octet-stream"
_SENT = re.compile(r"application/(json|[\w.-]+\+json|x-www-form-urlencoded|octet-stream)|" + FORM)
_READ = re.compile(r"application/(json|[\w.-]+\+json|octet-stream)|text/.*")
# What a header says of the request itself, or the client adds on its own.
_OWN_HEADERS = {"accept", "authorization", "content-type"}
_LOCALS = {"body", "client", "cookies", "headers", "params"}


@dataclass
class Plain:
    """A document made plain.

    Attributes:
        paths: Its operations by path and method.
        schemas: Its components.
        received: The names of those that responses hold.
        security: Its security schemes.
        notes: A sentence for each thing that could not be kept.
    """

    paths: dict[str, dict[str, Any]] = field(default_factory=dict)
    schemas: dict[str, Any] = field(default_factory=dict)
    received: set[str] = field(default_factory=set)
    security: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def make_plain(document: dict[str, Any], prefix: str) -> Plain:
    """Make a document plain.

    Args:
        document: A valid one, of OpenAPI 3.0 or 3.1, whose references lead somewhere.
        prefix: What the servers' addresses already have of each path, such as "/v1".
    """
    return _Maker(document, prefix).make()


class _Maker:
    def __init__(self, document: dict[str, Any], prefix: str) -> None:
        self._document = document
        self._prefix = prefix
        self._made = Plain()
        # They may clash; what is new is given a name of its own where it comes into our document.
        self._ids = {
            (path, method): operation_name(item[method], method, path)
            for path, item in document["paths"].items()
            for method in METHODS
            if mapping(item).get(method)
        }
        parts = mapping(document.get("components"))
        by_old_id = {
            str(mapping(mapping(document["paths"][path])[method]).get("operationId")): id
            for (path, method), id in self._ids.items()
        }
        names = component_names(mapping(parts.get("schemas")), by_old_id)
        self._schemas = Schemas(document, names, self._made.notes.append)

    def make(self) -> Plain:
        made = self._made
        made.schemas = self._schemas.made
        parts = mapping(self._document.get("components"))
        made.security = mapping(parts.get("securitySchemes"))
        hooks = ", ".join(map(str, mapping(self._document.get("webhooks"))))
        made.notes += [f"the webhooks {hooks}; describe them by hand"] if hooks else []
        for (path, method), id in self._ids.items():
            item = mapping(self._document["paths"][path])
            operation = self._operation(path, method, item, id)
            if operation:
                made.paths.setdefault(self._short(path), {})[method] = operation
        for name in cut_circles(made.schemas):
            made.notes.append(f"{name}: holds itself, so that its lists may hold anything")
        require_words(made.schemas, (made.schemas, made.paths), self._schemas.told)
        self._take_out_files()
        made.received = open_responses(made.schemas, {"paths": made.paths})
        return made

    def _short(self, path: str) -> str:
        under = self._prefix and path.startswith(f"{self._prefix}/")
        path = path[len(self._prefix) :] if under else path
        # A brace without its fellow is part of the address.
        parts = re.split(r"(\{\w+\})", path)
        parts[::2] = [part.replace("{", "%7B").replace("}", "%7D") for part in parts[::2]]
        return "".join(parts)

    def _operation(
        self, path: str, method: str, item: dict[str, Any], id: str
    ) -> dict[str, Any] | None:
        source = mapping(item[method])
        where = f"{method.upper()} {path}"
        made: dict[str, Any] = {"operationId": id, "tags": [tag_name(source, self._short(path))]}
        said = str(source.get("description") or "").strip()
        if not said:
            summary = str(source.get("summary") or "").strip()
            # FastAPI makes one of the function's name.
            made_up = not summary or summary == summary.title()
            said = sentence(id) if made_up else f"{summary.rstrip('.')}."
        made["description"] = "\n".join(line.rstrip() for line in said.splitlines())
        if source.get("deprecated") is True:
            made["deprecated"] = True
        made["security"] = deepcopy(source.get("security", self._document.get("security", [])))
        if "callbacks" in source:
            self._made.notes.append(f"{where}: its callbacks are left out")
        parameters = self._parameters(source, item, id, where, path)
        if parameters:
            made["parameters"] = parameters
        if "requestBody" in source:
            body = self._body(self._follow(source["requestBody"]), id, where)
            if body is None:
                return None
            made["requestBody"] = body
        made["responses"] = self._responses(source, id, method)
        return made

    def _follow(self, value: Any) -> dict[str, Any]:
        ref = mapping(value).get("$ref")
        return mapping(resolve(self._document, ref) if isinstance(ref, str) else value)

    def _parameters(
        self, source: dict[str, Any], item: dict[str, Any], id: str, where: str, path: str
    ) -> list[dict[str, Any]]:
        # FastAPI does not list what no function asks for.
        found: dict[tuple[str, str], dict[str, Any]] = {
            ("path", name): {"schema": {"type": "string"}} for name in variables(path)
        }
        for holder in (item, source):
            for each in map(self._follow, sequence(holder.get("parameters"))):
                found[str(each.get("in")), str(each.get("name"))] = each
        made = []
        for (place, name), each in found.items():
            if place == "header" and name.lower() in _OWN_HEADERS:
                continue
            if place == "path" and name not in variables(path):
                continue
            if place == "cookie":
                self._made.notes.append(f"{where}: the cookie {name!r}; the client keeps its own")
                continue
            if re.sub(r"[^a-z0-9]+", "_", name.lower()) in _LOCALS:
                self._made.notes.append(f"{where}: the parameter {name!r} cannot be generated")
                continue
            made.append(self._parameter(each, place, name, f"{id}_{name}"))
        return made

    def _parameter(self, each: dict[str, Any], place: str, name: str, hint: str) -> dict[str, Any]:
        content = [mapping(entry).get("schema") for entry in mapping(each.get("content")).values()]
        source = each.get("schema", content[0] if content else {})
        schema = _not_null(self._schemas.plain(source, pascal(hint)))
        schema, words = without_words(schema)
        # A header or a part of a path is text, and an object in a query is JSON text.
        if place == "header" or self._holds_object(schema) or not schema:
            schema = {"type": "string"}
        made: dict[str, Any] = {"name": name, "in": place}
        made.update({"required": True} if place == "path" or each.get("required") is True else {})
        said = str(each.get("description") or words.get("description") or sentence(name)).strip()
        made["description"] = (
            said if "where nothing is said" in said else words.get("description", said)
        )
        if each.get("deprecated") is True or words.get("deprecated"):
            made["deprecated"] = True
        return {**made, "schema": schema}

    def _holds_object(self, schema: dict[str, Any]) -> bool:
        ref = str(schema.get("$ref"))
        target = mapping(self._schemas.made.get(ref.removeprefix(REF), schema))
        arms = [*sequence(target.get("anyOf")), *([target["items"]] if "items" in target else [])]
        plain_object = target.get("type") == "object" or "allOf" in target
        return plain_object or any(self._holds_object(mapping(arm)) for arm in arms)

    def _body(self, source: dict[str, Any], id: str, where: str) -> dict[str, Any] | None:
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
        if media == BYTES:
            schema: dict[str, Any] = {"type": "string", "format": "binary"}
        else:
            source_schema = mapping(content[media]).get("schema")
            schema = _not_null(self._schemas.plain(source_schema, f"{id}_request"))
        if media == FORM:
            self._make_simple(schema, where)
        if media == JSON and not {key for key in schema if key != "description"}:
            schema = self._schemas.free_object()
        # Without one, the request would still say that it is JSON: an empty object is sent instead.
        known = mapping(self._schemas.made.get(str(schema.get("$ref")).removeprefix(REF)))
        if source.get("required") is not True and "required" in known:
            self._made.notes.append(f"{where}: the body may be left out there, and not here")
        return {"required": True, "content": {media: {"schema": schema}}}

    def _make_simple(self, schema: dict[str, Any], where: str) -> None:
        """Leave texts, numbers and files in a form: the generator can write nothing else."""
        ref = str(schema.get("$ref")).removeprefix(REF)
        component = mapping(self._schemas.made.get(ref))
        for key, value in mapping(component.get("properties")).items():
            value, words = without_words(_not_null(value))
            if value.get("type") == "array":
                self._made.notes.append(f"{where}: of the form's {key!r} only one can be sent")
                value = value["items"]
            behind = mapping(
                self._schemas.made.get(str(value.get("$ref")).removeprefix(REF), value)
            )
            if behind.get("type") not in ("string", "number", "integer"):
                value = {"type": "string"}
                words.setdefault("description", "As text.")
            component["properties"][key] = {**value, **words}

    def _responses(self, source: dict[str, Any], id: str, method: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for status, response in mapping(source.get("responses")).items():
            found = self._follow(response)
            status = str(status).upper() if str(status) != "default" else "default"
            said = str(found.get("description") or "").strip()
            if status == "422" or status == "default" or status[0] in "45":
                made[status] = {"description": said or "Refused."}
                continue
            named = f"{id}_response"
            made[status] = {
                "description": "Success." if said in ("", "Successful Response") else said
            }
            content = self._response_content(mapping(found.get("content")), named)
            if content and not is_without_body(method, status):
                made[status]["content"] = content
        return made

    def _response_content(self, content: dict[str, Any], hint: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for media, entry in sorted(content.items(), key=lambda each: each[0] != JSON):
            if _READ.fullmatch(media):
                schema = self._schemas.plain(mapping(entry).get("schema"), hint)
                if media.startswith("text/"):
                    schema = {"type": "string"}
                elif media == BYTES:
                    schema = {"type": "string", "format": "binary"}
                made[media] = {"schema": {k: v for k, v in schema.items() if k != "description"}}
            else:
                # The generator reads the first, and these only under this name.
                made.setdefault(BYTES, {"schema": {"type": "string", "format": "binary"}})
                if media != "*/*":
                    made[media] = {"schema": {"type": "string", "format": "binary"}}
        # FastAPI adds JSON of any kind where a function only says in which other form it answers.
        if len(made) > 1 and made.get(JSON) == {"schema": {}}:
            del made[JSON]
        return made

    def _take_out_files(self) -> None:
        """Leave files to forms and whole bodies: what is inside JSON is text."""
        contents = [
            (media, mapping(entry["schema"]))
            for item in self._made.paths.values()
            for operation in item.values()
            for part in (operation.get("requestBody"), *operation["responses"].values())
            for media, entry in mapping(mapping(part).get("content")).items()
        ]
        forms = {schema.get("$ref") for media, schema in contents if media == FORM}
        others = {
            name: each for name, each in self._made.schemas.items() if REF + name not in forms
        }
        for each in (*others.values(), *(schema for media, schema in contents if media == JSON)):
            _make_text(each)


def _not_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without null, which neither a query nor a form can say."""
    types = schema.get("type")
    if isinstance(types, list):
        kept = [each for each in types if each != "null"]
        return {**schema, "type": kept[0] if len(kept) == 1 else kept}
    arms = sequence(schema.get("anyOf"))
    if NULL not in arms:
        return dict(schema)
    kept = [arm for arm in arms if arm != NULL]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**kept[0], **rest} if len(kept) == 1 else {"anyOf": kept, **rest}


def _make_text(value: Any) -> None:
    if mapping(value).get("format") == "binary":
        del value["format"]
    for each in value.values() if isinstance(value, dict) else sequence(value):
        _make_text(each)
