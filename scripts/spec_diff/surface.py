"""What the generator makes of a document: of each operation a function, with its arguments."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from scripts.openapi.document import mapping, sequence
from scripts.spec_diff.document import Document, Node, Operation
from scripts.spec_diff.keywords import show
from scripts.spec_diff.models import Field, Models, Types, make_field
from scripts.spec_diff.naming import identifier
from scripts.spec_diff.reach import parameters

_BODIES = {
    "application/x-www-form-urlencoded": "data",
    "multipart/form-data": "files",
    "application/octet-stream": "content",
}


@dataclass
class Function:
    """What is made of an operation: a module with functions that take the same arguments."""

    operation: Operation
    module: str
    arguments: dict[str, Field]
    returns: Types
    success: Types
    secured: bool


class Surface:
    """The low-level package of a document.

    Attributes:
        classes: By name.
        functions: By operationId.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._models = Models(document)
        self.classes = self._models.classes
        self.functions = {each.id: self._function(each) for each in document.operations}

    def _function(self, operation: Operation) -> Function:
        value = mapping(operation.node.value)
        tag = identifier(str((sequence(value.get("tags")) or ["default"])[0]), "tag")
        found: dict[str, Field] = {}
        for node in parameters(self._document, operation):
            place, wire = str(node.at("in").value), str(node.at("name").value)
            if node.at("schema").value is not None:
                types = self._models.types(node.at("schema"), wire, operation.id)
                default = mapping(node.at("schema").value).get("default")
                required = node.at("required").value is True
                shown = None if default is None else show(default)
                key = wire.lower() if place == "header" else wire
                found[f"{place} {key}"] = make_field(wire, types, required, shown, node.pointer)
        _settle_arguments(found)
        if body := self._body(operation):
            found["body"] = body
        returns, success = self._returns(operation)
        return Function(
            operation,
            f"{tag}.{identifier(operation.id)}",
            found,
            returns,
            success,
            bool(value.get("security")),
        )

    def _body(self, operation: Operation) -> Field | None:
        body = self._document.follow(operation.node.at("requestBody"))
        entries = [
            (media, entry.at("schema"))
            for media, entry in body.at("content").items()
            if _body_kind(media) and entry.at("schema").value is not None
        ]
        several = len(mapping(body.at("content").value)) > 1
        types: Types = frozenset()
        for media, schema in entries:
            parent = f"{operation.id}_{_body_kind(media)}" if several else operation.id
            types |= self._models.types(schema, "body", parent)
        if not entries:
            return None
        required = body.at("required").value is True
        return Field("body", "body", types, required, None, body.pointer)

    def _returns(self, operation: Operation) -> tuple[Types, Types]:
        """The types of all responses, and of those that are no errors."""
        everything: Types = frozenset()
        success: Types = frozenset()
        for status, node in operation.node.at("responses").items():
            types = self._response(status, self._document.follow(node), operation.id)
            everything |= types
            if status.startswith("2") or status == "default":
                success |= types
        return everything or frozenset(["Any"]), success

    def _response(self, status: str, node: Node, parent: str) -> Types:
        entries = list(node.at("content").items())
        if not entries:
            return frozenset(["Any"])
        for media, entry in entries:
            bare = media.partition(";")[0].strip()
            if bare.startswith("text/") or bare.endswith(("/json", "+json", "/octet-stream")):
                schema = entry.at("schema")
                if schema.value is None:
                    return frozenset(["Any"])
                return self._models.types(schema, f"response_{status}", parent)
        return frozenset()


def _settle_arguments(found: dict[str, Field]) -> None:
    """Arguments that would have the same name say where they are sent."""
    names = Counter(each.name for each in found.values())
    for key, each in found.items():
        if names[each.name] > 1 or each.name in ("client", "url"):
            name = identifier(f"{each.name}_{key.partition(' ')[0]}")
            found[key] = replace(each, name=name)


def _body_kind(media: str) -> str | None:
    bare = media.partition(";")[0].strip()
    return _BODIES.get(bare) or ("json" if bare.endswith(("/json", "+json")) else None)
