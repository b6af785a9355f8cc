"""The public names of the package, read by griffe from the sources, which are never imported.

griffe decides what is public: names without an underscore, or those in `__all__`. Two rules of
this package are added: `from m import X as X` and `from m import *` re-export, even if only type
checkers see it; and what a client has as an attribute is public (`client.files` is a class of
`vlmrun._sync`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe

from scripts.api_diff.source_changes import final_target

PACKAGE = "vlmrun"
CLIENTS = ("vlmrun.VLMRun", "vlmrun.AsyncVLMRun")

# The modules of the mock server and the command line are internal, except for these.
_INTERNAL = ("vlmrun.testing.", "vlmrun.cli.")
_PUBLIC = ("vlmrun.testing.pytest_plugin", "vlmrun.cli.cli")
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
        modules = list(_modules(package))
        _check_all_read(root, modules)
        self._exported: set[str] = set()
        for module in modules:
            self._mark_exports(module)
        loader.resolve_aliases(implicit=True, external=False)
        self.surface = griffe.Module("surface")
        self.modules = {each.path: self.place(each) for each in modules if _is_public(each.path)}
        self._names: dict[str, set[str]] = {}
        for module in modules:
            if module.path in self.modules:
                for name, member in _public_members(module):
                    self._add(f"{module.path}.{name}", member)

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
        target = final_target(member)
        if target is not None and target.is_module:
            return
        # A name from another package is only a name.
        alias = griffe.Alias(name, target or griffe.Attribute(name), parent=self.surface)
        alias.public = True
        self.surface.members[name] = alias
        if target is None:
            return
        family = [target, *target.mro()] if target.is_class else [target]
        for each in family:
            self._names.setdefault(each.canonical_path, set()).add(name)
        if name in CLIENTS:
            self._add_resources(name, target)

    def _add_resources(self, client: str, cls: griffe.Class) -> None:
        for name, member in cls.all_members.items():
            attribute = final_target(member)
            if attribute is None or name.startswith("_"):
                continue
            # griffe reports a property with a decorator of ours as a function with decorators.
            is_property = attribute.is_attribute or (attribute.is_function and attribute.decorators)
            path = getattr(attribute.annotation, "canonical_path", None) if is_property else None
            found = self._lookup(path) if path else None
            if isinstance(found, griffe.Class):
                self._add(f"{client}.{name}", found)


def _modules(module: griffe.Module) -> Iterator[griffe.Module]:
    yield module
    for inner in module.modules.values():
        if not inner.is_alias:
            yield from _modules(inner)


def _is_public(path: str) -> bool:
    is_internal = path.startswith(_INTERNAL) and path not in _PUBLIC
    return "._" not in path and not is_internal


def _public_members(module: griffe.Module) -> Iterator[tuple[str, griffe.Object | griffe.Alias]]:
    listed = module.exports or ()
    for name, member in module.members.items():
        if member.is_alias:
            is_public = bool(member.public) and not name.startswith("_")
        else:
            is_variable = member.is_attribute and "TypeVar(" in str(getattr(member, "value", ""))
            is_public = member.is_public and not member.is_module and not is_variable
        if (is_public or name in listed) and name not in _NOT_PUBLIC:
            yield name, member


def _check_all_read(root: Path, modules: list[griffe.Module]) -> None:
    """Raise the SyntaxError of a module that griffe skips: it would look as if it was removed."""
    known = [module.filepath for module in modules]
    for path in (root / "src" / PACKAGE).rglob("*.py"):
        if path not in known:
            ast.parse(path.read_text("utf-8"), str(path.relative_to(root)))
