"""Running an attempt in a thread, which cannot be cancelled; `async_attempt` has the same names."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
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
        # Unlike `threading.Semaphore`, these have no lock that Ctrl-C could leave locked.
        self._free: SimpleQueue[None] = SimpleQueue()
        self._lock = threading.Lock()
        self._created = 0

    def acquire(self, timeout: float, use: Callable[[Callable[[], Any]], Any]) -> None:
        """Wait for a free slot.

        Args:
            timeout: Seconds to wait.
            use: Takes what ends the wait early: nothing does.

        Raises:
            httpx.PoolTimeout: There was none in time.
        """
        try:
            self._free.get_nowait()
        except Empty:
            with self._lock:
                is_new = self._created < self._limit
                self._created += is_new
            if not is_new:
                self._wait(timeout)

    def release(self) -> None:
        """Hand a slot on to a request that waits for one."""
        self._free.put(None)

    def _wait(self, timeout: float) -> None:
        try:
            self._free.get(timeout=timeout)
        except Empty:
            message = f"all {self._limit} connections of the client were in use"
            raise httpx.PoolTimeout(message) from None
