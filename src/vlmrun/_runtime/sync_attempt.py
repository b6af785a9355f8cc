"""Running an attempt in a thread, which cannot be cancelled; `async_attempt` has the same names."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from vlmrun._runtime.interruption import current_interruption

T = TypeVar("T")


def run_attempt(call: Callable[[], T], abort: Callable[[], None] | None) -> T:
    """Run an attempt, and end it if this thread is interrupted.

    Args:
        call: Runs the attempt.
        abort: Lets the attempt fail; None if nothing can.
    """
    interruption = current_interruption()
    if interruption is None:
        return call()
    with interruption.aborting(abort):
        return call()


class ConnectionSlots:
    """Limits the number of connections that are in use.

    Args:
        limit: The number.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._free = threading.Semaphore(limit)

    def acquire(self, timeout: float, use: Callable[[Callable[[], Any]], Any]) -> None:
        """Wait for a free slot.

        Args:
            timeout: Seconds to wait.
            use: Takes what ends the wait early: nothing does.

        Raises:
            httpx.PoolTimeout: There was none in time.
        """
        if not self._free.acquire(timeout=timeout):
            raise httpx.PoolTimeout(f"all {self._limit} connections of the client were in use")

    def release(self) -> None:
        """Hand a slot on to a request that waits for one."""
        self._free.release()
