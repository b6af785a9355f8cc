"""Many calls at a time, in tasks, over an iterable; `sync_batching` has the same names."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
)
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from vlmrun._runtime.async_runtime import shielded
from vlmrun.types.batches import BatchItem

I = TypeVar("I")  # noqa: E741
R = TypeVar("R")
T = TypeVar("T")

BatchInputs: TypeAlias = str | os.PathLike[str] | Iterable[Any] | AsyncIterable[Any]

# The results of a batch; its `aclose` ends it.
BatchItems: TypeAlias = AsyncGenerator[BatchItem[T], None]

NO_MORE: Any = object()

# Results that end with a stream. Tasks go on, even if nobody refers to their results any more.
OpenResults: type[Any] = set


def is_iterable(value: object) -> bool:
    """Return whether `iterate` accepts a value."""
    return isinstance(value, (Iterable, AsyncIterable))


def iterate(items: Iterable[Any] | AsyncIterable[Any]) -> AsyncIterator[Any] | Iterator[Any]:
    """Return an iterator for `next_item`."""
    return aiter(items) if isinstance(items, AsyncIterable) else iter(items)


async def next_item(items: AsyncIterator[Any] | Iterator[Any]) -> Any:
    """Return the next item, or `NO_MORE` after the last one."""
    if isinstance(items, AsyncIterator):
        return await anext(items, NO_MORE)
    return next(items, NO_MORE)


def bounded_map(
    function: Callable[[I], Awaitable[R]],
    take: Callable[[], Awaitable[I]],
    limit: int,
    in_order: bool,
) -> BoundedMap[R]:
    """Apply a function to items in tasks, and iterate over the results.

    An item is taken only while fewer than twice the limit are waiting, running or not yet yielded,
    so there may be endlessly many.

    Args:
        function: The function, which runs in a copy of the caller's context.
        take: Returns the next item, or `NO_MORE`.
        limit: The number of calls to run at a time.
        in_order: Whether to yield in the order of the items, or of completion.
    """
    return BoundedMap(_Calls(function, limit, in_order), take)


class BoundedMap(Generic[R]):
    """The results of `bounded_map`.

    Closing it, canceling its consumer, or an error of a call cancels the calls that run, and waits
    until they have ended.

    It is not a generator: at its end, the event loop closes all generators at the same time, and
    one that is closed by another one must not be closed by the loop meanwhile.
    """

    def __init__(self, calls: _Calls, take: Callable[[], Awaitable[Any]]) -> None:
        self._calls = calls
        self._take = take
        self._feeder: asyncio.Task[None] | None = None

    def __aiter__(self) -> BoundedMap[R]:
        return self

    async def __anext__(self) -> R:
        if self._feeder is None:
            # One task takes all items: an asynchronous generator may have a timeout or a cancel
            # scope open between two of them, which belongs to its task.
            self._feeder = asyncio.ensure_future(self._calls.feed(self._take))
            self._feeder.add_done_callback(self._calls.wake)
        try:
            return await self._next(self._feeder)
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Cancel the calls that run, and wait until they have ended."""
        if self._feeder is not None:
            await shielded(partial(self._calls.close, self._feeder))

    async def _next(self, feeder: asyncio.Task[None]) -> R:
        while True:
            results: list[R] = self._calls.take()
            if results:
                return results[0]
            if feeder.done() and not self._calls.outstanding:
                feeder.result()
                raise StopAsyncIteration
            await self._calls.changed()


class _Calls:
    """The tasks of the calls that run, or whose results were not taken yet."""

    def __init__(
        self, function: Callable[[Any], Awaitable[Any]], limit: int, in_order: bool
    ) -> None:
        self._function = function
        self._is_in_order = in_order
        self._limit = asyncio.Semaphore(limit)
        self._room = asyncio.Semaphore(2 * limit)
        self._event = asyncio.Event()
        # In the order in which to yield their results.
        self._tasks: deque[asyncio.Task[Any]] = deque()
        self._failed: asyncio.Task[Any] | None = None
        self._is_over = False
        self.outstanding: set[asyncio.Task[Any]] = set()

    async def feed(self, take: Callable[[], Awaitable[Any]]) -> None:
        """Start a call for each item, as soon as there is room for its result."""
        while True:
            await self._room.acquire()
            item = await take()
            if item is NO_MORE:
                return
            task = asyncio.ensure_future(self._call(item))
            self.outstanding.add(task)
            if self._is_in_order:
                self._tasks.append(task)
            task.add_done_callback(self._on_done)
            del item, task

    def take(self) -> list[Any]:
        """Return one result in a list, or none if there is none yet."""
        if self._failed is not None:
            self._failed.result()
        if not self._tasks or not self._tasks[0].done():
            return []
        task = self._tasks.popleft()
        self.outstanding.discard(task)
        self._room.release()
        return [task.result()]

    async def changed(self) -> None:
        """Wait until a call or the feeder has ended."""
        await self._event.wait()
        self._event.clear()

    def wake(self, _: Any) -> None:
        """End `changed`."""
        self._event.set()

    async def close(self, feeder: asyncio.Task[None]) -> None:
        """Cancel everything, and wait until it has ended."""
        tasks = [feeder, *self.outstanding]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _call(self, item: Any) -> Any:
        async with self._limit:
            if self._is_over:
                raise asyncio.CancelledError
            try:
                return await self._function(item)
            except BaseException:
                self._is_over = True
                raise

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        if self._failed is None and not task.cancelled() and task.exception() is not None:
            self._failed = task
        if not self._is_in_order:
            self._tasks.append(task)
        self._event.set()
