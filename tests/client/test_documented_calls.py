"""The calls that the documentation of VLM Run shows, on the mock server as the command starts it.

`documented_calls.txt` has one call in each line. `python -m tests.client.test_documented_calls`
prints how many of them work, and why the others do not.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.client.documented_objects import create_objects
from vlmrun.errors import APIError

LINES = (Path(__file__).parent / "documented_calls.txt").read_text("utf-8").splitlines()
DOCUMENTED = [line for line in LINES if line and not line.startswith("#")]

# Each reason is documented in docs/compatibility.md or in the guide of the mock server.
DO_NOT_WORK = {
    "client.requestor": "the HTTP layer of the official SDK",
    'GenerationConfig(detail="low")': "values that this version does not know are sent",
    'artifacts.get("url_': "the mock server has no public URL that such an artifact could lead to",
}


def reason_of(call: str) -> str | None:
    """Return why a call does not work, or None if it does."""
    return next((reason for text, reason in DO_NOT_WORK.items() if text in call), None)


@contextmanager
def running_command() -> Iterator[str]:
    """Run `python -m vlmrun.testing` without options but the port; yields the base URL."""
    command = [sys.executable, "-m", "vlmrun.testing", "--port", "0", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip().partition("=")[2]
        finally:
            process.terminate()


@contextmanager
def prepared(folder: Path) -> Iterator[dict[str, Any]]:
    """The names that calls use, with a client of a running command."""
    with running_command() as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv("VLMRUN_BASE_URL", url)
        environment.setenv("VLMRUN_API_KEY", "test")
        environment.setenv("VLMRUN_CACHE_DIR", str(folder / "cache"))
        environment.setenv("VLMRUN_ALLOW_PRIVATE_URLS", "1")
        names = create_objects(url, folder)
        with names["client"]:
            yield names


def run(call: str, names: dict[str, Any]) -> None:
    """Run a call; raises if it fails, or if it is a comparison that is false."""
    try:
        result = eval(compile(call, "documented_calls.txt", "eval"), names)
    except SyntaxError:
        exec(compile(call, "documented_calls.txt", "exec"), dict(names))
        return
    assert result is not False


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with prepared(tmp_path_factory.mktemp("documented")) as names:
        yield names


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("call", DOCUMENTED)
def test_a_documented_call_works(
    call: str, names: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLMRUN_BASE_URL", names["url"])
    monkeypatch.setenv("VLMRUN_API_KEY", "test")
    if reason_of(call) is None:
        run(call, names)
    else:
        with pytest.raises((ImportError, AttributeError, APIError, AssertionError)):
            run(call, names)


def test_the_number_of_documented_calls_that_work_does_not_decrease() -> None:
    working = [call for call in DOCUMENTED if reason_of(call) is None]
    assert len(working) >= 417


def _report() -> None:
    failures = {}
    with tempfile.TemporaryDirectory() as folder, prepared(Path(folder)) as names:
        for call in DOCUMENTED:
            try:
                run(call, names)
            except Exception as failure:
                failures[call] = f"{type(failure).__name__}: {failure}"
    for call, error in failures.items():
        print(f"{call}\n    {error}")
    print(f"{len(DOCUMENTED) - len(failures)} of {len(DOCUMENTED)} documented calls work")


if __name__ == "__main__":
    _report()
