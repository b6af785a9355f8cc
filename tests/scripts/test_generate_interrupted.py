"""`generate.py` when it is told to stop, killed at any step, or run twice at a time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.scripts.conftest import ENVIRONMENT, ROOT

pytestmark = pytest.mark.slow

KILLED_AT = """
import os, shutil, signal, sys
from pathlib import Path
sys.path.insert(0, {scripts!r})
steps = iter(range({step}))

def stepwise(function):
    def run(*arguments, **options):
        if next(steps, None) is None:
            os.kill(os.getpid(), signal.{signal})
        return function(*arguments, **options)
    return run

for owner, names in ((Path, ("rename", "unlink")), (shutil, ("rmtree", "copytree", "copyfile"))):
    for name in names:
        setattr(owner, name, stepwise(getattr(owner, name)))

from scripts.generate.interrupts import deferred, listen
from scripts.generate.trees import replace
listen()
root = Path({root!r})
new = {{root / "old" / name: root / "new" / name for name in ("first", "second", "lock.json")}}
with deferred():
    replace(new)
"""


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """A shell's background jobs ignore SIGINT, and so would the programs that they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    """Two folders and a file, old and new."""
    for age in ("old", "new"):
        for name in ("first", "second"):
            (tmp_path / age / name).mkdir(parents=True)
            (tmp_path / age / name / "file.py").write_text(age)
            (tmp_path / age / name / f"{age}.py").write_text("")
        (tmp_path / age / "lock.json").write_text(age)
    return tmp_path


def state(folder: Path) -> dict[str, str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


def ages(folder: Path) -> set[str]:
    """Whether each tree is the old one or the new one; one that is neither fails."""
    found = set()
    for name in ("first", "second"):
        [age] = {age for age in ("old", "new") if (folder / name / f"{age}.py").exists()}
        assert (folder / name / "file.py").read_text() == age
        found.add(age)
    return found


@pytest.mark.parametrize("step", range(14))
def test_killed_at_any_step_it_is_repaired_by_the_next_run(step: int, trees: Path) -> None:
    from scripts.generate.trees import recover, replace

    places = {"scripts": str(ROOT), "root": str(trees), "step": step, "signal": "SIGKILL"}
    done = subprocess.run([sys.executable, "-c", KILLED_AT.format(**places)], check=False)
    assert done.returncode in (0, -signal.SIGKILL)
    targets = [trees / "old" / name for name in ("first", "second", "lock.json")]
    for target in targets:
        recover(target)
    assert ages(trees / "old") <= {"old", "new"}
    replace({target: trees / "new" / target.name for target in targets})
    assert state(trees / "old") == state(trees / "new")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("step", [0, 3, 6, 9])
def test_told_to_stop_while_it_replaces_it_finishes_first(
    step: int, name: str, trees: Path
) -> None:
    places = {"scripts": str(ROOT), "root": str(trees), "step": step, "signal": name}
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT.format(**places)], check=False, capture_output=True
    )
    assert b"KeyboardInterrupt" in done.stderr
    assert state(trees / "old") == state(trees / "new")


@pytest.fixture
def started(project: Path, paths: list[str | Path]) -> Iterator[Callable[[], Any]]:
    """Start the command, with a scratch folder of its own; it is awaited at the end."""
    running = []
    (project / "scratch").mkdir()

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "scripts.generate", "--cache", ROOT / ".codegen", *paths]
        process = subprocess.Popen(
            [str(part) for part in command],
            env={**ENVIRONMENT, "TMPDIR": str(project / "scratch")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_leaves_the_old_tree_and_nothing_else(
    number: signal.Signals, project: Path, started: Callable[[], Any], contents: Callable[..., Any]
) -> None:
    before = contents(project)
    process = started()
    # The generator is at work.
    wait_for(lambda: any((project / "scratch").glob("codegen-*/package/contract.json")))
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (out, err) == ("", "Interrupted; each tree is whole, the old one or the new one.\n")
    assert contents(project) == before
    assert list((project / "scratch").iterdir()) == []


def test_killed_it_leaves_the_old_tree(
    project: Path, started: Callable[[], Any], contents: Callable[..., Any]
) -> None:
    before = contents(project / "small_api")
    process = started()
    wait_for(lambda: any((project / "scratch").glob("codegen-*/package/contract.json")))
    process.kill()
    process.communicate()
    assert contents(project / "small_api") == before


def test_a_source_that_changes_meanwhile_is_not_half_taken(
    project: Path,
    started: Callable[[], Any],
    contents: Callable[..., Any],
    small_contract: dict[str, Any],
) -> None:
    before = contents(project / "small_api")
    process = started()
    wait_for(lambda: any((project / "scratch").glob("codegen-*/package/contract.json")))
    small_contract["components"]["schemas"]["Thing"]["description"] = "Changed."
    (project / "openapi.yaml").write_text(yaml.safe_dump(small_contract), "utf-8")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "openapi.yaml: changed while it was being read; run this again" in err
    assert contents(project / "small_api") == before


def test_two_at_a_time_do_not_mix(
    project: Path, started: Callable[[], Any], generate: Any, paths: list[str | Path]
) -> None:
    shutil.rmtree(project / "small_api")
    done = [process.wait(60) for process in (started(), started())]
    assert done == [0, 0]
    assert generate("--check", *paths).returncode == 0
    assert sorted(os.listdir(project)) == ["openapi.yaml", "scratch", "small_api"]
