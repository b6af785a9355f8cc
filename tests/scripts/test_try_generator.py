"""`try_generator.py`: what another release of the generator would change, and what would break."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.generate.environment import REQUIREMENTS
from scripts.try_generator.__main__ import Trial, compare_surfaces, main
from scripts.try_generator.surface import surface

ROOT = Path(__file__).parents[2]
PIN = next(
    line.split("==")[1]
    for line in REQUIREMENTS.read_text("utf-8").splitlines()
    if line.startswith("openapi-python-client==")
)
FORM = """\
import httpx
from dateutil.parser import isoparse


def send(id: str, *, body: bytes = b"") -> httpx.Response:
    url = "/files/{id}".format(id=quote(str(id)))
"""


def package(folder: Path, text: str) -> Path:
    (folder / "api").mkdir(parents=True)
    (folder / "api/files.py").write_text(text)
    return folder


def test_the_surface_of_a_package(tmp_path: Path) -> None:
    found = surface(package(tmp_path, FORM))
    assert found.functions == {
        "api.files.send": "(id: str, *, body: bytes=b'') -> httpx.Response",
    }
    assert found.imports == {"httpx": 1, "dateutil": 1}
    assert (found.boundaries, found.unquoted) == ([], [])


@pytest.mark.parametrize(
    ("old", "new", "breaks"),
    [
        ("id: str,", "id: str, at: int,", "1 functions are gone or called otherwise"),
        ("def send", "def put", "1 functions are gone or called otherwise"),
        ("from dateutil", "from arrow", "it imports arrow, which the package does not require"),
        ("quote(str(id))", "id", "an id with a slash in it would lead to another path"),
        (
            "    url",
            "    h = 'multipart/form-data; boundary=+++'\n    url",
            "a form's boundary is fixed, so a file can forge fields (P25)",
        ),
    ],
)
def test_what_would_break(old: str, new: str, breaks: str, tmp_path: Path) -> None:
    before = surface(package(tmp_path / "before", FORM))
    after = surface(package(tmp_path / "after", FORM.replace(old, new)))
    trial = Trial()
    compare_surfaces(trial, before, after)
    assert trial.breaks == [breaks]


def test_another_type_of_result_is_told_and_breaks_nothing(tmp_path: Path) -> None:
    before = surface(package(tmp_path / "before", FORM))
    after = surface(package(tmp_path / "after", FORM.replace("-> httpx.Response", "-> object")))
    trial = Trial()
    compare_surfaces(trial, before, after)
    assert trial.breaks == []
    assert "functions: 0 new, 0 gone, 1 of another signature" in trial.lines


@pytest.mark.parametrize("version", ["newest", "0.29.1;x", "../0.29.1", ">=0.28"])
def test_what_is_no_release(version: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([version]) == 2
    assert capsys.readouterr().err == f"{version!r} is no release of openapi-python-client\n"


def run(version: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.try_generator", version]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.slow
@pytest.mark.timeout(600)  # the release's environment is made where there is none
def test_the_pinned_release_changes_nothing() -> None:
    done = run(PIN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "files: as before" in done.stdout
    assert ", 0 failed" in done.stdout
    assert done.stdout.endswith("Nothing that the project relies on changes.\n")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.version_info < (3, 11), reason="0.29.1 does not install on Python 3.10")
def test_a_release_that_would_break_something() -> None:
    done = run("0.29.1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "test_p25_no_form_has_a_boundary_that_a_file_could_contain" in done.stdout
    assert done.stdout.split("It cannot be moved to as it is:\n")[1].splitlines() == [
        "  `make generate` would not run on Python 3.10",
        "  a form's boundary is fixed, so a file can forge fields (P25)",
        "  it does not hold on Python 3.10",
        "  1 contract tests fail",
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_release_that_does_not_exist() -> None:
    done = run("0.28.99")
    assert done.returncode == 2
    assert "No matching distribution found" in done.stderr
    assert done.stderr.endswith("Nothing was changed.\n")
