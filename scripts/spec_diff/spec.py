"""An OpenAPI document to compare: its nodes with their pointers, its endpoints, its schemas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from scripts.openapi.document import (
    METHODS,
    id_of,
    join,
    mapping,
    path_template,
    resolve,
    sequence,
    split,
)
from scripts.openapi.load_document import Document, read

REQUEST, RESPONSE = "request", "response"


@dataclass(frozen=True)
class Node:
    """A value of a document, and the JSON pointer to it, by which nodes are equal."""

    value: Any = field(compare=False)
    pointer: str
    spec: Spec = field(compare=False, repr=False)

    def at(self, *path: str | int) -> Node:
        """Return the node further down; its value is None if there is none."""
        value = self.value
        for part in path:
            if isinstance(value, list):
                value = value[part] if isinstance(part, int) and part < len(value) else None
            else:
                value = mapping(value).get(part)
        return Node(value, join(self.pointer, *path), self.spec)

    def is_true(self, key: str) -> bool:
        """Return whether a flag of a mapping is set."""
        return mapping(self.value).get(key) is True

    def items(self) -> Iterator[tuple[str, Node]]:
        """Yield the entries of a mapping."""
        for key, value in mapping(self.value).items():
            yield str(key), Node(value, join(self.pointer, key), self.spec)

    def entries(self) -> list[Node]:
        """Return the entries of a list."""
        return [self.at(index) for index in range(len(sequence(self.value)))]

    def follow(self) -> Node:
        """Return the target of a reference; the node itself if it is not one."""
        node, seen = self, set()
        while isinstance(ref := mapping(node.value).get("$ref"), str) and ref not in seen:
            seen.add(ref)
            target = resolve(self.spec.root.value, ref)
            node = Node(target, unquote(ref.removeprefix("#")), self.spec)
        return node

    @property
    def label(self) -> str:
        """A readable name, as reports show it."""
        return self.spec.label(self.pointer)

    def contents(self) -> dict[str, Node]:
        """Return the media types of a body, a response or a header, with their entries."""
        return {media: entry.follow() for media, entry in self.follow().at("content").items()}


@dataclass(frozen=True)
class Endpoint:
    """A method of a path; or, if `received`, a request of the service: a webhook or callback."""

    method: str
    path: str
    node: Node
    item: Node
    received: bool = False

    @property
    def id(self) -> str:
        """The operationId, or the one that the generator derives if there is none."""
        if self.received:
            return f"{self.path} {self.method}"
        return id_of(self.method, self.path, self.node.value)

    @property
    def template(self) -> str:
        """The path without the names of its parameters, which are not sent."""
        return path_template(self.path)

    def parameters(self) -> list[Node]:
        """Return the parameters, with those that it inherits from its path."""
        found: dict[tuple[str, str], Node] = {}
        for holder in (self.item, self.node):
            for entry in holder.at("parameters").entries():
                node = entry.follow()
                name, place = str(node.at("name").value), str(node.at("in").value)
                found[place, name.lower() if place == "header" else name] = node
        return list(found.values())

    def responses(self) -> dict[str, Node]:
        """Return the responses by status."""
        return {
            status if status == "default" else status.upper(): node.follow()
            for status, node in self.node.at("responses").items()
        }

    def seen_as(self, direction: str) -> tuple[str, str]:
        """Return the direction of a message for the client, with the id.

        A request of the service is a response for the client, which has to read it.
        """
        if self.received:
            direction = RESPONSE if direction == REQUEST else REQUEST
        return direction, self.id


class Spec:
    """An OpenAPI document.

    Args:
        data: The document.
        name: The name in messages.
        line_of: Returns the line of a JSON pointer, if the document is in a file.

    Attributes:
        shapes: The normal forms of its schemas, as far as `normal_form` has computed them.
    """

    def __init__(self, data: Any, name: str, line_of: Callable[[str], int] | None = None) -> None:
        self.name = name
        self._line_of = line_of
        self.shapes: dict[tuple[str, ...], Any] = {}
        self.root = Node(data, "", self)
        paths = self.root.at("paths")
        items = ((path, item) for path, item in paths.items() if not path.startswith("x-"))
        self.endpoints = list(self._methods(items, "", received=False))
        self.received = self._received()
        self.schemas = dict(self.root.at("components", "schemas").items())

    def line_of(self, pointer: str) -> int:
        """Return the line of a pointer; 1 if the document is not from a file."""
        return self._line_of(pointer) if self._line_of else 1

    def place(self, pointer: str) -> str:
        """Return a pointer with the file and line that it leads to."""
        return f"{self.name}:{self.line_of(pointer)}: #{pointer}"

    def label(self, pointer: str) -> str:
        """Return a readable name: `File.bytes`, `list_files: query skip`, `get_file: 200`."""
        parts = split(pointer)
        if parts[:2] == ["components", "schemas"] and len(parts) > 2:
            return parts[2] + _below(parts[3:])
        for endpoint in (*self.received, *self.endpoints):
            if _is_in(pointer, endpoint.node.pointer):
                start = endpoint.node.pointer.count("/")
                return ": ".join(filter(None, (endpoint.id, self._place(parts, start))))
        start = 2 if parts[:1] == ["paths"] else 3
        if (parts[:1] == ["paths"] or parts[:2] == ["components", "pathItems"]) and parts[start:]:
            return f"{parts[start - 1]}: {self._place(parts, start)}"
        if parts[:1] == ["components"] and len(parts) > 2:
            place = self._place(parts, 1)
            return f"{place} of components" if parts[1] == "parameters" else place
        return pointer or "the document"

    def _place(self, parts: list[str], start: int) -> str:
        """Return the name of a part of an endpoint: a parameter, the request, a response."""
        inside = parts[start:]
        if len(inside) > 1 and inside[0] == "parameters":
            path = [int(part) if part.isdigit() else part for part in parts[: start + 2]]
            value = mapping(self.root.at(*path).value)
            return f"{value.get('in')} {value.get('name')}" + _below(inside[2:])
        if inside[:1] == ["requestBody"]:
            return "request" + _below(inside[1:])
        if len(inside) > 1 and inside[0] == "requestBodies":
            return f"{inside[1]} request" + _below(inside[2:])
        if len(inside) > 1 and inside[0] == "responses":
            return inside[1] + _below(inside[2:])
        return " ".join(inside)

    def _methods(
        self, items: Iterable[tuple[str, Node]], prefix: str, received: bool
    ) -> Iterator[Endpoint]:
        for path, item in items:
            resolved = item.follow()
            for method in METHODS:
                if isinstance((node := resolved.at(method)).value, dict):
                    yield Endpoint(method, f"{prefix}{path}", node, resolved, received)

    def _received(self) -> list[Endpoint]:
        found = list(self._methods(self.root.at("webhooks").items(), "webhook ", received=True))
        for endpoint in self.endpoints:
            for name, callback in endpoint.node.at("callbacks").items():
                prefix = f"{endpoint.id}: callback {name} "
                found += self._methods(callback.follow().items(), prefix, received=True)
        return found


def load_spec(path: Path) -> Spec:
    """Read a document from a file, or from git as `REVISION:path`.

    Raises:
        UnusableError: The document cannot be used.
    """
    return spec_of(read(path, ours=False))


def spec_of(document: Document) -> Spec:
    """Return what is compared of a document."""
    return Spec(document.value, str(document.path), document.parsed.line_of)


def comparable(name: str) -> str:
    """Return a name without what the generator changes: its case and punctuation."""
    return re.sub(r"[\W_]+", "", name).lower()


_UNNAMED = frozenset(["allOf", "anyOf", "oneOf", "schema", "content", "schemas", "components"])


def _is_in(pointer: str, outer: str) -> bool:
    return pointer == outer or pointer.startswith(f"{outer}/")


def _below(parts: list[str]) -> str:
    """Return the path inside a schema, from field to field."""
    text, left = "", list(parts)
    while left:
        part = left.pop(0)
        if part in ("properties", "headers") and left:
            text += f".{left.pop(0)}"
        elif part in ("items", "prefixItems"):
            text += "[]"
        elif part in ("additionalProperties", "patternProperties"):
            text += ".*"
        elif part == "content" and left:
            media = left.pop(0)
            text += "" if media == "application/json" else f" ({media})"
        elif part not in _UNNAMED and not part.isdigit():
            text += f" {part}"
    return text
