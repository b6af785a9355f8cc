"""The public names of the package, read from its sources and never imported.

A name is public if no part of it starts with an underscore; a module with `__all__` lists its
names. What a private module holds is public where a public name leads to it: by a re-export, by
inheritance, or as an attribute of a client (`client.files` is a class in `vlmrun._sync`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import griffe

PACKAGE = "vlmrun"
CLIENTS = ("vlmrun.VLMRun", "vlmrun.AsyncVLMRun")
# The stand-in's modules are its own affair, but for the fixtures.
_INSIDE = "vlmrun.testing."
_FIXTURES = "vlmrun.testing.pytest_plugin"
_MODEL = "vlmrun.types._base.Model"
_PLUMBING = frozenset(["TYPE_CHECKING", "HOMES"])
_FIELD_CLASSES = ("attrs.", "attr.", "dataclass", "dataclasses.")
_DUNDERS_OF_ALL = frozenset(["__init_subclass__", "__slots__", "__match_args__", "__doc__"])


@dataclass(frozen=True)
class Parameter:
    """A parameter of a function."""

    name: str
    kind: str
    default: str | None
    annotation: str


@dataclass(frozen=True)
class Item:
    """Something that has a name: a class, a function, a field, or another value.

    Attributes:
        kind: "class", "function", "field" (a keyword of a constructor) or "value".
        ancestors: Of a class: all its bases and their bases.
        required: Of a field: whether a constructor needs it.
    """

    kind: str
    place: str
    parameters: tuple[Parameter, ...] = ()
    annotation: str = ""
    value: str = ""
    required: bool = False
    ancestors: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()


@dataclass
class Surface:
    """The public names, and what each leads to.

    Attributes:
        names: Public names, each with the canonical name of what it leads to.
        items: By canonical name: the thing itself (under the empty key) and its members.
        modules: The public modules, with their files.
    """

    names: dict[str, str] = field(default_factory=dict)
    items: dict[str, dict[str, Item]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)


def load(root: Path) -> Surface:
    """Read the package below a folder's `src`.

    Raises:
        SyntaxError: A module is no Python.
    """
    loader = griffe.GriffeLoader(search_paths=[str(root / "src")], allow_inspection=False)
    package = loader.load(PACKAGE)
    loader.resolve_aliases(implicit=True, external=False)
    assert isinstance(package, griffe.Module)
    _check_all_read(root, package)
    return _Reader(root, package).read()


def _check_all_read(root: Path, package: griffe.Module) -> None:
    """griffe passes over what it cannot read, and it would look as if it were gone."""
    known, left = set(), [package]
    while left:
        module = left.pop()
        known.add(module.filepath)
        left += [each for each in module.modules.values() if not each.is_alias]
    for path in (root / "src" / PACKAGE).rglob("*.py"):
        if path not in known:
            ast.parse(path.read_text("utf-8"), str(path.relative_to(root)))


class _Reader:
    def __init__(self, root: Path, package: griffe.Module) -> None:
        self._root = root
        self._package = package
        self._surface = Surface()
        self._results: list[tuple[str, Any]] = []
        self._imported: dict[str, tuple[set[str], list[griffe.Module]]] = {}

    def read(self) -> Surface:
        for module in self._modules(self._package):
            self._surface.modules[module.path] = self._place(module)
            for name in self._public_names(module, set()):
                self._add(f"{module.path}.{name}", self._found(module, name))
        while self._results:
            name, result = self._results.pop(0)
            if result.canonical_path not in self._surface.items:
                self._add(name, result)
        return self._surface

    def _modules(self, module: griffe.Module) -> Iterator[griffe.Module]:
        yield module
        for name, inner in module.modules.items():
            path = f"{module.path}.{name}"
            inside = path.startswith(_INSIDE) and path != _FIXTURES
            if not name.startswith("_") and not inside and not inner.is_alias:
                yield from self._modules(inner)

    def _public_names(self, module: griffe.Module, seen: set[str]) -> set[str]:
        """What the module lists; else what it defines, passes on by name, or by `import *`."""
        if module.exports:
            return {str(name) for name in module.exports} - set(module.modules)
        found = {
            name
            for name, member in module.members.items()
            if not member.is_alias and not member.is_module and not _is_type_variable(member)
        }
        seen.add(module.path)
        passed, stars = self._imports(module)
        for source in stars:
            if source.path not in seen:
                found |= self._public_names(source, seen)
        return {name for name in found | passed if not name.startswith("_")} - _PLUMBING

    def _found(self, module: griffe.Module, name: str) -> Any:
        """What a name of a module leads to, through `import *` too."""
        if name in module.members:
            return module.members[name]
        for source in self._imports(module)[1]:
            if (found := self._found(source, name)) is not None:
                return found
        return None

    def _imports(self, module: griffe.Module) -> tuple[set[str], list[griffe.Module]]:
        """The names that are imported `as` themselves, and the modules that `*` is imported of."""
        if module.path not in self._imported:
            path = module.filepath
            text = path.read_text("utf-8") if isinstance(path, Path) else ""
            nodes = [each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.ImportFrom)]
            names = {each.name for node in nodes for each in node.names if each.name == each.asname}
            stars = [self._lookup(node.module or "") for node in nodes if node.names[0].name == "*"]
            modules = [each for each in stars if isinstance(each, griffe.Module)]
            self._imported[module.path] = names, modules
        return self._imported[module.path]

    def _lookup(self, path: str) -> Any:
        inner = path.removeprefix(f"{PACKAGE}.")
        try:
            return self._package if path == PACKAGE else self._package[inner]
        except KeyError:
            return None

    def _add(self, name: str, member: Any) -> None:
        """Note a public name, and what it leads to; a name from elsewhere is only a name."""
        target = self._target(member)
        if target is not None and target.is_module:
            return
        canonical = target.canonical_path if target is not None else ""
        self._surface.names[name] = canonical
        if target is None or canonical in self._surface.items:
            return
        items = self._surface.items.setdefault(canonical, {})
        items[""] = self._item(target)
        if target.is_class:
            self._members(name, target, items)
        elif target.is_function:
            self._note_results(name, target)

    def _target(self, member: Any) -> Any:
        try:
            return member.final_target if member is not None and member.is_alias else member
        except griffe.CyclicAliasError:
            return None
        except griffe.AliasResolutionError:
            path, _, name = member.target_path.rpartition(".")
            module = self._lookup(path)
            found = self._found(module, name) if isinstance(module, griffe.Module) else None
            return self._target(found) if found is not None and found is not member else None

    def _members(self, name: str, cls: Any, items: dict[str, Item]) -> None:
        order = self._fields(cls)
        for each, member in sorted(cls.all_members.items()):
            dunder = each.startswith("__") and each.endswith("__")
            if each.startswith("_") and (not dunder or each in _DUNDERS_OF_ALL):
                continue
            target = self._target(member)
            if target is None or target.is_class or target.is_module:
                continue
            item = self._item(target)
            if each in order:
                needed = target.value is None or self._needs_value(target)
                item = Item("field", item.place, annotation=item.annotation, required=needed)
            items[each] = item
            if target.is_function and not dunder:
                self._note_results(f"{name}.{each}", target)
            if name in CLIENTS and target.is_attribute:
                self._lead(f"{name}.{each}", target)
        items[""] = self._item(cls, order if self._is_tuple(cls) else ())

    def _lead(self, name: str, attribute: Any) -> None:
        """A class that a client has an instance of is public there."""
        path = getattr(attribute.annotation, "canonical_path", "")
        found = self._lookup(path) if str(path).startswith(f"{PACKAGE}.") else None
        if found is not None and self._target(found).is_class:
            self._add(name, found)

    def _note_results(self, name: str, function: Any) -> None:
        """A class of ours that is returned is public, whatever module it is in."""
        returns = function.returns
        for part in returns.iterate() if isinstance(returns, griffe.Expr) else ():
            path = str(getattr(part, "canonical_path", ""))
            found = self._lookup(path) if path.startswith(f"{PACKAGE}.") else None
            target = self._target(found) if found is not None else None
            if target is not None and target.is_class:
                self._results.append((f"{name}()", target))

    def _fields(self, cls: Any) -> tuple[str, ...]:
        """The names that a constructor takes because they are annotated in the class."""
        family = [cls, *cls.mro()]
        ours = any(each.canonical_path == _MODEL for each in family) or self._is_tuple(cls)
        decorators = [str(each.value) for each in cls.decorators]
        if not ours and not any(text.startswith(_FIELD_CLASSES) for text in decorators):
            return ()
        names: dict[str, None] = {}
        for each in reversed(family):
            for name, member in each.members.items():
                annotated = member.is_attribute and not member.is_alias and member.annotation
                free = annotated and not {"property", "cached_property"} & set(member.labels)
                if (
                    free
                    and not name.startswith(("_", "model_"))
                    and "ClassVar" not in str(member.annotation)
                ):
                    names[name] = None
        return tuple(names)

    def _is_tuple(self, cls: Any) -> bool:
        return any(str(base) == "NamedTuple" for base in cls.bases)

    def _needs_value(self, attribute: Any) -> bool:
        """Whether a field that is declared by a call is given no default there."""
        if not isinstance(attribute.value, griffe.ExprCall):
            return False
        function = str(attribute.value.function).rpartition(".")[2]
        if function not in ("field", "ib", "secret"):
            return False
        names = [str(getattr(each, "name", "")) for each in attribute.value.arguments]
        return not {"default", "factory", "default_factory"} & set(names)

    def _item(self, found: Any, order: tuple[str, ...] = ()) -> Item:
        place = self._place(found)
        if found.is_class:
            return Item("class", place, ancestors=self._ancestors(found), order=order)
        if found.is_function:
            parameters = tuple(
                Parameter(
                    each.name,
                    each.kind.value if each.kind else "",
                    None if each.default is None else str(each.default),
                    _written(each.annotation),
                )
                for each in found.parameters
                if each.name not in ("self", "cls")
            )
            return Item("function", place, parameters, _written(found.returns))
        value = str(found.value or "")
        return Item("value", place, annotation=_written(found.annotation), value=value)

    def _ancestors(self, cls: Any) -> frozenset[str]:
        """The names of all bases that somebody may ask for: public ones, and foreign ones."""
        found: set[str] = set()
        for each in [cls, *cls.mro()]:
            paths = [str(getattr(base, "canonical_path", base)) for base in each.bases]
            found |= {path for path in paths if not re.search(rf"^{PACKAGE}\..*\b_", path)}
        return frozenset(path.rpartition(".")[2].partition("[")[0] for path in found)

    def _place(self, found: Any) -> str:
        path = found.filepath
        if not isinstance(path, Path):
            return str(found.path)
        inside = path.relative_to(self._root) if path.is_relative_to(self._root) else path
        return f"{inside.as_posix()}:{found.lineno or 1}"


def _written(annotation: Any) -> str:
    """An annotation; what a type variable is called does not matter."""
    return re.sub(r"\b[A-Z]\b", "T", str(annotation or ""))


def _is_type_variable(member: Any) -> bool:
    return member.is_attribute and "TypeVar(" in str(member.value)
