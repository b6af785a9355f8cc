"""No module imports itself through others: at the top level, in functions or for type checkers."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def import_graph(package: Path) -> dict[str, set[str]]:
    """Return what each module of a package imports from it, in any kind of import statement.

    `__init__` modules are left out: whoever imports a module imports its packages too.
    """
    paths = {
        ".".join(path.relative_to(package.parent).with_suffix("").parts): path
        for path in package.rglob("*.py")
        if path.name != "__init__.py"
    }
    return {name: imports_in(path) & paths.keys() - {name} for name, path in paths.items()}


def imports_in(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            # What is imported may be a module of the package, or a name in the module.
            names.add(str(node.module))
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def find_cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return the modules of a cycle, each imported by the next one; empty if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return []


@pytest.mark.parametrize("package", ["src/vlmrun", "scripts"])
def test_there_is_no_import_cycle(package: str) -> None:
    graph = import_graph(ROOT / package)
    assert len(graph) > 20
    assert find_cycle(graph) == []


def test_imports_of_every_kind_are_seen(tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    modules = {
        "__init__": "from shop import top",
        "top": "from shop.lazy import f",
        "lazy": "def f():\n    import shop.typed",
        "typed": "if TYPE_CHECKING:\n    from shop import top, os",
    }
    for name, source in modules.items():
        (package / f"{name}.py").write_text(source)
    graph = import_graph(package)
    assert graph == {
        "shop.top": {"shop.lazy"},
        "shop.lazy": {"shop.typed"},
        "shop.typed": {"shop.top"},
    }
    assert set(find_cycle(graph)) == {"shop.top", "shop.lazy", "shop.typed"}
