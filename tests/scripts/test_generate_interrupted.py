"""`scripts.generate` when it is interrupted, killed, or started twice at the same time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.generate import environment
from tests.scripts.conftest import ENVIRONMENT, ROOT, Contents

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("interruptible")]


@pytest.fixture
def started(project: Path, paths: list[str | Path]) -> Iterator[subprocess.Popen[str]]:
    """Start the command, and yield its process when the generator is running."""
    scratch = project / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "scripts.generate", "--cache", ROOT / ".codegen", *paths]
    process = subprocess.Popen(
        [str(part) for part in command],
        env={**ENVIRONMENT, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not any(scratch.glob("codegen-*/package/contract.json")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_the_old_tree_and_nothing_else(
    number: signal.Signals, project: Path, started: subprocess.Popen[str], contents: Contents
) -> None:
    before = contents(project / "small_api")
    started.send_signal(number)
    out, err = started.communicate(timeout=30)
    assert started.returncode == 130
    assert (out, err) == ("", "Interrupted; each tree is complete, either old or new.\n")
    assert contents(project / "small_api") == before
    assert list((project / "scratch").iterdir()) == []
    assert sorted(os.listdir(project)) == ["openapi.yaml", "scratch", "small_api"]


def test_a_killed_run_leaves_the_old_tree(
    project: Path, started: subprocess.Popen[str], contents: Contents
) -> None:
    before = contents(project / "small_api")
    started.kill()
    started.communicate()
    assert contents(project / "small_api") == before


@pytest.fixture
def fake_install(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Return a function that replaces the installation of the tools by a step of the test."""

    def install(step: Callable[[], None]) -> None:
        def create(folder: Path, requirements: Path) -> None:
            python = environment.Environment(folder).python
            python.parent.mkdir(parents=True)
            step()
            python.write_text(requirements.read_text("utf-8"))

        monkeypatch.setattr(environment, "_create", create)

    return install


def test_two_runs_may_create_the_environment_at_the_same_time(
    fake_install: Any, tmp_path: Path
) -> None:
    others: list[environment.Environment] = []

    def run_another() -> None:
        if not others:
            others.append(environment.Environment(tmp_path))
            others[0] = environment.prepare(tmp_path / "cache")

    fake_install(run_another)
    found = environment.prepare(tmp_path / "cache")
    assert found.python == others[0].python
    assert found.python.is_file()
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_an_interrupted_installation_leaves_no_environment(
    fake_install: Any, tmp_path: Path
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    fake_install(interrupt)
    with pytest.raises(KeyboardInterrupt):
        environment.prepare(tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_other_requirements_get_another_environment(fake_install: Any, tmp_path: Path) -> None:
    fake_install(lambda: None)
    requirements = tmp_path / "requirements.txt"
    found = set()
    for text in ("a==1\n", "a==2\n", "a==1\n"):
        requirements.write_text(text)
        python = environment.prepare(tmp_path / "cache", requirements).python
        assert python.read_text() == text
        found.add(python)
    assert len(found) == 2
