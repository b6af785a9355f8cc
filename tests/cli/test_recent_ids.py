"""The ids that completion offers: newest first, without anything else, and never an error."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from vlmrun.cli import recent_ids
from vlmrun.cli.recent_ids import MAX_IDS, remember


def ids(kind: str, prefix: str, path: Path) -> list[str]:
    return [each.id for each in recent_ids.recent_ids(kind, prefix, path)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "recent_ids.json"


def test_the_newest_ids_of_a_kind_come_first_and_once(path: Path) -> None:
    remember("executions", [("e1", "completed"), ("e2", "failed")], path)
    remember("predictions", [("p1", "")], path)
    remember("executions", [("e2", "completed")], path)
    assert ids("executions", "", path) == ["e2", "e1"]
    assert ids("executions", "e1", path) == ["e1"]
    assert ids("predictions", "", path) == ["p1"]
    assert recent_ids.recent_ids("executions", "e2", path)[0].label == "completed"


def test_only_the_last_ids_of_a_kind_are_stored(path: Path) -> None:
    remember("files", [("first", "")], path)
    remember("executions", [(f"e{number}", "") for number in range(MAX_IDS + 5)], path)
    found = ids("executions", "", path)
    assert found == [f"e{number}" for number in range(MAX_IDS)]
    assert ids("files", "", path) == ["first"]


@pytest.mark.parametrize(
    "text",
    ["\x1b[2Jid", "$(touch x)", "a`b`", "a\\$(b)", "a;b", "*", "a'b", 'a"b', "a\nb", "x" * 500],
)
def test_what_a_shell_or_a_terminal_would_execute_is_not_stored(path: Path, text: str) -> None:
    remember("skills", [(text, ""), ("", ""), ("ok", text)], path)
    (found,) = recent_ids.recent_ids("skills", "", path)
    assert found.id == "ok"
    assert not set(found.label) & set("\x1b$`\\;*'\"\n()")
    # Nor from a file that somebody else has written.
    path.write_text(json.dumps([["skills", text[:200], "", 1.0], ["skills", "ok", "", 1.0]]))
    assert "ok" in ids("skills", "", path)
    assert text[:200] not in ids("skills", "", path) or text.startswith("x")


def test_nothing_is_written_without_an_id(path: Path) -> None:
    remember("files", [], path)
    assert not path.parent.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_the_owner_can_read_the_file(path: Path) -> None:
    before = os.umask(0)
    try:
        remember("files", [("f1", "a.pdf")], path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'"text"',
        b'{"a": 1}',
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps([["files", "f1", "", "yesterday"], ["files", 1, "", 2], [], None]).encode(),
    ],
)
def test_a_damaged_file_has_no_ids_and_is_replaced(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert ids("files", "", path) == []
    remember("files", [("f2", "")], path)
    assert ids("files", "", path) == ["f2"]


def test_a_file_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "file" / "recent_ids.json"
    path.parent.write_text("a file in the place of the folder")
    remember("files", [("f1", "")], path)
    assert ids("files", "", path) == []
    folder = tmp_path / "folder"
    folder.mkdir()
    remember("files", [("f1", "")], folder)
    assert list(folder.iterdir()) == []


def test_the_file_is_beside_the_config_file(home: Path) -> None:
    remember("files", [("f1", "")])
    assert [each.id for each in recent_ids.recent_ids("files")] == ["f1"]
    assert (home / ".vlmrun/recent_ids.json").is_file()


def test_without_a_home_directory_there_are_no_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    remember("files", [("f1", "")])
    assert recent_ids.recent_ids("files") == []
