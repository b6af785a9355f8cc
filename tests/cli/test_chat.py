"""`vlmrun chat`: prompts, files, skills, sessions, artifacts, and both forms of the answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.cli.conftest import Command
from vlmrun.testing import Fault

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)


def body_of(vlm: Command) -> dict[str, Any]:
    (request,) = (
        each for each in vlm.server.requests if each.operation == "create_chat_completion"
    )
    body: dict[str, Any] = request.json
    return body


def text_of(vlm: Command) -> str:
    text: str = body_of(vlm)["messages"][0]["content"][-1]["text"]
    return text


@pytest.fixture
def vlm(vlm: Command) -> Command:
    vlm.server.on_chat(lambda chat: "The **answer** [bold]x[/bold] [1] [/nope]")
    return vlm


def test_stdout_has_the_answer_and_nothing_else(vlm: Command) -> None:
    result = vlm("chat", "What is this?")
    assert result.exit_code == 0
    assert result.stdout == "The **answer** [bold]x[/bold] [1] [/nope]\n"
    assert "vlmrun-orion-1:auto" in result.stderr
    body = body_of(vlm)
    assert body["model"] == "vlmrun-orion-1:auto"
    assert body["stream"] is True
    assert {*body} == {"messages", "model", "session_id", "stream"}


@pytest.mark.parametrize(
    ("arguments", "input", "expected"),
    [
        (["Hi"], None, "Hi"),
        (["-"], "piped\n", "piped"),
        (["-p", "Hi"], "ignored", "Hi"),
        (["-p", "stdin"], "piped\n", "piped"),
        ([], "piped\n", "piped"),
        (["-p", "x" * 5000], None, "x" * 5000),
        ([""], None, ""),
        (["Hi", "-p", "other"], None, "Hi"),
    ],
)
def test_the_prompt(vlm: Command, arguments: list[str], input: str | None, expected: str) -> None:
    vlm.ok("chat", *arguments, input=input)
    assert text_of(vlm) == expected


def test_the_prompt_may_be_a_file(vlm: Command, tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text("  Ü read it\n", "utf-8")
    vlm.ok("chat", "-p", tmp_path / "prompt.txt")
    assert text_of(vlm) == "Ü read it"


@pytest.mark.parametrize("input", ["", " \n"])
def test_without_a_prompt_it_fails(vlm: Command, input: str) -> None:
    result = vlm("chat", input=input)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is no prompt" in result.stderr
    assert vlm.server.requests == []


def test_files_are_attached_in_the_order_of_the_command_line(
    vlm: Command, pdf: Path, tmp_path: Path
) -> None:
    second = tmp_path / "b.PDF"
    second.write_bytes(pdf.read_bytes() + b"\n")
    vlm.ok("chat", "Compare", "-i", second, "-i", pdf)
    parts = body_of(vlm)["messages"][0]["content"]
    assert [part["type"] for part in parts] == ["input_file", "input_file", "text"]
    uploads = [each for each in vlm.server.requests if each.operation == "upload_file"]
    assert len(uploads) == 2
    files = json.loads(vlm.ok("files", "list", "--json"))
    names = {file["id"]: file["filename"] for file in files}
    assert [names[part["file_id"]] for part in parts[:2]] == ["b.PDF", pdf.name]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.pdf", "does not exist"),
        ("notes.txt", "unsupported type"),
        (".", "no files of a supported type"),
    ],
)
def test_files_are_checked_before_anything_is_sent(
    vlm: Command, tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "notes.txt").write_text("x")
    result = vlm("chat", "Hi", "-i", tmp_path / name)
    assert result.exit_code == 2
    assert message in result.stderr
    assert vlm.server.requests == []


@pytest.mark.parametrize("flags", [["-f", "json"], ["--json"], ["-j"], ["--format", "JSON"]])
@pytest.mark.parametrize("stream", [[], ["--no-stream"], ["-ns"]])
def test_json_has_the_same_keys_both_ways(
    vlm: Command, flags: list[str], stream: list[str]
) -> None:
    answer = json.loads(vlm.ok("chat", "Hi", *flags, *stream))
    keys = ("id", "session_id", "model", "content", "latency_s", "usage", "artifacts")
    assert tuple(answer) == keys
    assert UUID(answer["session_id"])
    assert answer["usage"]["total_tokens"] > 0
    assert body_of(vlm)["stream"] is not bool(stream)


def test_a_session_can_be_continued(vlm: Command) -> None:
    session = str(uuid4())
    assert vlm.json("chat", "Hi", "-s", session)["session_id"] == session
    assert body_of(vlm)["session_id"] == session
    assert vlm("chat", "Hi", "-s", "../../etc").exit_code == 2


def test_skills_are_sent_inline(vlm: Command, skill_directory: Path) -> None:
    vlm.ok("chat", "Hi", "-k", skill_directory, "-t", "core", "-t", "Document")
    body = body_of(vlm)
    (skill,) = body["skills"]
    assert skill["type"] == "inline"
    assert skill["name"] == "patient-referral"
    assert skill["source"]["media_type"] == "application/zip"
    assert body["toolsets"] == ["core", "document"]


@pytest.mark.parametrize(
    ("value", "id", "version"), [("notes", "notes", "latest"), ("a:b:3", "a:b", "3")]
)
def test_stored_skills(vlm: Command, value: str, id: str, version: str) -> None:
    vlm.server.add_skill(id)
    vlm("chat", "Hi", "--skill-id", value)
    assert body_of(vlm)["skills"] == [
        {"type": "skill_reference", "skill_id": id, "skill_version": version}
    ]


def test_both_kinds_of_skills_exclude_each_other(vlm: Command, skill_directory: Path) -> None:
    result = vlm("chat", "Hi", "-k", skill_directory, "--skill-id", "a")
    assert result.exit_code == 2
    assert "exclude each other" in result.stderr


def test_an_unknown_toolset_is_refused_and_an_unknown_model_is_sent(vlm: Command) -> None:
    result = vlm("chat", "Hi", "-t", "documentt")
    assert result.exit_code == 2
    assert "Did you mean 'document'?" in result.stderr
    assert vlm("chat", "Hi", "-m", "vlmrun-orion-9:pro").exit_code == 4
    assert body_of(vlm)["model"] == "vlmrun-orion-9:pro"


@pytest.mark.parametrize("output", [True, False])
def test_artifacts_are_saved(vlm: Command, tmp_path: Path, home: Path, output: bool) -> None:
    session = str(uuid4())
    vlm.server.add_artifact(session, PNG, object_id="img_0a1b2c")
    vlm.server.add_artifact(session, b"data", object_id="arr_0a1b2c")
    vlm.server.on_chat(lambda chat: "See img_0a1b2c and arr_0a1b2c, and img_0a1b2c again.")
    option = ["-o", tmp_path / "new" / "folder"] if output else []
    answer = vlm.json("chat", "Hi", "-s", session, *option)
    folder = tmp_path / "new/folder" if output else home / f".vlmrun/cache/artifacts/{session}"
    paths = [Path(path) for path in answer["artifacts"]]
    assert [path.stem for path in paths] == ["img_0a1b2c", "arr_0a1b2c"]
    assert paths[0].suffix == ".png"
    assert {path.parent for path in paths} == {folder}
    assert paths[0].read_bytes() == PNG


def test_without_downloads_there_is_no_folder(vlm: Command, tmp_path: Path, home: Path) -> None:
    vlm.server.on_chat(lambda chat: "See img_0a1b2c.")
    answer = vlm.json("chat", "Hi", "-nd", "-o", tmp_path / "new")
    assert answer["artifacts"] == []
    assert not (tmp_path / "new").exists()
    assert [*home.iterdir()] == []


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_an_artifact_that_cannot_be_saved_fails_after_the_answer(
    vlm: Command, flags: list[str]
) -> None:
    vlm.server.inject(Fault("get_artifact", status=403, times=None))
    vlm.server.on_chat(lambda chat: "See img_0a1b2c.")
    result = vlm("chat", "Hi", *flags)
    assert result.exit_code == 1
    assert "See img_0a1b2c." in result.stdout
    assert "vlmrun artifacts get img_0a1b2c --session-id" in result.stderr


def test_base_url_works_after_the_command(vlm: Command) -> None:
    vlm.env["VLMRUN_BASE_URL"] = "http://127.0.0.1:9/v1"
    assert vlm("chat", "Hi", "--base-url", vlm.server.url, "--timeout", "30").exit_code == 0


def test_the_older_variable_for_the_host(vlm: Command) -> None:
    vlm.env |= {"VLMRUN_BASE_URL": "http://127.0.0.1:9/v1", "VLMRUN_AGENT_BASE_URL": vlm.server.url}
    assert vlm("chat", "Hi").exit_code == 0
    assert vlm("chat", "Hi", "-q", "--base-url", "http://127.0.0.1:9/v1").exit_code == 7


def test_the_beginning_of_an_answer_is_shown_in_whole_lines(vlm: Command) -> None:
    whole = vlm.ok("chat", "Hello")
    vlm.server.inject(Fault("create_chat_completion", reset="in_body"))
    result = vlm("chat", "Hello")
    assert result.exit_code != 0
    assert result.stdout.endswith("\n")
    assert whole.startswith(result.stdout.rstrip("\n"))
    assert result.stdout.strip()


def test_an_unknown_outcome_says_what_to_do(vlm: Command) -> None:
    vlm.server.inject(Fault("create_chat_completion", reset="after_handling"))
    result = vlm("chat", "Hi", "-ns")
    assert (result.exit_code, result.stdout) == (8, "")
    assert result.stderr.count("\n") == 1
    assert "client." not in result.stderr
