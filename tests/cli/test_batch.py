"""`vlmrun execute` with many inputs: which inputs, their results, resuming, and failures."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from vlmrun.cli.inputs import find_inputs
from vlmrun.cli.result_names import result_names
from vlmrun.testing import Fault, Outcome

pytestmark = pytest.mark.slow

QUICK = ("-p", "Read it")


@pytest.fixture
def inputs(tmp_path: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three PDFs with different contents, in the current directory."""
    folder = tmp_path / "inputs"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.pdf").write_bytes(pdf.read_bytes() + f"\n%{name}\n".encode())
    monkeypatch.chdir(tmp_path)
    return folder


def submitted(vlm: Command) -> int:
    return sum(each.operation == "execute_agent" for each in vlm.server.requests)


def test_one_json_per_input_and_a_table(vlm: Command, inputs: Path, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"type": "object", "properties": {"total": {"type": "number"}}}')
    vlm.server.on_execute(lambda run: {"total": 12.5, "lines": [1, 2]})
    paths = sorted(inputs.glob("*.pdf"))
    result = vlm(
        "execute", *paths, "--schema", schema, *QUICK, "-o", "out/new", "--table", "out/table.csv"
    )
    assert (result.exit_code, result.stdout) == (0, "")
    assert "3 of 3 inputs completed" in result.stderr
    assert sorted(path.name for path in Path("out/new").glob("*.json")) == [
        "a.json", "b.json", "c.json"
    ]  # fmt: skip
    data = json.loads(Path("out/new/b.json").read_text("utf-8"))
    assert data["input"] == str(inputs / "b.pdf")
    assert data["response"] == {"total": 12.5, "lines": [1, 2]}
    rows = [*csv.DictReader(Path("out/table.csv").read_text("utf-8").splitlines())]
    assert [row["file"] for row in rows] == [path.name for path in paths]
    assert {(row["total"], row["lines"], row["status"]) for row in rows} == {
        ("12.5", "[1, 2]", "completed")
    }


def test_the_same_command_again_pays_nothing(vlm: Command, inputs: Path) -> None:
    command = ("execute", "inputs/*.pdf", *QUICK, "--output", "out", "--json")
    first = json.loads(vlm.ok(*command))
    assert submitted(vlm) == 3
    again = json.loads(vlm.ok(*command))
    assert submitted(vlm) == 3
    assert [each["id"] for each in again] == [each["id"] for each in first]
    (inputs / "b.pdf").write_bytes((inputs / "a.pdf").read_bytes() + b"% changed")
    vlm.ok(*command)
    assert submitted(vlm) == 4


def test_one_missing_file_does_not_stop_the_rest(vlm: Command, inputs: Path) -> None:
    result = vlm("execute", "inputs/a.pdf", "inputs/nothing.pdf", "x*.pdf", *QUICK, "-o", "out")
    assert result.exit_code == 1
    assert Path("out/a.json").exists()
    end = result.stderr.splitlines()[-3:]
    assert end[0].endswith("inputs/nothing.pdf: no such file")
    assert "x*.pdf: no such file" in end[1]
    assert "2 inputs of 3 failed" in end[2]


def test_failures_are_in_the_results(vlm: Command, inputs: Path) -> None:
    vlm.server.inject(Fault("execute_agent", status=422))
    result = vlm("execute", "inputs", *QUICK, "--json", "--quiet", "--concurrency", "1")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert sorted(each["status"] for each in data) == ["completed", "completed", "failed"]
    (failed,) = (each for each in data if each["status"] == "failed")
    assert "status 422" in failed["error"]


def test_failed_jobs_are_submitted_again_on_request(vlm: Command, inputs: Path) -> None:
    vlm.server.on_execute(lambda run: Outcome.failure("blank"))
    command = ("execute", "inputs/a.pdf", *QUICK, "-o", "out")
    assert vlm(*command).exit_code == 1
    vlm.server.on_execute(None)
    again = vlm(*command)
    assert (again.exit_code, submitted(vlm)) == (1, 1)
    assert "--retry-failed" in again.stderr
    assert vlm(*command, "--retry-failed").exit_code == 0
    assert submitted(vlm) == 2


def test_an_unknown_outcome_is_submitted_again_on_request(vlm: Command, inputs: Path) -> None:
    vlm.server.inject(Fault("execute_agent", status=500))
    vlm.server.inject(Fault("get_execution", status=404, times=None))
    command = ("execute", "inputs/a.pdf", *QUICK, "-o", "out")
    result = vlm(*command)
    assert (result.exit_code, submitted(vlm)) == (1, 1)
    assert "After these checks, --resubmit-unknown submits again" in result.stderr


