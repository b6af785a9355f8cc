"""Fixtures that run the commands of `scripts/` on a small contract, or in a copy of the project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.update.next_contract import NextContract, build_next_contract
from tests.scripts.project_copy import ROOT

SMALL_CONTRACT = Path(__file__).with_name("small.yaml")
OVERLAY = ROOT / "scripts/update/overlay.yaml"

# The settings of this machine, which installing the tools may need and other tests remove.
ENVIRONMENT = dict(os.environ)

os.environ["PYTHONPATH"] = str(ROOT)

Command = Callable[..., "subprocess.CompletedProcess[str]"]
Contents = Callable[[Path], dict[str, tuple[bytes, int]]]
Merge = Callable[..., NextContract]


@pytest.fixture(scope="session")
def _small_contract() -> dict[str, Any]:
    return yaml.safe_load(SMALL_CONTRACT.read_text("utf-8"))


@pytest.fixture
def small_contract(_small_contract: dict[str, Any]) -> dict[str, Any]:
    """Return the small contract, for the test to change."""
    return deepcopy(_small_contract)


@pytest.fixture(scope="session")
def generate() -> Command:
    """Return a function that runs `scripts.generate` with the tools of `make generate`."""

    def run(
        *arguments: str | Path, python: Path | str = sys.executable, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        command = [python, "-m", "scripts.generate", "--cache", ROOT / ".codegen", *arguments]
        return subprocess.run(
            command,
            env={**ENVIRONMENT, **environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def built_package(generate: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate the package of the small contract in a folder that contains other files."""
    folder = tmp_path_factory.mktemp("built")
    contract = Path(shutil.copy(SMALL_CONTRACT, folder / "openapi.yaml"))
    package = folder / "generated" / "small_api"
    for stray in ("stray.py", "models/gone.py", "notes/old.txt"):
        (package / stray).parent.mkdir(parents=True, exist_ok=True)
        (package / stray).write_text("left from before\n")
    done = generate("--only", "package", "--contract", contract, "--package", package)
    assert done.returncode == 0, done.stdout + done.stderr
    return package


@pytest.fixture
def project(built_package: Path, tmp_path: Path) -> Path:
    """Create a folder with the small contract and its package."""
    shutil.copy(SMALL_CONTRACT, tmp_path / "openapi.yaml")
    shutil.copytree(built_package, tmp_path / "small_api")
    return tmp_path


@pytest.fixture
def paths(project: Path) -> list[str | Path]:
    """Return the options for the contract and the package of `project`."""
    contract, package = project / "openapi.yaml", project / "small_api"
    return ["--only", "package", "--contract", contract, "--package", package]


@pytest.fixture(scope="session")
def merge(tmp_path_factory: pytest.TempPathFactory) -> Merge:
    """Return a function that merges a document into a contract, by default the small one."""

    def run(document: Any, text: str = "", *, remove: bool = False) -> NextContract:
        folder = tmp_path_factory.mktemp("update")
        spec, contract = folder / "spec.json", folder / "openapi.yaml"
        spec.write_text(json.dumps(document), "utf-8")
        contract.write_text(text or SMALL_CONTRACT.read_text("utf-8"), "utf-8")
        return build_next_contract(spec, contract, OVERLAY, remove=remove)

    return run


@pytest.fixture(scope="session")
def contents() -> Contents:
    """Return a function that reads the bytes and modification times of all files of a folder."""

    def read(folder: Path) -> dict[str, tuple[bytes, int]]:
        return {
            path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    return read
