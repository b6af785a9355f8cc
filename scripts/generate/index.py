"""From the sources' own words to the two lists that everybody would otherwise edit by hand.

A resource's class says under which attribute a client has it (`attribute = "files"`), and a module
of types lists what it makes public (`__all__`). What is made of that is plain Python, so that type
checkers and editors see each name where it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path
from typing import Any, NamedTuple

from scripts.generate.failure import GenerationError
from scripts.generate.trees import write_header

KINDS = ("async", "sync")

_RESOURCES = '''"""The resources of a client, each made when it is first used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
{imports}


class Resources:
    """What `client.<resource>` finds."""

    _context: ClientContext

{members}
'''
_MEMBER = '''    @cached_property
    def {attribute}(self) -> {name}:
        """{doc}"""
        from {module} import {name}

        return {name}(self._context)'''
_TYPES = '''"""The public types, and the module of `vlmrun.types` that each is in."""

# The name by which type checkers know it; importing `typing` would double the time of an import.
TYPE_CHECKING = False
if TYPE_CHECKING:
{imports}

HOMES = {{
{homes}
}}
'''


class Resource(NamedTuple):
    """A class that a client has an instance of."""

    attribute: str
    name: str
    module: str
    doc: str


def build_index(resources: Path, types: Path, into: Path) -> None:
    """Write the index.

    Args:
        resources: The folder of the resources' modules.
        types: The folder of the types' modules.
        into: The index's folder, which must not exist.

    Raises:
        GenerationError: A module is not Python or does not write its names out, two of them claim
            the same name, or there is none at all.
    """
    into.mkdir()
    (into / "__init__.py").write_text('"""Lists that are made from the sources."""\n', "utf-8")
    found = sorted(_resources_in(resources))
    _check_names([each.attribute for each in found], resources)
    for kind in KINDS:
        members = [each._replace(module=f"vlmrun._{kind}.{each.module}") for each in found]
        context = f"    from vlmrun._{kind}.context import ClientContext"
        imports = sorted(f"    from {each.module} import {each.name}" for each in members)
        text = _RESOURCES.format(
            imports="\n".join([context, *imports]),
            members="\n\n".join(_MEMBER.format(**each._asdict()) for each in members),
        )
        (into / f"resources_{kind}.py").write_text(text, "utf-8", newline="\n")
        write_header(into / f"resources_{kind}.py", f"{resources.name}/*.py")
    homes = sorted(_types_in(types))
    _check_names([name for name, _ in homes], types)
    text = _TYPES.format(
        imports="\n".join(
            f"    from vlmrun.types.{module} import {name} as {name}" for name, module in homes
        ),
        homes="\n".join(f'    "{name}": "{module}",' for name, module in homes),
    )
    (into / "types.py").write_text(text, "utf-8", newline="\n")
    write_header(into / "types.py", f"{types.name}/*.py")


def _modules(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    """The dotted names of a folder's modules, subfolders included, with their syntax trees."""
    for path in sorted(folder.rglob("*.py")):
        try:
            name = ".".join(path.relative_to(folder).with_suffix("").parts)
            yield name, ast.parse(path.read_text("utf-8"))
        except (SyntaxError, ValueError) as error:
            raise GenerationError(f"{path}: not Python: {error}") from error


def _resources_in(folder: Path) -> Iterator[Resource]:
    for module, tree in _modules(folder):
        for cls in tree.body:
            if not isinstance(cls, ast.ClassDef):
                continue
            attribute = _assigned(cls.body, "attribute", _path(folder, module))
            if isinstance(attribute, str):
                doc = (ast.get_docstring(cls) or "").partition("\n")[0]
                doc = doc.replace("\\", "\\\\").replace('"', '\\"')
                yield Resource(attribute, cls.name, module, doc)


def _types_in(folder: Path) -> Iterator[tuple[str, str]]:
    for module, tree in _modules(folder):
        if not module.startswith("_"):
            for name in _assigned(tree.body, "__all__", _path(folder, module)) or ():
                yield name, module


def _path(folder: Path, module: str) -> Path:
    return folder / f"{module.replace('.', '/')}.py"


def _assigned(body: list[ast.stmt], name: str, path: Path) -> Any:
    """The literal that a name is given in a body of the module at a path, or None."""
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            assert isinstance(node, (ast.Assign, ast.AnnAssign))
            try:
                return None if node.value is None else ast.literal_eval(node.value)
            except ValueError as error:
                raise GenerationError(f"{path}: {name} is not written out as it is") from error
    return None


def _check_names(names: list[str], folder: Path) -> None:
    if not names:
        raise GenerationError(f"{folder}: no module claims a name")
    for name in names:
        if not name.isidentifier() or iskeyword(name):
            raise GenerationError(f"{folder}: {name!r} cannot be a name in Python")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise GenerationError(f"{folder}: two modules claim {', '.join(twice)}")
