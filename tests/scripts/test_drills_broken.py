"""Drills in a copy of the project: a broken document, an edit by hand, files that are left over.

Each asserts what a maintainer sees, which files change, and that the instruction is enough.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
COPIED = ("src", "generated", "scripts", "openapi.yaml", "pyproject.toml")
LOCK = "scripts/generate/lock.json"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    # With a package built, the tools' environment is there, and no command tells of making it.
    pytest.mark.usefixtures("built_package"),
]


class Copy:
    """A copy of the project, with the commands of its Makefile."""

    def __init__(self, folder: Path, contents: Callable[[Path], dict[str, Any]]) -> None:
        self.folder = folder
        self._contents = contents
        self._before = contents(folder)

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text("utf-8")
        assert old in text
        (self.folder / name).write_text(text.replace(old, new, 1), "utf-8")
        self._before = self._contents(self.folder)

    def generate(self, *options: str) -> tuple[int, str]:
        return self._run("scripts.generate", "--cache", str(ROOT / ".codegen"), *options)

    def lint(self) -> tuple[int, str]:
        return self._run("scripts.lint_spec")

    def _run(self, script: str, *options: str) -> tuple[int, str]:
        command = [sys.executable, "-B", "-m", script, *options]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, encoding="utf-8", check=False
        )
        return done.returncode, done.stdout + done.stderr

    def changed(self) -> set[str]:
        """The files that are not as they were after the last edit."""
        now = self._contents(self.folder)
        return {
            name
            for name in now.keys() | self._before.keys()
            if now.get(name, ())[:1] != self._before.get(name, ())[:1]
        }

    def untouched(self) -> bool:
        """Whether no file has changed, not even its time."""
        return self._contents(self.folder) == self._before


@pytest.fixture
def copy(tmp_path: Path, contents: Callable[[Path], dict[str, Any]]) -> Copy:
    for name in COPIED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    return Copy(tmp_path, contents)


def test_the_document_is_broken(copy: Copy) -> None:
    copy.edit("openapi.yaml", "#/components/schemas/HealthStatus'", "#/components/schemas/Health'")
    contract = (copy.folder / "openapi.yaml").read_text("utf-8")
    line = next(
        number for number, text in enumerate(contract.splitlines(), 1) if "schemas/Health'" in text
    )
    said = (
        f"openapi.yaml:{line}: #/paths/~1health/get/responses/200/content/application~1json/schema"
        ": $ref '#/components/schemas/Health' points to nothing; correct the name\n"
    )
    assert copy.lint() == (2, said)
    assert copy.generate() == (2, f"{said}Nothing was changed.\n")
    assert copy.generate("--check") == (2, f"{said}Nothing was changed.\n")
    assert copy.untouched()

    copy.edit("openapi.yaml", "#/components/schemas/Health'", "#/components/schemas/HealthStatus'")
    assert copy.lint() == (0, "openapi.yaml: no findings\n")
    assert copy.generate("--check") == (0, "the derived trees are up to date\n")


def test_the_document_has_what_the_generator_would_lose(copy: Copy) -> None:
    schema = "type: string\n      description: Width and height, in pixels, to which images"
    copy.edit("openapi.yaml", schema, schema.replace("string", "string\n      default: 224x224"))
    status, said = copy.lint()
    assert status == 1
    assert "#/components/schemas/ImageResolution: no_default: a default is sent although" in said
    assert "; remove it; say in the description what the service takes" in said
    assert copy.untouched()


def test_a_derived_file_is_edited_by_hand(copy: Copy) -> None:
    name = "generated/vlmrun_api/models/health_status.py"
    copy.edit(name, "What the service says", "What the server says")
    status, said = copy.generate("--check")
    assert status == 1
    assert said.splitlines()[:9] == [
        "The derived trees are out of date: run `make generate` and commit what it changes.",
        "",
        "Why:",
        "  generated/vlmrun_api was edited by hand: that will be lost, so change openapi.yaml "
        "instead",
        "",
        "Files:",
        "  generated/vlmrun_api: 1 changed",
        f"  changed  {name}",
        "",
    ]
    assert copy.untouched()

    status, said = copy.generate()
    assert status == 0
    assert "  it had been edited by hand; `git diff` shows what of that is gone\n" in said
    assert copy.changed() == {name}
    assert copy.generate("--check") == (0, "the derived trees are up to date\n")


def test_files_are_left_over_when_a_resource_is_renamed(copy: Copy) -> None:
    (copy.folder / "src/vlmrun/_async/resources/hub.py").rename(
        copy.folder / "src/vlmrun/_async/resources/catalog.py"
    )
    copy.edit("openapi.yaml", "# The contract of", "# This is the contract of")
    status, said = copy.generate("--check")
    assert status == 1
    assert said.split("\n\n")[1].splitlines() == [
        "Why:",
        "  openapi.yaml changed since the last `make generate`",
        "  src/vlmrun/_async or scripts/generate changed since the last `make generate`",
        "  src/vlmrun/_async and src/vlmrun/types or scripts/generate changed since the last "
        "`make generate`",
    ]
    assert "  missing  src/vlmrun/_sync/resources/catalog.py\n" in said
    assert "  stale    src/vlmrun/_sync/resources/hub.py\n" in said

    status, said = copy.generate()
    assert status == 0
    assert ", 1 new, 1 gone\n" in said
    assert copy.changed() == {
        LOCK,
        "src/vlmrun/_sync/resources/hub.py",
        "src/vlmrun/_sync/resources/catalog.py",
        "src/vlmrun/_index/resources_async.py",
        "src/vlmrun/_index/resources_sync.py",
    }
    assert copy.generate("--check") == (0, "the derived trees are up to date\n")
