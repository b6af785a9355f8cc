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

    def cut(self, name: str, start: str, end: str) -> None:
        """Take out of a file what stands from one text to another."""
        text = (self.folder / name).read_text("utf-8")
        at = text.index(start)
        self.edit(name, (text[at : text.index(end, at)], ""))

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

    def failures(self, *others: str) -> str:
        """What the tests say that a change of the contract concerns; empty if they pass."""
        options = ["-q", "-p", "no:cacheprovider", "-p", "no:schemathesis"]
        done = self.run(
            "-m", "pytest", *options, *(f"tests/{name}" for name in (*CONCERNED, *others))
        )
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
    project.cut("openapi.yaml", "  /hub/domains:\n", "  /hub/schema:\n")
    said = project.differs()
    assert "client.hub.list_domains has nothing to call any more (src/vlmrun/_async/hub.py:" in said
    assert "0.2.0" in said
    assert project.generate().returncode == 0
    assert list(project.changed()) == ["generated/vlmrun_api/api/hub/list_hub_domains.py"]
    assert "list_hub_domains" in project.failures()

    project.edit(
        "src/vlmrun/_async/hub.py",
        (", list_hub_domains", ""),
        ('        "list_hub_domains": "list_domains",\n', ""),
    )
    project.cut(
        "src/vlmrun/_async/hub.py", "    async def list_domains", "    async def get_schema"
    )
    project.edit("src/vlmrun/testing/handlers/domains.py", ('    "list_hub_domains",\n', ""))
    project.cut("src/vlmrun/testing/handlers/domains.py", "def list_hub_", "def get_hub_schema")
    project.cut(
        "tests/client/test_domains.py", '    "list_hub_domains": ', '    "get_hub_schema": '
    )
    project.cut("tests/client/test_domains.py", "    domains = {", "    schema = client.hub")
    assert project.generate().returncode == 0
    assert project.run("scripts/write_operations.py").returncode == 0
    assert project.failures("client/test_domains.py", "docs/test_operations.py") == ""


def test_an_optional_parameter_becomes_required(project: Project) -> None:
    optional = "        - name: expires\n          in: query\n"
    project.edit("openapi.yaml", (optional, f"{optional}          required: true\n"))
    said = project.differs()
    assert "query expires: required now  [wire-breaking" in said
    assert "client.skills.download(expires=) has to be given" in said
    assert project.generate().returncode == 0
    assert list(project.changed()) == ["generated/vlmrun_api/api/skills/download_skill.py"]
    assert "expires" in project.failures("client/test_skills.py")

    project.edit(
        "src/vlmrun/_async/skills.py",
        ("        expires: int | None = None,\n", "        expires: int = 604800,\n"),
        ("query = {} if expires is None else {", "query = {"),
    )
    assert project.generate().returncode == 0
    assert project.failures("client/test_skills.py") == ""


def test_a_type_changes(project: Project) -> None:
    text = "        description: {type: [string, 'null']}\n        supported_inputs:"
    texts = text.replace("[string, 'null']", "[array, 'null'], items: {type: string}")
    project.edit("openapi.yaml", (text, texts))
    said = project.differs()
    assert "HubDomainInfo.description: string → array  [wire-breaking" in said
    assert "vlmrun.types.HubDomainInfo.description is str" in said
    assert project.generate().returncode == 0
    assert list(project.changed()) == [model("hub_domain_info")]
    assert "test_the_hub" in project.failures("client/test_domains.py")

    field = "    description: str | None = None\n    supported_inputs"
    project.edit(
        "src/vlmrun/types/domains.py", (field, field.replace("str | None", "list[str] | None"))
    )
    sent = '"description": each.description,\n            "supported'
    made = sent.replace("each.description", "[each.description]")
    project.edit("src/vlmrun/testing/handlers/domains.py", (sent, made))
    assert project.failures("client/test_domains.py") == ""
