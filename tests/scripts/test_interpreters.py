"""Interpreters by version: only those that really run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import interpreters
import pytest

RUNNING = f"{sys.version_info[0]}.{sys.version_info[1]}"
TEST_ALL = Path(interpreters.__file__).with_name("test_all.py")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any Python: `bin` is on its path, `pyenv` is its pyenv's root."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_none_is_found_where_there_is_none(machine: Path) -> None:
    assert interpreters.find(RUNNING) is None


def test_one_on_the_path(machine: Path) -> None:
    python = program(machine / f"bin/python{RUNNING}", f'exec {sys.executable} "$@"')
    assert interpreters.find(RUNNING) == python


@pytest.mark.parametrize("text", ["exit 127", "echo 2.7", f"{sys.executable} --no-such-option"])
def test_one_on_the_path_that_does_not_run_or_is_another_version(machine: Path, text: str) -> None:
    program(machine / f"bin/python{RUNNING}", text)
    assert interpreters.find(RUNNING) is None


def test_one_of_pyenv_behind_a_shim_that_fails(machine: Path) -> None:
    program(machine / f"bin/python{RUNNING}", "exit 127")
    program(machine / f"pyenv/versions/{RUNNING}.9/bin/python", "exit 1")
    python = program(
        machine / f"pyenv/versions/{RUNNING}.10/bin/python", f'exec {sys.executable} "$@"'
    )
    assert interpreters.find(RUNNING) == python


def test_all_tests_on_a_machine_without_interpreters_is_no_success(machine: Path) -> None:
    done = subprocess.run(
        [sys.executable, TEST_ALL], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    lines = [line.split() for line in done.stdout.splitlines()[-4:]]
    assert lines == [[version, "missing"] for version in interpreters.SUPPORTED]
