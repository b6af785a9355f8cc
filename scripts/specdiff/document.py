"""An OpenAPI document to compare: read, checked as far as a comparison needs it, and resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from speclint.document import METHODS, join, mapping, sequence

_MOST_NODES = 400_000
# Below these, a `$ref` is data and no reference.
_DATA = frozenset(["example", "examples", "default", "enum", "const"])
_NAMED = ("/properties", "/patternProperties", "/schemas", "/$defs")


class DocumentError(Exception):
    """A document that cannot be compared; the message says where, why, and how to mend it."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The faster loader, where there is one; a key given twice is an error, a date stays text."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value.__hash__ and (key.tag, key.value) in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value!r} is given twice", problem_mark=key.start_mark
                )
            if isinstance(key.value, str):
                seen.add((key.tag, key.value))
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


_Loader.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_yaml_str)


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
        given = mapping(self.node.value).get("operationId")
        bare = self.path.replace("{", "").replace("}", "").replace("/", "_")
        return str(given) if given else f"{self.method}_{bare.removeprefix('_').removesuffix('_')}"

    @property
    def template(self) -> str:
        """The path without the names of its parameters, which nobody sends."""
        return re.sub(r"\{[^}]*\}", "{}", self.path)


class Document:
    """A document whose references all lead somewhere.

    Args:
        data: What the file holds.
        name: How messages call it.

    Raises:
        DocumentError: It is not OpenAPI 3.0 or 3.1, or not consistent enough to be compared.
    """

    def __init__(self, data: Any, name: str) -> None:
        self.name = name
        self.root = Node(data, "")
        self._check_version()
        self._check_form()
        self._check_references()
        self.operations = self._operations()
        self.ids = {operation.node.pointer: operation.id for operation in self.operations}
        self.received = self._received()
        schemas = self.root.at("components", "schemas")
        self.schemas = dict(schemas.items())

    def error(self, pointer: str, problem: str) -> DocumentError:
        """An error about a place of this document."""
        return DocumentError(f"{self.name}#{pointer}: {problem}")

    def follow(self, node: Node) -> Node:
        """What a reference leads to in the end; the node itself if it is none."""
        seen = set()
        while isinstance(ref := mapping(node.value).get("$ref"), str):
            if ref in seen:
                raise self.error(node.pointer, f"{ref} refers to itself; let one of them say it")
            seen.add(ref)
            node = self._look_up(ref, node.pointer)
        return node

    def _look_up(self, ref: str, pointer: str) -> Node:
        if not ref.startswith("#/"):
            problem = f"{ref!r} is outside of the document; bundle it into one file first"
            raise self.error(pointer, problem)
        here = self.root
        for part in ref[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~").replace("%7B", "{")
            name = name.replace("%7D", "}")
            step: str | int = int(name) if isinstance(here.value, list) and name.isdigit() else name
            inside = isinstance(step, int) or (name in mapping(here.value))
            here = here.at(step)
            if not inside or (here.value is None and isinstance(step, int)):
                raise self.error(pointer, f"{ref!r} leads to nothing; add it or correct the name")
        return here

    def _check_version(self) -> None:
        if not isinstance(self.root.value, dict):
            raise self.error("", "not a mapping, so not an OpenAPI document")
        if "swagger" in self.root.value:
            raise self.error("/swagger", "Swagger 2.0; convert it to OpenAPI 3 first")
        version = str(self.root.value.get("openapi", ""))
        if not version:
            raise self.error("", "no `openapi: 3.x`, so not an OpenAPI document")
        if not re.match(r"3\.[01](\.|$)", version):
            raise self.error("/openapi", f"OpenAPI {version}; only 3.0 and 3.1 can be compared")

    def _check_form(self) -> None:
        for path in (("paths",), ("components",), ("components", "schemas")):
            node = self.root.at(*path)
            if node.value is not None and not isinstance(node.value, dict):
                raise self.error(node.pointer, "must be a mapping")
        for _, item in self.root.at("paths").items():
            for method in METHODS:
                operation = item.at(method)
                if operation.value is not None and not isinstance(operation.value, dict):
                    raise self.error(operation.pointer, "an operation must be a mapping")

    def _check_references(self) -> None:
        """Every reference leads somewhere; and the document is of a size that can be walked."""
        count, left = 0, [self.root]
        while left:
            count += 1
            node = left.pop()
            if count > _MOST_NODES:
                raise self.error(node.pointer, "too much of it; are there aliases of aliases?")
            if isinstance(node.value, list):
                left += node.entries()
            elif isinstance(node.value, dict):
                if isinstance(node.value.get("$ref"), str):
                    self.follow(node)
                named = node.pointer.endswith(_NAMED)
                left += [inner for key, inner in node.items() if named or not _is_data(key)]

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

    def _operations(self) -> list[Operation]:
        found = list(self._methods(self.root.at("paths"), "", False))
        seen: dict[str, str] = {}
        for operation in found:
            if operation.id in seen:
                problem = f"operationId {operation.id!r} is that of {seen[operation.id]} too"
                raise self.error(operation.node.pointer, f"{problem}; give each its own")
            seen[operation.id] = operation.node.pointer
        return found


def _is_data(key: str) -> bool:
    return key in _DATA or key.startswith("x-")


def load(path: Path) -> Document:
    """Read a document from a file.

    Raises:
        DocumentError: It is not there, not YAML or JSON, or cannot be compared.
    """
    try:
        data = yaml.load(path.read_bytes(), _Loader)
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror or error}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise DocumentError(f"{path}{where}: not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        reason = str(error).replace("\n", " ")
        raise DocumentError(f"{path}: not YAML: {reason}") from error
    except RecursionError as error:
        raise DocumentError(f"{path}: nested too deeply to be read") from error
    return Document(data, str(path))
