"""`max_in_flight` limits the jobs that calls wait for at the same time."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import RequestTimeoutError
from vlmrun.testing import Fault, Server

SETTINGS: dict[str, Any] = {"api_key": "test-key-0123456789", "max_in_flight": 2}


class Watch:
    """Counts the jobs that were seen and have not ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[str] = set()
        self.most = 0

    def __call__(self, job: Any) -> None:
        with self._lock:
            self._running.add(job.id)
            self.most = max(self.most, len(self._running))
            if job.is_finished:
                self._running.discard(job.id)


def test_p76_threads_wait_for_their_turn(server: Server) -> None:
    watch = Watch()
    with VLMRun(base_url=server.url, **SETTINGS) as client, ThreadPoolExecutor(6) as executor:
        calls = [
            executor.submit(client.agent.execute, prompt="Read", batch=False, on_update=watch)
            for _ in range(6)
        ]
        assert {each.result().status for each in calls} == {"completed"}
    assert watch.most <= 2


def test_p76_tasks_wait_for_their_turn(server: Server) -> None:
    watch = Watch()

    async def main() -> None:
        async with AsyncVLMRun(base_url=server.url, **SETTINGS) as client:
            calls = [
                client.agent.execute(prompt="Read", batch=False, on_update=watch) for _ in range(6)
            ]
            assert {each.status for each in await asyncio.gather(*calls)} == {"completed"}

    asyncio.run(main())
    assert watch.most <= 2


def test_p76_cancelled_waits_hand_their_turn_on(server: Server) -> None:
    server.inject(Fault("get_execution", delay=0.2, times=2))

    async def main() -> None:
        seen = asyncio.Event()
        async with AsyncVLMRun(base_url=server.url, **SETTINGS) as client:
            calls = [
                asyncio.ensure_future(
                    client.agent.execute(prompt="Read", batch=False, on_update=lambda _: seen.set())
                )
                for _ in range(8)
            ]
            await seen.wait()
            for call in calls[::2]:
                call.cancel()
            results = await asyncio.gather(*calls, return_exceptions=True)
            done = [each for each in results if not isinstance(each, BaseException)]
            assert [each.status for each in done] == ["completed"] * 4

    asyncio.run(main())


def test_p76_a_failed_job_hands_its_turn_on(client: Any, connect: Any, server: Server) -> None:
    limited = connect(max_in_flight=1)
    server.inject(Fault("execute_agent", status=402))
    with pytest.raises(Exception, match="402"):
        limited.agent.execute(prompt="Read", batch=False)
    assert limited.agent.execute(prompt="Read", batch=False).status == "completed"


def test_p76_calls_that_do_not_wait_are_not_limited(connect: Any) -> None:
    limited = connect(max_in_flight=1)
    assert len({limited.agent.execute(prompt="Read").id for _ in range(3)}) == 3


def test_p76_a_deadline_ends_the_wait_for_a_turn(server: Server) -> None:
    release = threading.Event()

    def hold(job: Any) -> None:
        entered.set()
        release.wait(30)

    entered = threading.Event()
    settings = {**SETTINGS, "max_in_flight": 1}
    with VLMRun(base_url=server.url, **settings) as client, ThreadPoolExecutor(1) as executor:
        first = executor.submit(client.agent.execute, prompt="A", batch=False, on_update=hold)
        assert entered.wait(30)
        with pytest.raises(RequestTimeoutError, match="max_in_flight") as caught:
            client.agent.execute(prompt="B", batch=False, options={"deadline": 0.05})
        assert caught.value.outcome == "not_sent"
        release.set()
        assert first.result().status == "completed"
        assert client.agent.execute(prompt="C", batch=False).status == "completed"
