"""Interrupting what other threads do, for the sync client; tasks of asyncio are cancelled instead.

Python cannot cancel a thread, so the code that may wait for long asks the interruption of its
context: pauses (`sync_runtime.sleep`) and attempts to send a request (`sync_attempt.run_attempt`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from queue import Empty, SimpleQueue


class Interrupted(BaseException):
    """This thread's work was cancelled.

    Not an `Exception`, like `asyncio.CancelledError`: no handler of errors may swallow it.
    """


class Interruption:
    """A signal to a group of threads that they should end."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._aborts: dict[object, Callable[[], None]] = {}

    def interrupt(self) -> None:
        """End the pauses and attempts of the threads; may be called again."""
        self._event.set()
        # A copy: threads add and remove functions meanwhile.
        for abort in list(self._aborts.values()):
            # The socket may have been closed since.
            with suppress(OSError, RuntimeError):
                abort()

    def check(self) -> None:
        """Raise `Interrupted` if the threads should end."""
        if self._event.is_set():
            raise Interrupted

    def sleep(self, seconds: float) -> None:
        """Pause this thread; raise `Interrupted` as soon as it should end."""
        if self._event.wait(seconds):
            raise Interrupted

    @contextmanager
    def aborting(self, abort: Callable[[], None] | None) -> Iterator[None]:
        """Let `abort` end what runs in this context, if the threads should end meanwhile."""
        self.check()
        if abort is None:
            yield
            return
        key = object()
        self._aborts[key] = abort
        try:
            yield
        finally:
            del self._aborts[key]


_current: ContextVar[Interruption | None] = ContextVar("vlmrun_interruption", default=None)


def current_interruption() -> Interruption | None:
    """Return what can interrupt the current thread; None if nothing can."""
    return _current.get()


def set_interruption(interruption: Interruption) -> None:
    """Let `interruption` end what runs in the current context from now on."""
    _current.set(interruption)


def check_interruption() -> None:
    """Raise `Interrupted` if the current thread should end."""
    interruption = _current.get()
    if interruption is not None:
        interruption.check()


def interruptible_sleep(seconds: float) -> None:
    """Pause this thread, until it is interrupted at most."""
    interruption = _current.get()
    if interruption is None:
        time.sleep(seconds)
    else:
        interruption.sleep(seconds)


class Signal:
    """An event that other threads set, and that one thread waits for.

    Ctrl-C may leave the lock of a `threading.Event` locked while the main thread waits for it; a
    thread that sets the event would then wait forever. A `SimpleQueue` has no such lock.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """End the wait; may be called again."""
        self._queue.put(None)

    def wait(self, seconds: float | None) -> bool:
        """Wait for at most so many seconds, until this thread is interrupted at most.

        Returns:
            Whether the event was set.
        """
        interruption = _current.get()
        if interruption is None:
            return self._wait(seconds)
        with interruption.aborting(self.set):
            happened = self._wait(seconds)
        interruption.check()
        return happened

    def _wait(self, seconds: float | None) -> bool:
        try:
            self._queue.get(timeout=seconds)
        except Empty:
            return False
        self.set()  # it stays set
        return True
