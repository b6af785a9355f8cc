"""openapi.yaml as the stand-in server reads it: operations, and a validator for each schema."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import attrs
import jsonschema_rs

from vlmrun._contract import METHODS, load_document

_URI = "urn:vlmrun:contract"


@attrs.frozen
class Parameter:
    """A parameter of an operation, and the pointer to its schema."""

    name: str
    location: str
    required: bool
    pointer: str
    types: frozenset[str]


@attrs.frozen
class RequestBody:
    """The one kind of body that an operation takes. `files`: the form's fields that are files."""

    media_type: str
    required: bool
    pointer: str
    files: frozenset[str] = frozenset()


@attrs.frozen(eq=False)
class Operation:
    """One operation of the contract.

    Attributes:
        key: "required", "optional" or "none": whether it asks for a key.
        responses: Pointers to the schemas of its answers by status and media type.
    """

    id: str
    method: str
    path: str
    key: str
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    responses: dict[str, dict[str, str]]

    @property
    def success(self) -> int:
        """The status of an answer that carries an object: 201 where there is one."""
        return 201 if "201" in self.responses else 200

    def response_for(self, status: int) -> dict[str, str] | None:
        """Pointers by media type for a status; None if the contract does not have it."""
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in self.responses:
                return self.responses[name]
        return None


class Contract:
    """An OpenAPI document whose local references are followed.

    Attributes:
        document: The document as it was read.
        operations: All of its operations by id.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._registry = jsonschema_rs.Registry([(_URI, document)], retriever=refuse)
        self._validators: dict[str, Any] = {}
        self.operations = {operation.id: operation for operation in self._read()}

    def validator(self, pointer: str) -> Any:
        """The validator for the schema that a JSON pointer leads to; compiled once."""
        if pointer not in self._validators:
            reference = {"$ref": f"{_URI}#{quote(pointer, safe='/~')}"}
            self._validators[pointer] = jsonschema_rs.Draft202012Validator(
                reference, registry=self._registry, validate_formats=True
            )
        return self._validators[pointer]

    def follow(self, node: Any, pointer: str) -> tuple[Any, str]:
        """A node behind its reference, if it is one, and the pointer to it."""
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            pointer = node["$ref"].removeprefix("#")
            node = self.document
            for part in pointer.split("/")[1:]:
                node = node[part.replace("~1", "/").replace("~0", "~")]
        return node, pointer

    def _read(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item)

    def _operation(self, path: str, method: str, item: dict[str, Any]) -> Operation:
        node = item[method]
        here = join("", "paths", path, method)
        shared = self._parameters(item.get("parameters", []), join("", "paths", path))
        own = self._parameters(node.get("parameters", []), here)
        by_place = {(each.location, each.name): each for each in (*shared, *own)}
        return Operation(
            id=node["operationId"],
            method=method.upper(),
            path=path,
            key=_key(node.get("security", self.document.get("security", []))),
            parameters=tuple(by_place.values()),
            body=self._body(node.get("requestBody"), join(here, "requestBody")),
            responses=self._responses(node["responses"], join(here, "responses")),
        )

    def _parameters(self, nodes: list[Any], pointer: str) -> Iterator[Parameter]:
        for index, reference in enumerate(nodes):
            node, place = self.follow(reference, join(pointer, "parameters", index))
            place = join(place, "schema")
            types = frozenset(self._types(node["schema"], place))
            required = node.get("required", False)
            yield Parameter(node["name"], node["in"], required, place, types)

    def _types(self, schema: Any, pointer: str) -> Iterator[str]:
        schema, pointer = self.follow(schema, pointer)
        kind = schema.get("type", [])
        yield from [kind] if isinstance(kind, str) else kind
        for keyword in ("anyOf", "oneOf", "allOf"):
            for arm in schema.get(keyword, []):
                yield from self._types(arm, pointer)

    def _body(self, reference: Any, pointer: str) -> RequestBody | None:
        if reference is None:
            return None
        node, place = self.follow(reference, pointer)
        ((media_type, content),) = node["content"].items()
        schema, _ = self.follow(content["schema"], place)
        files = (
            name
            for name, field in schema.get("properties", {}).items()
            if self.follow(field, "")[0].get("format") == "binary"
        )
        place = join(place, "content", media_type, "schema")
        return RequestBody(media_type, node.get("required", False), place, frozenset(files))

    def _responses(self, nodes: dict[str, Any], pointer: str) -> dict[str, dict[str, str]]:
        found = {}
        for status, reference in nodes.items():
            node, place = self.follow(reference, join(pointer, status))
            found[str(status)] = {
                media_type: join(place, "content", media_type, "schema")
                for media_type in node.get("content", {})
            }
        return found


def join(pointer: str, *parts: object) -> str:
    """A JSON pointer, further down."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "/".join([pointer, *escaped])


def refuse(uri: str) -> Any:
    """In place of fetching what a schema refers to: nothing is ever fetched."""
    raise ValueError(f"{uri} is not fetched")


def _key(security: list[dict[str, Any]]) -> str:
    if not any(security):
        return "none"
    return "optional" if {} in security else "required"


@functools.cache
def load_contract() -> Contract:
    """The contract that this package was built with: in the wheel, or of the checkout."""
    return Contract(load_document())
