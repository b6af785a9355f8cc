"""`vlmrun.operations()`: the operations of the service, and the calls that send them."""

from __future__ import annotations

import inspect
from functools import reduce
from pathlib import Path

import pytest
import yaml

import vlmrun
from tests.faults.paid_operations import PAID, REPEATABLE_POSTS
from vlmrun import AsyncVLMRun, VLMRun, _contract
from vlmrun._core import cost_classes
from vlmrun.testing.handlers import HANDLERS

OPENAPI = Path(__file__).parents[2] / "openapi.yaml"
OPERATIONS = {each.id: each for each in vlmrun.operations()}
MAPPED = [each for each in OPERATIONS.values() if each.calls]


def test_operations_are_those_of_the_openapi_document_in_its_order() -> None:
    paths = yaml.safe_load(OPENAPI.read_text("utf-8"))["paths"]
    expected = [
        (operation["operationId"], method.upper(), path)
        for path, item in paths.items()
        for method, operation in item.items()
    ]
    assert [(each.id, each.method, each.path) for each in vlmrun.operations()] == expected


def test_an_operation_has_id_method_path_and_calls() -> None:
    operation = OPERATIONS["execute_agent"]
    calls = ("agent.execute",)
    assert operation == ("execute_agent", "POST", "/agent/execute", calls, None, "paid")
    assert operation.calls[0] == "agent.execute"


def test_an_operation_can_have_a_call_of_the_client_itself() -> None:
    assert OPERATIONS["check_health"].calls == ("healthcheck", "gateway.health")


@pytest.mark.parametrize("kind", [VLMRun, AsyncVLMRun])
@pytest.mark.parametrize("operation", MAPPED, ids=lambda each: each.id)
def test_all_calls_exist_and_are_documented_in_both_clients(
    kind: type[VLMRun | AsyncVLMRun], operation: vlmrun._operations.Operation
) -> None:
    client = kind("key")
    for call in operation.calls:
        method = reduce(getattr, call.split("."), client)
        assert callable(method)
        assert inspect.getdoc(method)


def test_every_operation_has_a_call_or_a_reason() -> None:
    without = {id for id, each in OPERATIONS.items() if not each.calls and not each.reason}
    assert without == set(), "Give it a call, or a reason (x-low-level-only)"


def test_the_mock_server_serves_every_operation_that_has_a_call() -> None:
    assert {each.id for each in MAPPED} <= HANDLERS.keys() <= OPERATIONS.keys()


def test_no_operation_has_both_a_call_and_a_reason() -> None:
    assert [each.id for each in MAPPED if each.reason] == [], "It has a call: remove the reason"


def test_a_reason_is_read_from_the_openapi_document(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = {"operationId": "list_stamps", "x-low-level-only": "No call of its own yet."}
    document = {"paths": {"/stamps": {"head": operation}}}
    monkeypatch.setattr(vlmrun._operations, "load_document", lambda: document)
    assert vlmrun.operations() == (
        ("list_stamps", "HEAD", "/stamps", (), "No call of its own yet.", "free"),
    )


def test_each_post_has_a_cost_class() -> None:
    # One that only the low-level client sends counts as paid until it gets a method.
    called = [each for each in OPERATIONS.values() if each.calls]
    posts = {each.id for each in called if each.method not in ("GET", "DELETE")}
    missing = posts - cost_classes._CLASSES.keys()
    assert missing == set(), "Add them to src/vlmrun/_core/cost_classes.py"


def test_an_unknown_operation_that_may_change_something_counts_as_paid() -> None:
    cost = cost_classes.cost_class
    assert [cost("new", method) for method in ("POST", "PUT", "GET", "HEAD", "DELETE")] == [
        "paid",
        "paid",
        "free",
        "free",
        "deletes",
    ]


def test_what_is_paid_is_never_sent_twice_and_what_is_free_only_reads() -> None:
    costs = {each.id: each.cost for each in OPERATIONS.values() if each.calls}
    assert {id for id, cost in costs.items() if cost == "paid"} <= set(PAID)
    assert {id for id, reason in REPEATABLE_POSTS.items() if reason == "reads"} == {
        each.id for each in OPERATIONS.values() if each.method == "POST" and each.cost == "free"
    }


def test_the_openapi_document_is_read_once() -> None:
    assert _contract.load_document() is _contract.load_document()


def test_an_installed_package_reads_its_own_openapi_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text("openapi: 3.1.0\ninfo: {version: 2026-05-19}\npaths: {}\n")
    monkeypatch.setattr(_contract, "_IN_PACKAGE", path)
    assert _contract.load_document.__wrapped__() == {
        "openapi": "3.1.0",
        "info": {"version": "2026-05-19"},
        "paths": {},
    }
