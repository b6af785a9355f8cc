"""A wait goes on through failures of the service, until its own timeout."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.paid_operations import sent
from tests.waiting.simulated_time import SimulatedTime
from vlmrun.errors import (
    AuthenticationError,
    RateLimitError,
    ResponseDecodeError,
    WaitTimeoutError,
)
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

FAILURES: dict[str, dict[str, Any]] = {
    "429": {"status": 429},
    "429 with Retry-After": {"status": 429, "headers": {"Retry-After": "1"}},
    "500": {"status": 500},
    "502": {"status": 502, "body": "<html>"},
    "503": {"status": 503},
    "524": {"status": 524},
    "lost": {"reset": "after_reading"},
    "truncated": {"truncate": 3},
}
# More than any number of retries, so that only the wait itself can have gone on.
MANY = 12


@pytest.fixture(autouse=True)
def skipped_pauses(monkeypatch: pytest.MonkeyPatch, time: SimulatedTime) -> list[float]:
    """The pauses between polls, which are recorded and skipped."""
    pauses: list[float] = []
    begin_pause = time.begin_pause

    def pause(wakeup: Any, seconds: float | None) -> None:
        pauses.append(seconds or 0.0)
        begin_pause(wakeup, seconds)

    monkeypatch.setattr(time, "begin_pause", pause)
    return pauses


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_p53_wait_goes_on_through_failures(
    client: Any, server: Server, failure: dict[str, Any], skipped_pauses: list[float]
) -> None:
    id = client.agent.execute(prompt="Describe it").id
    server.inject(Fault("get_execution", times=MANY, **failure))
    assert client.executions.wait(id, timeout=300).status == "completed"
    assert sent(server, "get_execution") > MANY
    if "headers" in failure:
        assert min(skipped_pauses[:MANY]) >= 1


@pytest.mark.parametrize("body", ["<html>", "", "{", "[]"])
def test_p53_wait_goes_on_after_a_response_that_cannot_be_read_unless_the_next_is_alike(
    client: Any, server: Server, body: str
) -> None:
    ids = [client.agent.execute(prompt="Describe it").id for _ in range(2)]
    waits = [client.executions.wait, lambda id: next(iter(client.executions.wait_many([id])))]
    for id, wait in zip(ids, waits, strict=True):
        for skip in (0, 1):  # with a response between them that can be read
            server.inject(Fault("get_execution", status=200, body=body, skip=skip))
        assert wait(id).id == id
    server.clear()
    server.inject(Fault("get_execution", status=200, body=body, times=None))
    with pytest.raises(ResponseDecodeError, match="While waiting for execution"):
        client.agent.execute(prompt="Describe it", batch=False)
    assert sent(server, "get_execution") == 2
    (item,) = client.executions.wait_many([ids[0]])
    assert isinstance(item.error, ResponseDecodeError)
    assert sent(server, "get_execution") == 4


def test_p53_submitting_calls_go_on_waiting_through_failures(client: Any, server: Server) -> None:
    for operation in ("get_execution", "get_prediction", "get_fine_tuning_job", "get_dataset"):
        server.inject(Fault(operation, status=429, times=MANY))
    assert client.agent.execute(prompt="Describe it", batch=False).status == "completed"
    id = client.document.generate(
        url="https://example.com/a.pdf", domain="document.invoice", batch=True
    ).id
    assert client.predictions.wait(id).status == "completed"
    assert sent(server, "get_execution") > MANY
    assert sent(server, "get_prediction") > MANY


def test_p53_timeout_of_a_wait_names_the_last_failure(client: Any, server: Server) -> None:
    id = client.agent.execute(prompt="Describe it").id
    server.inject(Fault("get_execution", status=429, times=None))
    with pytest.raises(WaitTimeoutError, match="the last poll failed: ") as caught:
        client.executions.wait(id, timeout=60)
    assert id in str(caught.value)
    assert isinstance(caught.value.__cause__, RateLimitError)


def test_p53_poll_that_is_refused_ends_the_wait_and_names_the_job(
    client: Any, server: Server
) -> None:
    server.inject(Fault("get_execution", status=401, times=None))
    with pytest.raises(AuthenticationError, match="While waiting for execution") as caught:
        client.agent.execute(prompt="Describe it", batch=False)
    id = client.executions.list()[0].id
    assert caught.value.job_id == id
    assert f"client.executions.wait('{id}')" in str(caught.value)
    assert sent(server, "get_execution") == 1


def test_without_retries_the_first_failure_ends_the_wait(connect: Any, server: Server) -> None:
    client = connect(max_retries=0)
    id = client.agent.execute(prompt="Describe it").id
    server.inject(Fault("get_execution", status=429, times=None))
    with pytest.raises(RateLimitError, match=f"While waiting for execution {id}"):
        client.executions.wait(id)