def test_no_input_at_all_is_a_usage_error(vlm: Command, inputs: Path) -> None:
    result = vlm("execute", "inputs/x*.pdf", "y.pdf", *QUICK, "-o", "out")
    assert result.exit_code == 2
    assert "No input exists: inputs/x*.pdf, y.pdf" in result.stderr
    assert not Path("out").exists()


def test_results_of_several_inputs_are_lines_of_json(vlm: Command, inputs: Path) -> None:
    lines = vlm.ok("execute", "inputs/a.pdf", "inputs/b.pdf", *QUICK).splitlines()
    assert [json.loads(line)["input"] for line in lines] == ["inputs/a.pdf", "inputs/b.pdf"]


def test_no_wait_prints_an_id_for_each(vlm: Command, inputs: Path) -> None:
    url = "https://example.com/x.pdf"
    ids = vlm.ok("execute", "inputs/a.pdf", url, *QUICK, "--no-wait").split()
    assert [vlm.json("executions", "get", id)["id"] for id in ids] == ids
    assert len(ids) == 2


def test_a_file_from_standard_input(vlm: Command, pdf: Path) -> None:
    (line,) = vlm.ok("execute", "-", *QUICK, input=pdf.read_bytes()).splitlines()
    (file,) = json.loads(line)["response"]["inputs"].values()
    assert file["media_type"] == "application/pdf"
    assert vlm("execute", "-", *QUICK, input=b"").exit_code == 2


def test_some_pages(vlm: Command, inputs: Path) -> None:
    vlm.ok("execute", "-i", "inputs/a.pdf", "-i", "inputs/b.pdf", "--pages", "2", *QUICK)
    (line,) = vlm.ok("execute", "inputs/a.pdf", "--pages", "2", *QUICK).splitlines()
    pages = [file["pages"] for file in json.loads(line)["response"]["inputs"].values()]
    assert pages == [1]
    body = next(each.json for each in vlm.server.requests if each.operation == "execute_agent")
    assert [part["type"] for part in body["inputs"]["files"]] == ["input_file"] * 2


def test_a_list_of_inputs(vlm: Command, inputs: Path) -> None:
    Path("list.txt").write_text("# two files\ninputs/a.pdf\n\ninputs/b.pdf\n")
    assert len(vlm.json("execute", "@list.txt", "inputs/a.pdf", *QUICK)) == 2
    assert len(vlm.json("execute", "@-", *QUICK, input="inputs/c.pdf\n")) == 1
    assert "missing.txt" in vlm("execute", "@missing.txt", *QUICK).stderr
    empty = vlm("execute", "inputs/a.pdf", "", *QUICK)
    assert (empty.exit_code, "INPUT is empty" in empty.stderr) == (2, True)


def test_a_prompt_that_is_missing_is_named_as_an_option(vlm: Command, inputs: Path) -> None:
    for arguments in (["inputs/a.pdf"], ["-i", "inputs/a.pdf"], ["inputs/a.pdf", "-p", ""]):
        result = vlm("execute", *arguments)
        assert (result.exit_code, "--prompt is missing" in result.stderr) == (2, True)
    assert vlm.server.requests == []


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["a/x.pdf", "b/y.png"], ["x", "y"]),
        (["a/x.pdf", "a/x.png"], ["x", "x.png"]),
        (["a/x.pdf", "b/X.PDF"], ["x", "X.PDF"]),
        (["https://example.com/d/i%20n.pdf?sig=1"], ["i n"]),
        (["https://example.com/..%2f..%2fevil.pdf"], ["evil"]),
        (["https://example.com/"], ["input"]),
        ([f"https://example.com/{'ä' * 125}.pdf"], [f"{'ä' * 100}-e612d099"]),
    ],
)
def test_names_of_results_are_unique_and_safe(
    tmp_path: Path, labels: list[str], expected: list[str]
) -> None:
    assert result_names(tmp_path, find_inputs(labels)) == expected


