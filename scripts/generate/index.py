"""Generate the index: the resources of a client, and the module of each public type.

The class of a resource names the client's attribute (`_attribute = "files"`), and a module of types
lists its public names in `__all__`. The result is plain Python, which type checkers and editors
understand.
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

_RESOURCES = '''"""The resources of a client, each created when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmrun._cached_properties import resource_property as cached_property

if TYPE_CHECKING:
{imports}


class Resources:
    """The attributes of a client that are resources."""

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
# Not `False`: jedi, which editors use, skips a block after it.
TYPE_CHECKING = bool()
if TYPE_CHECKING:
{imports}

HOMES = {{
{homes}
}}
'''


class Resource(NamedTuple):
    """A class of which a client has an instance."""

    attribute: str
    name: str
    module: str
    doc: str


def build_index(resources: Path, types: Path, into: Path) -> None:
    """Write the index.

    Args:
        resources: The folder of the modules of resources.
        types: The folder of the modules of types.
        into: The folder of the index, which must not exist.

    Raises:
        GenerationError: A module is not Python or its names are not literals, two modules define
            the same name, or none defines any.
    """
    into.mkdir()
    (into / "__init__.py").write_text(
        '"""Indexes that are generated from the sources."""\n', "utf-8"
    )
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
    """Yield the dotted name and the syntax tree of each module below a folder."""
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
            attribute = _assigned(cls.body, "_attribute", _path(folder, module))
            # "gateway.systemone" is an attribute of another resource, which has it already.
            if isinstance(attribute, str) and "." not in attribute:
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
    """Return the literal that is assigned to a name in the body of a class or module, or None."""
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            assert isinstance(node, (ast.Assign, ast.AnnAssign))
            try:
                return None if node.value is None else ast.literal_eval(node.value)
            except ValueError as error:
                raise GenerationError(f"{path}: {name} is not a literal") from error
    return None


def _check_names(names: list[str], folder: Path) -> None:
    if not names:
        raise GenerationError(f"{folder}: no module defines a name")
    for name in names:
        if not name.isidentifier() or iskeyword(name):
            raise GenerationError(f"{folder}: {name!r} is not a valid Python name")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise GenerationError(f"{folder}: two modules define {', '.join(twice)}")
