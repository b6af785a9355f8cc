"""A call that costs money is sent again only if it has certainly not been executed."""

from __future__ import annotations

import json
import logging
import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.conftest import Billable
from tests.faults.raw_server import raw_server, response
from vlmrun.errors import (
    NetworkError,
    OutcomeUnknownError,
    RateLimitError,
    RequestTimeoutError,
    ResponseDecodeError,
    ServerError,
)
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

Attempts = Callable[[str], int]
ACCEPTED = json.dumps({"id": "e1", "status": "enqueued"}).encode()


class AtFirstRetry(logging.Handler):
    """Runs an action once, when the client logs that it is going to retry."""

    def __init__(self, action: Callable[[], None]) -> None:
        super().__init__()
        self._actions = [action]

    def emit(self, record: logging.LogRecord) -> None:
        if "retrying" in record.getMessage() and self._actions:
            self._actions.pop()()


@pytest.fixture
def at_first_retry() -> Iterator[Callable[[Callable[[], None]], None]]:
    logger = logging.getLogger("vlmrun")
    level, before = logger.level, list(logger.handlers)

    def install(action: Callable[[], None]) -> None:
        logger.setLevel(logging.DEBUG)
        logger.addHandler(AtFirstRetry(action))

    yield install
    logger.setLevel(level)
    logger.handlers[:] = before


def test_p02_refused_connection_is_retried(connect: Any, at_first_retry: Any) -> None:
    with raw_server(lambda c: c.send(response(ACCEPTED)), listening=False) as raw:
        at_first_retry(raw.listen)
        assert connect(base_url=raw.url).agent.execute(prompt="Describe it").id == "e1"
        assert len(raw.requests) == 1


def test_refused_connection_raises_a_network_error_after_the_retries(connect: Any) -> None:
    with raw_server(lambda c: None, listening=False) as raw:
        with pytest.raises(NetworkError, match=r"connection to 127.0.0.1:\d+ failed") as caught:
            connect(base_url=raw.url, max_retries=2).agent.execute(prompt="Describe it")
        assert not isinstance(caught.value, OutcomeUnknownError)


def test_connect_timeout_counts_as_never_delivered(connect: Any) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        client = connect(base_url=url, timeout=0.1, max_retries=1)
        with pytest.raises(RequestTimeoutError):
            client.agent.execute(prompt="Describe it")
        for each in waiting:
            each.close()


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429},
        {"status": 429, "headers": {"Retry-After": "0.01"}},
        {"status": 503, "headers": {"Retry-After": "0.01"}},
        {"status": 503, "headers": {"Retry-After": "0"}},
    ],
    ids=["429", "429 with Retry-After", "503 with Retry-After", "503 with Retry-After 0"],
)
def test_p02_throttled_request_is_retried(
    client: Any, server: Server, billable: Billable, attempts: Attempts, fault: dict[str, Any]
) -> None:
    server.inject(Fault(billable.operation, times=2, **fault))
    billable.call(client)
    assert attempts(billable.operation) == 3
    assert len(billable.made(client)) == 1


def test_request_throttled_every_time_raises_a_rate_limit_error(
    connect: Any, server: Server, attempts: Attempts
) -> None:
    server.inject(Fault("execute_agent", status=429, times=None))
    with pytest.raises(RateLimitError):
        connect(max_retries=2).agent.execute(prompt="Describe it")
    assert attempts("execute_agent") == 3


@pytest.mark.parametrize("status", [500, 502, 503, 520])
def test_p02_server_error_is_raised_after_one_request(
    client: Any, server: Server, billable: Billable, attempts: Attempts, status: int
) -> None:
    server.inject(Fault(billable.operation, status=status, times=None))
    with pytest.raises(ServerError) as caught:
        billable.call(client)
    assert caught.value.http_status == status
    assert attempts(billable.operation) == 1


@pytest.mark.parametrize(
    ("fault", "carried_out"),
    [
        ({"reset": "before_reading"}, 0),
        ({"reset": "after_reading"}, 0),
        ({"reset": "after_handling"}, 1),
        ({"reset": "in_body"}, 1),
        ({"truncate": 5}, 1),
    ],
    ids=["before reading", "after reading", "after handling", "in body", "truncated"],
)
def test_p02_outcome_unknown_after_one_request(
    client: Any,
    server: Server,
    billable: Billable,
    attempts: Attempts,
    fault: dict[str, Any],
    carried_out: int,
) -> None:
    server.inject(Fault(billable.operation, times=None, **fault))
    with pytest.raises(OutcomeUnknownError) as caught:
        billable.call(client)
    assert attempts(billable.operation) == 1
    server.clear()
    assert len(billable.made(client)) == carried_out
    message = str(caught.value)
    assert "not sent again" in message
    assert re.findall(r"client\.\w+\.list\(\)", message) == [billable.listing]


@pytest.mark.parametrize("bound", ["timeout", "deadline"])
def test_p02_timeout_after_sending_is_outcome_unknown(
    connect: Any, server: Server, attempts: Attempts, bound: str
) -> None:
    server.inject(Fault("execute_agent", delay=60, times=None))
    with pytest.raises(OutcomeUnknownError, match=f"within the {bound}") as caught:
        connect(**{bound: 0.2}).agent.execute(prompt="Describe it")
    assert isinstance(caught.value, RequestTimeoutError)
    assert attempts("execute_agent") == 1
    server.clear()
    assert connect().executions.list() == []


def test_connection_closed_without_a_response_is_outcome_unknown(connect: Any) -> None:
    with raw_server(lambda c: None) as raw:
        with pytest.raises(OutcomeUnknownError):
            connect(base_url=raw.url).agent.execute(prompt="Describe it")
        assert len(raw.requests) == 1


@pytest.mark.parametrize("broken", [{"reset": "in_body"}, {"truncate": 3}])
def test_status_decides_though_the_error_body_breaks_off(
    client: Any, server: Server, attempts: Attempts, broken: dict[str, Any]
) -> None:
    server.inject(
        Fault("execute_agent", status=429, **broken),
        Fault("execute_agent", status=500, **broken),
    )
    with pytest.raises(ServerError) as caught:
        client.agent.execute(prompt="Describe it")
    assert caught.value.http_status == 500
    assert attempts("execute_agent") == 2


def test_undecodable_success_is_not_retried(
    client: Any, server: Server, attempts: Attempts
) -> None:
    server.inject(Fault("execute_agent", body=b"\x00garbage", times=None))
    with pytest.raises(ResponseDecodeError):
        client.agent.execute(prompt="Describe it")
    assert attempts("execute_agent") == 1
