"""openapi.yaml as the mock server reads it: operations, and a validator for each schema."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import attrs
import jsonschema_rs

from vlmrun._contract import METHODS, load_document

# Only an identifier: the document is registered under it, and nothing is fetched.
_URI = "urn:vlmrun:contract"


@attrs.frozen
class Parameter:
    """A parameter of an operation, with the JSON pointer to its schema."""

    name: str
    location: str
    required: bool
    pointer: str
    types: frozenset[str]


@attrs.frozen
class RequestBody:
    """The request body of an operation. `files` names the form fields that are files."""

    media_type: str
    required: bool
    pointer: str
    files: frozenset[str] = frozenset()


@attrs.frozen(eq=False)
class ContractOperation:
    """One operation of the contract.

    Attributes:
        prefix: The path of its server, such as "/v1".
        authentication: Whether the operation requires an API key.
        responses: JSON pointers to the response schemas, by status and media type.
    """

    id: str
    method: str
    path: str
    prefix: str
    authentication: Literal["required", "optional", "none"]
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    responses: dict[str, dict[str, str]]

    @property
    def success_status(self) -> int:
        """The status of a successful response with a body: 201 where it is declared."""
        return 201 if "201" in self.responses else 200

    def response_schemas(self, status: int) -> dict[str, str] | None:
        """Return JSON pointers by media type, or None if the status is not declared."""
        # The most specific key wins: https://spec.openapis.org/oas/v3.1.1.html#responses-object
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in self.responses:
                return self.responses[name]
        return None


class Contract:
    """An OpenAPI document with its local references resolved.

    Attributes:
        document: The parsed document.
        operations: All operations, by operationId.
        path: The path of the default server, such as "/v1".
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._registry = jsonschema_rs.Registry([(_URI, document)], retriever=refuse_to_fetch)
        self._validators: dict[str, Any] = {}
        self.operations = {operation.id: operation for operation in self._read_operations()}
        self.path = _path_of(document["servers"][0]["url"])

    @property
    def gateway_path(self) -> str:
        """The path of the server of the gateway."""
        return self.operations["create_embeddings"].prefix

    @property
    def systemone_path(self) -> str:
        """The path of the server of System One."""
        return self.operations["decide"].prefix

    def validator(self, pointer: str) -> Any:
        """Return the validator for the schema at a JSON pointer."""
        # Compiling all schemas would dominate the startup time of the server, so each is
        # compiled at first use.
        if pointer not in self._validators:
            reference = {"$ref": f"{_URI}#{quote(pointer, safe='/~')}"}
            self._validators[pointer] = jsonschema_rs.Draft202012Validator(
                reference, registry=self._registry, validate_formats=True
            )
        return self._validators[pointer]

    def resolve(self, node: Any, pointer: str) -> tuple[Any, str]:
        """Follow the `$ref` of a node, if it has one; return the target and its JSON pointer."""
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            pointer = node["$ref"].removeprefix("#")
            node = self.document
            for part in pointer.split("/")[1:]:
                node = node[part.replace("~1", "/").replace("~0", "~")]
        return node, pointer

    def _read_operations(self) -> Iterator[ContractOperation]:
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._read_operation(path, method, item)

    def _read_operation(self, path: str, method: str, item: dict[str, Any]) -> ContractOperation:
        node = item[method]
        pointer = join_pointer("", "paths", path, method)
        shared = self._parameters(item.get("parameters", []), join_pointer("", "paths", path))
        own = self._parameters(node.get("parameters", []), pointer)
        # https://spec.openapis.org/oas/v3.1.1.html#path-item-object: parameters of the operation
        # override those of the path; a parameter is identified by its location and name.
        parameters = {(each.location, each.name): each for each in (*shared, *own)}
        return ContractOperation(
            id=node["operationId"],
            method=method.upper(),
            path=path,
            prefix=_path_of((node.get("servers") or self.document["servers"])[0]["url"]),
            authentication=_authentication(node.get("security", self.document.get("security", []))),
            parameters=tuple(parameters.values()),
            body=self._body(node.get("requestBody"), join_pointer(pointer, "requestBody")),
            responses=self._responses(node["responses"], join_pointer(pointer, "responses")),
        )

    def _parameters(self, nodes: list[Any], pointer: str) -> Iterator[Parameter]:
        for index, reference in enumerate(nodes):
            node, target = self.resolve(reference, join_pointer(pointer, "parameters", index))
            schema_pointer = join_pointer(target, "schema")
            types = frozenset(self._types(node["schema"], schema_pointer))
            required = node.get("required", False)
            yield Parameter(node["name"], node["in"], required, schema_pointer, types)

    def _types(self, schema: Any, pointer: str) -> Iterator[str]:
        schema, pointer = self.resolve(schema, pointer)
        declared = schema.get("type", [])
        yield from [declared] if isinstance(declared, str) else declared
        for keyword in ("anyOf", "oneOf", "allOf"):
            for subschema in schema.get(keyword, []):
                yield from self._types(subschema, pointer)

    def _body(self, reference: Any, pointer: str) -> RequestBody | None:
        if reference is None:
            return None
        node, target = self.resolve(reference, pointer)
        # Each operation has one media type; openapi.yaml with more would fail here.
        ((media_type, content),) = node["content"].items()
        schema, _ = self.resolve(content["schema"], target)
        files = (
            name
            for name, field in schema.get("properties", {}).items()
            if self.resolve(field, "")[0].get("format") == "binary"
        )
        schema_pointer = join_pointer(target, "content", media_type, "schema")
        return RequestBody(
            media_type, node.get("required", False), schema_pointer, frozenset(files)
        )

    def _responses(self, nodes: dict[str, Any], pointer: str) -> dict[str, dict[str, str]]:
        found = {}
        for status, reference in nodes.items():
            node, target = self.resolve(reference, join_pointer(pointer, status))
            found[str(status)] = {
                media_type: join_pointer(target, "content", media_type, "schema")
                for media_type in node.get("content", {})
            }
        return found


def join_pointer(pointer: str, *parts: object) -> str:
    """Append escaped parts to a JSON pointer (https://www.rfc-editor.org/rfc/rfc6901)."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "/".join([pointer, *escaped])


def refuse_to_fetch(uri: str) -> Any:
    """Raise for every remote reference: the mock server never fetches anything."""
    raise ValueError(f"{uri} is not fetched")


def _path_of(url: str) -> str:
    return urlsplit(url).path.rstrip("/")


def _authentication(
    security: list[dict[str, Any]],
) -> Literal["required", "optional", "none"]:
    # An empty security requirement (`{}`) makes authentication optional:
    # https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
    if not any(security):
        return "none"
    return "optional" if {} in security else "required"


@functools.cache
def load_contract() -> Contract:
    """Return the contract of this package: the copy in the wheel, or that of the checkout."""
    return Contract(load_document())
