"""Reading of openapi.yaml by the mock server, and the response check that all tests rely on."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.contract_watch import check_response
from tests.plain_http import PLAIN
from vlmrun.testing import Server
from vlmrun.testing.contract.openapi import ContractOperation, load_contract
from vlmrun.testing.handlers import HANDLERS
from vlmrun.testing.http.asgi_app import NOTE_HEADER as NOTE

CONTRACT = load_contract()


def url_of(server: Server, operation: ContractOperation) -> str:
    path = operation.path.replace("{", "").replace("}", "")
    return f"{server.url.removesuffix(CONTRACT.path)}{operation.prefix}{path}"


def test_each_operation_has_a_route_with_its_name(server: Server) -> None:
    for operation in CONTRACT.operations.values():
        httpx.request(operation.method, url_of(server, operation), **PLAIN)
    assert [each.operation for each in server.requests] == list(CONTRACT.operations)


def test_each_handler_has_an_operation() -> None:
    assert HANDLERS.keys() <= CONTRACT.operations.keys()


JSON_OPERATIONS = [
    each
    for each in CONTRACT.operations.values()
    if "application/json" in each.responses.get(str(each.success_status), {})
    and each.method == "GET"
]


@pytest.mark.parametrize("operation", JSON_OPERATIONS, ids=[each.id for each in JSON_OPERATIONS])
def test_operation_without_a_handler_responds_with_a_sample(
    http: httpx.Client,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    operation: ContractOperation,
) -> None:
    monkeypatch.delitem(HANDLERS, operation.id)
    response = http.get(url_of(server, operation))
    # tests/contract_watch.py checks the body of each response against the contract.
    assert response.status_code == operation.success_status
    assert f"sample: the mock server has no handler for {operation.id}" in response.headers[NOTE]


def test_all_schemas_of_requests_and_responses_compile() -> None:
    for operation in CONTRACT.operations.values():
        pointers = [each.pointer for each in operation.parameters]
        pointers += [operation.body.pointer] if operation.body else []
        pointers += [each for types in operation.responses.values() for each in types.values()]
        for pointer in pointers:
            assert CONTRACT.validator(pointer) is not None


def test_dates_in_the_contract_are_read_as_str() -> None:
    assert isinstance(CONTRACT.document["info"]["version"], str)


@pytest.mark.parametrize(
    ("status", "media_type", "content"),
    [
        (200, "application/json", b'[{"id": 1}]'),
        (200, "application/json", b"[{]"),
        (200, "text/html", b"<html>"),
        (202, "application/json", b"[]"),
    ],
    ids=["wrong type", "invalid JSON", "wrong media type", "unknown status"],
)
def test_check_response_finds_violations(status: int, media_type: str, content: bytes) -> None:
    operation = CONTRACT.operations["list_files"]
    assert check_response(CONTRACT, operation, status, media_type, content)


def test_check_response_accepts_a_conforming_response() -> None:
    operation = CONTRACT.operations["list_files"]
    assert check_response(CONTRACT, operation, 200, "application/json", b'[{"id": "f"}]') == []


def test_response_without_content_must_be_empty() -> None:
    operation = CONTRACT.operations["delete_file"]
    assert check_response(CONTRACT, operation, 204, "", b"") == []
    assert check_response(CONTRACT, operation, 204, "", b"x")


def test_base_urls_end_with_the_paths_of_the_contract(server: Server) -> None:
    assert server.url.endswith(CONTRACT.path)
    assert server.gateway_url.endswith(CONTRACT.gateway_path)
    assert (Path(__file__).parents[2] / "openapi.yaml").is_file()


def test_each_response_in_the_tests_is_checked_against_the_contract(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch, contract_violations: list[str]
) -> None:
    monkeypatch.setitem(HANDLERS, "list_agents", lambda request: [{"name": "reader", "id": 1}])
    assert http.get("/agent").status_code == 200
    assert http.get("/agent/executions").status_code == 200
    assert contract_violations == [
        "list_agents 200: ['response', 0, 'id'] Input should be of type string, not 1"
    ]
    contract_violations.clear()
