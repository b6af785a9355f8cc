"""P100 to P102: waits share one poller; requests are counted by the server, in simulated time."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.waiting.simulated_time import (
    START,
    SimulatedTime,
    count_of_loops,
    start_jobs,
)
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import AuthenticationError, ServerError, WaitTimeoutError
from vlmrun.testing import Fault, Server

KEY = "test-key-0123456789"


def sent(server: Server) -> Counter[str]:
    return Counter(str(request.operation) for request in server.requests)


def latest_delay(ended: dict[str, float], durations: list[float]) -> float:
    """Return the longest delay of noticing an end, beyond 5 % of the time of the job."""
    return max(
        ended[f"job-{number}"] - START - 1.05 * duration
        for number, duration in enumerate(durations)
    )


async def wait_in_tasks(server: Server, time: SimulatedTime, ids: list[str]) -> dict[str, float]:
    """Wait for jobs in a task each; return when each wait has ended."""
    ended: dict[str, float] = {}
    time.running = len(ids)

    async with AsyncVLMRun(KEY, base_url=server.url) as client:

        async def wait(id: str) -> None:
            done = await client.executions.wait(id)
            assert (done.id, done.status) == (id, "completed")
            ended[id] = time.now
            time.end_one()

        await asyncio.gather(*map(wait, ids))
        assert asyncio.all_tasks() == {asyncio.current_task()}
    return ended


@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_p100_tasks_that_wait_share_their_requests(
    server: Server, time: SimulatedTime, count: int
) -> None:
    durations = [random.Random(count).uniform(1, 30) for _ in range(count)]
    ended = asyncio.run(wait_in_tasks(server, time, start_jobs(server, durations)))
    most = count_of_loops(durations) / (50 if count == 1000 else 4)
    assert sum(sent(server).values()) <= most
    assert latest_delay(ended, durations) <= 1


@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_p100_wait_many_shares_its_requests(
    client: Any, server: Server, time: SimulatedTime, count: int
) -> None:
    durations = [random.Random(count).uniform(1, 30) for _ in range(count)]
    ids = start_jobs(server, durations)
    ended: dict[str, float] = {}
    for item in client.executions.as_completed(ids):
        assert item.result.response == {"number": item.index}
        ended[item.id] = time.now
    most = count_of_loops(durations) / (50 if count == 1000 else 4)
    assert sum(sent(server).values()) <= most
    assert latest_delay(ended, durations) <= 1


def test_p100_threads_that_wait_share_their_requests(server: Server, time: SimulatedTime) -> None:
    durations = [1 + number for number in range(24)]
    ids = start_jobs(server, durations)
    ended: dict[str, float] = {}
    time.running = len(ids)
    with VLMRun(KEY, base_url=server.url) as client, ThreadPoolExecutor(len(ids)) as pool:

        def wait(id: str) -> None:
            assert client.executions.wait(id).status == "completed"
            ended[id] = time.now
            time.end_one()

        list(pool.map(wait, ids))
    assert sum(sent(server).values()) <= count_of_loops(durations) / 2
    assert latest_delay(ended, durations) <= 1


def test_p100_loops_that_wait_share_their_requests(server: Server, time: SimulatedTime) -> None:
    durations = [1 + number for number in range(24)]
    ids = start_jobs(server, durations)
    ended: dict[str, float] = {}
    time.running = len(ids)
    client = AsyncVLMRun(KEY, base_url=server.url)

    async def wait(id: str) -> None:
        assert (await client.executions.wait(id)).status == "completed"
        ended[id] = time.now
        time.end_one()

    async def wait_for_all(part: list[str]) -> None:
        await asyncio.gather(*map(wait, part))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda first: asyncio.run(wait_for_all(ids[first::4])), range(4)))
    assert sum(sent(server).values()) <= count_of_loops(durations) / 2
    assert latest_delay(ended, durations) <= 1


def test_p101_a_lone_job_takes_ten_requests_in_its_first_minute(
    client: Any, server: Server, time: SimulatedTime
) -> None:
    [id] = start_jobs(server, [3600])
    with pytest.raises(WaitTimeoutError):
        client.executions.wait(id, timeout=58)
    assert sent(server) == {"get_execution": 11}  # the last one because the wait ends
    server.clear()
    with pytest.raises(WaitTimeoutError):
        client.executions.wait(id, timeout=58 + 600)
    assert sent(server)["get_execution"] <= 11 + 600 / 12


def test_p102_results_are_those_of_single_requests(
    client: Any, server: Server, time: SimulatedTime
) -> None:
    ids = start_jobs(server, [1, 2, 3, 4, 5, 6])
    items = client.executions.wait_many(ids)
    for item in items:
        fetched = client.executions.get(item.id)
        assert item.result.raw == fetched.raw
        assert item.result == fetched
        assert item.result.request_id
        assert item.result.attempts
    assert [item.index for item in items] == list(range(6))


@pytest.mark.parametrize("missing", ["response", "usage", "credits_used"])
def test_p102_what_lists_leave_out_is_fetched_once(
    client: Any,
    server: Server,
    time: SimulatedTime,
    change_lists: Callable[..., None],
    missing: str,
) -> None:
    def shorten(listed: dict[str, Any]) -> None:
        for part in (listed, listed.get("usage") or {}):
            part.pop(missing, None)

    change_lists(shorten)
    ids = start_jobs(server, [1 + number for number in range(20)])
    items = client.executions.wait_many(ids)
    counts = Counter(request.path for request in server.requests)
    assert [item.result.raw for item in items] == [client.executions.get(id).raw for id in ids]
    # The end of each, and a few to check the lists.
    assert sent(server)["list_executions"] > 10
    assert sum(counts[f"/v1/agent/executions/{id}"] for id in ids) <= 20 + 6


def test_p102_a_response_that_lists_shorten_is_fetched(
    client: Any, server: Server, time: SimulatedTime, change_lists: Callable[..., None]
) -> None:
    def shorten(listed: dict[str, Any]) -> None:
        if listed.get("response"):
            listed["response"] = {"text": listed["response"]["text"][:200]}

    change_lists(shorten)
    texts = ["short"] * 4 + ["a long text " * 50] * 8
    ids = start_jobs(server, [1 + n for n in range(12)], [{"text": text} for text in texts])
    responses = [item.result.response for item in client.executions.wait_many(ids)]
    assert [response["text"] for response in responses] == texts


def test_p102_lists_that_are_out_of_date_are_not_relied_on(
    client: Any, server: Server, time: SimulatedTime, change_lists: Callable[..., None]
) -> None:
    change_lists(lambda listed: listed.update(status="pending", response=None))
    durations = [2.0] * 12
    ended = {}
    for item in client.executions.as_completed(start_jobs(server, durations)):
        assert item.result.status == "completed"
        ended[item.id] = time.now
    # As if each was polled by itself, after the lists were found to be out of date.
    assert max(ended.values()) - START < 12


@pytest.mark.parametrize(
    "failure",
    [
        {"status": 500},
        {"status": 404},
        {"status": 403},
        {"status": 429, "headers": {"Retry-After": "2"}},
        {"body": {"items": []}},
        {"body": [1, {"id": 7}, {"id": "job-1", "status": 5}]},
        {"reset": "after_reading"},
    ],
    ids=str,
)
def test_p103_single_requests_replace_lists_that_fail(
    client: Any, server: Server, time: SimulatedTime, failure: dict[str, Any]
) -> None:
    server.inject(Fault("list_executions", times=None, **failure))
    items = client.executions.wait_many(start_jobs(server, [1 + n for n in range(12)]))
    assert [item.error for item in items] == [None] * 12
    assert sent(server)["list_executions"] <= 12


def test_p103_all_waits_go_on_through_failures(
    client: Any, server: Server, time: SimulatedTime
) -> None:
    server.inject(Fault("list_executions", status=429, times=4))
    server.inject(Fault("list_executions", status=503, times=2))
    server.inject(Fault("get_execution", status=500, times=30))
    items = client.executions.wait_many(start_jobs(server, [1 + n for n in range(12)]))
    assert [item.error for item in items] == [None] * 12


def test_p103_timeout_names_the_last_failure(
    client: Any, server: Server, time: SimulatedTime
) -> None:
    server.inject(Fault(path="/v1/agent/executions*", status=502, times=None))
    items = client.executions.wait_many(start_jobs(server, [1] * 5), timeout=20)
    for item in items:
        assert isinstance(item.error, WaitTimeoutError)
        assert isinstance(item.error.__cause__, ServerError)
        assert "the last poll failed" in str(item.error)
        assert item.id in str(item.error)


def test_p103_a_wrong_key_ends_all_waits(client: Any, server: Server, time: SimulatedTime) -> None:
    server.inject(Fault(path="/v1/agent/executions*", status=401, times=None))
    with pytest.raises(AuthenticationError):
        client.executions.wait_many(start_jobs(server, [1] * 5))


def test_p104_half_of_a_known_rate_is_left_to_others(
    connect: Callable[..., Any], server: Server, time: SimulatedTime
) -> None:
    client = connect(rate_limit="60/minute")
    client.executions.wait_many(start_jobs(server, [60] * 10))
    assert sent(server)["list_executions"] <= 31
