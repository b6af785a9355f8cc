"""Drills of docs/maintaining.md: the API changes, and what a maintainer is told is enough.

Broken documents, edits by hand and left-over files are in `test_drills_broken.py`.
"""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COPIED = ("src", "generated", "scripts", "tests", "examples", "docs", "openapi.yaml")
COPIED += ("pyproject.toml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile")

# Tests that a change of the contract concerns.
CONCERNED = ("contract/test_fields.py", "contract/test_seam.py", "core/test_operations.py")

ITEM = "        object_id: {type: string}\n        filename: {type: [string, 'null']}\n"

pytestmark = pytest.mark.slow


class Project:
    """A copy of the project, to be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source, target = ROOT / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)

    def edit(self, name: str, *changes: tuple[str, str]) -> None:
        """Replace texts of a file, each of which must be there."""
        path = self.folder / name
        text = path.read_text("utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text, "utf-8")

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-B", *command],
            cwd=self.folder,
            env={"PYTHONPATH": f"{self.folder / 'src'}:{self.folder / 'generated'}", "PATH": ""},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def generate(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run("scripts/generate.py", "--cache", ROOT / ".codegen", *options)

    def differs(self) -> str:
        """What `make spec-diff` says of the contract before and now."""
        return self.run("scripts/spec_diff.py", ROOT / "openapi.yaml", "openapi.yaml").stdout

    def failures(self) -> str:
        """What the tests say that a change of the contract concerns; empty if they pass."""
        options = ["-q", "-p", "no:cacheprovider", "-p", "no:schemathesis"]
        done = self.run("-m", "pytest", *options, *(f"tests/{name}" for name in CONCERNED))
        return done.stdout if done.returncode else ""

    def changed(self) -> Iterator[str]:
        """The files below the derived trees that differ from the original's."""
        for tree in ("generated", "src/vlmrun/_sync", "src/vlmrun/_index"):
            names = {
                path.relative_to(root)
                for root in (ROOT, self.folder)
                for path in (root / tree).rglob("*.py")
            }
            for name in sorted(names):
                one, other = ROOT / name, self.folder / name
                is_same = one.is_file() and other.is_file()
                if not (is_same and filecmp.cmp(one, other, shallow=False)):
                    yield name.as_posix()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def model(name: str) -> str:
    return f"generated/vlmrun_api/models/{name}.py"


def test_a_field_is_added_to_a_response(project: Project) -> None:
    new = "        checksum: {type: string, description: Of its content.}\n"
    project.edit("openapi.yaml", (ITEM, ITEM + new))
    said = project.differs()
    assert "ArtifactListItem.checksum: new field (string)" in said
    assert "src/vlmrun/types/artifacts.py" in said
    assert project.generate().returncode == 0
    assert list(project.changed()) == [model("artifact_list_item")]
    assert "checksum" in project.failures()

    field = "    filename: str | None = None\n"
    project.edit(
        "src/vlmrun/types/artifacts.py", (field, field + "    checksum: str | None = None\n")
    )
    assert project.failures() == ""


def test_an_enum_gets_a_value(project: Project) -> None:
    tiers = "[auto, default, standard, flex, priority"
    project.edit("openapi.yaml", (f"enum: {tiers}]", f"enum: {tiers}, batch]"))
    said = project.differs()
    assert 'ServiceTier: "batch" new among the values' in said
    assert "src/vlmrun/types/common.py" in said
    assert project.generate().returncode == 0
    assert list(project.changed()) == [model("service_tier")]
    assert project.failures() == ""


def test_a_schema_is_renamed(project: Project) -> None:
    project.edit(
        "openapi.yaml",
        ("    ArtifactListItem:\n", "    ArtifactEntry:\n"),
        ("schemas/ArtifactListItem'", "schemas/ArtifactEntry'"),
    )
    said = project.differs()
    assert "in RENAMED: types.ArtifactListItem: models.ArtifactEntry" in said
    assert "wire-breaking" not in said
    assert project.generate().returncode == 0
    assert {model("artifact_entry"), model("artifact_list_item")} <= {*project.changed()}
    assert "ArtifactListItem" in project.failures()

    known = "RENAMED = {"
    project.edit(
        "tests/contract/test_fields.py",
        (known, f"{known}types.ArtifactListItem: models.ArtifactEntry, "),
    )
    assert project.failures() == ""


def test_an_operation_is_removed(project: Project) -> None:
    text = (project.folder / "openapi.yaml").read_text("utf-8")
    gone = text[text.index("  /artifacts/list:\n") : text.index("  /skills:\n")]
    project.edit("openapi.yaml", (gone, ""))
    said = project.differs()
    assert "client.artifacts.list has nothing to call any more" in said
    assert "0.2.0" in said
    assert project.generate().returncode == 0
    assert "generated/vlmrun_api/api/artifacts/list_artifacts.py" in project.changed()
    assert "list_artifacts" in project.failures()


def test_an_optional_parameter_becomes_required(project: Project) -> None:
    optional = "        - {name: execution_id, in: query, description: Of an agent's run., "
    project.edit("openapi.yaml", (optional, f"{optional}required: true, "))
    said = project.differs()
    assert "query execution_id: required now  [wire-breaking" in said
    assert "client.artifacts.list(execution_id=) has to be given" in said
    assert project.generate().returncode == 0
    assert "generated/vlmrun_api/api/artifacts/list_artifacts.py" in project.changed()


def test_a_type_changes(project: Project) -> None:
    project.edit(
        "openapi.yaml",
        (ITEM, ITEM.replace("object_id: {type: string}", "object_id: {type: integer}")),
    )
    said = project.differs()
    assert "ArtifactListItem.object_id: string → integer  [wire-breaking" in said
    assert "vlmrun.types.ArtifactListItem.object_id is str" in said
    assert project.generate().returncode == 0
    assert list(project.changed()) == [model("artifact_list_item")]
