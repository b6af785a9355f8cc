"""The ergonomic layer as its sources say it: calls, public types, and what they import.

Nothing is imported, only read, so that a checkout in pieces can be read too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FIELDS_TEST = "tests/contract/test_fields.py"
CALLS_TEST = "tests/contract/test_operations.py"
CONTRACT = "openapi.yaml"


@dataclass(frozen=True)
class Place:
    """A line of a file."""

    file: str
    line: int


@dataclass(frozen=True)
class PublicField:
    """A field of a public type, or an argument of a call."""

    name: str
    annotation: str
    has_default: bool
    place: Place

    @property
    def takes_none(self) -> bool:
        """Whether its value may be missing."""
        return self.has_default or bool(re.search(r"\b(None|Any)\b", self.annotation))


@dataclass
class PublicType:
    """A class of `vlmrun.types`, or a name for a few literals."""

    name: str
    place: Place
    bases: list[str] = field(default_factory=list)
    fields: dict[str, PublicField] = field(default_factory=dict)
    literal: str = ""


@dataclass(frozen=True)
class Call:
    """A method of the client that sends an operation."""

    name: str
    place: Place
    arguments: dict[str, PublicField]


class Sources:
    """What the sources of the project say.

    Args:
        project: The checkout's folder.
    """

    def __init__(self, project: Path) -> None:
        self._project = project
        self.types = self._types()
        self.schemas = self._public_names()
        self._classes: dict[str, tuple[ast.ClassDef, str]] = {}
        self.calls: dict[str, list[Call]] = {}
        for file, tree in self._modules("src/vlmrun/_async"):
            for node in tree.body:
                if isinstance(node, ast.ClassDef):
                    self._classes[node.name] = (node, file)
        for node, file in self._classes.values():
            self._add_calls(node, file)
        self.uses = self._imports()
        self.handlers = self._handlers()
        self.tested = self._tested()

    def public(self, schema: str) -> PublicType | None:
        """The public type that shows a schema of the contract."""
        return self.types.get(self.schemas.get(schema, schema))

    def fields(self, public: PublicType) -> dict[str, PublicField]:
        """The fields of a public type, those of its bases too."""
        found: dict[str, PublicField] = {}
        for base in public.bases:
            if base in self.types:
                found |= self.fields(self.types[base])
        return found | public.fields

    def is_literal(self, annotation: str) -> bool:
        """Whether a type lists the values that it takes."""
        names = re.findall(r"\w+", annotation)
        return "Literal" in names or any(
            self.types[name].literal for name in names if name in self.types
        )

    def _modules(self, folder: str, word: str = "") -> Iterator[tuple[str, ast.Module]]:
        """The modules below a folder that have a word in them."""
        for path in sorted((self._project / folder).rglob("*.py")):
            file = path.relative_to(self._project).as_posix()
            try:
                text = path.read_text("utf-8")
                if word in text:
                    yield file, ast.parse(text)
            except (SyntaxError, ValueError):
                continue  # the checks of the code say so, more clearly

    def _types(self) -> dict[str, PublicType]:
        found = {}
        for file, tree in self._modules("src/vlmrun/types"):
            for node in tree.body:
                if isinstance(node, ast.ClassDef):
                    found[node.name] = _public_type(node, file)
                elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    text = ast.unparse(node.value)
                    if text.startswith("Literal["):
                        name = node.targets[0].id
                        found[name] = PublicType(name, Place(file, node.lineno), literal=text)
        return found

    def _public_names(self) -> dict[str, str]:
        """Schemas that the ergonomic layer knows by another name."""
        path = self._project / FIELDS_TEST
        if not path.is_file():
            return {}
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "RENAMED":
                assert isinstance(node.value, ast.Dict)
                pairs = zip(node.value.keys, node.value.values, strict=True)
                return {
                    value.attr: key.attr
                    for key, value in pairs
                    if isinstance(key, ast.Attribute) and isinstance(value, ast.Attribute)
                }
        return {}

    def _add_calls(self, node: ast.ClassDef, file: str) -> None:
        """The calls of a resource, or of the client itself, as its `operations` lists them."""
        prefix = ""
        for entry in node.body:
            if isinstance(entry, ast.Assign) and ast.unparse(entry.targets[0]) == "attribute":
                prefix = f"{ast.literal_eval(entry.value)}."
        for entry in node.body:
            if not isinstance(entry, ast.AnnAssign) or not isinstance(entry.value, ast.Dict):
                continue
            if ast.unparse(entry.target).endswith("operations"):
                for key, value in zip(entry.value.keys, entry.value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(value, ast.Constant):
                        call = self._call(node, file, prefix, str(value.value))
                        self.calls.setdefault(str(key.value), []).append(call)

    def _call(self, node: ast.ClassDef, file: str, prefix: str, method: str) -> Call:
        first = method.partition(".")[0]
        found = self._method(node, file, first)
        if found is None:
            return Call(prefix + method, Place(file, node.lineno), {})
        function, where = found
        arguments = _arguments(function, where) if first == method else {}
        return Call(prefix + method, Place(where, function.lineno), arguments)

    def _method(
        self, node: ast.ClassDef, file: str, name: str
    ) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, str] | None:
        for entry in node.body:
            if isinstance(entry, (ast.FunctionDef, ast.AsyncFunctionDef)) and entry.name == name:
                return entry, file
        for base in node.bases:
            known = self._classes.get(ast.unparse(base).partition("[")[0])
            if known and (found := self._method(*known, name)):
                return found
        return None

    def _imports(self) -> dict[str, list[Place]]:
        """Where the sources import what is generated, by its dotted name."""
        found: dict[str, list[Place]] = {}
        for file, tree in self._modules("src/vlmrun", "vlmrun_api"):
            if file.startswith("src/vlmrun/_sync/"):
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                    "vlmrun_api"
                ):
                    for alias in node.names:
                        place = Place(file, alias.lineno)
                        found.setdefault(f"{node.module}.{alias.name}", []).append(place)
        return found

    def _handlers(self) -> dict[str, Place]:
        """What the stand-in server answers by, by operationId."""
        return {
            node.name: Place(file, node.lineno)
            for file, tree in self._modules("src/vlmrun/testing/handlers")
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
        }

    def _tested(self) -> dict[str, Place]:
        """The calls that the tests list in CALLS, by operationId."""
        return {
            str(key.value): Place(file, key.lineno)
            for file, tree in self._modules("tests/client", "CALLS")
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CALLS"
            if isinstance(node.value, ast.Dict)
            for key in node.value.keys
            if isinstance(key, ast.Constant)
        }


def _public_type(node: ast.ClassDef, file: str) -> PublicType:
    made = PublicType(
        node.name, Place(file, node.lineno), [ast.unparse(each) for each in node.bases]
    )
    for entry in node.body:
        if isinstance(entry, ast.AnnAssign) and isinstance(entry.target, ast.Name):
            name, annotation = entry.target.id, ast.unparse(entry.annotation)
            if not name.startswith("_") and not annotation.startswith("ClassVar"):
                place = Place(file, entry.lineno)
                made.fields[name] = PublicField(name, annotation, entry.value is not None, place)
    return made


def _arguments(
    function: ast.FunctionDef | ast.AsyncFunctionDef, file: str
) -> dict[str, PublicField]:
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    first = len(positional) - len(given.defaults)
    found = {}
    for index, each in enumerate(positional):
        found[each.arg] = _argument(each, file, index >= first)
    for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        found[each.arg] = _argument(each, file, default is not None)
    return found


def _argument(each: ast.arg, file: str, has_default: bool) -> PublicField:
    annotation = ast.unparse(each.annotation) if each.annotation else "Any"
    return PublicField(each.arg, annotation, has_default, Place(file, each.lineno))
