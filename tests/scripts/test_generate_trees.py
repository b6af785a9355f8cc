"""Derived folders: compared byte by byte, and replaced all together or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.generate.trees import compare, files_in, recover, replace

ROOT = Path(__file__).parents[2]


@pytest.fixture
def trees(tmp_path: Path) -> dict[Path, Path]:
    """Two targets, of which the second does not exist yet, and what shall replace them."""
    made = {}
    for name in ("first", "second"):
        (tmp_path / "new" / name / "sub").mkdir(parents=True)
        (tmp_path / "new" / name / "sub/file.py").write_text("new")
        made[tmp_path / "old" / name] = tmp_path / "new" / name
    (tmp_path / "old/first").mkdir(parents=True)
    (tmp_path / "old/first/file.py").write_text("old")
    return made


def test_replace_puts_each_new_tree_in_its_place(trees: dict[Path, Path], tmp_path: Path) -> None:
    replace(trees)
    expected = ["first/sub/file.py", "second/sub/file.py"]
    assert files_in(tmp_path / "old") == expected
    assert files_in(tmp_path / "new") == expected


@pytest.mark.parametrize("failing", ["first", "second"])
def test_replace_puts_all_back_when_one_cannot_be_moved(
    trees: dict[Path, Path], tmp_path: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def busy(path: Path, target: Path) -> Path:
        if path.name == f".{failing}.incoming":
            raise OSError("Device or resource busy")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", busy)
    with pytest.raises(OSError, match="busy"):
        replace(trees)
    assert files_in(tmp_path / "old") == ["first/file.py"]
    assert [path.name for path in (tmp_path / "old").iterdir()] == ["first"]


# Kills itself in the middle: `replace` moves each of three targets away, and its successor in.
KILLED = """
import os, signal, sys
from pathlib import Path
from scripts.generate.trees import replace
left, rename = [int(sys.argv[1])], Path.rename
def killing(path, target):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(path, target)
Path.rename = killing
replace({Path("old", name): Path("new", name) for name in ("contract", "first", "second")})
"""


@pytest.mark.parametrize("moves", range(7))
def test_a_kill_leaves_all_as_it_was_or_all_new(tmp_path: Path, moves: int) -> None:
    for age in ("old", "new"):
        for name in ("first", "second"):
            (tmp_path / age / name).mkdir(parents=True)
            (tmp_path / age / name / "file.py").write_text(age)
        (tmp_path / age / "contract").write_text(age)
    command = [sys.executable, "-c", KILLED, str(moves)]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, check=False)
    assert (done.returncode == 0) == (moves == 6)

    recover(*(tmp_path / "old" / name for name in ("contract", "first", "second")))

    files = ["contract", "first/file.py", "second/file.py"]
    assert files_in(tmp_path / "old") == files
    ages = {(tmp_path / "old" / name).read_text() for name in files}
    assert ages == {"new" if moves == 6 else "old"}


def test_replace_touches_nothing_when_one_cannot_be_copied(
    trees: dict[Path, Path], tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        replace({**trees, tmp_path / "old/third": tmp_path / "not there"})
    assert files_in(tmp_path / "old") == ["first/file.py"]


def test_recover_keeps_the_new_tree_where_the_swap_was_over(tmp_path: Path) -> None:
    for name, text in (("tree", "new"), (".tree.outgoing", "old")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file.py").write_text(text)
    recover(tmp_path / "tree")
    assert files_in(tmp_path) == ["tree/file.py"]
    assert (tmp_path / "tree/file.py").read_text() == "new"


def test_compare_sees_a_change_of_line_ends_only(tmp_path: Path) -> None:
    for name, data in (("found", b"a\r\n"), ("expected", b"a\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file.py").write_bytes(data)
    assert compare(tmp_path / "found", tmp_path / "expected").changed == ["file.py"]


def test_compare_does_not_take_a_link_for_the_file(tmp_path: Path) -> None:
    for name in ("found", "expected"):
        (tmp_path / name).mkdir()
    (tmp_path / "expected/file.py").write_text("same")
    (tmp_path / "found/file.py").symlink_to(tmp_path / "expected/file.py")
    assert compare(tmp_path / "found", tmp_path / "expected").changed == ["file.py"]


def test_byte_code_is_no_difference(tmp_path: Path) -> None:
    (tmp_path / "found/__pycache__").mkdir(parents=True)
    (tmp_path / "found/__pycache__/file.pyc").write_text("")
    (tmp_path / "expected").mkdir()
    assert not compare(tmp_path / "found", tmp_path / "expected")


def test_a_folder_below_one_for_byte_code_is_compared_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "__pycache__/project"
    folder.mkdir(parents=True)
    (folder / "file.py").write_text("")
    assert files_in(folder) == ["file.py"]
