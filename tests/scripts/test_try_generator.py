"""`make try-generator`: the difference that another release of the generator would make."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from scripts.generate.environment import REQUIREMENTS
from tests.scripts.conftest import ROOT

PIN = re.findall(r"openapi-python-client==(\S+)", REQUIREMENTS.read_text("utf-8"))[0]


def run(version: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.try_generator", version],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.slow
@pytest.mark.timeout(600)  # creates the environment of the release
@pytest.mark.parametrize(
    ("version", "status", "report"),
    [
        ("newest", 2, "usage: python -m scripts.try_generator RELEASE"),
        ("0.28.99", 2, "No matching distribution found for openapi-python-client==0.28.99"),
        (PIN, 0, "files: unchanged"),
        ("0.28.3", 1, " changed\n"),
    ],
)
def test_a_release_of_the_generator(version: str, status: int, report: str) -> None:
    found = run(version)
    assert found[0] == status, found[1]
    assert report in found[1]
