"""Ctrl-C at any time leaves no lock locked, for which other threads would wait forever."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.many.test_bounded_map import batch_threads
from vlmrun._fork_safe_locks import ForkSafeLock
from vlmrun._runtime.interruption import Signal
from vlmrun._runtime.sync_batching import NO_MORE, bounded_map

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no timers")


@pytest.fixture
def interrupt_after() -> Iterator[Callable[[float], Any]]:
    """Raise KeyboardInterrupt in the main thread after some seconds, as Ctrl-C does."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_a_lock_is_free_after_ctrl_c(interrupt_after: Callable[[float], Any]) -> None:
    lock = ForkSafeLock()
    for n in range(200):
        interrupt_after(0.0002 + n % 7 * 0.00001)
        with suppress(KeyboardInterrupt):
            while True:
                with lock.held:
                    pass
        assert not lock.held.locked()


def test_a_signal_can_be_set_after_ctrl_c(interrupt_after: Callable[[float], Any]) -> None:
    for n in range(200):
        waiting = Signal()
        interrupt_after(0.0002 + n % 7 * 0.00001)
        with suppress(KeyboardInterrupt):
            while True:
                waiting.wait(0)
        waiting.set()
        assert waiting.wait(0)
        assert waiting.wait(0)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_threads_of_a_batch_end_after_ctrl_c(interrupt_after: Callable[[float], Any]) -> None:
    interrupted = 100
    for n in range(100):
        numbers = iter(range(2000))
        interrupt_after(0.001 + n % 7 * 0.0001)
        # Python ignores an exception in the callback of a weak reference, and pytest reports it.
        # An interrupted `Thread.start` may raise a RuntimeError about a lock of its own.
        with suppress(KeyboardInterrupt, RuntimeError):
            list(bounded_map(abs, lambda: next(numbers, NO_MORE), 3, True))  # noqa: B023
            interrupted -= 1
        # A thread may begin later than that, if `Thread.start` was interrupted, or never.
        for thread in batch_threads():
            if thread.is_alive():
                thread.join(20)
            assert not thread.is_alive()
    assert interrupted > 50
