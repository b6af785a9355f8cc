"""`wait_many` and `as_completed`: items, order, and bad input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from tests.waiting.simulated_time import SimulatedTime, start_jobs
from vlmrun.errors import (
    ExecutionFailedError,
    ExecutionPausedError,
    InputError,
    PredictionFailedError,
    ResourceNotFoundError,
    WaitTimeoutError,
)
from vlmrun.testing import Fault, Outcome, Server

pytestmark = pytest.mark.usefixtures("time")


class Numbered(BaseModel):
    """The response of the jobs in these tests."""

    number: int


def test_items_have_the_order_of_the_ids(client: Any, server: Server) -> None:
    ids = start_jobs(server, [5, 1, 3, 0])
    items = client.executions.wait_many(ids, response_model=Numbered)
    assert [(item.index, item.input, item.id) for item in items] == [
        (index, id, id) for index, id in enumerate(ids)
    ]
    assert [item.result.parsed for item in items] == [Numbered(number=n) for n in range(4)]
    assert [item.error for item in items] == [None] * 4


def test_as_completed_yields_jobs_as_they_end(client: Any, server: Server) -> None:
    ids = start_jobs(server, [9, 1, 5])
    assert [item.index for item in client.executions.as_completed(iter(ids))] == [1, 2, 0]


def test_p106_an_error_of_one_item_is_its_error(client: Any, server: Server) -> None:
    failing = Outcome(statuses=["running", "failed"], message="the page is blank")
    paused = Outcome(statuses=["running", "paused"])
    outcomes = iter([failing, paused, Outcome({"number": 7})])
    server.on_execute(lambda _: next(outcomes))
    failed, stopped, good = (client.agent.execute(prompt="Read").id for _ in range(3))
    ids = [good, "unknown", failed, good, "", 5, "a/b", stopped]
    items = client.executions.wait_many(ids, timeout=60)
    assert [item.input for item in items] == ids
    assert items[0].result.response == {"number": 7}
    expected: list[type[Exception]] = [
        ResourceNotFoundError,
        ExecutionFailedError,
        InputError,
        InputError,
        InputError,
        InputError,
        ExecutionPausedError,
    ]
    for item, error in zip(items[1:], expected, strict=True):
        assert item.result is None
        assert isinstance(item.error, error)
    assert "unknown" in str(items[1].error)
    assert "the page is blank" in str(items[2].error)
    assert items[2].error.job.id == failed
    assert "ids[3] is the same as ids[0]" in str(items[3].error)
    assert "ids[4]" in str(items[4].error)


def test_predictions_are_waited_for_in_the_same_way(client: Any, server: Server) -> None:
    ids = [server.add_prediction({"total": number}) for number in range(4)]
    bad = server.add_prediction(statuses=["running", "failed"], message="no text")
    # The documentation waits for executions in this way, too.
    [execution] = start_jobs(server, [1])
    items = client.predictions.wait_many([*ids, bad, execution])
    assert [item.result.response for item in items[:4]] == [{"total": n} for n in range(4)]
    assert isinstance(items[4].error, PredictionFailedError)
    assert items[5].result.response == {"number": 0}
    assert {item.id for item in client.predictions.as_completed(ids)} == set(ids)


def test_jobs_that_have_not_ended_in_time_are_errors(client: Any, server: Server) -> None:
    ids = start_jobs(server, [1, 3600, 3600, 3600])
    items = client.executions.wait_many(ids, timeout=20)
    assert items[0].result.status == "completed"
    for item in items[1:]:
        assert isinstance(item.error, WaitTimeoutError)
        assert item.error.job.status == "pending"
        assert f"{item.id} was not finished within 20 s; last status: pending" in str(item.error)


def test_timeout_zero_polls_once(client: Any, server: Server) -> None:
    ids = start_jobs(server, [0, 3600, 3600])
    items = client.executions.wait_many(ids, timeout=0)
    assert items[0].result.status == "completed"
    assert [type(item.error) for item in items[1:]] == [WaitTimeoutError] * 2
    assert len(server.requests) <= 3


def test_jobs_beyond_the_first_page_are_found(client: Any, server: Server) -> None:
    ids = start_jobs(server, [30] * 240)
    old = ids[:40]
    items = client.executions.wait_many(old)
    assert {item.result.status for item in items} == {"completed"}
    counts = Counter(request.operation for request in server.requests)
    assert counts["get_execution"] <= 40 + 10


def test_nothing_to_wait_for(client: Any, server: Server) -> None:
    assert client.executions.wait_many([]) == []
    assert list(client.predictions.as_completed(())) == []
    assert server.requests == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"ids": "one-id"},
        {"ids": None},
        {"ids": 5},
        {"ids": ["a"], "timeout": -1},
        {"ids": ["a"], "sleep": "long"},
        {"ids": ["a"], "through_pause": "yes"},
        {"ids": ["a"], "response_model": 7},
        {"ids": ["a"], "options": {"deadlin": 1}},
    ],
    ids=str,
)
def test_invalid_arguments_send_nothing(
    client: Any, server: Server, arguments: dict[str, Any]
) -> None:
    for call in (client.executions.wait_many, client.executions.as_completed):
        with pytest.raises(InputError):
            call(**arguments)
    assert server.requests == []


def test_usage_counts_each_job_once(client: Any, server: Server, time: SimulatedTime) -> None:
    server.on_execute(lambda _: Outcome({}, usage={"credits_used": 2}))
    ids = [client.agent.execute(prompt="Read").id for _ in range(5)]
    with client.usage() as usage:
        client.executions.wait_many(ids)
    assert (usage.jobs, usage.credits) == (5, 10)


def test_without_retries_the_first_failure_ends_a_wait(
    connect: Callable[..., Any], server: Server
) -> None:
    server.inject(Fault("list_executions", status=500, times=None))
    server.inject(Fault("get_execution", status=500, times=1))
    items = connect(max_retries=0).executions.wait_many(start_jobs(server, [1, 1, 1, 1]))
    assert sorted(item.error is None for item in items) == [False, True, True, True]


def test_an_earlier_failure_is_not_that_of_a_later_wait(
    client: Any, server: Server, time: SimulatedTime
) -> None:
    server.inject(Fault("list_executions", status=404, times=None))
    client.executions.wait_many(start_jobs(server, [1, 1, 1]))
    [endless] = start_jobs(server, [3600])
    with pytest.raises(WaitTimeoutError) as caught:
        client.executions.wait(endless, timeout=30)
    assert caught.value.__cause__ is None
