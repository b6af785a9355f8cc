"""Inputs of commands: what arguments and `--input` stand for, and which are refused at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from vlmrun.cli.formatting import inline_list
from vlmrun.cli.inputs import find_inputs, is_many, is_url
from vlmrun.cli.problems import UsageProblem
from vlmrun.cli.uploads import url_part

pytestmark = pytest.mark.vlmrun_server(polls=1)


@pytest.fixture
def here(tmp_path: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current directory with two PDFs in `in`, and nothing else."""
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / f"in/{name}.pdf").write_bytes(pdf.read_bytes() + name.encode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def labels(*arguments: str) -> list[str]:
    return [each.label for each in find_inputs(arguments)]


def test_a_list_may_come_from_windows(here: Path) -> None:
    (here / "list.txt").write_bytes("\ufeffin/b.pdf\r\n# no\r\n\r\n in/a.pdf \r\n".encode())
    assert labels("@list.txt") == ["in/b.pdf", "in/a.pdf"]


@pytest.mark.parametrize("name", ["a b.pdf", "-x.pdf", "[x].pdf", "new\nline.pdf", "@x.pdf"])
def test_names_of_files_are_taken_as_they_are(here: Path, name: str) -> None:
    (here / name).write_bytes(b"%PDF-1.7")
    assert [(each.label, each.item) for each in find_inputs([name])] == [(name, Path(name))]
    assert not is_many(name)


def test_a_file_in_the_home_directory_is_one_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "a[1].pdf").write_bytes(b"x")
    assert not is_many("~/a[1].pdf")
    assert is_many("~/a[2].pdf")
    assert is_many("~")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://x", True),
        ("HTTPS://X/y.pdf", True),
        ("http://", False),
        ("https:/x", False),
        ("ftp://x/y", False),
        ("in/a.pdf", False),
    ],
)
def test_urls_are_recognized_as_the_sdk_does(value: str, expected: bool) -> None:
    assert is_url(value) == expected


def test_the_service_gets_schemes_in_lower_case() -> None:
    (url,) = find_inputs(["HTTPS://Example.com/A.PNG"])
    assert (url.label, url.item) == ("HTTPS://Example.com/A.PNG", "https://Example.com/A.PNG")
    assert find_inputs(["http://["])[0].file_name == "input"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://x.y/a.PNG?s=1", "image_url"),
        ("https://x.y/a.mp4", "video_url"),
        ("https://x.y/a.mp3", "audio_url"),
        ("https://x.y/a.pdf", "file_url"),
        ("https://x.y/", "file_url"),
    ],
)
def test_the_part_for_a_url_has_its_kind(url: str, kind: str) -> None:
    assert url_part(url) == {"type": kind, kind: {"url": url}}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in/none"], "has no files of a supported type"),
        (["-", "@-"], "both read standard input"),
        (["@empty.txt"], "there is no input in @empty.txt"),
        ([""], "INPUT is empty"),
    ],
)
def test_arguments_without_any_input(here: Path, arguments: list[str], message: str) -> None:
    (here / "in/none").mkdir()
    (here / "in/none/notes.txt").write_text("x")
    (here / "empty.txt").write_text("# nothing\n")
    with pytest.raises(UsageProblem, match=message):
        find_inputs(arguments)


def test_files_of_one_request_may_be_a_folder_a_glob_a_list_and_a_url(
    vlm: Command, here: Path
) -> None:
    (here / "list.txt").write_text("in/a.pdf\nin/b.pdf\n")
    url = "https://example.com/x.pdf"
    for value in ("in", "in/*.pdf", "@list.txt"):
        vlm.server.clear()
        vlm.ok("execute", "-p", "x", "-i", value, "-i", url, "--no-wait")
        (body,) = (each.json for each in vlm.server.requests if each.operation == "execute_agent")
        kinds = [part["type"] for part in body["inputs"]["files"]]
        assert kinds == ["input_file", "input_file", "file_url"]


def test_a_file_of_a_request_may_be_standard_input(vlm: Command, pdf: Path) -> None:
    text = vlm.ok("chat", "Hi", "-i", "-", "-nd", input=pdf.read_bytes())
    assert "filename stdin.pdf" in text
    for arguments in (["-i", "-"], ["-", "-i", "@-"], ["-p", "stdin", "-i", "-"]):
        result = vlm("chat", *arguments, input=b"x")
        assert (result.exit_code, "prompt" in result.stderr.lower()) == (2, True)


@pytest.mark.parametrize("command", [["execute", "-p", "x", "-i"], ["chat", "x", "-i"]])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("in/missing.pdf", "--input: the file in/missing.pdf does not exist"),
        ("empty.pdf", "--input: the file empty.pdf is empty"),
        ("notes.txt", "--input: notes.txt has the unsupported type .txt"),
        ("http://", "--input: the file http:// does not exist"),
    ],
)
def test_unusable_files_are_usage_errors(
    vlm: Command, here: Path, command: list[str], name: str, message: str
) -> None:
    (here / "empty.pdf").touch()
    (here / "notes.txt").write_text("x")
    result = vlm(*command, name)
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr
    assert vlm.server.requests == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_odd_names_are_shown_on_one_line_and_stored_as_they_are(
    vlm: Command, here: Path, pdf: Path
) -> None:
    odd = ["new\nline.pdf", "\udcff.pdf"]
    for name in odd:
        (here / name).write_bytes(pdf.read_bytes() + name.encode("utf-8", "surrogateescape"))
    result = vlm("execute", *odd, "missing\n.pdf", "-p", "x", "--json")
    data: Any = json.loads(result.stdout)
    assert [each["input"] for each in data] == [*odd, "missing\n.pdf"]
    lines = result.stderr.splitlines()
    assert len([line for line in lines if line.startswith("[")]) == 3
    assert any(line.startswith("  missing\\n.pdf: ") for line in lines)


def test_long_lists_in_sentences_are_cut() -> None:
    assert inline_list("abc") == "a, b, c"
    assert inline_list("abcde") == "a, b, c and 2 more"
