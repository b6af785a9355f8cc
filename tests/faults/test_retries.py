"""Requests that can be repeated without harm are retried up to `max_retries` times."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.raw_server import Connection, raw_server, response
from vlmrun.errors import (
    APIError,
    NetworkError,
    OutcomeUnknownError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
)
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

Attempts = Callable[[str], int]

PASSING = {
    "408": {"status": 408},
    "425": {"status": 425},
    "429": {"status": 429},
    "500": {"status": 500},
    "502": {"status": 502},
    "503": {"status": 503},
    "504": {"status": 504},
    "520": {"status": 520},
    "reset before reading": {"reset": "before_reading"},
    "reset after handling": {"reset": "after_handling"},
    "reset in body": {"reset": "in_body"},
    "truncated": {"truncate": 1},
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_p28_get_is_retried(
    client: Any, server: Server, attempts: Attempts, fault: dict[str, Any]
) -> None:
    server.inject(Fault("list_models", times=2, **fault))
    assert client.models.list()
    assert attempts("list_models") == 3


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_p28_post_that_only_reads_is_retried(
    client: Any, server: Server, attempts: Attempts, fault: dict[str, Any]
) -> None:
    server.add_agent("invoices", "Read invoices")
    server.inject(Fault("lookup_agent", **fault))
    assert client.agent.get(name="invoices").name.startswith("invoices")
    assert attempts("lookup_agent") == 2


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 413, 422, 501])
def test_permanent_error_is_not_retried(
    client: Any, server: Server, attempts: Attempts, status: int
) -> None:
    server.inject(Fault("list_models", status=status, times=None))
    with pytest.raises(APIError):
        client.models.list()
    assert attempts("list_models") == 1


@pytest.mark.parametrize("max_retries", [0, 1, 3])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 500}, ServerError),
        ({"status": 408}, RequestTimeoutError),
        ({"status": 429}, RateLimitError),
        ({"reset": "after_reading"}, NetworkError),
    ],
    ids=["500", "408", "429", "reset"],
)
def test_p32_max_retries_is_the_number_of_retries(
    client: Any,
    server: Server,
    attempts: Attempts,
    max_retries: int,
    fault: dict[str, Any],
    error: type[Exception],
) -> None:
    server.inject(Fault("list_models", times=None, **fault))
    for call in (
        lambda: client.with_options(max_retries=max_retries).models.list(),
        lambda: client.models.list(options={"max_retries": max_retries}),
    ):
        before = attempts("list_models")
        with pytest.raises(error) as caught:
            call()
        assert not isinstance(caught.value, OutcomeUnknownError)
        assert attempts("list_models") - before == 1 + max_retries


def test_p32_default_is_five_retries(client: Any, server: Server, attempts: Attempts) -> None:
    server.inject(Fault("list_models", status=500, times=None))
    with pytest.raises(ServerError):
        client.models.list()
    assert attempts("list_models") == 6


def test_p28_retry_after_is_waited_for(client: Any, server: Server, pauses: list[float]) -> None:
    server.inject(Fault("list_models", status=503, headers={"Retry-After": "1"}))
    client.models.list()
    (pause,) = pauses
    assert 1.0 <= pause <= 1.1


def test_p28_retry_after_beyond_a_minute_ends_the_call(
    client: Any, server: Server, attempts: Attempts
) -> None:
    server.inject(Fault("list_models", status=429, headers={"Retry-After": "61"}, times=None))
    with pytest.raises(RateLimitError) as caught:
        client.models.list()
    assert caught.value.retry_after == 61
    assert attempts("list_models") == 1


def test_p28_chunked_body_that_breaks_off_is_retried(connect: Any) -> None:
    body = json.dumps([]).encode()

    def answer(connection: Connection) -> None:
        if connection.number == 0:
            head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            connection.send(head + b'5\r\n[{"mo\r\n')
        else:
            connection.send(response(body))

    with raw_server(answer) as raw:
        assert connect(base_url=raw.url).models.list() == []
        assert len(raw.requests) == 2


def test_delete_is_retried(client: Any, server: Server, attempts: Attempts, pdf: Any) -> None:
    file = client.files.upload(pdf)
    server.inject(Fault("delete_file", reset="before_reading"))
    assert client.files.delete(file.id).id == file.id
    assert attempts("delete_file") == 2
