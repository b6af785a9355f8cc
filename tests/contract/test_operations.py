"""Each operation of the contract: the calls that send it, and that both clients send the same."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import reduce
from typing import Any

import pytest

import vlmrun
from tests.sample_data import all_calls, requests_sent_by
from tests.sync_async import AsyncClientFactory, SyncClientFactory
from vlmrun.testing import Request
from vlmrun.testing.contract.openapi import load_contract

OPERATIONS = {each.id: each for each in vlmrun.operations()}
CALLS = all_calls()
CONTRACT = load_contract()

# Arguments that may be left out although the contract requires them, and what is sent then.
SENT_ANYWAY = {
    "client.gateway.systemone.decide(model=)": "TYPESAFE_DEFAULT_MODEL or the service's default",
    "client.image.execute(images=)": "urls, file or file_id is sent in its place",
    "client.image.generate(images=)": "urls, file or file_id is sent in its place",
    "client.image.schema(images=)": "urls, file or file_id is sent in its place",
}


def test_every_operation_of_the_contract_is_there() -> None:
    assert OPERATIONS.keys() == CONTRACT.operations.keys()


def test_no_method_claims_an_operation_that_does_not_exist() -> None:
    from vlmrun._operations import _calls

    assert {id for id, _ in _calls()} <= OPERATIONS.keys()


@pytest.mark.parametrize("id", [id for id, each in OPERATIONS.items() if each.calls])
def test_both_clients_send_the_same_valid_bytes(id: str) -> None:
    assert id in CALLS, f"Add a call of {id} to CALLS in the resource's module of tests/client"
    by_sync = requests_sent_by(CALLS[id], SyncClientFactory())
    by_async = requests_sent_by(CALLS[id], AsyncClientFactory())
    assert [request.status for request in by_sync if request.operation == id][-1:] in ([200], [201])
    assert [wire(request) for request in by_sync] == [wire(request) for request in by_async]


def required_of(id: str) -> set[str]:
    """The names of the parameters and fields that a request of an operation must have."""
    operation = CONTRACT.operations[id]
    found = {each.name for each in operation.parameters if each.required}
    body = {"$ref": f"#{operation.body.pointer}"} if operation.body else {}
    return found | required_fields(body)


def required_fields(schema: dict[str, Any]) -> set[str]:
    schema, _ = CONTRACT.resolve(schema, "")
    return set(schema.get("required", ())).union(*map(required_fields, schema.get("allOf", ())))


def may_be_left_out() -> Iterator[str]:
    """The arguments of calls that have a default, and the name of something that is required."""
    client = vlmrun.VLMRun("key")
    for id, operation in OPERATIONS.items():
        for call in operation.calls:
            method: Any = reduce(getattr, call.split("."), client)
            for name, argument in inspect.signature(method).parameters.items():
                if name in required_of(id) and argument.default is not argument.empty:
                    yield f"client.{call}({name}=)"


def test_required_parameters_are_required_arguments() -> None:
    # The calls above give their arguments, and would not miss them.
    assert {*may_be_left_out()} == SENT_ANYWAY.keys(), (
        "Take the default away; or send what the service took for it, and say so in SENT_ANYWAY"
    )


def wire(request: Request) -> tuple[bytes, ...]:
    """The bytes of a request, less what differs from server to server and from form to form."""
    line = f"{request.method} {request.path} {sorted(request.query.items())}"
    headers = repr(sorted(request.headers.items()))
    return tuple(map(_without_chance, (line.encode(), headers.encode(), request.body or b"")))


def _without_chance(data: bytes) -> bytes:
    data = re.sub(rb"127\.0\.0\.1:\d+", b"HOST", data)
    data = re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"ID", data)
    data = re.sub(rb"/storage/[\w/-]+", b"/storage/TOKEN", data)
    return re.sub(rb"[0-9a-f]{32}(?=(\r\n|--|'))", b"BOUNDARY", data)
