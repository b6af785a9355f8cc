"""`bounded_map` of both runtimes: bounded concurrency and look-ahead, order, and early ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from itertools import count
from typing import Any

import pytest

from vlmrun._runtime import async_batching, async_runtime, interruption, sync_batching

LIMIT = 3
WINDOW = 2 * LIMIT

VARIABLE: ContextVar[str] = ContextVar("variable", default="unset")


def taking(items: Iterator[Any], end: Any) -> Callable[[], Any]:
    return lambda: next(items, end)


async def async_results(
    function: Any, items: Iterator[Any], in_order: bool = True, limit: int = LIMIT
) -> list[Any]:
    async def take() -> Any:
        return next(items, async_batching.NO_MORE)

    return [each async for each in async_batching.bounded_map(function, take, limit, in_order)]


def sync_map(function: Any, items: Iterator[Any], in_order: bool = True) -> Any:
    take = taking(items, sync_batching.NO_MORE)
    return sync_batching.bounded_map(function, take, LIMIT, in_order)


def batch_threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "vlmrun-batch"]


class TestSync:
    def test_results_have_the_order_of_the_items(self) -> None:
        second = threading.Event()

        def call(number: int) -> int:
            if number == 0:
                assert second.wait(10)
            second.set()
            return number

        assert list(sync_map(call, iter(range(20)))) == list(range(20))
        assert batch_threads() == []

    def test_results_have_the_order_of_completion(self) -> None:
        taken = threading.Event()

        def call(number: int) -> int:
            if number == 0:
                assert taken.wait(10)
            return number

        results = sync_map(call, iter(range(3)), in_order=False)
        first = next(results)
        taken.set()
        assert first != 0
        assert sorted([first, *results]) == [0, 1, 2]

    def test_an_endless_iterator_is_taken_from_as_there_is_room(self) -> None:
        taken: list[int] = []

        def items() -> Iterator[int]:
            for number in count():
                taken.append(number)
                yield number

        results = sync_map(lambda number: number, items())
        for expected in range(50):
            assert next(results) == expected
            assert len(taken) <= expected + 1 + WINDOW
        results.close()
        assert batch_threads() == []

    def test_items_are_taken_in_the_thread_of_the_caller(self) -> None:
        threads: set[str] = set()

        def items() -> Iterator[int]:
            for number in range(10):
                threads.add(threading.current_thread().name)
                yield number

        assert list(sync_map(lambda number: number, items())) == list(range(10))
        assert threads == {threading.current_thread().name}

    def test_closing_interrupts_pauses(self) -> None:
        started = threading.Semaphore(0)
        ended: list[int] = []

        def call(number: int) -> int:
            if number == 0:  # as soon as another call runs
                assert started.acquire(timeout=10)
                return number
            started.release()
            try:
                interruption.interruptible_sleep(600)
            finally:
                ended.append(number)
            return number

        results = sync_map(call, count())
        assert next(results) == 0
        results.close()
        assert batch_threads() == []
        assert ended

    def test_the_first_error_ends_the_others(self) -> None:
        started = threading.Semaphore(0)

        def call(number: int) -> int:
            if number == 1:
                assert started.acquire(timeout=10)
                raise ValueError("the first")
            started.release()
            interruption.interruptible_sleep(600)
            return number

        with pytest.raises(ValueError, match="the first"):
            list(sync_map(call, count()))
        assert batch_threads() == []

    def test_calls_have_the_context_of_the_caller(self) -> None:
        VARIABLE.set("sync")
        assert list(sync_map(lambda _: VARIABLE.get(), iter([1, 2]))) == ["sync", "sync"]

    def test_an_error_of_the_items_is_raised(self) -> None:
        def items() -> Iterator[int]:
            yield 1
            raise KeyError("source")

        with pytest.raises(KeyError, match="source"):
            list(sync_map(lambda number: number, items()))
        assert batch_threads() == []


class TestAsync:
    @pytest.mark.parametrize("in_order", [True, False])
    def test_all_results_are_yielded(self, in_order: bool) -> None:
        async def call(number: int) -> int:
            await asyncio.sleep(0.001 * (number % 3))
            return number

        results = asyncio.run(async_results(call, iter(range(40)), in_order))
        assert sorted(results) == list(range(40))
        assert (results == list(range(40))) is in_order

    def test_no_more_calls_run_than_the_limit(self) -> None:
        running = peak = 0

        async def call(number: int) -> None:
            nonlocal running, peak
            running += 1
            peak = max(peak, running)
            await asyncio.sleep(0)
            running -= 1

        asyncio.run(async_results(call, iter(range(20))))
        assert (running, peak) == (0, LIMIT)

    def test_an_endless_iterator_is_taken_from_as_there_is_room(self) -> None:
        taken = 0

        async def take() -> int:
            nonlocal taken
            taken += 1
            return taken

        async def call(number: int) -> int:
            return number

        async def main() -> None:
            results = async_batching.bounded_map(call, take, LIMIT, True)
            for expected in range(1, 50):
                assert await results.__anext__() == expected
                assert taken <= expected + WINDOW
            await results.aclose()
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(main())

    def test_the_first_error_cancels_the_others_and_waits_for_their_end(self) -> None:
        ended = 0

        async def call(number: int) -> None:
            nonlocal ended
            if number == 2:
                raise ValueError("the first")
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                ended += 1

        async def main() -> None:
            with pytest.raises(ValueError, match="the first"):
                await async_results(call, count())
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(main())
        assert ended == 2

    def test_cancelling_the_consumer_cancels_the_calls(self) -> None:
        started = ended = 0
        all_started = asyncio.Event()

        async def call(_: int) -> None:
            nonlocal started, ended
            started += 1
            if started == LIMIT:
                all_started.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended += 1

        async def main() -> None:
            consumer = asyncio.ensure_future(async_results(call, count()))
            await all_started.wait()
            consumer.cancel()
            with pytest.raises(asyncio.CancelledError):
                await consumer
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(main())
        assert started == ended == LIMIT

    def test_results_are_yielded_while_the_source_has_no_next_item(self) -> None:
        async def main() -> int:
            more = asyncio.Event()
            numbers = iter([1])

            async def take() -> int:
                number = next(numbers, None)
                if number is None:
                    await more.wait()
                return number or 0

            async def call(number: int) -> int:
                return number

            results = async_batching.bounded_map(call, take, LIMIT, True)
            first = await results.__anext__()
            await results.aclose()
            return first

        assert asyncio.run(main()) == 1

    def test_what_must_not_be_left_half_done_ends_though_the_task_is_cancelled(self) -> None:
        begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

        def write() -> None:
            begun.set()
            assert go_on.wait(10)
            ended.set()

        async def main() -> None:
            task = asyncio.ensure_future(async_runtime.to_end(write))
            assert await asyncio.to_thread(begun.wait, 10)
            task.cancel()
            await asyncio.sleep(0)
            assert not task.done()
            go_on.set()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert ended.is_set()

        asyncio.run(main())
