"""`vlmrun execute` for one execution, and `vlmrun generate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from vlmrun.testing import Fault, Outcome

SCHEMA = {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}
QUICK = ("--poll-interval", "0.05")


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(SCHEMA), "utf-8")
    return path


def sent(vlm: Command, operation: str) -> dict[str, Any]:
    (request,) = (each for each in vlm.server.requests if each.operation == operation)
    body: dict[str, Any] = request.json
    return body


def test_everything_that_is_passed_is_sent_and_nothing_else(
    vlm: Command, pdf: Path, schema: Path, skill_directory: Path
) -> None:
    vlm.server.add_agent("invoices")
    url = "http://127.0.0.1:9/hook"
    vlm.ok(
        "execute", "-n", "invoices:latest", "-p", "Read it", "-i", pdf, "--schema", schema,
        "-k", skill_directory, "-t", "document", "-m", "vlmrun-orion-2:pro", "--callback-url", url,
        "--no-wait",
    )  # fmt: skip
    body = sent(vlm, "execute_agent")
    (part,) = body["inputs"]["files"]
    assert part["type"] == "input_file"
    assert body["config"]["prompt"] == "Read it"
    assert body["config"]["json_schema"] == SCHEMA
    assert body["config"]["skills"][0]["type"] == "inline"
    assert body["name"] == "invoices:latest"
    assert body["model"] == "vlmrun-orion-2:pro"
    assert body["toolsets"] == ["document"]
    assert body["callback_url"] == url
    assert body["batch"] is True
    names = {"inputs", "config", "name", "model", "toolsets", "callback_url", "batch"}
    assert {*body} - {"id"} == names


def test_a_prompt_alone_sends_a_prompt_alone(vlm: Command, tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text("From a file\n")
    vlm.ok("execute", "-p", tmp_path / "prompt.txt", "--no-wait")
    body = sent(vlm, "execute_agent")
    assert body["config"] == {"prompt": "From a file"}
    assert {*body} - {"id"} == {"config", "batch"}


def test_it_waits_and_writes_the_response(vlm: Command, schema: Path) -> None:
    vlm.server.on_execute(lambda run: {"total": 12.5})
    result = vlm("execute", "-p", "Read it", "--schema", schema, *QUICK)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"total": 12.5}
    assert "submitted" in result.stderr
    assert "completed" in result.stderr
    quiet = vlm("execute", "-p", "Read it", *QUICK, "--quiet")
    assert (json.loads(quiet.stdout), quiet.stderr) == ({"total": 12.5}, "")


def test_json_is_the_execution(vlm: Command) -> None:
    job = vlm.json("execute", "-p", "Read it", *QUICK)
    assert job["status"] == "completed"
    assert {"id", "name", "created_at", "completed_at", "response", "usage", "elapsed_s"} <= {*job}


def test_no_wait_prints_only_the_id(vlm: Command) -> None:
    result = vlm("execute", "-p", "Read it", "--no-wait")
    id = result.stdout.strip()
    assert f"vlmrun executions get {id} --wait" in result.stderr
    assert vlm.json("executions", "get", id)["id"] == id
    assert vlm.json("execute", "-p", "Read it", "--no-wait")["status"] in ("pending", "enqueued")


def test_a_failed_execution_ends_at_once_with_the_reason(vlm: Command) -> None:
    vlm.server.on_execute(lambda run: Outcome.failure("the page is blank"))
    result = vlm("execute", "-p", "x", *QUICK, "--json", "--quiet")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["status"] == "failed"
    assert "failed: the page is blank" in result.stderr
    assert result.stderr.count("\n") == 1


def test_nothing_to_do_is_refused_by_the_service(vlm: Command, pdf: Path) -> None:
    result = vlm("execute", "-i", pdf, *QUICK)
    assert result.exit_code in (2, 5)
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"type": "object",\n  "properties": }', "line 2, column 17"),
        ("[]", "must be a JSON object"),
        (b"\xff\xfe{}", "not UTF-8"),
    ],
)
@pytest.mark.parametrize("command", [["execute", "-p", "x"], ["generate", "-i"]])
def test_a_bad_schema_is_reported_with_its_place(
    vlm: Command, tmp_path: Path, pdf: Path, text: Any, message: str, command: list[str]
) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    arguments = [*command, str(pdf)] if command[-1] == "-i" else command
    result = vlm(*arguments, "--schema", path)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "--schema" in result.stderr
    assert vlm.server.requests == []


def test_an_unknown_outcome_has_its_own_exit_code(vlm: Command) -> None:
    vlm.server.inject(Fault("execute_agent", reset="after_handling"))
    result = vlm("execute", "-p", "x", "--no-wait")
    assert (result.exit_code, result.stdout) == (8, "")
    assert "`vlmrun executions list`" in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_unknown_outcome_of_a_prediction_names_the_predictions(vlm: Command, pdf: Path) -> None:
    vlm.server.inject(Fault("generate_document_prediction", status=500))
    result = vlm("generate", "-i", pdf, "-d", "document.invoice", "-q")
    assert (result.exit_code, result.stdout) == (8, "")
    assert "`vlmrun predictions list`" in result.stderr


def test_help_without_arguments(vlm: Command) -> None:
    for name in ("execute", "generate"):
        result = vlm(name)
        assert result.exit_code == 2
        assert f"Usage: vlmrun {name}" in result.stderr


@pytest.mark.parametrize(
    "form",
    [
        ["-i", "{pdf}", "-d", "document.invoice"],
        ["document", "{pdf}", "--domain", "document.invoice"],
        ["image", "{pdf}", "--domain", "document.invoice"],
        ["{pdf}", "--domain", "document.invoice"],
    ],
)
def test_generate_in_its_forms(vlm: Command, pdf: Path, form: list[str]) -> None:
    arguments = [each.format(pdf=pdf) for each in form]
    job = vlm.json("generate", *arguments)
    assert job["status"] == "completed"
    assert {"id", "created_at", "response", "usage", "domain", "elapsed_s"} <= {*job}
    body = sent(vlm, "generate_document_prediction")
    assert {*body} - {"id"} == {"file_id", "domain", "batch"}
    assert body["batch"] is True


def test_generate_sends_its_config(vlm: Command, pdf: Path, schema: Path) -> None:
    arguments = (
        "-i",
        pdf,
        "-d",
        "document.invoice",
        "--schema",
        schema,
        "-p",
        "Read",
        "--no-batch",
    )
    text = vlm.ok("generate", *arguments)
    assert json.loads(text).keys() == {"total"}
    body = sent(vlm, "generate_document_prediction")
    assert body["config"] == {"prompt": "Read", "json_schema": SCHEMA}
    assert body["batch"] is False


def test_a_direct_prediction_that_is_queued_shows_its_progress(vlm: Command, pdf: Path) -> None:
    id = "0f1e2d3c-0000-4000-8000-000000000001"
    queued = {"id": id, "status": "enqueued"}
    done = {"id": id, "status": "completed", "response": {"total": 1}}
    vlm.server.inject(
        Fault("generate_document_prediction", status=201, body=queued),
        Fault("get_prediction", status=200, body=done),
    )
    result = vlm("generate", "-i", pdf, "-d", "document.invoice", "--no-batch")
    assert json.loads(result.stdout) == {"total": 1}
    assert f"Prediction of {pdf}: completed" in result.stderr


def test_a_schema_alone_is_sent(vlm: Command, pdf: Path, schema: Path) -> None:
    vlm("generate", "-i", pdf, "--schema", schema, "-f", "json")
    assert sent(vlm, "generate_document_prediction")["config"] == {"json_schema": SCHEMA}


def test_generate_without_a_domain_is_a_usage_error(vlm: Command, pdf: Path) -> None:
    result = vlm("generate", "-i", pdf)
    assert result.exit_code == 2
    assert "--domain" in result.stderr
    assert vlm.server.requests == []


@pytest.mark.parametrize(
    ("suffix", "operation"),
    [("mp4", "generate_video_prediction"), ("mp3", "generate_audio_prediction")],
)
@pytest.mark.vlmrun_server(strict=False)
def test_the_kind_of_the_file_decides(
    vlm: Command, tmp_path: Path, suffix: str, operation: str
) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(b"data")
    id = vlm.ok("generate", "-i", path, "-d", "audio.transcription", "--no-wait").strip()
    assert vlm.json("predictions", "get", id, "--wait")["status"] == "completed"
    assert sent(vlm, operation)["file_id"]


def test_generate_needs_a_file(vlm: Command, pdf: Path) -> None:
    result = vlm("generate", "-d", "document.invoice", "-p", "x")
    assert (result.exit_code, "INPUT is missing" in result.stderr) == (2, True)
    assert vlm("generate", "documentt", pdf, "-d", "document.invoice").exit_code == 2
