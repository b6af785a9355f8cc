"""`vlmrun skills validate|bundle|diff|pull`: skills as folders of this machine."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.conftest import EXAMPLES
from vlmrun import skills

TEXT = "---\nname: totals\ndescription: Adds up.\n---\nAdd it up.\n"


def create(folder: Path, text: str = TEXT, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "SKILL.md").write_text(text, newline="")
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def stored(vlm: Command, tmp_path: Path) -> list[str]:
    """Two versions of the stored skill "totals"."""
    first = create(tmp_path / "first/totals", notes="first\n", old="old\n")
    second = create(tmp_path / "second/totals", TEXT.replace("it up", "them up"), notes="second\n")
    return [vlm.server.add_skill(first), vlm.server.add_skill(second)]


def test_validate(vlm: Command, work: Path) -> None:
    vlm.env = {"VLMRUN_API_KEY": None}
    skill_directory = EXAMPLES / "skills/invoice-extraction"
    assert vlm.ok("skills", "validate", skill_directory) == f"{skill_directory}: valid\n"
    assert vlm.json("skills", "validate", skill_directory) == []
    create(work / "wrong", "---\nname: Totals\n---\n")
    result = vlm("skills", "validate", skill_directory, "wrong")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == f"{skill_directory}: valid"
    assert any(line.startswith("wrong: error: description: ") for line in lines)
    assert vlm.server.requests == []


def test_warnings_are_no_errors_unless_strict(vlm: Command, work: Path) -> None:
    create(work / "other-name")
    assert "other-name: warning: name: " in vlm.ok("skills", "validate", "other-name")
    result = vlm("skills", "validate", "other-name", "--strict", "--json")
    assert result.exit_code == 1
    assert '"level": "error"' in result.stdout


def test_a_missing_folder_does_not_stop_the_others(vlm: Command, work: Path) -> None:
    create(work / "totals")
    result = vlm("skills", "validate", "missing", "totals")
    assert result.exit_code == 2
    assert result.stdout.splitlines()[1] == "totals: valid"


def test_bundle_writes_the_zip_that_is_uploaded(vlm: Command, work: Path) -> None:
    folder = create(work / "totals", notes="x", **{".env": "KEY=1"})
    result = vlm("skills", "bundle", "totals")
    assert (result.exit_code, result.stdout) == (0, "totals.zip\n")
    assert ".env" in result.stderr
    data = (work / "totals.zip").read_bytes()
    assert data == skills.bundle(folder).data
    report = vlm.json("skills", "bundle", "totals", "-o", "out/skill.zip", "--exclude", "notes")
    assert report["files"] == ["SKILL.md"]
    assert (work / "out/skill.zip").stat().st_size == report["bytes"]
    assert [each["path"] for each in report["left_out"]] == [".env", "notes"]
    assert sorted(os.listdir(work)) == ["out", "totals", "totals.zip"]


def test_bundle_to_stdout_and_list(vlm: Command, work: Path) -> None:
    folder = create(work / "totals", notes="x")
    result = vlm("skills", "bundle", "totals", "--output", "-")
    assert result.stdout_bytes == skills.bundle(folder).data
    assert vlm.ok("skills", "bundle", "totals", "--list") == "SKILL.md\nnotes\n"
    assert os.listdir(work) == ["totals"]


@pytest.mark.parametrize("arguments", [["."], [".", "-o", "x.zip"], ["../totals", "-o", "a/b.zip"]])
def test_a_bundle_is_not_written_into_the_skill(
    vlm: Command, work: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    folder = create(work / "totals")
    monkeypatch.chdir(folder)
    result = vlm("skills", "bundle", *arguments)
    assert result.exit_code == 2
    assert "--output" in result.stderr
    assert os.listdir(folder) == ["SKILL.md"]


def test_the_name_in_a_skill_is_no_path(vlm: Command, work: Path) -> None:
    create(work / "totals", TEXT.replace("name: totals", "name: ../../evil"))
    path = Path(vlm.ok("skills", "bundle", "totals").strip())
    assert path.parent == Path()
    assert path.is_file()


def test_diff_shows_what_differs(vlm: Command, work: Path, stored: list[str]) -> None:
    create(work / "totals", TEXT.replace("it up", "them up"), notes="mine\n", new="new\n")
    result = vlm("skills", "diff", "totals")
    assert result.exit_code == 1
    assert result.stdout == (
        "added: new\n--- stored/new\n+++ local/new\n@@ -0,0 +1 @@\n+new\n"
        "changed: notes\n--- stored/notes\n+++ local/notes\n@@ -1 +1 @@\n-second\n+mine\n"
    )
    assert f"totals:{stored[1]}" in result.stderr
    short = vlm("skills", "diff", "totals", "--name-only").stdout
    assert short == "added: new\nchanged: notes\n"
    found = vlm("skills", "diff", "totals", "--json")
    assert found.exit_code == 1
    assert '"is_equal": false' in found.stdout


def test_diff_with_an_older_version(vlm: Command, work: Path, stored: list[str]) -> None:
    create(work / "mine", notes="first\n", old="old\n")
    for arguments in (["totals", "--version", stored[0]], [f"totals:{stored[0]}"]):
        result = vlm("skills", "diff", "mine", *arguments)
        assert (result.exit_code, result.stdout) == (0, "")
        assert "The same as" in result.stderr
    assert vlm.json("skills", "diff", "mine", f"totals:{stored[0]}")["files"] == []
    assert vlm("skills", "diff", "mine", "totals").exit_code == 1


def test_diff_with_an_unknown_skill(vlm: Command, work: Path, stored: list[str]) -> None:
    create(work / "mine", TEXT.replace("totals", "no-such-skill"))
    result = vlm("skills", "diff", "mine")
    assert (result.exit_code, result.stdout) == (4, "")
    assert vlm("skills", "diff", "mine", "totals:1").exit_code == 4
    assert vlm("skills", "diff", "missing").exit_code == 2


def test_pull_creates_the_folder(vlm: Command, work: Path, stored: list[str]) -> None:
    assert vlm.ok("skills", "pull", "totals") == "totals\n"
    assert (work / "totals/notes").read_text() == "second\n"
    assert vlm.ok("skills", "diff", "totals") == ""
    assert vlm.json("skills", "pull", "totals")["files"] == []
    (work / "empty").mkdir()
    report = vlm.json("skills", "pull", f"totals:{stored[0]}", "empty")
    assert report["skill_version"] == stored[0]
    assert {each["path"] for each in report["files"]} == {"SKILL.md", "notes", "old"}


def test_pull_does_not_lose_changes(vlm: Command, work: Path, stored: list[str]) -> None:
    folder = create(work / "totals", notes="mine\n", mine="mine\n")
    (folder / ".env").write_text("KEY=1")
    before = {path.name: path.read_text() for path in folder.iterdir()}
    result = vlm("skills", "pull", "totals")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "SKILL.md, mine, notes" in result.stderr
    assert "`vlmrun skills diff totals totals`" in result.stderr
    assert "--force" in result.stderr
    assert {path.name: path.read_text() for path in folder.iterdir()} == before
    report = vlm.json("skills", "pull", "totals", "--force")
    assert {each["path"]: each["action"] for each in report["files"]} == {
        "SKILL.md": "changed",
        "mine": "removed",
        "notes": "changed",
    }
    assert vlm.ok("skills", "diff", "totals") == ""
    assert (folder / ".env").read_text() == "KEY=1"


def test_pull_does_not_replace_a_file_that_bundles_leave_out(
    vlm: Command, work: Path, stored: list[str]
) -> None:
    folder = create(work / "totals", TEXT.replace("it up", "them up"), notes="mine\n")
    vlm.server.add_skill(create(work / "remote", TEXT, **{"a.txt": "stored\n"}), name="totals")
    (folder / ".skillignore").write_text("a.txt\n")
    (folder / "a.txt").write_text("ignored, but mine\n")
    assert "a.txt" in vlm("skills", "pull", "totals").stderr
    assert (folder / "a.txt").read_text() == "ignored, but mine\n"


@pytest.mark.skipif(os.name != "posix", reason="links need no permission there")
def test_pull_does_not_write_through_a_link(vlm: Command, work: Path) -> None:
    remote = create(work / "remote")
    (remote / "drafts").mkdir()
    (remote / "drafts/a.txt").write_text("x")
    vlm.server.add_skill(remote)
    folder = create(work / "totals")
    (work / "outside").mkdir()
    (folder / ".skillignore").write_text("drafts\n")
    (folder / "drafts").symlink_to(work / "outside")
    result = vlm("skills", "pull", "totals", "--force")
    assert result.exit_code in (1, 2)
    assert list((work / "outside").iterdir()) == []


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_pull_refuses_what_is_not_a_skill(
    vlm: Command, work: Path, stored: list[str], kind: str
) -> None:
    if kind == "file":
        (work / "totals").write_text("x")
    else:
        (work / "totals").mkdir()
        (work / "totals/other").write_text("x")
    result = vlm("skills", "pull", "totals", "--force")
    assert result.exit_code == 1
    assert "is not a" in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs permissions of POSIX")
def test_pull_restores_what_can_be_executed(vlm: Command, work: Path) -> None:
    folder = create(work / "totals", **{"run.sh": "#!/bin/sh\n"})
    (folder / "run.sh").chmod(0o755)
    vlm.server.add_skill(folder)
    shutil.rmtree(folder)
    vlm.ok("skills", "pull", "totals")
    assert os.access(folder / "run.sh", os.X_OK)
    assert not os.access(folder / "SKILL.md", os.X_OK)


def test_a_bundle_can_be_read_by_others(vlm: Command, work: Path) -> None:
    create(work / "totals")
    content = vlm("skills", "bundle", "totals", "-o", "-").stdout_bytes
    names: Any = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert names == ["SKILL.md"]
