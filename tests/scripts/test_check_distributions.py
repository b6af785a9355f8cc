"""`make release-check`: the checks that are the project's own, and the workflow definitions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.check_distributions.__main__ import main
from scripts.check_distributions.changelog import check_changelog
from scripts.check_distributions.distributions import (
    MOST_BYTES,
    check_texts,
    compare_wheels,
    registry_hosts,
)
from tests.scripts.conftest import ROOT

CHANGELOG = """\
# Changelog

All notable changes.

## Unreleased

### Added

- Labels.

## [1.1.0] - 2026-05-02

### Fixed

- Retries.

### Security

- Keys.

## 1.0.0 - 2026-04-01

### Added

- Everything.
"""
UNRELEASED = "## Unreleased\n\n### Added\n\n- Labels.\n"


@pytest.mark.parametrize("version", ["1.1.0", "1.2.0"])
def test_a_changelog_without_problems(version: str) -> None:
    assert list(check_changelog(CHANGELOG, version)) == []


def test_a_version_without_a_section() -> None:
    text = CHANGELOG.replace(UNRELEASED, "")
    assert list(check_changelog(text, "1.1.0")) == []
    [problem] = check_changelog(text, "1.2.0")
    assert "there is no section for 1.2.0" in problem
    assert "add `## Unreleased` on top" in problem


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("# Changelog\n", "# Changes\n", "the first line must be `# Changelog`"),
        ("### Added\n\n- Labels.\n", "", "## Unreleased: is empty"),
        ("- Labels.", "Labels.", "### Added has no line that begins with `- `"),
        ("### Fixed", "### Bugs", "### Bugs is not one of Added, Changed"),
        (" - 2026-05-02", "", "write `## Unreleased` or `## X.Y.Z - YYYY-MM-DD`"),
        ("2026-05-02", "2026-13-02", "write `## Unreleased` or `## X.Y.Z - YYYY-MM-DD`"),
        ("[1.1.0]", "next", "write `## Unreleased` or `## X.Y.Z - YYYY-MM-DD`"),
        ("## [1.1.0] - 2026-05-02", "## Version 1.1.0 of May", "write `## Unreleased` or"),
        ("2026-05-02", "2026-03-02", "the dates must be in order"),
        ("[1.1.0]", "0.9.0", "the versions must be unique and in order"),
        ("[1.1.0]", "1.0.0", "the versions must be unique and in order"),
        ("## 1.0.0 - 2026-04-01", "## Unreleased", "`## Unreleased` must be the first section"),
    ],
)
def test_a_problem_of_the_changelog(old: str, new: str, problem: str) -> None:
    assert old in CHANGELOG
    [found] = check_changelog(CHANGELOG.replace(old, new, 1), "1.2.0")
    assert problem in found


@pytest.mark.parametrize(
    "text",
    [
        "# see /home/" + "ann/work/notes",
        'PATH = r"C:\\' + 'Users\\ann"',
        "cd /" + "tmp/build",
        "index = https://packages.example.org/simple",
        "HERE = '/srv/checkout/src'",
    ],
)
def test_a_text_that_belongs_to_a_machine(text: str) -> None:
    unwanted = ("packages.example.org", "/srv/checkout")
    assert list(check_texts({"a.py": b"x = '/v1/files'"}, unwanted)) == []
    [found] = check_texts({"a.py": text.encode()}, unwanted)
    assert found.startswith("a.py contains ")


@pytest.mark.slow
def test_a_distribution_that_is_too_large() -> None:
    [found] = check_texts({"a.py": b" " * (MOST_BYTES + 1)}, ())
    assert found == "8.4 MB unpacked, more than 8.4 MB"


@pytest.mark.slow
def test_registry_hosts_are_those_of_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_PROXY", "http://127.0.0.1:3128")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://me:key@packages.example.org/a/simple/")
    hosts = registry_hosts()
    assert "packages.example.org" in hosts
    assert len(hosts) >= 2  # the default of pip, too
    assert "127.0.0.1" not in hosts


def test_wheels_that_differ() -> None:
    found = compare_wheels({"a": b"1", "b": b"1", "c": b""}, {"a": b"1", "b": b"2", "d": b""})
    assert [each.partition(" ")[0] for each in found] == ["b", "c", "d"]


def test_a_folder_without_distributions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err


@pytest.mark.slow
def test_workflows_have_the_form_of_github() -> None:
    workflows = sorted((ROOT / ".github/workflows").glob("*.yml"))
    assert [path.stem for path in workflows] == ["docs", "release", "test"]
    command = ("check_jsonschema", "--builtin-schema", "vendor.github-workflows")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *command, *workflows],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
