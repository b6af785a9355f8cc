"""`gather_bounded` of both runtimes: bounded concurrency, order, and what a failure ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial
from typing import Any

import pytest

from vlmrun._runtime import async_runtime, sync_runtime

LIMIT = 3


class TestAsync:
    def test_results_have_the_order_of_the_calls(self) -> None:
        async def call(number: int) -> int:
            await asyncio.sleep(0 if number % 2 else 0.001)
            return number

        calls = [partial(call, number) for number in range(10)]
        assert asyncio.run(async_runtime.gather_bounded(LIMIT, calls)) == list(range(10))

    @pytest.mark.parametrize("limit", [1, LIMIT])
    def test_no_more_calls_run_than_the_limit(self, limit: int) -> None:
        running = peak = 0

        async def call() -> None:
            nonlocal running, peak
            running += 1
            peak = max(peak, running)
            for _ in range(10):
                await asyncio.sleep(0)
            running -= 1

        asyncio.run(async_runtime.gather_bounded(limit, [call] * 10))
        assert (running, peak) == (0, limit)

    def test_first_failure_cancels_the_others_and_waits_for_their_end(self) -> None:
        started: list[str] = []
        ended: list[str] = []

        async def endless(name: str) -> None:
            started.append(name)
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                ended.append(name)

        async def fail() -> None:
            await asyncio.sleep(0)
            raise ValueError("the first")

        calls: list[Callable[[], Any]] = [partial(endless, "a"), partial(endless, "b"), fail]
        calls += [partial(endless, "never started")] * 5
        with pytest.raises(ValueError, match="the first"):
            asyncio.run(async_runtime.gather_bounded(LIMIT, calls))
        assert started == ["a", "b"]
        assert sorted(ended) == ["a", "b"]

    def test_cancellation_of_the_caller_cancels_the_calls(self) -> None:
        ended: list[int] = []

        async def endless(number: int) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                ended.append(number)

        async def main() -> None:
            calls = [partial(endless, number) for number in range(5)]
            task = asyncio.ensure_future(async_runtime.gather_bounded(LIMIT, calls))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert sorted(ended) == [0, 1, 2]

        asyncio.run(main())


class TestSync:
    def test_results_have_the_order_of_the_calls(self) -> None:
        last_has_run = threading.Event()

        def call(number: int) -> int:
            if number == LIMIT - 1:
                last_has_run.set()
            assert last_has_run.wait(10)
            return number

        calls = [partial(call, number) for number in range(10)]
        assert sync_runtime.gather_bounded(LIMIT, calls) == list(range(10))

    def test_limit_of_calls_run_at_a_time_and_no_more(self) -> None:
        # The barrier breaks unless exactly LIMIT calls wait at it at the same time.
        barrier = threading.Barrier(LIMIT, timeout=10)
        lock = threading.Lock()
        running = peak = 0

        def call() -> None:
            nonlocal running, peak
            with lock:
                running += 1
                peak = max(peak, running)
            barrier.wait()
            with lock:
                running -= 1

        sync_runtime.gather_bounded(LIMIT, [call] * (3 * LIMIT))
        assert (running, peak) == (0, LIMIT)

    def test_first_failure_starts_no_further_call_and_waits_for_the_running(self) -> None:
        is_running = threading.Event()
        has_failed = threading.Event()
        events: list[str] = []

        def slow() -> None:
            is_running.set()
            assert has_failed.wait(10)
            events.append("slow ended")

        def fail() -> None:
            assert is_running.wait(10)
            try:
                raise ValueError("the first")
            finally:
                has_failed.set()

        with pytest.raises(ValueError, match="the first"):
            sync_runtime.gather_bounded(2, [slow, fail])
        assert events == ["slow ended"]

    def test_calls_that_wait_are_not_started_after_a_failure(self) -> None:
        started: list[str] = []

        def fail() -> None:
            raise ValueError("the first")

        calls: list[Callable[[], None]] = [fail, partial(started.append, "second")]
        with pytest.raises(ValueError, match="the first"):
            sync_runtime.gather_bounded(1, calls)
        assert started == []

    def test_calls_see_the_context_variables_of_the_caller(self) -> None:
        variable: ContextVar[str] = ContextVar("variable", default="none")
        token = variable.set("the caller's")
        try:
            assert sync_runtime.gather_bounded(2, [variable.get] * 4) == ["the caller's"] * 4
        finally:
            variable.reset(token)

    def test_one_call_runs_in_the_thread_of_the_caller(self) -> None:
        assert sync_runtime.gather_bounded(8, [threading.get_ident]) == [threading.get_ident()]


def test_p80_what_must_end_ends_when_the_loop_cancels_all_tasks() -> None:
    """As `asyncio.run` does at its end: a journal that stayed open would block the next batch."""
    called: list[str] = []

    async def main() -> None:
        busy = threading.Event()
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        first = asyncio.ensure_future(async_runtime.in_thread(busy.wait))
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(async_runtime.to_end(called.append, "closed"))
        await asyncio.sleep(0)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)
        busy.set()
        await asyncio.wait([first, closing])
        assert closing.cancelled()

    asyncio.run(main())
    assert called == ["closed"]
