"""`vlmrun generate` with many inputs, pages, parts and `--dry-run`."""

from __future__ import annotations

import csv
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.conftest import EXAMPLES
from tests.pictures.documents import pdf as pdf_of
from vlmrun.cli.batch_calls import BatchCall
from vlmrun.cli.inputs import Input
from vlmrun.cli.waiting import explain_interruption
from vlmrun.testing import Fault, Outcome

pytestmark = pytest.mark.vlmrun_server(polls=1)

DOMAIN = ("-d", "document.invoice")


@pytest.fixture
def inputs(tmp_path: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PDF of two pages and an image, in the current directory."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf.read_bytes())
    (folder / "b.png").write_bytes((EXAMPLES / "inputs/invoice.png").read_bytes())
    monkeypatch.chdir(tmp_path)
    return folder


def submitted(vlm: Command) -> list[str]:
    operations = [each.operation or "" for each in vlm.server.requests]
    return [name for name in operations if "generate" in name]


def test_one_json_per_input_a_table_and_resuming(vlm: Command, inputs: Path) -> None:
    command = ("generate", "in", *DOMAIN, "-o", "out", "--table", "out.csv")
    result = vlm(*command)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 of 2 inputs completed; results are in out and out.csv" in result.stderr
    data = json.loads(Path("out/a.json").read_text())
    assert (data["input"], data["status"], data["domain"]) == (
        "in/a.pdf", "completed", "document.invoice"
    )  # fmt: skip
    rows = [*csv.DictReader(Path("out.csv").read_text().splitlines())]
    assert [row["file"] for row in rows] == ["a.pdf", "b.png"]
    assert len(submitted(vlm)) == 2
    assert "2 of them earlier" in vlm(*command).stderr
    assert len(submitted(vlm)) == 2


@pytest.mark.vlmrun_server(strict=False, polls=1)
def test_each_kind_has_its_operation_and_failures_are_listed(vlm: Command, inputs: Path) -> None:
    for name in ("v.mp4", "s.mp3"):
        (inputs / name).write_bytes(b"data")
    vlm.server.inject(Fault("generate_audio_prediction", status=422))
    result = vlm("generate", "in/*", "in/missing.pdf", *DOMAIN, "--json")
    assert result.exit_code == 1
    found = {each["input"]: each["status"] for each in json.loads(result.stdout)}
    assert found == {
        "in/a.pdf": "completed",
        "in/b.png": "completed",
        "in/s.mp3": "failed",
        "in/v.mp4": "completed",
        "in/missing.pdf": "failed",
    }
    assert {*submitted(vlm)} == {
        "generate_document_prediction",
        "generate_video_prediction",
        "generate_audio_prediction",
    }
    assert "Error: 2 inputs of 5 failed" in result.stderr


@pytest.mark.vlmrun_server(strict=False, polls=1)
def test_a_budget_is_shared_by_all_kinds(vlm: Command, inputs: Path) -> None:
    (inputs / "v.mp4").write_bytes(b"data")
    vlm.server.on_predict(lambda run: Outcome({}, usage={"credits_used": 5}))
    result = vlm("generate", "in/a.pdf", "in/v.mp4", *DOMAIN, "--budget", "5", "--json")
    assert result.exit_code == 1
    assert "Raise --budget" in result.stderr
    # What was paid for is shown.
    assert [each["input"] for each in json.loads(result.stdout)] == ["in/a.pdf"]
    assert submitted(vlm) == ["generate_document_prediction"]
    stored = vlm("generate", "in/a.pdf", "in/v.mp4", *DOMAIN, "--budget", "5", "-o", "out")
    assert "results are in out\nRun the same command again to resume" in stored.stderr


def test_no_wait_prints_an_id_for_each(vlm: Command, inputs: Path, pdf: Path) -> None:
    url = "https://example.com/x.pdf"
    text = vlm.ok("generate", "in/a.pdf", url, "-", *DOMAIN, "--no-wait", input=pdf.read_bytes())
    ids = text.split()
    assert len({*ids}) == 3
    assert vlm.json("predictions", "get", ids[1])["id"] == ids[1]


def test_one_input_is_one_response(vlm: Command, inputs: Path) -> None:
    for arguments in (["in/a.pdf"], ["document", "in/a.pdf"], ["-i", "https://example.com/a.pdf"]):
        assert isinstance(json.loads(vlm.ok("generate", *arguments, *DOMAIN)), dict)
        assert vlm.json("generate", *arguments, *DOMAIN)["status"] == "completed"


def test_some_pages(vlm: Command, inputs: Path) -> None:
    job = vlm.json("generate", "in/a.pdf", *DOMAIN, "--pages", "2")
    assert job["usage"]["elements_processed"] == 1
    vlm.ok("generate", "in/a.pdf", *DOMAIN, "--pages", "2", "-o", "out")
    assert json.loads(Path("out/a.json").read_text())["pages"] == "2"


def test_parts_are_joined(vlm: Command, inputs: Path) -> None:
    job = vlm.json("generate", "in/a.pdf", *DOMAIN, "--split", "1")
    assert [part["pages"] for part in job["parts"]] == ["1", "2"]
    assert all(part["id"] for part in job["parts"])
    assert len(submitted(vlm)) == 2


def test_documents_in_parts_are_resumed_by_part(vlm: Command, inputs: Path) -> None:
    (inputs / "c.pdf").write_bytes(pdf_of(3))
    (inputs / "d.pdf").write_bytes(b"%PDF-1.7 damaged")
    vlm.server.inject(Fault("generate_document_prediction", status=422))
    command = ("generate", "in/*.pdf", *DOMAIN, "--split", "1", "-o", "out", "--json")
    first = vlm(*command, "--concurrency", "1")
    assert first.exit_code == 1
    failed, done, damaged = json.loads(first.stdout)
    assert "1 of 2 parts failed: pages " in failed["error"]
    assert [part["error"] is None for part in failed["parts"]] == [False, True]
    assert (done["input"], done["status"]) == ("in/c.pdf", "completed")
    assert (damaged["input"], damaged["status"]) == ("in/d.pdf", "failed")
    (inputs / "d.pdf").unlink()
    result = vlm(*command)
    assert [each["status"] for each in json.loads(result.stdout)] == ["completed", "completed"]
    assert "in/c.pdf: completed (earlier)" in result.stderr
    assert len(submitted(vlm)) == 6  # five pages, one of which was refused
    data = json.loads(Path("out/a.json").read_text())
    assert [part["pages"] for part in data["parts"]] == ["1", "2"]
    plans = json.loads(vlm.ok(*command, "in/b.png", "--dry-run"))  # images have no pages
    assert [(plan["files"], plan["pages"]) for plan in plans] == [(2, 2), (3, 3), (1, 1)]


def test_parts_of_several_documents_are_sent_at_the_same_time(vlm: Command, inputs: Path) -> None:
    (inputs / "c.pdf").write_bytes(pdf_of(1))
    together = threading.Barrier(3, timeout=60)

    def respond(run: Any) -> dict[str, Any]:
        together.wait()
        return {}

    vlm.server.on_predict(respond)
    command = ("generate", "in/a.pdf", "in/c.pdf", *DOMAIN, "--split", "1", "--json")
    assert [len(each["parts"]) for each in json.loads(vlm.ok(*command))] == [2, 1]


def test_parts_that_are_paid_for_are_shown_when_the_budget_ends(vlm: Command, inputs: Path) -> None:
    (inputs / "c.pdf").write_bytes(pdf_of(4))
    vlm.server.on_predict(lambda run: Outcome({}, usage={"credits_used": 5}))
    limits = ("--budget", "5", "--concurrency", "1", "--json")
    result = vlm("generate", "in/a.pdf", "in/c.pdf", *DOMAIN, "--split", "1", *limits)
    assert result.exit_code == 1
    assert "Raise --budget" in result.stderr
    (partial,) = json.loads(result.stdout)
    assert [part["id"] is None for part in partial["parts"]] == [False, True]
    assert len(submitted(vlm)) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["image", "in/b.png", "--domain", "image.caption"],
        ["-i", "in/b.png", "-d", "image.caption", "--no-batch"],
        ["in/b.png", "-d", "image.caption", "-o", "out"],
    ],
)
def test_images_are_sent_where_the_official_command_sends_them(
    vlm: Command, inputs: Path, arguments: list[str]
) -> None:
    vlm.ok("generate", *arguments)
    assert submitted(vlm) == ["generate_document_prediction"]


