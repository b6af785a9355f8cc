"""Waiting for jobs: pace, statuses, time, and what a caller sees meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, get_args

import pytest

from tests.sync_async import AsyncClientFactory, ClientFactory
from tests.waiting.simulated_time import SimulatedTime
from vlmrun.errors import (
    ExecutionFailedError,
    ExecutionPausedError,
    InputError,
    InputTypeError,
    PredictionFailedError,
    RequestTimeoutError,
    ResourceNotFoundError,
    ServerError,
    WaitTimeoutError,
)
from vlmrun.testing import Fault, Outcome, Server
from vlmrun.types.jobs import IS_FINAL, JobStatus

CALLS = {
    "get_execution": lambda client, data: (
        client.executions.get(data.execution),
        client.executions.wait(data.execution),
    ),
    "get_prediction": lambda client, data: (
        client.predictions.get(data.prediction),
        client.predictions.wait(data.prediction),
    ),
}


@pytest.fixture
def started(client: Any, server: Server) -> Callable[..., str]:
    def start(*statuses: str, response: Any = None, message: str | None = None) -> str:
        server.on_execute(lambda _: Outcome(response, statuses, message=message))
        id: str = client.agent.execute(prompt="Read it").id
        return id

    return start


def test_wait_returns_the_completed_execution(client: Any, started: Callable[..., str]) -> None:
    done = client.executions.wait(started("enqueued", "running", "completed", response=[1, "a"]))
    assert done.status == "completed"
    assert done.response == [1, "a"]
    assert done.is_finished


def test_documented_form_takes_timeout_and_sleep_by_position(
    client: Any, started: Callable[..., str]
) -> None:
    assert client.executions.wait(started("running", "completed"), 20, 1).status == "completed"
    id = started("running", "completed")
    assert client.executions.wait(id=id, timeout=20, sleep=1).status == "completed"


def test_finished_job_is_polled_once(
    client: Any, server: Server, started: Callable[..., str]
) -> None:
    id = started("completed")
    server.clear()
    client.executions.wait(id)
    assert len(server.requests) == 1


def test_p03_failed_job_raises_immediately_with_the_job(
    client: Any, started: Callable[..., str]
) -> None:
    id = started("enqueued", "failed", message="the page is blank")
    with pytest.raises(ExecutionFailedError, match="the page is blank") as caught:
        client.executions.wait(id)
    assert caught.value.execution.id == id
    assert caught.value.execution.status == "failed"
    assert id in str(caught.value)


def test_p03_every_status_in_which_a_job_is_over_ends_the_wait(
    client: Any, started: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(IS_FINAL, "canceled", True)
    id = started("running", "canceled", message="by its owner")
    with pytest.raises(ExecutionFailedError, match="'canceled': by its owner") as caught:
        client.executions.wait(id)
    job = caught.value.execution
    assert (job.is_finished, job.status_is_known) == (True, True)
    assert job.completed_at is not None


def test_every_status_is_said_to_be_final_or_not() -> None:
    assert IS_FINAL.keys() == set(get_args(JobStatus)), "Add it to IS_FINAL in vlmrun.types.jobs"
    assert {status for status, is_final in IS_FINAL.items() if is_final} >= {"completed", "failed"}


def test_p03_failed_prediction_has_its_own_error(client: Any, server: Server) -> None:
    id = server.add_prediction(statuses=["failed"], message="no text on the page")
    with pytest.raises(PredictionFailedError, match="no text") as caught:
        client.predictions.wait(id)
    assert caught.value.prediction.id == id


def test_p03_paused_job_raises_its_own_error(client: Any, started: Callable[..., str]) -> None:
    id = started("running", "paused", "completed")
    with pytest.raises(ExecutionPausedError, match="through_pause") as caught:
        client.executions.wait(id)
    assert caught.value.execution.status == "paused"


def test_p03_paused_job_is_waited_through_on_request(
    client: Any, started: Callable[..., str]
) -> None:
    id = started("paused", "running", "completed")
    assert client.executions.wait(id, through_pause=True).status == "completed"


def test_p10_unknown_status_counts_as_in_progress(client: Any, started: Callable[..., str]) -> None:
    seen: list[tuple[str, bool]] = []
    done = client.executions.wait(
        started("warming-up", "completed"),
        on_update=lambda job: seen.append((job.status, job.status_is_known)),
    )
    assert done.status == "completed"
    assert ("warming-up", False) in seen


def test_on_update_is_called_after_every_poll(client: Any, started: Callable[..., str]) -> None:
    seen: list[str] = []
    client.executions.wait(
        started("enqueued", "running", "completed"), on_update=lambda job: seen.append(job.status)
    )
    assert seen[-1] == "completed"
    assert len(seen) > 1


def test_coroutine_as_on_update(
    client: Any, factory_type: type[ClientFactory], started: Callable[..., str]
) -> None:
    seen: list[str] = []

    async def note(job: Any) -> None:
        seen.append(job.status)

    id = started("running", "completed")
    if factory_type is AsyncClientFactory:
        client.executions.wait(id, on_update=note)
        assert seen[-1] == "completed"
    else:
        with pytest.raises(InputTypeError, match="on_update"):
            client.executions.wait(id, on_update=note)


def test_p04_wait_raises_timeout_error_with_id_and_last_status(
    client: Any, time: SimulatedTime, started: Callable[..., str]
) -> None:
    id = started("running", *["running"] * 1000)
    begun = time.now
    with pytest.raises(TimeoutError, match="last status: running") as caught:
        client.executions.wait(id, timeout=60)
    assert time.now - begun == pytest.approx(60, abs=0.1)
    assert isinstance(caught.value, WaitTimeoutError)
    assert id in str(caught.value)
    assert caught.value.job.status == "running"


def test_p04_timeout_applies_while_a_response_is_late(
    client: Any, server: Server, started: Callable[..., str]
) -> None:
    id = started("running", "completed")
    server.inject(Fault("get_execution", delay=60, times=None))
    begun = monotonic()
    with pytest.raises(TimeoutError):
        client.executions.wait(id, timeout=0.1)
    assert monotonic() - begun < 2.5


@pytest.mark.vlmrun_server(completes_after=0.4)
def test_p04_job_that_ends_early_is_returned_early(client: Any, time: SimulatedTime) -> None:
    begun = time.now
    assert client.agent.execute(prompt="Read it", batch=False).status == "completed"
    assert time.now - begun < 2


def test_timeout_zero_polls_once(client: Any, server: Server, started: Callable[..., str]) -> None:
    id = started("running", *["running"] * 10)
    server.clear()
    with pytest.raises(WaitTimeoutError):
        client.executions.wait(id, timeout=0)
    assert len(server.requests) == 1


def test_deadline_of_the_call_ends_the_wait(
    client: Any, time: SimulatedTime, started: Callable[..., str]
) -> None:
    id = started("running", *["running"] * 1000)
    begun = time.now
    with pytest.raises(TimeoutError):
        client.executions.wait(id, options={"deadline": 30})
    assert time.now - begun == pytest.approx(30, abs=0.1)


def test_deadline_bounds_submission_and_waiting_together(
    client: Any, server: Server, time: SimulatedTime
) -> None:
    server.on_execute(lambda _: Outcome(None, ["running"] * 1000))
    time.durations = {"execute_agent": 20}
    begun = time.now
    with pytest.raises(WaitTimeoutError, match="the deadline"):
        client.agent.execute(prompt="Read it", batch=False, options={"deadline": 30})
    assert time.now - begun == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"timeout": -1}, "timeout"),
        ({"timeout": "long"}, "timeout"),
        ({"sleep": -1}, "sleep"),
    ],
)
def test_invalid_timeout_sends_nothing(
    client: Any, server: Server, arguments: dict[str, Any], word: str
) -> None:
    with pytest.raises(InputError, match=word):
        client.executions.wait("some-id", **arguments)
    assert server.requests == []


def test_unknown_id(client: Any) -> None:
    with pytest.raises(ResourceNotFoundError):
        client.executions.wait("6d1f0c4e")


def test_transient_failure_of_a_poll_is_retried(
    client: Any, server: Server, started: Callable[..., str]
) -> None:
    id = started("running", "completed")
    server.inject(Fault("get_execution", status=502))
    assert client.executions.wait(id).status == "completed"


def test_permanent_failure_of_a_poll_names_the_execution(
    connect: Callable[..., Any], server: Server
) -> None:
    server.inject(Fault("get_execution", status=500, times=None))
    with pytest.raises(ServerError, match="While waiting for"):
        connect(max_retries=0).agent.execute(prompt="Read it", batch=False)


def test_slow_poll_within_a_long_wait_is_a_request_timeout(
    connect: Callable[..., Any], server: Server, started: Callable[..., str]
) -> None:
    id = started("running", "completed")
    server.inject(Fault("get_execution", delay=60, times=None))
    with pytest.raises(RequestTimeoutError):
        connect(timeout=0.1, max_retries=0).executions.wait(id, timeout=30)
