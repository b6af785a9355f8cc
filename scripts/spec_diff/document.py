"""An OpenAPI document to compare, whose references are followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from scripts.openapi.document import METHODS, id_of, join, mapping, resolve, sequence
from scripts.openapi.load_document import read


@dataclass(frozen=True)
class Node:
    """A value of the document, and the JSON pointer to it."""

    value: Any
    pointer: str

    def at(self, *path: str | int) -> Node:
        """What stands further down; None as its value if nothing does."""
        value = self.value
        for part in path:
            if isinstance(value, list):
                value = value[part] if isinstance(part, int) and part < len(value) else None
            else:
                value = mapping(value).get(part)
        return Node(value, join(self.pointer, *path))

    def items(self) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping."""
        for key, value in mapping(self.value).items():
            yield str(key), Node(value, join(self.pointer, key))

    def entries(self) -> list[Node]:
        """The entries of a list."""
        return [
            Node(value, join(self.pointer, index))
            for index, value in enumerate(sequence(self.value))
        ]


@dataclass(frozen=True)
class Operation:
    """One method of one path; or, if `received`, what the service sends: a webhook or callback."""

    method: str
    path: str
    node: Node
    item: Node
    received: bool = False

    @property
    def id(self) -> str:
        """Its operationId, or what the generator makes up for one that has none."""
        if self.received:
            return f"{self.path} {self.method}"
        return id_of(self.method, self.path, self.node.value)

    @property
    def template(self) -> str:
        """The path without the names of its parameters, which nobody sends."""
        return re.sub(r"\{[^}]*\}", "{}", self.path)


class Document:
    """A document that can be used.

    Args:
        data: What `speclint.reading` makes of a file.
        name: How messages call it.
    """

    def __init__(self, data: Any, name: str) -> None:
        self.name = name
        self.root = Node(data, "")
        self.operations = list(self._methods(self.root.at("paths"), "", False))
        self.ids = {operation.node.pointer: operation.id for operation in self.operations}
        self.received = self._received()
        self.schemas = dict(self.root.at("components", "schemas").items())

    def follow(self, node: Node) -> Node:
        """What a reference leads to in the end; the node itself if it is none."""
        seen = set()
        while isinstance(ref := mapping(node.value).get("$ref"), str) and ref not in seen:
            seen.add(ref)
            node = Node(resolve(self.root.value, ref), unquote(ref.removeprefix("#")))
        return node

    def _methods(self, items: Node, prefix: str, received: bool) -> Iterator[Operation]:
        for path, item in items.items():
            resolved = self.follow(item)
            for method in METHODS:
                if isinstance((node := resolved.at(method)).value, dict):
                    yield Operation(method, f"{prefix}{path}", node, resolved, received)

    def _received(self) -> list[Operation]:
        found = list(self._methods(self.root.at("webhooks"), "webhook ", True))
        for operation in self.operations:
            for name, callback in operation.node.at("callbacks").items():
                prefix = f"{operation.id}: callback {name} "
                found += self._methods(self.follow(callback), prefix, True)
        return found


def load(path: Path) -> Document:
    """Read a document from a file, or `REVISION:path` as git has it.

    Raises:
        UnusableError: It cannot be used.
    """
    return Document(read(path, ours=False).value, str(path))


def comparable(name: str) -> str:
    """Return a name without what differs between the document and Python: case, punctuation."""
    return re.sub(r"[\W_]+", "", name).lower()
