"""Staged files and folders: complete under their name, or not there at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from vlmrun._files.staging import StagedFile, staged_folder
from vlmrun.errors import InputError


def everything_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_save_as_renames_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")

    with StagedFile(tmp_path) as staged:
        staged.file.write(b"new")
        assert (staged.head(2), (tmp_path / "a.txt").read_text()) == (b"ne", "old")
        path = staged.save_as("a.txt")

    assert path == tmp_path / "a.txt"
    assert path.read_text() == "new"
    assert everything_in(tmp_path) == ["a.txt"]


def test_a_file_that_is_not_saved_is_removed_with_its_folders(tmp_path: Path) -> None:
    with StagedFile(tmp_path / "a/b") as staged:
        staged.file.write(b"x")

    assert everything_in(tmp_path) == []


def test_folders_that_hold_something_else_are_not_removed(tmp_path: Path) -> None:
    with StagedFile(tmp_path / "a/b"):
        (tmp_path / "a/other").touch()

    assert everything_in(tmp_path) == ["a", "a/other"]


def test_a_folder_below_a_file_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with (
        pytest.raises(InputError, match="to: nothing can be stored in"),
        StagedFile(tmp_path / "file"),
    ):
        pass


@pytest.mark.parametrize("exists", [False, True], ids=["new", "empty"])
def test_a_staged_folder_becomes_the_target(tmp_path: Path, exists: bool) -> None:
    target = tmp_path / "a/target"
    if exists:
        target.mkdir(parents=True)

    with staged_folder(target) as stage:
        (stage / "x").write_text("x")
        assert not (target / "x").exists()

    assert everything_in(tmp_path) == ["a", "a/target", "a/target/x"]


@pytest.mark.parametrize("exists", [False, True], ids=["new", "empty"])
def test_a_failure_leaves_the_target_as_it_was(tmp_path: Path, exists: bool) -> None:
    target = tmp_path / "a/target"
    if exists:
        target.mkdir(parents=True)

    def fail_half_way() -> None:
        with staged_folder(target) as stage:
            (stage / "x").write_text("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert everything_in(tmp_path) == (["a", "a/target"] if exists else [])


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    def stage_files() -> None:
        with staged_folder(tmp_path) as stage:
            (stage / "w").write_text("staged")
            (stage / "x").write_text("staged")
            (tmp_path / "x").write_text("other")

    with pytest.raises(InputError, match="no longer empty: x is in it"):
        stage_files()
    assert everything_in(tmp_path) == ["x"]
    assert (tmp_path / "x").read_text() == "other"
