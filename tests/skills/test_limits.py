"""P68: what a bundle may hold, and that each bundle can be unpacked by default."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from vlmrun import skills
from vlmrun.errors import InputError
from vlmrun.skills import archive_limits
from vlmrun.types import AgentSkill

from .conftest import GOOD, WriteFiles


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def test_p68_too_many_files_are_refused(
    make_skill: WriteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = make_skill({f"{number}.md": "x" for number in range(20)})
    monkeypatch.setattr("vlmrun.skills.bundling.MAX_FILES", 20)
    with pytest.raises(InputError, match="has 21 files; a bundle has at most 20") as caught:
        skills.bundle(directory)
    assert "exclude" in str(caught.value)
    (finding,) = skills.validate(directory)
    assert "has 21 files" in finding.message
    assert len(skills.bundle(directory, exclude=["1.md"]).files) == 20


def test_p68_too_many_folders_are_refused(
    make_skill: WriteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = make_skill({f"a/{number}/b/c.md": "x" for number in range(5)})
    monkeypatch.setattr("vlmrun.skills.bundling.MAX_FILES", 10)
    with pytest.raises(InputError, match="has more than 10 folders"):
        skills.bundle(directory)


@pytest.mark.parametrize("argument", ["directory", "path"])
def test_p68_too_many_bytes_are_refused_before_they_are_read(
    make_skill: WriteFiles, argument: str
) -> None:
    directory = make_skill({"small.md": "x"})
    sparse(directory / "video.mp4", 600 * 1024**2)
    use = skills.bundle if argument == "directory" else AgentSkill.from_directory
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=f"^{argument}: .* has at most 104857600") as caught:
            use(directory)
        assert tracemalloc.get_traced_memory()[1] < 10 * 1024**2
    finally:
        tracemalloc.stop()
    assert "The largest file is video.mp4 with 629145600 bytes" in str(caught.value)


@pytest.mark.slow
def test_p68_a_bundle_of_zeros_can_be_unpacked(make_skill: WriteFiles, tmp_path: Path) -> None:
    directory = make_skill()
    sparse(directory / "zeros", 90 * 1024**2)
    bundled = skills.bundle(directory)
    assert len(skills.unpack(bundled.data, tmp_path / "copy")) == 2


@pytest.mark.slow
def test_p68_the_largest_number_of_files_can_be_unpacked(
    make_skill: WriteFiles, tmp_path: Path
) -> None:
    directory = make_skill({f"{number}.md": "x" for number in range(archive_limits.MAX_FILES - 1)})
    bundled = skills.bundle(directory)
    assert len(skills.unpack(bundled.data, tmp_path / "copy")) == archive_limits.MAX_FILES


def deep_archive(files: int, depth: int, folders: bool) -> bytes:
    """An archive of a few files, each in many folders of its own."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("SKILL.md", GOOD)
        for number in range(files):
            path = "/".join([str(number), *"abcdefghij"[:1] * (depth - 1)])
            archive.writestr(f"{path}/" if folders else f"{path}/f", "")
    return buffer.getvalue()


@pytest.mark.parametrize("folders", [False, True], ids=["files", "folders"])
def test_p68_folders_count(tmp_path: Path, folders: bool) -> None:
    archive = deep_archive(files=20, depth=10, folders=folders)
    with pytest.raises(InputError, match="more folders than max_files=199"):
        skills.unpack(archive, tmp_path / "copy", max_files=199)
    assert list(tmp_path.iterdir()) == []
    assert skills.unpack(archive, tmp_path / "copy", max_files=200)


@pytest.mark.slow
def test_p68_an_archive_of_millions_of_folders_is_refused_at_once(tmp_path: Path) -> None:
    archive = deep_archive(files=9_000, depth=400, folders=False)
    with pytest.raises(InputError, match="more folders than max_files=10000"):
        skills.unpack(archive, tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []
