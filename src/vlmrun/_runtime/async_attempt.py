"""Attempts that lose no connection when a task is cancelled; `sync_attempt` has the same names."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import httpx

from vlmrun._runtime.async_runtime import shielded

T = TypeVar("T")

# Seconds for an attempt to end once its connection was shut down. It may still wait for a file.
_ABORT_TIMEOUT = 1.0


async def run_attempt(call: Callable[[], Awaitable[T]], abort: Callable[[], None] | None) -> T:
    """Run an attempt, and let it clean up even if the current task is cancelled, or twice.

    Args:
        call: Runs the attempt.
        abort: Lets the attempt fail; None if it can only be cancelled.
    """
    task = asyncio.ensure_future(call())
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        # Whatever happens meanwhile, in a transport of the user's for example: it was cancelled.
        with suppress(asyncio.CancelledError, Exception):
            await shielded(partial(_end, task, abort))
        raise


class ConnectionSlots:
    """Limits the number of connections that are in use.

    Args:
        limit: The number.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._free = limit
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def acquire(self, timeout: float, use: Callable[[Callable[[], Any]], Any]) -> None:
        """Wait for a free slot.

        Args:
            timeout: Seconds to wait.
            use: Takes the function that ends the wait early.

        Raises:
            httpx.PoolTimeout: There was none in time.
        """
        if self._free and not self._waiting:
            self._free -= 1
            return
        loop = asyncio.get_running_loop()
        slot = loop.create_future()
        expire = partial(self._expire, slot)
        use(expire)
        self._waiting.append(slot)
        timer = loop.call_later(timeout, expire)
        try:
            await slot
        except asyncio.CancelledError:
            if slot.done() and not slot.cancelled() and slot.exception() is None:
                self.release()
            raise
        finally:
            timer.cancel()

    def release(self) -> None:
        """Hand a slot on to the request that has waited longest."""
        while self._waiting:
            slot = self._waiting.popleft()
            if not slot.done():
                slot.set_result(None)
                return
        self._free += 1

    def _expire(self, slot: asyncio.Future[None]) -> None:
        if not slot.done():
            slot.set_exception(
                httpx.PoolTimeout(f"all {self._limit} connections of the client were in use")
            )


async def _end(task: asyncio.Task[Any], abort: Callable[[], None] | None) -> None:
    """End an attempt whose result is no longer awaited."""
    if abort is not None and not task.done():
        abort()
        await asyncio.wait([task], timeout=_ABORT_TIMEOUT)
    if not task.done():
        task.cancel()
        await asyncio.wait([task])
    if not (task.cancelled() or task.exception()) and hasattr(task.result(), "aclose"):
        await task.result().aclose()  # an open response
