"""The stand-in's reading of openapi.yaml, and the check that its own tests rely on."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.testing.conftest import PLAIN
from vlmrun.testing import Server
from vlmrun.testing.contract import load_contract
from vlmrun.testing.endpoints import PREFIX
from vlmrun.testing.handlers import HANDLERS
from vlmrun.testing.validation import check_answer

CONTRACT = load_contract()


def test_every_operation_has_a_route_of_its_name(server: Server) -> None:
    for operation in CONTRACT.operations.values():
        path = operation.path.replace("{", "").replace("}", "")
        httpx.request(operation.method, f"{server.url}{path}", **PLAIN)
    assert [each.operation for each in server.requests] == list(CONTRACT.operations)


def test_every_handler_is_of_an_operation() -> None:
    assert HANDLERS.keys() <= CONTRACT.operations.keys()


def test_what_is_not_served_yet_says_so_with_501(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(HANDLERS, "list_datasets")
    response = http.get("/datasets")
    assert response.status_code == 501
    assert "does not serve list_datasets (GET /v1/datasets)" in response.json()["detail"]


def test_every_schema_of_a_request_or_an_answer_compiles() -> None:
    for operation in CONTRACT.operations.values():
        pointers = [each.pointer for each in operation.parameters]
        pointers += [operation.body.pointer] if operation.body else []
        pointers += [place for types in operation.responses.values() for place in types.values()]
        for pointer in pointers:
            CONTRACT.validator(pointer)


def test_dates_in_the_contract_stay_text() -> None:
    assert isinstance(CONTRACT.document["info"]["version"], str)


@pytest.mark.parametrize(
    ("status", "media_type", "content"),
    [
        (200, "application/json", b'[{"id": 1}]'),
        (200, "application/json", b"[{]"),
        (200, "text/html", b"<html>"),
        (202, "application/json", b"[]"),
    ],
    ids=["wrong type", "no JSON", "wrong media type", "unknown status"],
)
def test_the_check_of_answers_finds(status: int, media_type: str, content: bytes) -> None:
    operation = CONTRACT.operations["list_files"]
    assert check_answer(CONTRACT, operation, status, media_type, content)


def test_the_check_of_answers_passes_what_conforms() -> None:
    operation = CONTRACT.operations["list_files"]
    assert check_answer(CONTRACT, operation, 200, "application/json", b'[{"id": "f"}]') == []


def test_an_answer_without_content_must_be_empty() -> None:
    operation = CONTRACT.operations["delete_file"]
    assert check_answer(CONTRACT, operation, 204, "", b"") == []
    assert check_answer(CONTRACT, operation, 204, "", b"x")


def test_paths_are_those_of_the_contract_below_the_prefix(server: Server) -> None:
    assert server.url.endswith(PREFIX)
    assert (Path(__file__).parents[2] / "openapi.yaml").is_file()


def test_every_answer_of_these_tests_is_held_against_the_contract(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch, contract_violations: list[str]
) -> None:
    monkeypatch.setitem(HANDLERS, "list_agents", lambda call: [{"name": "reader", "id": 1}])
    assert http.get("/agent").status_code == 200
    assert http.get("/agent/executions").status_code == 200
    assert contract_violations == [
        "list_agents 200: ['response', 0, 'id'] Input should be of type string, not 1"
    ]
    contract_violations.clear()