def test_lines_of_several_documents_include_those_with_failed_parts(
    vlm: Command, inputs: Path
) -> None:
    vlm.server.inject(Fault("generate_document_prediction", status=422))
    result = vlm("generate", "in/a.pdf", "in/b.png", *DOMAIN, "--split", "1")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(each["input"], each["status"]) for each in lines] == [
        ("in/a.pdf", "failed"), ("in/b.png", "completed")
    ]  # fmt: skip
    assert len(lines[0]["parts"]) == 2
    assert result.exit_code == 1


@pytest.mark.vlmrun_server(completes_after=3600)
def test_parts_that_may_be_running_are_not_to_be_sent_again(vlm: Command, inputs: Path) -> None:
    command = ("generate", "in/a.pdf", *DOMAIN, "--split", "1", "--timeout", "0")
    one = vlm(*command, "--concurrency", "1")
    assert one.exit_code == 1
    assert one.stderr.count("not finished within --timeout. Wait for it: vlmrun predictions") == 2
    assert one.stderr.endswith("Error: 2 of 2 parts failed\n")
    many = vlm(*command, "-o", "out")
    assert "1 input of 1 failed. Run the same command again to resume" in many.stderr
    assert "client." not in one.stderr + many.stderr


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_parts_that_fail_do_not_lose_the_others(
    vlm: Command, inputs: Path, flags: list[str]
) -> None:
    vlm.server.inject(Fault("generate_document_prediction", status=422))
    result = vlm("generate", "in/a.pdf", *DOMAIN, "--split", "1", *flags)
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert "1 of 2 parts failed. Send them with --pages " in result.stderr
    if flags:
        assert sorted(part["error"] is None for part in data["parts"]) == [False, True]


