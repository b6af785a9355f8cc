"""P67: scripts stay executable, and nothing else of the permissions is kept."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from vlmrun import skills
from vlmrun.testing import Server

from .conftest import GOOD, WriteFiles
from .files import write

SCRIPT = "#!/bin/sh\necho hello\n"
FILES = {"scripts/run.sh": SCRIPT, "scripts/tool": "\x7fELF", "notes.md": "x", "lib.sh": SCRIPT}


def modes(data: bytes) -> dict[str, int]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: info.external_attr >> 16 for info in archive.infolist()}


def executables(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_mode & 0o111
    }


@pytest.fixture
def directory(make_skill: WriteFiles) -> Path:
    directory = make_skill(FILES)
    for name in ("scripts/run.sh", "scripts/tool"):
        (directory / name).chmod(0o755)
    return directory


def test_p67_a_bundle_has_the_executable_bit(directory: Path) -> None:
    found = modes(skills.bundle(directory).data)
    assert found == {
        "SKILL.md": 0o100644,
        "lib.sh": 0o100644,
        "notes.md": 0o100644,
        "scripts/run.sh": 0o100755,
        "scripts/tool": 0o100755,
    }


@pytest.mark.parametrize("mode", [0o700, 0o744, 0o4755, 0o6777, 0o500])
def test_p67_p36_only_the_owners_bit_counts(directory: Path, mode: int) -> None:
    expected = skills.bundle(directory).data
    (directory / "scripts/run.sh").chmod(mode)
    (directory / "notes.md").chmod(0o606)
    assert skills.bundle(directory).data == expected


def test_p67_scripts_are_recognized_where_everything_is_executable(directory: Path) -> None:
    for path in directory.rglob("*"):
        path.chmod(0o777)
    found = modes(skills.bundle(directory).data)
    assert {name for name, mode in found.items() if mode & 0o111} == {"scripts/run.sh", "lib.sh"}


def test_p67_scripts_are_recognized_without_permissions(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vlmrun.skills.bundling._HAS_PERMISSIONS", False)
    found = modes(skills.bundle(directory).data)
    assert {name for name, mode in found.items() if mode & 0o111} == {"scripts/run.sh", "lib.sh"}


def test_p67_unpacking_restores_the_bit(directory: Path, tmp_path: Path) -> None:
    skills.unpack(skills.bundle(directory).data, tmp_path / "copy")
    assert executables(tmp_path / "copy") == {"scripts/run.sh", "scripts/tool"}


def test_p67_downloading_restores_the_bit(client: Any, directory: Path, tmp_path: Path) -> None:
    skill = client.skills.create_from_directory(directory)
    client.skills.download(skill.skill_id, to=tmp_path / "copy")
    assert executables(tmp_path / "copy") == {"scripts/run.sh", "scripts/tool"}


@pytest.mark.parametrize("mask", [0o022, 0o027, 0o077])
def test_p67_unpacking_respects_the_umask(directory: Path, tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        skills.unpack(skills.bundle(directory).data, tmp_path / "copy")
    finally:
        os.umask(before)
    script = (tmp_path / "copy/scripts/run.sh").stat().st_mode
    assert stat.S_IMODE(script) == 0o777 & ~mask & ~0o222 | 0o200 & ~mask | 0o022 & 0o755 & ~mask


def archive_with(mode: int, system: int = 3) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("SKILL.md", GOOD)
        entry = zipfile.ZipInfo("run.sh", (1980, 1, 1, 0, 0, 0))
        entry.create_system = system
        entry.external_attr = mode << 16
        archive.writestr(entry, SCRIPT)
    return buffer.getvalue()


@pytest.mark.parametrize("mode", [0o104755, 0o102755, 0o101777, 0o107777])
def test_p67_unpacking_never_sets_other_bits(tmp_path: Path, mode: int) -> None:
    before = os.umask(0o022)
    try:
        skills.unpack(archive_with(mode), tmp_path / "copy")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "copy/run.sh").stat().st_mode) == 0o755


@pytest.mark.parametrize(("mode", "system"), [(0o100755, 0), (0, 3), (0o100655, 3)])
def test_p67_other_attributes_are_ignored(tmp_path: Path, mode: int, system: int) -> None:
    skills.unpack(archive_with(mode, system), tmp_path / "copy")
    assert executables(tmp_path / "copy") == set()


def test_p67_inline_skills_of_an_execution_keep_the_bit(
    client: Any, server: Server, directory: Path
) -> None:
    from base64 import b64decode

    from vlmrun.types import AgentSkill

    client.agent.execute(prompt="Do it", skills=[AgentSkill.from_directory(directory)])
    sent = server.requests[-1].json["config"]["skills"][0]["source"]["data"]
    assert modes(b64decode(sent))["scripts/run.sh"] == 0o100755


@pytest.mark.parametrize("name", ["what?.md", "a|b.md", 'say "x".md', "<a>.md", "a*.md"])
def test_names_that_windows_refuses_are_reported(make_skill: WriteFiles, name: str) -> None:
    directory = make_skill()
    write(directory / name, "x")
    with pytest.raises(skills_error(), match="which Windows refuses in names; rename or exclude"):
        skills.bundle(directory)
    (finding,) = skills.validate(directory)
    assert (finding.level, finding.field) == ("error", name)
    assert skills.bundle(directory, exclude=['*[?|"<>*]*']).files == ("SKILL.md",)


def skills_error() -> type[Exception]:
    from vlmrun.errors import InputError

    return InputError


def test_an_archive_of_others_with_such_a_name_is_unpacked(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("SKILL.md", GOOD)
        archive.writestr("what?.md", "x")
    skills.unpack(buffer.getvalue(), tmp_path / "copy")
    assert (tmp_path / "copy/what?.md").read_text() == "x"
