"""The content of the package that `scripts.generate` builds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.generate.environment import prepare
from scripts.openapi.python_names import class_name, variable
from tests.scripts.conftest import ROOT

pytestmark = pytest.mark.slow

HEADER = b"# Derived from openapi.yaml by `make generate`. Do not edit.\n"

IMPORT_ALL = """
import importlib, pkgutil, sys
import small_api, small_api.models as models
assert "small_api.models.thing" not in sys.modules, "models are not lazy"
assert models.Thing.from_dict({"id": "1", "new": 2}).to_dict() == {"id": "1", "new": 2}
for name in models.__all__:
    getattr(models, name)
for module in pkgutil.walk_packages(small_api.__path__, "small_api."):
    importlib.import_module(module.name)
    print(module.name)
"""


def files(package: Path) -> dict[str, bytes]:
    paths = (path for path in package.rglob("*") if path.is_file())
    return {path.relative_to(package).as_posix(): path.read_bytes() for path in paths}


def test_the_folder_holds_the_package_alone_and_each_file_names_its_source(
    built_package: Path,
) -> None:
    found = files(built_package)
    assert len(found) > 10
    assert "py.typed" in found
    assert {"stray.py", "models/gone.py", "notes/old.txt"}.isdisjoint(found)
    assert [name for name, data in found.items() if not data.startswith(HEADER)] == []
    assert not (built_package / "notes").exists()
    assert [path.name for path in built_package.parent.iterdir()] == ["small_api"]


def test_each_operation_of_the_contract_is_a_module_under_its_tag(
    built_package: Path, small_contract: dict[str, Any]
) -> None:
    operations = [op for item in small_contract["paths"].values() for op in item.values()]
    expected = {f"api/{op['tags'][0]}/{op['operationId']}.py" for op in operations}
    generated = {name for name in files(built_package) if name.startswith("api/")}
    assert {name for name in generated if not name.endswith("__init__.py")} == expected


def test_every_module_and_model_can_be_imported_and_models_only_when_used(
    built_package: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", IMPORT_ALL],
        cwd=built_package.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {"small_api.api.things.create_thing", "small_api.models.owner"} <= {*done.stdout.split()}


NAMES = ["fileName", "HTTPServer", "a1B2c", "x-api-key", "sort[]", "größe", "ABC_def", "12 a", "_x"]
PRINT_NAMES = """
import sys
from openapi_python_client.utils import pascal_case, snake_case
for name in sys.argv[1:]:
    print(snake_case(name), pascal_case(name))
"""


def test_names_are_those_of_the_generator() -> None:
    tools = prepare(ROOT / ".codegen")
    printed = tools.run_python(["-c", PRINT_NAMES, *NAMES], "the generator has no such functions")
    assert printed.splitlines() == [f"{variable(name)} {class_name(name)}" for name in NAMES]
