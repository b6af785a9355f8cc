"""Each operation of the contract: what sends it, and that both twins send the same."""

from __future__ import annotations

import re

import pytest

import vlmrun
from tests.stock import all_calls, sent
from tests.twins import AsyncTwin, SyncTwin
from vlmrun.testing import Request
from vlmrun.testing.contract import load_contract

OPERATIONS = {each.id: each for each in vlmrun.operations()}
CALLS = all_calls()


def test_every_operation_of_the_contract_is_there() -> None:
    assert OPERATIONS.keys() == load_contract().operations.keys()


def test_no_method_claims_an_operation_that_does_not_exist() -> None:
    from vlmrun._operations import _calls

    assert {id for id, _ in _calls()} <= OPERATIONS.keys()


@pytest.mark.parametrize("id", [id for id, each in OPERATIONS.items() if each.calls])
def test_both_twins_put_the_same_valid_bytes_on_the_wire(id: str) -> None:
    assert id in CALLS, f"Add a call of {id} to CALLS in the resource's module of tests/client"
    by_sync, by_async = (sent(twin(), CALLS[id]) for twin in (SyncTwin, AsyncTwin))
    assert [request.status for request in by_sync if request.operation == id][-1:] in ([200], [201])
    assert [wire(request) for request in by_sync] == [wire(request) for request in by_async]


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
