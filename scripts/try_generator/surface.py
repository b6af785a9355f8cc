"""What others rely on in a generated package: its functions, its imports, and its forms."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts.generate.trees import files_in


@dataclass
class Surface:
    """What is to be seen of a package without running it.

    Args:
        functions: The signature of each public function and method, by its dotted name.
        imports: How many files import each package that is not Python's own.
        boundaries: The files that set the boundary of a form themselves.
        unquoted: The files that put an argument into a path as it is.
    """

    functions: dict[str, str] = field(default_factory=dict)
    imports: Counter[str] = field(default_factory=Counter)
    boundaries: list[str] = field(default_factory=list)
    unquoted: list[str] = field(default_factory=list)


def surface(package: Path) -> Surface:
    """Read the surface of a generated package."""
    found = Surface()
    for name in files_in(package):
        if not name.endswith(".py"):
            continue
        text = (package / name).read_text("utf-8")
        tree = ast.parse(text)
        module = name.removesuffix(".py").replace("/", ".")
        found.functions.update(_functions(tree.body, module))
        found.imports.update(_imports(tree))
        if "multipart/form-data; boundary=" in text:
            found.boundaries.append(name)
        if any(_fills_with_a_name(node) for node in ast.walk(tree)):
            found.unquoted.append(name)
    return found


def _fills_with_a_name(node: ast.AST) -> bool:
    """`"/agents/{id}".format(id=id)`, where `id` would have to be quoted."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "format"
        and any(isinstance(keyword.value, ast.Name) for keyword in node.keywords)
    )


def _functions(body: list[ast.stmt], inside: str) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{inside}.{node.name}")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            kind = "async " if isinstance(node, ast.AsyncFunctionDef) else ""
            returns = ast.unparse(node.returns) if node.returns else ""
            yield f"{inside}.{node.name}", f"{kind}({ast.unparse(node.args)}) -> {returns}"


def _imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names
