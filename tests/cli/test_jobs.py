"""`vlmrun executions` and `predictions`: lists, filters, waiting, and failed jobs."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import KEY, Command
from vlmrun import VLMRun
from vlmrun.testing import Outcome

pytestmark = pytest.mark.slow

KINDS = ["executions", "predictions"]


@pytest.fixture
def ids(vlm: Command, pdf: Path) -> dict[str, str]:
    """An execution and a prediction, which need two polls each."""
    with VLMRun(api_key=KEY, base_url=vlm.server.url) as client:
        execution = client.agent.execute(prompt="Read it")
        prediction = client.document.generate(file=pdf, domain="document.invoice", batch=True)
    return {"executions": execution.id, "predictions": prediction.id}


@pytest.mark.parametrize("kind", KINDS)
def test_lists(vlm: Command, ids: dict[str, str], kind: str) -> None:
    table = vlm.ok(kind, "list").splitlines()
    subject = "NAME" if kind == "executions" else "DOMAIN"
    assert table[0].split() == ["ID", subject, "STATUS", "CREATED", "DURATION"]
    assert table[1].startswith(ids[kind])
    assert "│" not in "".join(table)
    (job,) = vlm.json(kind, "list")
    assert job["id"] == ids[kind]
    assert [json.loads(line)["id"] for line in vlm.ok(kind, "list", "--jsonl").splitlines()] == [
        ids[kind]
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_list(vlm: Command, kind: str) -> None:
    assert vlm.ok(kind, "list", "-f", "json") == "[]\n"
    result = vlm(kind, "list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"No {kind} found" in result.stderr


def test_filters_look_beyond_one_page(vlm: Command) -> None:
    with VLMRun(api_key=KEY, base_url=vlm.server.url) as client:
        vlm.server.on_execute(lambda run: Outcome.failure("blank"))
        failed = [client.agent.execute(prompt="a").id for _ in range(3)]
        for id in failed:
            client.executions.get(id), client.executions.get(id)
        vlm.server.on_execute(None)
        for _ in range(105):
            client.agent.execute(prompt="b")
    found = vlm.json("executions", "list", "--status", "FAILED", "--limit", "2")
    assert {job["id"] for job in found} < set(failed)
    assert len(found) == 2
    assert len(vlm.json("executions", "list", "--all")) == 108
    assert len(vlm.json("executions", "list")) == 10
    rest = vlm.json("executions", "list", "--status", "failed", "--skip", "2")
    assert [job["id"] for job in rest] == failed[:1]


def test_dates_include_their_days(vlm: Command, ids: dict[str, str]) -> None:
    def found(*arguments: str) -> int:
        return len(vlm.json("executions", "list", *arguments))

    today = datetime.now(timezone.utc)
    day, before = f"{today:%Y-%m-%d}", f"{today - timedelta(days=1):%Y-%m-%d}"
    assert found("--since", before, "--until", day) == 1
    assert found("--until", before) == 0
    assert found("--since", f"{today + timedelta(days=2):%Y-%m-%d}") == 0


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("--status", "done", "Use one of: enqueued"),
        ("--status", "complete", "Did you mean 'completed'?"),
        ("--since", "01.02.2026", "YYYY-MM-DD"),
        ("--format", "yaml", "Use one of: text, json, jsonl"),
    ],
)
def test_unknown_values_are_usage_errors(vlm: Command, option: str, value: str, hint: str) -> None:
    result = vlm("executions", "list", option, value)
    assert result.exit_code == 2
    assert hint in result.stderr
    assert vlm.server.requests == []


@pytest.mark.parametrize("kind", KINDS)
def test_get(vlm: Command, ids: dict[str, str], kind: str) -> None:
    assert vlm.json(kind, "get", ids[kind])["status"] in ("pending", "enqueued", "running")
    done = vlm.json(kind, "get", ids[kind], "--wait", "--timeout", "30", "--poll-interval", "0.1")
    assert done["status"] == "completed"
    assert done["elapsed_s"] >= 0
    text = vlm.ok(kind, "get", ids[kind])
    for label in ("ID:", "Status:", "Created:", "Completed:", "Response:"):
        assert label in text
    assert ("Name:" in text) == (kind == "executions")
    assert ("Domain:" in text) == (kind == "predictions")


def test_a_response_is_shown_as_it_is(vlm: Command) -> None:
    vlm.server.on_execute(lambda run: {"text": "[bold]x[/bold] [1] [/nope]"})
    text = vlm.ok("execute", "-p", "Read it", "--poll-interval", "0.1")
    assert json.loads(text) == {"text": "[bold]x[/bold] [1] [/nope]"}


@pytest.mark.parametrize("flags", [[], ["--wait"]])
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_failed_job_has_exit_code_1_and_the_reason(
    vlm: Command, flags: list[str], form: list[str]
) -> None:
    vlm.server.on_execute(lambda run: Outcome.failure("the page is blank"))
    id = vlm.ok("execute", "-p", "x", "--no-wait").strip()
    with VLMRun(api_key=KEY, base_url=vlm.server.url) as client:
        client.executions.get(id), client.executions.get(id)
    result = vlm("executions", "get", id, *flags, *form)
    assert result.exit_code == 1
    assert "the page is blank" in result.stderr
    assert result.stderr.count("\n") == 1 or flags
    if form:
        assert json.loads(result.stdout)["status"] == "failed"


def test_a_timeout_names_the_command_that_waits_on(vlm: Command) -> None:
    vlm.server.on_execute(lambda run: Outcome(statuses=["pending"] * 1000))
    id = vlm.ok("execute", "-p", "x", "--no-wait").strip()
    result = vlm("executions", "get", id, "--wait", "--timeout", "0", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"vlmrun executions get {id} --wait" in result.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_id(vlm: Command, kind: str) -> None:
    result = vlm(kind, "get", "0" * 8, "--json")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.count("\n") == 1


def test_an_id_cannot_change_the_url(vlm: Command) -> None:
    assert vlm("executions", "get", "../files").exit_code == 2
    assert vlm.server.requests == []


def test_a_page_is_one_request(vlm: Command, ids: dict[str, Any]) -> None:
    vlm.server.clear()
    vlm.ok("executions", "list", "--skip", "0", "--limit", "5")
    (request,) = vlm.server.requests
    assert request.operation == "list_executions"
