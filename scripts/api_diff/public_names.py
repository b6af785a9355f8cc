"""The public names of the package, read by griffe from the sources, which are never imported.

griffe decides what is public: names without an underscore, or those in `__all__`. Three rules of
this package are added: `from m import X as X` and `from m import *` re-export, even if only type
checkers see it; what a client has as an attribute is public (`client.files` is a class of
`vlmrun._sync`); and so is a class that a public function returns.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe

from scripts.api_diff.constructors import add_constructors

PACKAGE = "vlmrun"
CLIENTS = ("vlmrun.VLMRun", "vlmrun.AsyncVLMRun")

# The mock server's modules are internal, except for its fixtures.
_INTERNAL = "vlmrun.testing."
_FIXTURES = "vlmrun.testing.pytest_plugin"
_MODEL = "vlmrun.types._base.Model"
_FIELD_DECORATORS = ("attrs.", "attr.", "dataclass", "dataclasses.")
_NOT_PUBLIC = ("TYPE_CHECKING", "HOMES")


class PublicNames:
    """The public names of one version of the package.

    Args:
        root: The folder with `src`.

    Attributes:
        surface: A module in which each public name is an alias of what it stands for.
        modules: The public modules, with their places.

    Raises:
        SyntaxError: A module is not valid Python.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        loader = griffe.GriffeLoader(search_paths=[str(root / "src")], allow_inspection=False)
        package = loader.load(PACKAGE)
        assert isinstance(package, griffe.Module)
        self._package = package
        _check_all_read(root, package)
        self._exported: set[str] = set()
        for module in _all_modules(package):
            self._mark_exports(module)
        loader.resolve_aliases(implicit=True, external=False)
        add_constructors(package, _has_fields)
        self.surface = griffe.Module("surface")
        self.modules: dict[str, str] = {}
        self._names: dict[str, set[str]] = {}
        self._results: list[tuple[str, griffe.Class]] = []
        for module in _public_modules(package):
            self.modules[module.path] = self.place(module)
            for name, member in _public_members(module):
                self._add(f"{module.path}.{name}", member)
        # Last, so that a class with a name of its own does not get one after a function.
        while self._results:
            name, cls = self._results.pop(0)
            if cls.canonical_path not in self._names:
                self._add(name, cls)

    def place(self, found: griffe.Object | griffe.Alias) -> str:
        """Return the file and line of an object."""
        path = found.filepath
        if not isinstance(path, Path):
            return found.path
        inside = path.relative_to(self._root) if path.is_relative_to(self._root) else path
        return f"{inside.as_posix()}:{found.lineno or 1}"

    def names_of(self, found: griffe.Object | griffe.Alias) -> set[str]:
        """Return the public names of an object, which may be a member of a class."""
        if found.parent is self.surface:
            return {found.name}
        path, _, member = found.canonical_path.rpartition(".")
        whole = self._names.get(found.canonical_path, set())
        return whole | {f"{name}.{member}" for name in self._names.get(path, ())}

    def _mark_exports(self, module: griffe.Module) -> None:
        if module.path in self._exported or not isinstance(module.filepath, Path):
            return
        self._exported.add(module.path)
        for node in ast.walk(ast.parse(module.filepath.read_text("utf-8"))):
            if not isinstance(node, ast.ImportFrom):
                continue
            for each in node.names:
                if each.asname == each.name and each.name in module.members:
                    module.members[each.name].public = True
            source = self._lookup(node.module or "")
            if node.names[0].name == "*" and isinstance(source, griffe.Module):
                self._mark_exports(source)
                for name, _ in list(_public_members(source)):
                    alias = griffe.Alias(name, f"{source.path}.{name}", lineno=node.lineno)
                    alias.public = True
                    module.set_member(name, alias)

    def _lookup(self, path: str) -> Any:
        try:
            return self._package.modules_collection[path]
        except KeyError:
            return None

    def _add(self, name: str, member: griffe.Object | griffe.Alias) -> None:
        target: Any = _target(member)
        if target is not None and target.is_module:
            return
        # A name from another package is only a name.
        alias = griffe.Alias(name, target or griffe.Attribute(name), parent=self.surface)
        alias.public = True
        self.surface.members[name] = alias
        if isinstance(target, griffe.Class):
            self._add_class(name, target)
        elif target is not None:
            self._names.setdefault(target.canonical_path, set()).add(name)
            self._add_results(name, target)

    def _add_class(self, name: str, cls: griffe.Class) -> None:
        is_known = cls.canonical_path in self._names
        for each in (cls, *cls.mro()):
            self._names.setdefault(each.canonical_path, set()).add(name)
        if is_known and name not in CLIENTS:
            return
        for each_name, member in cls.all_members.items():
            target: Any = _target(member)
            if target is None or each_name.startswith("_"):
                continue
            self._add_results(f"{name}.{each_name}", target)
            if name in CLIENTS and target.is_attribute:
                found = self._lookup(str(getattr(target.annotation, "canonical_path", "")))
                if isinstance(found, griffe.Class):
                    self._add(f"{name}.{each_name}", found)

    def _add_results(self, name: str, function: Any) -> None:
        """Note the classes of this package that a function returns."""
        returns = function.returns if function.is_function else None
        for part in returns.iterate() if isinstance(returns, griffe.Expr) else ():
            path = str(getattr(part, "canonical_path", ""))
            found = _target(self._lookup(path)) if path.startswith(f"{PACKAGE}.") else None
            if isinstance(found, griffe.Class):
                self._results.append((f"{name}()", found))