def test_an_input_keeps_the_name_of_its_result(
    vlm: Command, inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("d", "e"):
        shutil.copytree(inputs, folder)
        Path(folder, "b.pdf").unlink()
    command = ("execute", *QUICK, "-o", "out")
    vlm.ok(*command, "e/a.pdf")
    Path("out/c.json").write_text("of somebody else")
    vlm.ok(*command, "inputs", "d", "e/a.pdf", "./e/c.pdf")
    found = {path.name: path.read_text() for path in Path("out").glob("*.json")}
    assert found.pop("c.json") == "of somebody else"
    names = {json.loads(text)["input"]: name for name, text in found.items()}
    assert len(names) == len(found) == 7
    assert names["e/a.pdf"] == "a.json"
    vlm.ok(*command, "e/c.pdf", Path("d/c.pdf").resolve(), "inputs/a.pdf")
    monkeypatch.chdir("d")  # what it is called there is another file elsewhere
    vlm.ok("execute", *QUICK, "-o", "../out", "a.pdf")
    again = {path.name for path in Path("../out").glob("*.json")}
    assert again == {*found, "c.json"}


def test_a_folder_stands_for_its_supported_files(inputs: Path) -> None:
    (inputs / "notes.txt").write_text("x")
    (inputs / ".hidden.pdf").write_text("x")
    (inputs / "sub").mkdir()
    shutil.copy(inputs / "a.pdf", inputs / "sub/d.PDF")
    assert [each.label for each in find_inputs(["inputs"])] == [
        f"inputs/{name}.pdf" for name in "abc"
    ]
    assert len(find_inputs(["inputs/**/*.[pP]*"])) == 4


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_other_tables(vlm: Command, inputs: Path, suffix: str) -> None:
    vlm.server.on_execute(lambda run: {"value": 7, "id": "own"})
    table = Path(f"table.{suffix}")
    vlm.ok("execute", "inputs", *QUICK, "--table", table)
    rows: Any
    if suffix == "jsonl":
        rows = [json.loads(line) for line in table.read_text().splitlines()]
    else:
        rows = pytest.importorskip("pyarrow.parquet").read_table(table).to_pylist()
    assert [(row["value"], row["response.id"]) for row in rows] == [(7, "own")] * 3
    assert Path(f".table.{suffix}.journal.sqlite").exists()


def test_artifacts_are_saved_next_to_the_results(vlm: Command, inputs: Path) -> None:
    content = b"%PDF-1.7 report"
    vlm.server.on_execute(
        lambda run: Outcome({"ref": {"id": "doc_0a1b2c"}}, artifacts={"doc_0a1b2c": content})
    )
    vlm.ok("execute", "inputs/a.pdf", *QUICK, "-o", "out", "--artifacts")
    assert Path("out/a/doc_0a1b2c.pdf").read_bytes() == content


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["inputs", "-i", "inputs/a.pdf"], "exclude each other"),
        (["inputs", "--table", "x.xls"], "--table x.xls has an unknown suffix"),
        (["inputs", "--artifacts"], "--artifacts needs --output"),
        (["inputs", "--poll-interval", "1"], "--poll-interval is for one job"),
        (["--table", "x.csv"], "--table needs INPUT"),
        (["--retry-failed"], "--retry-failed needs INPUT"),
        (
            ["inputs", "--no-wait", "-o", "out"],
            "--no-wait only prints ids, so it excludes --output",
        ),
        (["inputs", "--no-wait", "--journal", "x"], "so it excludes --journal"),
        (["-i", "inputs/a.pdf", "--no-wait", "-o", "out"], "so it excludes --output"),
        (["-i", "inputs/a.pdf", "--artifacts"], "--artifacts needs --output"),
        (["inputs", "https://example.com/a.pdf", "--pages", "1"], "--pages needs local PDFs"),
    ],
)
def test_mistakes(vlm: Command, inputs: Path, arguments: list[str], message: str) -> None:
    result = vlm("execute", *arguments, *QUICK)
    assert result.exit_code == 2
    assert message in result.stderr
    assert vlm.server.requests == []


def test_a_wrong_key_is_one_error(vlm: Command, inputs: Path) -> None:
    vlm.server.inject(Fault("upload_file", status=401, times=None))
    vlm.server.inject(Fault("get_file_by_hash", status=401, times=None))
    result = vlm("execute", "inputs", *QUICK, "-o", "out")
    assert result.exit_code == 3
    assert "status 401" in result.stderr


def test_a_budget_stops_the_batch(vlm: Command, inputs: Path) -> None:
    vlm.server.on_execute(lambda run: Outcome({}, usage={"credits_used": 5}))
    result = vlm("execute", "inputs", *QUICK, "-o", "out", "--budget", "1", "--concurrency", "1")
    assert result.exit_code == 1
    assert submitted(vlm) < 3