def test_a_dry_run_says_what_is_done(vlm: Command, inputs: Path) -> None:
    command = ("generate", "in", *DOMAIN, "--split", "1", "-o", "out")
    vlm.server.inject(Fault("generate_document_prediction", status=422))
    assert vlm(*command, "--concurrency", "1").exit_code == 1
    vlm.server.clear()
    plans = {each["input"]: each for each in vlm.json(*command, "--dry-run")}
    assert [plans[name]["is_done"] for name in ("in/a.pdf", "in/b.png")] == [False, True]
    assert plans["in/a.pdf"]["done_pages"] == "2"
    rows = [line.split() for line in vlm.ok(*command, "--dry-run").splitlines()]
    assert [row[-1] for row in rows] == ["DONE", "2", "all"]
    assert vlm.server.requests == []


def test_a_dry_run_sends_nothing_and_needs_no_key(vlm: Command, inputs: Path) -> None:
    vlm.env["VLMRUN_API_KEY"] = ""
    plans = vlm.json("generate", "in", *DOMAIN, "--dry-run")
    assert [(each["input"], each["pages"], each["credits"]) for each in plans] == [
        ("in/a.pdf", 2, 4), ("in/b.png", 1, 2)
    ]  # fmt: skip
    (split,) = vlm.json("generate", "in/a.pdf", *DOMAIN, "--split", "1", "--dry-run")
    assert (split["files"], split["pages"]) == (2, 2)
    (some,) = vlm.json("generate", "in/a.pdf", *DOMAIN, "--pages", "2", "--dry-run")
    assert some["pages"] == 1
    (together,) = vlm.json("execute", "-p", "x", "-i", "in", "--dry-run")
    assert (together["files"], together["pages"]) == (2, 3)
    text = vlm("execute", "in", "missing.pdf", "-p", "x", "-o", "out", "--dry-run")
    assert (text.exit_code, text.stdout.split()[:1]) == (1, ["INPUT"])
    assert "  missing.pdf: no such file" in text.stderr
    assert "2 inputs · 3 pages" in text.stderr
    assert vlm.server.requests == []
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in/a.pdf", "--split", "1", "--no-batch"], "--split and --no-batch exclude"),
        (["in/a.pdf", "--split", "1", "--no-wait"], "--split and --no-wait exclude"),
        (["in", "--no-batch"], "--no-batch is for one response"),
        (["in", "--poll-interval", "1"], "--poll-interval is for one job"),
        (["in/a.pdf", "--artifacts"], "--artifacts needs --output"),
        (["in/a.pdf", "-o", "in/b.png"], "--output in/b.png is not a folder"),
        (["in/a.pdf", "--table", "x.csv", "--no-wait"], "--no-wait only prints ids, so"),
        (["in", "--budget", "1", "--no-wait"], "so it excludes --budget"),
        (["in/b.png", "--pages", "1"], "--pages needs local PDFs, got in/b.png"),
        (["in/a.pdf", "--pages", "9"], "--pages: in/a.pdf has 2 pages"),
        (["in/a.pdf", "--pages", "x"], "--pages: 'x' is not a selection"),
        (["in/a.pdf", "--report", "x.txt"], "--report x.txt has an unknown suffix"),
        (["missing.pdf"], "INPUT: the file missing.pdf does not exist"),
        (["documents", "in/a.pdf"], "Did you mean 'document'?"),
        (["x*.pdf", "y.pdf"], "No input exists: x*.pdf, y.pdf"),
    ],
)
def test_mistakes(vlm: Command, inputs: Path, arguments: list[str], message: str) -> None:
    result = vlm("generate", *arguments, *DOMAIN)
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr
    assert vlm.server.requests == []