def ancestors(cls: griffe.Class) -> set[str]:
    """Return the names of all bases of a class, without private ones."""
    bases = [base for each in (cls, *cls.mro()) for base in each.bases]
    paths = [str(getattr(base, "canonical_path", base)) for base in bases]
    return {path.rpartition(".")[2].partition("[")[0] for path in paths if "._" not in path}


def _target(member: Any) -> griffe.Object | None:
    if member is None:
        return None
    try:
        target: griffe.Object = member.final_target if member.is_alias else member
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None
    return target


def _all_modules(module: griffe.Module) -> Iterator[griffe.Module]:
    yield module
    for inner in module.modules.values():
        if not inner.is_alias:
            yield from _all_modules(inner)


def _public_modules(module: griffe.Module) -> Iterator[griffe.Module]:
    yield module
    for name, inner in module.modules.items():
        path = f"{module.path}.{name}"
        is_internal = name.startswith("_") or (path.startswith(_INTERNAL) and path != _FIXTURES)
        if not is_internal and not inner.is_alias:
            yield from _public_modules(inner)


def _public_members(module: griffe.Module) -> Iterator[tuple[str, griffe.Object | griffe.Alias]]:
    for name, member in module.members.items():
        is_listed = bool(module.exports) and name in (module.exports or ())
        if member.is_alias:
            is_public = is_listed or bool(member.public)
        else:
            is_variable = member.is_attribute and "TypeVar(" in str(getattr(member, "value", ""))
            is_public = member.is_public and not member.is_module and not is_variable
        if is_public and (is_listed or not name.startswith("_")) and name not in _NOT_PUBLIC:
            yield name, member


def _has_fields(cls: griffe.Class) -> bool:
    family = (cls, *cls.mro())
    if any(each.canonical_path == _MODEL for each in family):
        return True
    is_tuple = any(str(base) == "NamedTuple" for base in cls.bases)
    return is_tuple or any(str(each.value).startswith(_FIELD_DECORATORS) for each in cls.decorators)


def _check_all_read(root: Path, package: griffe.Module) -> None:
    """Raise the SyntaxError of a module that griffe skips: it would look as if it was removed."""
    known = [module.filepath for module in _all_modules(package)]
    for path in (root / "src" / PACKAGE).rglob("*.py"):
        if path not in known:
            ast.parse(path.read_text("utf-8"), str(path.relative_to(root)))
