"""Which named schemas an operation sends and receives."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.spec_diff.document import Document, Node, Operation
from scripts.spec_diff.keywords import Arm, Ref
from scripts.spec_diff.shapes import COMPONENT, Shapes

REQUEST, RESPONSE = "request", "response"
Reached = set[tuple[str, str]]


def way(direction: str, operation: Operation) -> tuple[str, str]:
    """Who sees a message of an operation: what the service sends, it is a client that receives."""
    if operation.received:
        direction = RESPONSE if direction == REQUEST else REQUEST
    return direction, operation.id


def parameters(document: Document, operation: Operation) -> list[Node]:
    """The parameters of an operation, with those of its path that it does not set itself."""
    found: dict[tuple[str, str], Node] = {}
    for holder in (operation.item, operation.node):
        for entry in holder.at("parameters").entries():
            node = document.follow(entry)
            name, place = node.at("name").value, node.at("in").value
            found[str(place), str(name).lower() if place == "header" else str(name)] = node
    return list(found.values())


def contents(document: Document, holder: Node) -> Iterator[tuple[str, Node]]:
    """Media types of a body, a response or a header, with their entries."""
    for media, entry in document.follow(holder).at("content").items():
        yield media, document.follow(entry)


def responses(document: Document, operation: Operation) -> Iterator[tuple[str, Node]]:
    """Statuses and responses."""
    for status, node in operation.node.at("responses").items():
        yield status.upper() if status != "default" else status, document.follow(node)


def messages(document: Document, operation: Operation) -> Iterator[tuple[str, Node]]:
    """The schemas of an operation, with the direction that they travel in."""
    for node in parameters(document, operation):
        yield REQUEST, node.at("schema")
    for _, entry in contents(document, operation.node.at("requestBody")):
        yield REQUEST, entry.at("schema")
    for _, response in responses(document, operation):
        for _, entry in contents(document, response):
            yield RESPONSE, entry.at("schema")


class Reach:
    """Who gets to see a document's named schemas."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._shapes = Shapes(document)
        self._inside: dict[str, set[str]] = {}
        self._reached: dict[str, Reached] = {}
        for operation in (*document.operations, *document.received):
            for direction, node in messages(document, operation):
                for name in self._closure(self._names((node,), set())):
                    self._reached.setdefault(name, set()).add(way(direction, operation))

    def of(self, name: str) -> Reached:
        """Directions and operations that a named schema travels in."""
        return self._reached.get(name, set())

    def _closure(self, names: set[str]) -> set[str]:
        found, left = set(names), list(names)
        while left:
            name = left.pop()
            if name not in self._inside:
                self._inside[name] = self._names((self._document.schemas[name],), set())
            left += self._inside[name] - found
            found |= self._inside[name]
        return found

    def _names(self, nodes: tuple[Node, ...], seen: set[tuple[str, ...]]) -> set[str]:
        """The named schemas that a schema refers to itself."""
        key = tuple(node.pointer for node in nodes)
        if not nodes or key in seen:
            return set()
        seen.add(key)
        found: set[str] = set()
        for arm in self._shapes.of(nodes).arms:
            if isinstance(arm, Ref):
                found.add(arm.name)
            else:
                for inner in (*arm.properties.values(), arm.items, arm.additional):
                    found |= self._names(inner, seen)
                found |= self._named_in(arm)
        return found

    def _named_in(self, arm: Arm) -> set[str]:
        """Those in keywords that are compared as a whole."""
        found, left = set(), list(arm.rules.values())
        while left:
            value = left.pop()
            if isinstance(value, dict):
                ref = value.get("$ref")
                if isinstance(ref, str) and ref.removeprefix(COMPONENT) in self._document.schemas:
                    found.add(ref.removeprefix(COMPONENT))
                left += value.values()
            elif isinstance(value, list):
                left += value
        return found


def both(old: Reached, new: Reached, ids: dict[str, str]) -> Reached:
    """Where a schema travels in both documents, by the new operationIds."""
    return {(direction, ids[id]) for direction, id in old if id in ids} & new
