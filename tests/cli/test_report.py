"""`vlmrun report`, and `--report` of batches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.pictures.documents import grounded
from tests.pictures.documents import pdf as pdf_of
from vlmrun.cli.report_jobs import ReportJob, report_jobs
from vlmrun.errors import InputError
from vlmrun.testing import Fault, Outcome

pytestmark = pytest.mark.vlmrun_server(polls=1)

DOMAIN = ("-d", "document.invoice")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf.read_bytes())
    monkeypatch.chdir(tmp_path)


def test_executions_and_predictions_by_id(vlm: Command) -> None:
    vlm.server.on_execute(lambda run: {"patient": "Ada <b>"})
    execution = vlm.json("execute", "-p", "x")["id"]
    prediction = vlm.json("generate", "a.pdf", *DOMAIN)["id"]
    found = vlm.json("report", execution, prediction, "--title", "Two jobs")
    assert found == {"path": "report.html", "jobs": [execution, prediction]}
    page = Path("report.html").read_text("utf-8")
    assert "<h1>" in page
    assert "Two jobs" in page
    assert "Ada &lt;b&gt;" in page
    assert "data:image" not in page
    vlm.ok("report", prediction, "-o", "new/with-pages.html", "--source", "a.pdf")
    assert "data:image" in Path("new/with-pages.html").read_text("utf-8")


def test_files_of_output_say_which_document_it_is(vlm: Command) -> None:
    vlm.ok("generate", "a.pdf", *DOMAIN, "-o", "out", "--report", "at-once.html")
    for arguments in (["out"], ["out/a.json"]):
        vlm.ok("report", *arguments, "-o", "r.html", "-q")
        assert "data:image" in Path("r.html").read_text("utf-8")
    assert "data:image" in Path("at-once.html").read_text("utf-8")


def test_pages_of_a_document_are_shown_as_the_original_counts_them(vlm: Command) -> None:
    Path("a.pdf").write_bytes(pdf_of(4))
    vlm.server.on_predict(lambda run: grounded())
    vlm.ok("generate", "a.pdf", *DOMAIN, "--pages", "3-", "-o", "some", "--report", "at-once.html")
    for arguments in ([], ["--source", "a.pdf"]):
        vlm.ok("report", "some", "-o", "r.html", *arguments)
        report = Path("r.html").read_text("utf-8")
        assert report.count("data:image") == 2
        pages = report.split("<body")[1]
        assert pages == Path("at-once.html").read_text("utf-8").split("<body")[1]
    Path("a.pdf").write_bytes(pdf_of(1))
    result = vlm("report", "some", "-o", "r.html")
    assert result.exit_code == 0
    assert "a.pdf has 1 page, so there is no page 3" in result.stderr
    assert "data:image" not in Path("r.html").read_text("utf-8")


def test_documents_in_parts_are_joined(vlm: Command) -> None:
    Path("a.pdf").write_bytes(pdf_of(4))
    vlm.server.on_predict(lambda run: {"rows": [grounded()]})
    command = ("generate", "a.pdf", *DOMAIN, "--split", "3", "-o", "out", "--report")
    vlm.ok(*command, "at-once.html")
    vlm.ok("report", "out", "-o", "r.html")
    reports = [
        Path(name).read_text("utf-8").split("<body")[1] for name in ("at-once.html", "r.html")
    ]
    assert reports[0] == reports[1]
    assert reports[0].count("data:image") == 4


def test_results_are_not_lost_with_the_report(
    vlm: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise InputError("The source is damaged")

    monkeypatch.setattr("vlmrun.viz.report", fail)
    result = vlm("generate", "a.pdf", *DOMAIN, "--report", "r.html", "--json")
    assert (result.exit_code, json.loads(result.stdout)[0]["status"]) == (2, "completed")
    assert "Error: The source is damaged" in result.stderr
    lines = vlm("generate", "a.pdf", *DOMAIN, "--report", "r.html")
    assert json.loads(lines.stdout)["status"] == "completed"
    assert "results are in" not in lines.stderr


def test_results_of_json_are_jobs_too(vlm: Command) -> None:
    Path("all.json").write_text(vlm.ok("execute", "a.pdf", "-p", "x", "--json"))
    (job,) = report_jobs(["all.json", "all.json"])
    assert job.source == Path("a.pdf")
    # A field of another program, which is not about parts of a document.
    Path("other.json").write_text(json.dumps({"id": "0f1e", "parts": 3, "pages": [1]}))
    assert report_jobs(["other.json"]) == [ReportJob("0f1e")]


def test_jobs_that_are_not_finished_or_have_failed_are_in_it(vlm: Command) -> None:
    vlm.server.on_execute(lambda run: Outcome(statuses=["pending"] * 1000))
    id = vlm.ok("execute", "-p", "x", "--no-wait").strip()
    result = vlm("report", id)
    assert (result.exit_code, result.stdout) == (0, "report.html\n")
    assert f"{id} is not finished: its status is pending" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([""], 2, "JOB is empty"),
        (["a.pdf"], 2, "a.pdf is not the result of a job"),
        (["bad.json"], 2, "bad.json is not the result of a job"),
        (["missing.json"], 2, "The file missing.json does not exist"),
        (["empty"], 2, "The folder empty has no results"),
        (["0f1e"], 4, "There is no execution and no prediction 0f1e"),
        (["0f1e", "-o", "x.pdf"], 2, "--output x.pdf has an unknown suffix"),
        (["0f1e", "--source", "x.pdf"], 2, "--source: the file x.pdf does not exist"),
        (["0f1e", "b", "--source", "a.pdf"], 2, "--source was passed 1 time for 2 jobs"),
    ],
)
def test_mistakes(vlm: Command, arguments: list[str], code: int, message: str) -> None:
    Path("bad.json").write_text(json.dumps({"a": 1}))
    Path("empty").mkdir()
    result = vlm("report", *arguments)
    assert (result.exit_code, message in result.stderr) == (code, True), result.stderr
    assert not Path("report.html").exists()


def test_a_problem_of_the_service_is_no_missing_job(vlm: Command) -> None:
    vlm.server.inject(Fault("get_execution", status=403))
    assert vlm("report", "0f1e").exit_code == 3
