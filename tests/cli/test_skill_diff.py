"""The comparison of a skill's directory with a stored version."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vlmrun import skills
from vlmrun.cli.skill_diff import SkillFile, compare, local_files, unpacked_files

TEXT = b"---\nname: totals\ndescription: Adds up.\n---\nAdd it up.\n"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = tmp_path / "totals"
    directory.mkdir()
    (directory / "SKILL.md").write_bytes(TEXT)
    return directory


def test_a_directory_equals_its_unpacked_bundle(skill_directory: Path, tmp_path: Path) -> None:
    skills.unpack(skills.bundle(skill_directory).data, tmp_path / "copy")
    stored = unpacked_files(tmp_path / "copy")
    assert "SKILL.md" in stored
    assert compare(stored, local_files(skill_directory)) == []


def test_files_that_bundles_leave_out_are_no_difference(directory: Path) -> None:
    stored = local_files(directory)
    (directory / ".env").write_text("KEY=secret")
    (directory / "drafts").mkdir()
    (directory / "drafts/a.md").write_text("a draft")
    assert [each.path for each in compare(stored, local_files(directory))] == ["drafts/a.md"]
    assert compare(stored, local_files(directory, ["drafts/"])) == []


def test_a_changed_text_has_a_unified_diff(directory: Path) -> None:
    stored = local_files(directory)
    (directory / "SKILL.md").write_bytes(TEXT.replace(b"Add it up.\n", b"Add it up twice."))
    (difference,) = compare(stored, local_files(directory))
    assert difference.lines() == [
        "changed: SKILL.md",
        "--- stored/SKILL.md",
        "+++ local/SKILL.md",
        "@@ -2,4 +2,4 @@",
        " name: totals",
        " description: Adds up.",
        " ---",
        "-Add it up.",
        "+Add it up twice.",
        "\\ No newline at end of file",
    ]


def test_other_line_endings_are_shown(directory: Path) -> None:
    stored = local_files(directory)
    (directory / "SKILL.md").write_bytes(TEXT.replace(b"---\nAdd", b"---\r\nAdd"))
    (difference,) = compare(stored, local_files(directory))
    assert "+---\\r" in difference.lines()


def test_added_and_removed_files() -> None:
    stored = {"SKILL.md": SkillFile(TEXT), "old.txt": SkillFile(b"old\n")}
    local = {"SKILL.md": SkillFile(TEXT), "new.bin": SkillFile(b"\x00\x01")}
    added, removed = compare(stored, local)
    assert (added.path, added.change, removed.path, removed.change) == (
        "new.bin",
        "added",
        "old.txt",
        "removed",
    )
    assert added.lines() == ["added: new.bin", "binary: nothing stored, 2 bytes here"]
    assert removed.lines()[-1] == "-old"
    assert removed.to_dict() == {
        "path": "old.txt",
        "change": "removed",
        "stored_bytes": 4,
        "local_bytes": None,
        "diff": ["--- stored/old.txt", "+++ local/old.txt", "@@ -1 +0,0 @@", "-old"],
    }


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x\0y", b"x" * (1024**2 + 1)])
def test_binary_and_large_files_only_differ(content: bytes) -> None:
    (difference,) = compare({"a": SkillFile(content)}, {"a": SkillFile(b"text")})
    assert difference.lines() == [
        "changed: a",
        f"binary: {len(content)} bytes stored, 4 bytes here",
    ]


@pytest.mark.skipif(os.name != "posix", reason="needs permissions of POSIX")
def test_a_script_that_became_executable_is_a_difference(directory: Path) -> None:
    script = directory / "scripts/run.sh"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\n")
    script.chmod(0o644)
    stored = local_files(directory)
    script.chmod(0o755)
    (difference,) = compare(stored, local_files(directory))
    assert difference.lines() == ["mode: scripts/run.sh", "old mode 644", "new mode 755"]
