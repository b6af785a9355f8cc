"""`make try-generator`: the difference that another release of the generator would make."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.generate import environment
from scripts.try_generator import __main__ as try_generator
from tests.scripts.conftest import ROOT

PINS = environment.REQUIREMENTS.read_text("utf-8")
PIN = re.findall(r"openapi-python-client==(\S+)", PINS)[0]

pytestmark = pytest.mark.slow


@pytest.mark.timeout(600)  # creates the environment of the release
@pytest.mark.parametrize(
    ("version", "status", "report"),
    [
        ("newest", 2, "usage: python -m scripts.try_generator RELEASE"),
        ("0.28.99", 2, "No matching distribution found for openapi-python-client==0.28.99"),
        ("0.28.3", 1, " changed\n"),
    ],
)
def test_a_release_of_the_generator(version: str, status: int, report: str) -> None:
    command = [sys.executable, "-m", "scripts.try_generator", version]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == status, done.stdout + done.stderr
    assert report in done.stdout + done.stderr


def test_the_pinned_release_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed = []

    def prepare(cache: Path, requirements: Path) -> environment.Environment:
        """Return the environment of `make generate`, which has that release."""
        installed.extend(requirements.read_text("utf-8").split("\n"))
        return environment.prepare(cache)

    monkeypatch.setattr(try_generator, "prepare", prepare)
    assert try_generator.try_release(PIN, tmp_path) == 0
    assert capsys.readouterr().out.startswith("files: unchanged\n")
    assert installed[0] == f"openapi-python-client=={PIN}"
    assert set(installed) <= {*PINS.split("\n")}
