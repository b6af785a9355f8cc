"""P21: safe names for files whose names a server sent."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from vlmrun._files.portable_names import path_problem
from vlmrun._files.safe_names import UniqueNames, name_or_digest, safe_name

HOSTILE = {
    "../../x": "x",
    "..": "file",
    ".": "file",
    "": "file",
    " . . ": "file",
    "/etc/passwd": "etc_passwd",
    "//host/share/a": "host_share_a",
    "C:\\Windows\\a.dll": "C__Windows_a.dll",
    "..\\..\\a.txt": "a.txt",
    "a/../../b.csv": "a_b.csv",
    "a\0b.pdf": "a_b.pdf",
    "a\nb\r.pdf": "a_b_.pdf",
    ".bashrc": "bashrc",
    "./.ssh/authorized_keys": "ssh_authorized_keys",
    "CON": "_CON",
    "nul.txt": "_nul.txt",
    "com1": "_com1",
    "a. . ": "a",
    'a<b>:"|?*.txt': "a_b______.txt",
    "\u202egpj.exe": "_gpj.exe",
    "bad\ud800name": "bad_name",
    "~/a": "~_a",
    "e\u0301te\u0301.pdf": "été.pdf",
    "報告 (1).pdf": "報告 (1).pdf",
}


@pytest.mark.parametrize(("sent", "name"), HOSTILE.items(), ids=map(ascii, HOSTILE))
def test_p21_hostile_names(sent: str, name: str) -> None:
    assert safe_name(sent, "file") == name


@pytest.mark.parametrize("sent", ["x" * 5000 + ".pdf", "é" * 5000 + ".pdf", "a." + "b" * 5000])
def test_p21_long_names_are_cut_and_keep_a_short_suffix(sent: str) -> None:
    name = safe_name(sent, "file")
    assert 150 < len(name.encode()) <= 180
    assert name.endswith(".pdf") == sent.endswith(".pdf")


def test_p21_no_text_gives_a_name_outside_the_folder(tmp_path: Path) -> None:
    chance = random.Random(21)
    marks = ["..", ".", "/", "\\", "\0", "\n", " ", "con", "a", "é", "\ud800", "\u202e", ":", "~"]
    for _ in range(2000):
        name = safe_name("".join(chance.choices(marks, k=chance.randrange(12))), "file")
        assert path_problem(name) is None
        assert not name.startswith(".")
        assert (tmp_path / name).parent == tmp_path
        assert (tmp_path / name).resolve().parent == tmp_path.resolve()


def test_p07_names_that_collide_on_some_system_are_numbered(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    names = UniqueNames(tmp_path)
    sent = ["a.PNG", "A.png", "a.png", "a-2.png", "b", "straße.txt", "STRASSE.txt"]
    assert [names.unique(each) for each in sent] == [
        "a.PNG",
        "A-2.png",
        "a-3.png",
        "a-2-2.png",
        "b-2",
        "straße.txt",
        "STRASSE-2.txt",
    ]


@pytest.mark.parametrize("id", ["../x", "a/b", "A", "", "con", "x" * 65, "a.b", "é", "\ud800"])
def test_p21_an_id_that_is_not_a_plain_name_is_replaced_by_its_digest(id: str) -> None:
    name = name_or_digest(id)
    assert path_problem(name) is None
    assert len(name) == 16
    assert name != name_or_digest(id + "x")


def test_a_plain_id_is_used_as_the_name() -> None:
    for id in ("5f2c1e7a-0b1d-4c57-9f61-1a7d4f1f2c55", "session_1"):
        assert name_or_digest(id) == id