def test_artifacts_that_a_response_refers_to_are_saved(vlm: Command, inputs: Path) -> None:
    vlm.server.on_predict(lambda run: {"image": {"id": "img_0a1b2c"}})
    command = ("generate", "in/a.pdf", *DOMAIN, "-o", "out")
    vlm.ok(*command)
    content = b"\x89PNG\r\n\x1a\n"
    id = json.loads(Path("out/a.json").read_text())["id"]
    vlm.server.add_artifact(id, content, "img_0a1b2c")
    vlm.ok(*command, "--artifacts")
    assert Path("out/a/img_0a1b2c.png").read_bytes() == content
    vlm.ok("generate", "in/a.pdf", *DOMAIN, "--split", "1", "-o", "parts")
    parts = json.loads(Path("parts/a.json").read_text())["parts"]
    for part in parts:
        vlm.server.add_artifact(part["id"], content, "img_0a1b2c")
    vlm.ok("generate", "in/a.pdf", *DOMAIN, "--split", "1", "-o", "parts", "--artifacts")
    assert Path("parts/a/img_0a1b2c.png").read_bytes() == content
    vlm.server.on_predict(lambda run: {})
    vlm.ok("generate", "in/b.png", *DOMAIN, "-o", "out", "--artifacts")
    assert not Path("out/b").exists()


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_ids_are_written_as_soon_as_they_are_known(
    vlm: Command, inputs: Path, monkeypatch: pytest.MonkeyPatch, flags: list[str]
) -> None:
    def submit(call: BatchCall, client: Any, each: Input) -> Any:
        if each.label == "in/b.png":
            raise KeyboardInterrupt
        return submit_prediction(call, client, each)

    submit_prediction = BatchCall.submit
    monkeypatch.setattr(BatchCall, "submit", submit)
    result = vlm("generate", "in", *DOMAIN, "--no-wait", *flags)
    assert result.exit_code == 130
    id = json.loads(result.stdout)[0]["id"] if flags else result.stdout.strip()
    assert vlm.json("predictions", "get", id)["id"] == id


def test_a_wrong_key_is_one_error_of_all(vlm: Command, inputs: Path) -> None:
    vlm.server.inject(Fault("get_file_by_hash", status=401, times=None))
    for flags in (["--no-wait"], ["--json"], ["-o", "out"]):
        result = vlm("generate", "in", *DOMAIN, *flags)
        assert (result.exit_code, result.stdout) == (3, "")
        assert result.stderr.count("\n") == 1


def test_after_ctrl_c_the_ids_are_listed() -> None:
    ids = ["0f1e2d3c-0000-4000-8000-000000000001", "0f1e2d3c-0000-4000-8000-000000000002"]
    interruption = KeyboardInterrupt()
    vars(interruption)["__notes__"] = [f"These jobs; predictions.wait(id): {', '.join(ids)}"]
    explain_interruption(interruption, "predictions")
    assert vars(interruption)["__notes__"] == [
        "These predictions go on:",
        f"  {ids[0]}",
        f"  {ids[1]}",
        f"Wait for one: vlmrun predictions get {ids[0]} --wait",
    ]
