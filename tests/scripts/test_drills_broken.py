"""Drills of docs/maintaining.md: a broken document, a manual edit, and left-over files.

Each drill asserts the report, which files change, and that following the report is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.project_copy import ProjectCopy

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    # With a package built, the environment of the tools exists, and no command reports creating it.
    pytest.mark.usefixtures("built_package"),
]


class Project(ProjectCopy):
    """A copy of the project that knows whether a command changed it since the last edit."""

    def __init__(self, folder: Path, contents: Callable[[Path], dict[str, Any]]) -> None:
        super().__init__(folder)
        self._contents = contents
        self._before = contents(folder)

    def edit(self, name: str, *changes: tuple[str, str]) -> None:
        super().edit(name, *changes)
        self._before = self._contents(self.folder)

    def lint(self) -> tuple[int, str]:
        """Run `make lint-spec`; returns its exit status and output."""
        done = self.run("-m", "scripts.lint_spec")
        return done.returncode, done.stdout + done.stderr

    def derive(self, *options: str) -> tuple[int, str]:
        """Run `make generate`; returns its exit status and output."""
        done = self.generate(*options)
        return done.returncode, done.stdout + done.stderr

    def is_untouched(self) -> bool:
        """Return whether no file has changed since the last edit, not even its time."""
        return self._contents(self.folder) == self._before


@pytest.fixture
def project(tmp_path: Path, contents: Callable[[Path], dict[str, Any]]) -> Project:
    return Project(tmp_path, contents)


def test_the_document_is_broken(project: Project) -> None:
    right, wrong = (f"#/components/schemas/{name}'" for name in ("HealthStatus", "Health"))
    project.edit("openapi.yaml", (right, wrong))
    contract = (project.folder / "openapi.yaml").read_text("utf-8")
    line = next(
        number for number, text in enumerate(contract.splitlines(), 1) if "schemas/Health'" in text
    )
    message = (
        f"openapi.yaml:{line}: #/paths/~1health/get/responses/200/content/application~1json/schema"
        ": $ref '#/components/schemas/Health' points to nothing; correct the name\n"
    )
    assert project.lint() == (2, message)
    assert project.derive() == (2, f"{message}Nothing was changed.\n")
    assert project.derive("--check") == (2, f"{message}Nothing was changed.\n")
    assert project.is_untouched()

    project.edit("openapi.yaml", (wrong, right))
    assert project.lint() == (0, "openapi.yaml: no findings\n")
    assert project.derive("--check") == (0, "the derived trees are up to date\n")
    assert project.is_untouched()


def test_the_document_has_what_the_generator_would_lose(project: Project) -> None:
    schema = "type: string\n      description: Width and height in pixels to which images"
    with_default = schema.replace("string", "string\n      default: 224x224")
    project.edit("openapi.yaml", (schema, with_default))
    status, report = project.lint()
    assert status == 1
    assert "#/components/schemas/ImageResolution: no_default: a default is sent even if" in report
    assert "; remove it; state it in the description" in report
    assert project.is_untouched()


def test_a_derived_file_is_edited_and_another_is_left_over(project: Project) -> None:
    name, left = "generated/vlmrun_api/models/health_status.py", "generated/vlmrun_api/notes.txt"
    (project.folder / left).write_text("Not derived.\n")
    project.edit(name, ("State of the service", "State of the server"))
    status, report = project.derive("--check")
    assert status == 1
    first, summary, diff = report.split("\n\n", 2)
    assert first == (
        "The derived trees are out of date: run `make generate` and commit what it changes."
    )
    assert summary.splitlines() == [
        "Files:",
        "  generated/vlmrun_api: 1 extra, 1 changed",
        f"  extra    {left}",
        f"  changed  {name}",
    ]
    assert diff.startswith(f"--- {name}\n+++ {name} (regenerated)\n")
    assert '\n-    """State of the server' in diff
    assert '\n+    """State of the service' in diff
    assert project.is_untouched()

    assert project.changed() == [name]
    assert project.derive()[0] == 0
    assert project.changed() == []
    assert not (project.folder / left).exists()
    assert project.derive("--check") == (0, "the derived trees are up to date\n")


def test_a_module_of_a_resource_is_renamed(project: Project) -> None:
    [module] = (project.folder / "src/vlmrun/_async").rglob("hub.py")
    module.rename(module.with_name("catalog.py"))
    folder = module.parent.relative_to(project.folder).as_posix().replace("_async", "_sync")
    status, report = project.derive("--check")
    assert status == 1
    assert f"  missing  {folder}/catalog.py\n" in report
    assert f"  stale    {folder}/hub.py\n" in report

    status, report = project.derive()
    assert status == 0
    assert ", 1 added, 1 removed\n" in report
    assert set(project.changed()) == {
        f"{folder}/hub.py",
        f"{folder}/catalog.py",
        "src/vlmrun/_index/resources_async.py",
        "src/vlmrun/_index/resources_sync.py",
    }
    assert project.derive("--check") == (0, "the derived trees are up to date\n")
