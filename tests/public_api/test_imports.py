"""Importing the package: its cost, its side effects, and the public names."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import vlmrun

EXPENSIVE = {
    "httpx",
    "pydantic",
    "attr",
    "asyncio",
    "yaml",
    "dateutil",
    "vlmrun_api",
    "ssl",
    "logging",
}


def run(program: str, *path: Path, **environment: str) -> str:
    """Run a program in a new interpreter and return its output."""
    search = os.pathsep.join([*map(str, path), *sys.path])
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": search, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def imported_by(program: str) -> set[str]:
    """Return the top-level modules that a program imports, without those loaded at startup."""
    code = f"import sys; before = set(sys.modules); {program}; print(*(set(sys.modules) - before))"
    return {name.partition(".")[0] for name in run(code).split()}


def test_p39_importing_the_package_imports_no_other_module() -> None:
    assert imported_by("import vlmrun") == {"vlmrun"}


def test_p39_creating_a_client_imports_no_expensive_module() -> None:
    modules = imported_by("from vlmrun.client import VLMRun; VLMRun(api_key='x')")

    assert "vlmrun" in modules
    assert not modules & EXPENSIVE


def test_p34_importing_changes_neither_disk_nor_loggers(tmp_path: Path) -> None:
    program = (
        "import logging, os; logging.getLogger().addHandler(logging.NullHandler());"
        "before = list(logging.getLogger().handlers);"
        "import vlmrun; from vlmrun.client import VLMRun; VLMRun(api_key='x');"
        "import vlmrun.types, vlmrun.errors, vlmrun.skills;"
        "print(before == logging.getLogger().handlers, os.listdir())"
    )

    home = tmp_path / "home"
    home.mkdir(mode=0o500)

    assert run(f"import os; os.chdir({str(home)!r}); {program}", HOME=str(home)) == "True []"


def test_p12_all_documented_import_paths_have_the_same_class() -> None:
    import vlmrun.client.client
    import vlmrun.version
    from vlmrun import AsyncVLMRun, VLMRun, __version__

    assert VLMRun is vlmrun.client.VLMRun is vlmrun.client.client.VLMRun
    assert len({AsyncVLMRun, VLMRun}) == 2
    assert __version__ == vlmrun.version.__version__
    assert __version__[0].isdigit()


def test_p12_the_package_has_a_py_typed_marker() -> None:
    assert (Path(vlmrun.__file__).parent / "py.typed").is_file()


@pytest.mark.parametrize("name", vlmrun.__all__)
def test_every_name_in_all_can_be_accessed(name: str) -> None:
    assert getattr(vlmrun, name) is not None
    assert name in dir(vlmrun)


@pytest.mark.parametrize("package", ["vlmrun", "vlmrun.client", "vlmrun.common", "vlmrun.types"])
def test_every_name_in_all_of_a_module_exists(package: str) -> None:
    folder = importlib.import_module(package)
    inside = [f"{package}.{each.name}" for each in pkgutil.iter_modules(folder.__path__)]

    for module in [package, *(name for name in inside if "._" not in name)]:
        found = importlib.import_module(module)
        missing = [name for name in getattr(found, "__all__", ()) if not hasattr(found, name)]
        assert (module, missing) == (module, [])


@pytest.mark.slow
def test_every_public_module_can_be_the_first_import() -> None:
    """A cycle of imports only fails if a program starts with one of its modules."""
    program = """
import importlib, pkgutil, sys, vlmrun
modules = ["vlmrun.testing"]
for package in ("vlmrun", "vlmrun.client", "vlmrun.common"):
    folders = importlib.import_module(package).__path__[:1]
    modules += [each.name for each in pkgutil.iter_modules(folders, f"{package}.")]
failed = []
for module in [name for name in modules if "._" not in name]:
    for loaded in [name for name in sys.modules if name.startswith("vlmrun")]:
        del sys.modules[loaded]
    try:
        importlib.import_module(module)
    except ImportError as error:
        failed.append(f"{module}: {error}")
print(len(modules) > 40, failed)
"""

    assert run(program) == "True []"


def test_an_unknown_name_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'vlmrun' has no attribute 'VLMrun'"):
        vlmrun.VLMrun  # type: ignore[attr-defined]
    with pytest.raises(ImportError):
        importlib.import_module("vlmrun.no_such_module")


def test_submodules_are_attributes_without_being_imported() -> None:
    assert run("import vlmrun; print(vlmrun.errors.APIError.__name__)") == "APIError"


@pytest.mark.parametrize("files", [[], ["__init__.py"]], ids=["namespace", "package"])
def test_vlmrun_hub_can_be_imported_from_another_directory(
    tmp_path: Path, files: list[str]
) -> None:
    folder = tmp_path / "vlmrun/hub"
    folder.mkdir(parents=True)
    for file in files:
        (folder / file).write_text("")
    (folder / "registry.py").write_text("registry = 'registry of the hub'")
    (tmp_path / "vlmrun/errors.py").write_text("raise RuntimeError('not imported')")

    program = "import vlmrun.errors; from vlmrun.hub.registry import registry; print(registry)"

    assert run(program, tmp_path) == "registry of the hub"


def test_an_unrelated_directory_named_vlmrun_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "vlmrun").mkdir()
    (tmp_path / "vlmrun/stray.py").write_text("")

    # Not compared with one directory: vlmrun-hub may be installed, and has a directory of its own.
    program = "import vlmrun; print(list(vlmrun.__path__))"

    assert run(program, tmp_path) == run(program)
