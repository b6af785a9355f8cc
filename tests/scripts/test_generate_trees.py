"""Derived folders: compare them byte by byte, and replace them without losing the old ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.generate.differences import compare
from scripts.generate.trees import files_in, replace


@pytest.fixture
def new(tmp_path: Path) -> dict[Path, Path]:
    """Create the replacements of a folder, of a folder that does not exist yet, and of a file."""
    for age, names in (("old", ["first"]), ("new", ["first", "second"])):
        for name in names:
            (tmp_path / age / name / "sub").mkdir(parents=True)
            (tmp_path / age / name / f"sub/{age}.py").write_text(age)
        (tmp_path / age / "contract").write_text(age)
    targets = ("first", "second", "contract")
    return {tmp_path / "old" / name: tmp_path / "new" / name for name in targets}


def test_replace_swaps_folders_and_files(new: dict[Path, Path], tmp_path: Path) -> None:
    replace(new)
    expected = ["contract", "first/sub/new.py", "second/sub/new.py"]
    assert files_in(tmp_path / "old") == files_in(tmp_path / "new") == expected
    assert (tmp_path / "old/contract").read_text() == "new"
    names = sorted(path.name for path in (tmp_path / "old").iterdir())
    assert names == ["contract", "first", "second"]


def test_replace_changes_nothing_if_a_copy_fails(new: dict[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace({**new, tmp_path / "old/third": tmp_path / "missing"})
    assert sorted(path.name for path in (tmp_path / "old").iterdir()) == ["contract", "first"]
    assert files_in(tmp_path / "old") == ["contract", "first/sub/old.py"]


@pytest.mark.parametrize("error", [OSError("Device or resource busy"), KeyboardInterrupt()])
def test_replace_restores_the_old_tree_if_renaming_the_new_one_fails(
    error: BaseException,
    new: dict[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rename = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if path.name == "new" and target.name == "first":
            raise error
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(type(error)):
        replace(new)
    assert files_in(tmp_path / "old") == ["contract", "first/sub/old.py"]
    assert sorted(path.name for path in (tmp_path / "old").iterdir()) == ["contract", "first"]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Create two empty folders, the found and the expected one."""
    found, expected = tmp_path / "found", tmp_path / "expected"
    found.mkdir()
    expected.mkdir()
    return found, expected


def test_compare_reads_bytes_and_follows_no_links(pair: tuple[Path, Path]) -> None:
    found, expected = pair
    for folder, data in zip(pair, (b"a\r\n", b"a\n"), strict=True):
        (folder / "ending.py").write_bytes(data)
    (expected / "link.py").write_text("same")
    (found / "link.py").symlink_to(expected / "link.py")
    (found / "__pycache__").mkdir()
    (found / "__pycache__/file.pyc").write_text("")
    assert compare(found, expected).kinds == {"ending.py": "changed", "link.py": "changed"}
    missing = {"ending.py": "missing", "link.py": "missing"}
    assert compare(found / "none", expected).kinds == missing


def test_files_in_a_folder_inside_a_bytecode_folder_are_listed(tmp_path: Path) -> None:
    folder = tmp_path / "__pycache__/project"
    folder.mkdir(parents=True)
    (folder / "file.py").write_text("")
    assert files_in(folder) == ["file.py"]
