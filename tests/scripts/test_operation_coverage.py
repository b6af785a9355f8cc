"""`make coverage`: what is called tested and documented, and what is found to be missing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import operation_coverage
import pytest
from opcoverage.documented import calls_on_page, has_example
from opcoverage.report import FORMATS, Row

import vlmrun
from vlmrun._operations import Operation

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, ROOT / "scripts/operation_coverage.py"]
MODELS = next(each for each in vlmrun.operations() if each.id == "list_models")
PAGE = {"list_models": ("models.list",), "check_health": ("healthcheck", "gateway.health")}


def row(
    call: Any = None,
    operation: Operation = MODELS,
    page: Mapping[str, tuple[str, ...]] = PAGE,
) -> Row:
    tests = {} if call is None else {operation.id: call}
    return operation_coverage.row_of(operation, tests, page)


def test_an_operation_that_has_everything() -> None:
    found = row(lambda client, stock: client.models.list())
    assert found == ("list_models", ("models.list",), None, True, True, True, ())


def test_one_that_no_test_makes() -> None:
    found = row()
    assert (found.sync, found.asynchronous) == (False, False)
    assert found.holes == (operation_coverage.NOT_TESTED,)


def test_a_test_s_call_that_sends_another_operation() -> None:
    found = row(lambda client, stock: client.hub.info())
    assert (found.sync, found.asynchronous) == (False, False)
    assert found.holes == (
        "its call in CALLS does not send it with success (sync): nothing came",
        "its call in CALLS does not send it with success (async): nothing came",
    )


def test_a_test_s_call_that_fails() -> None:
    operation = next(each for each in vlmrun.operations() if each.id == "get_execution")
    found = row(lambda client, stock: client.executions.get("nothing"), operation)
    assert not found.sync
    assert found.holes[0].startswith("its call in CALLS fails (sync): ResourceNotFoundError: ")
    assert found.holes[1].startswith("its call in CALLS fails (async): ResourceNotFoundError: ")


def test_a_call_that_swallows_a_failure_is_no_success() -> None:
    operation = next(each for each in vlmrun.operations() if each.id == "get_execution")

    def call(client: Any, stock: Any) -> None:
        with pytest.raises(vlmrun.errors.ResourceNotFoundError):
            client.executions.get("nothing")

    assert row(call, operation).holes[0].endswith("with success (sync): 404 came")


def test_a_call_that_works_on_one_twin_only() -> None:
    def call(client: Any, stock: Any) -> None:
        if isinstance(client, vlmrun.VLMRun):
            client.models.list()

    found = row(call)
    assert (found.sync, found.asynchronous) == (True, False)
    assert len(found.holes) == 1


def test_a_method_that_does_not_run_beside_one_that_does() -> None:
    operation = next(each for each in vlmrun.operations() if each.id == "check_health")
    found = row(lambda client, stock: client.healthcheck(), operation)
    assert (found.sync, found.asynchronous) == (False, False)
    assert found.holes == (
        "client.gateway.health did not run (sync): call it too in the operation's CALLS",
        "client.gateway.health did not run (async): call it too in the operation's CALLS",
    )


def test_one_that_is_not_on_the_page() -> None:
    found = row(lambda client, stock: client.models.list(), page={})
    assert (found.sync, found.documented) == (True, False)
    (hole,) = found.holes
    assert hole.endswith("run `make docs`")


def test_one_that_nothing_sends() -> None:
    operation = MODELS._replace(calls=())
    assert row(None, operation).holes == (operation_coverage.NO_CALL,)
    with_reason = row(None, operation._replace(reason="The service's own"))
    assert with_reason.holes == ()
    assert "-" in FORMATS["text"]([with_reason]).splitlines()[1].split()


class TestExamples:
    class Client:
        class Resource:
            def plain(self) -> None:
                """Do it."""

            def shown(self) -> None:
                """Do it.

                Example:
                    >>> client.resource.shown()
                """

            @property
            def foreign(self) -> Any:
                """Another package's.

                Example:
                    >>> client.resource.foreign.keys()
                """
                return {}

        resource = Resource()

    @pytest.mark.parametrize(
        ("call", "there"),
        [("resource.shown", True), ("resource.plain", False), ("resource.foreign.keys", True)],
    )
    def test_of_the_method_or_of_the_property_before_it(self, call: str, there: bool) -> None:
        assert has_example(call, self.Client()) is there


def test_the_page_is_read_by_operation() -> None:
    page = "| `a` | `GET /a` | `client.a.b`, `client.c` | Do it with `client.d`. |\n| x |\n"
    assert calls_on_page(page) == {"a": ("a.b", "c")}


ROWS = [
    Row("list_models", ("models.list",), None, True, True, True, ()),
    Row("check_health", ("healthcheck",), None, False, True, True, ("do this",)),
]


def test_formats() -> None:
    text = FORMATS["text"](ROWS).splitlines()
    assert text[1].split() == ["list_models", "models.list", "yes", "yes", "yes"]
    assert text[2].split() == ["check_health", "healthcheck", "NO", "yes", "yes"]
    assert text[-2:] == ["check_health: do this", "2 operations, 2 calls, 1 holes"]
    markdown = FORMATS["markdown"](ROWS).splitlines()
    assert markdown[2] == "| list_models | models.list | yes | yes | yes |"
    assert "- check_health: do this" in markdown
    entries = json.loads(FORMATS["json"](ROWS))
    assert entries[1] == {
        "operation": "check_health",
        "calls": ["healthcheck"],
        "reason": None,
        "sync": False,
        "async": True,
        "documented": True,
        "holes": ["do this"],
    }


def test_a_page_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(operation_coverage, "PAGE", tmp_path / "nothing.md")
    assert operation_coverage.main([]) == 2
    assert "nothing.md" in capsys.readouterr().err


@pytest.mark.slow
def test_holes_make_it_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "operations.md"
    page.touch()
    monkeypatch.setattr(operation_coverage, "PAGE", page)
    assert operation_coverage.main(["--format", "markdown"]) == 1
    hole = "client.models.list is not in its row of docs/operations.md: run `make docs`"
    assert f"- list_models: {hole}" in capsys.readouterr().out


@pytest.mark.slow
def test_this_project_has_no_holes() -> None:
    done = subprocess.run([*COMMAND, "--format", "json"], capture_output=True, encoding="utf-8")
    entries = json.loads(done.stdout)
    assert [hole for entry in entries for hole in entry["holes"]] == []
    assert done.returncode == 0
    assert len(entries) == len(vlmrun.operations())
    assert all(entry["sync"] and entry["async"] for entry in entries if not entry["reason"])
