"""The ergonomic layer in the sources: calls, public types, and what belongs to an operation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import griffe

from scripts.api_diff.annotations import literal_values
from scripts.api_diff.source_changes import fields
from scripts.openapi.load_document import UnusableError
from scripts.spec_diff.spec import comparable

FIELDS_TEST = "tests/contract/test_fields.py"
CALLS_TEST = "tests/contract/test_operations.py"
CONTRACT = "openapi.yaml"


@dataclass(frozen=True)
class SourceLine:
    """A line of a file."""

    file: str
    line: int


@dataclass(frozen=True)
class PublicField:
    """A field of a public type, or an argument of a call."""

    name: str
    annotation: str
    has_default: bool
    place: SourceLine

    @property
    def accepts_none(self) -> bool:
        """Whether its value may be missing."""
        return self.has_default or bool(re.search(r"\b(None|Any)\b", self.annotation))


@dataclass(frozen=True)
class PublicType:
    """A class of `vlmrun.types`, or a name for a few literals, which has no fields."""

    name: str
    place: SourceLine
    fields: dict[str, PublicField]
    literal: str = ""


@dataclass(frozen=True)
class ClientMethod:
    """A method of the client that sends an operation."""

    name: str
    place: SourceLine
    arguments: dict[str, PublicField]

    def argument(self, wire: str) -> PublicField | None:
        """Return the argument for a name of the contract."""
        names = {comparable(name): argument for name, argument in self.arguments.items()}
        return names.get(comparable(wire))


class ProjectSources:
    """The sources of a checkout, which are read and never imported: they may be broken.

    Attributes:
        types: The public types by name.
        calls: The methods that send an operation, by operationId.
        uses: The imports of generated names, by their dotted name.
        handlers: The functions of the mock server, by operationId.
        tested: The entries of CALLS in the tests, by operationId.
        waived: The fields that a public type lacks on purpose, by its name and theirs.
    """

    def __init__(self, project: Path) -> None:
        self._project = project = project.resolve()
        loader = griffe.GriffeLoader(
            search_paths=[str(project / "src")], allow_inspection=False, store_source=False
        )
        try:
            self._package: Any = loader.load("vlmrun")
        except (ImportError, griffe.GriffeError) as error:
            raise UnusableError(f"{project}: no package src/vlmrun; pass a checkout") from error
        self.types = {each.name: each for each in self._types()}
        self._renamed = self._renamed_types()
        self.calls: dict[str, list[ClientMethod]] = {}
        for cls in self._members("_async", griffe.Kind.CLASS):
            for id, call in self._calls(cls):
                self.calls.setdefault(id, []).append(call)
        self.uses: dict[str, list[SourceLine]] = {}
        for name, place in self._imports():
            self.uses.setdefault(name, []).append(place)
        functions = self._members("testing.handlers", griffe.Kind.FUNCTION)
        self.handlers = {each.name: self._place(each) for each in functions}
        self.tested = {
            str(key.value): SourceLine(file, key.lineno)
            for path in sorted((project / "tests" / "client").rglob("*.py"))
            for file in [path.relative_to(project).as_posix()]
            for key in _keys(path, "CALLS")
            if isinstance(key, ast.Constant)
        }
        self.waived = {
            (cls.attr, str(name.value)): SourceLine(FIELDS_TEST, cls.lineno)
            for key in _keys(project / FIELDS_TEST, "WAIVED")
            for cls, name in ([key.elts] if isinstance(key, ast.Tuple) else [])
            if isinstance(cls, ast.Attribute) and isinstance(name, ast.Constant)
        }

    def public(self, schema: str) -> PublicType | None:
        """Return the public type of a schema of the contract."""
        return self.types.get(self._renamed.get(schema, schema))

    def constants(self, value: str) -> dict[str, SourceLine]:
        """Return the public constants with a value, by their dotted names."""
        return {
            each.path: self._place(each)
            for each in self._members("constants", griffe.Kind.ATTRIBUTE)
            if str(each.value) in (f'"{value}"', f"'{value}'")
        }

    def tables(self, literal: str) -> dict[str, SourceLine]:
        """Return the dicts of `vlmrun.types` with an entry for each value of a literal."""
        return {
            each.path: self._place(each)
            for each in self._members("types", griffe.Kind.ATTRIBUTE)
            if isinstance(each.value, griffe.ExprDict)
            and {str(key) for key in each.value.keys} == literal_values(literal)
        }

    def renamed_place(self) -> SourceLine:
        """Return the place of the table of schemas whose public type has another name."""
        path = self._project / FIELDS_TEST
        node = _assignment(path, "RENAMED")
        return SourceLine(FIELDS_TEST, node.lineno if node else 1)

    def is_literal(self, annotation: str) -> bool:
        """Return whether a type lists the values that it accepts."""
        names = re.findall(r"\w+", annotation)
        return "Literal" in names or any(
            self.types[name].literal for name in names if name in self.types
        )

    def _place(self, found: Any) -> SourceLine:
        return SourceLine(found.filepath.relative_to(self._project).as_posix(), found.lineno or 1)

    def _members(self, package: str, kind: griffe.Kind) -> Iterator[Any]:
        """Yield what the modules of a package define."""
        try:
            left = [self._package[package]]
        except KeyError:
            return
        while left:
            module = left.pop()
            left += [each for each in module.modules.values() if not each.is_alias]
            for member in module.members.values():
                if not member.is_alias and member.kind is kind:
                    yield member

    def _types(self) -> Iterator[PublicType]:
        for cls in self._members("types", griffe.Kind.CLASS):
            found = {each.name: self._field(each) for each in fields(cls).values()}
            yield PublicType(cls.name, self._place(cls), found)
        for attribute in self._members("types", griffe.Kind.ATTRIBUTE):
            if str(attribute.value).startswith("Literal["):
                place = self._place(attribute)
                yield PublicType(attribute.name, place, {}, str(attribute.value))

    def _field(self, attribute: griffe.Attribute) -> PublicField:
        has_default = attribute.value is not None
        annotation = str(attribute.annotation)
        return PublicField(attribute.name, annotation, has_default, self._place(attribute))

    def _renamed_types(self) -> dict[str, str]:
        """Return the public types that have another name than their schema, by schema."""
        node = _assignment(self._project / FIELDS_TEST, "RENAMED")
        if node is None or not isinstance(node.value, ast.Dict):
            return {}
        pairs = zip(node.value.keys, node.value.values, strict=True)
        return {
            value.attr: key.attr
            for key, value in pairs
            if isinstance(key, ast.Attribute) and isinstance(value, ast.Attribute)
        }

    def _calls(self, cls: griffe.Class) -> Iterator[tuple[str, ClientMethod]]:
        """Yield the methods of a resource, or of the client, that its `_operations` lists."""
        attribute = _value(cls.members.get("_attribute"))
        prefix = f"{ast.literal_eval(str(attribute))}." if attribute is not None else ""
        for name, member in cls.members.items():
            table = _value(member)
            if name.endswith("operations") and isinstance(table, griffe.ExprDict):
                for id, method in zip(table.keys, table.values, strict=True):
                    if isinstance(id, str) and isinstance(method, str):  # not `**other`
                        call = self._call(cls, prefix, ast.literal_eval(method))
                        yield ast.literal_eval(id), call

    def _call(self, cls: griffe.Class, prefix: str, method: str) -> ClientMethod:
        first = method.partition(".")[0]
        found: Any = cls.all_members.get(first)
        if found is None:
            return ClientMethod(prefix + method, self._place(cls), {})
        found = found.final_target if found.is_alias else found
        place = self._place(found)
        arguments = {
            each.name: PublicField(
                each.name, str(each.annotation or "Any"), each.default is not None, place
            )
            for each in (found.parameters if found.is_function and first == method else ())
        }
        return ClientMethod(prefix + method, place, arguments)

    def _imports(self) -> Iterator[tuple[str, SourceLine]]:
        """Yield the imports of what is generated, those inside functions as well."""
        for path in sorted((self._project / "src" / "vlmrun").rglob("*.py")):
            if "_sync" in path.parts:
                continue
            for node in _nodes(path, "vlmrun_api"):
                if isinstance(node, ast.ImportFrom) and str(node.module).startswith("vlmrun_api"):
                    file = path.relative_to(self._project).as_posix()
                    for alias in node.names:
                        yield f"{node.module}.{alias.name}", SourceLine(file, alias.lineno)


def _value(member: Any) -> Any:
    return getattr(member, "value", None) if member is not None and not member.is_alias else None


def _nodes(path: Path, word: str) -> Iterator[ast.AST]:
    """Yield the syntax nodes of a file that contains a word; none if it cannot be read."""
    try:
        text = path.read_text("utf-8")
        yield from ast.walk(ast.parse(text)) if word in text else ()
    except (OSError, SyntaxError, ValueError):
        return  # the checks of the code report that more clearly


def _assignment(path: Path, name: str) -> ast.Assign | None:
    for node in _nodes(path, name):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return node
    return None


def _keys(path: Path, name: str) -> list[Any]:
    node = _assignment(path, name)
    return node.value.keys if node and isinstance(node.value, ast.Dict) else []
