"""Interrupt the main thread again and again, as Ctrl-C does, while it uses locks.

    python -m tests.core.interrupt_locks

It fails, or does not end, if another thread would wait forever for one of them.
"""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress

from vlmrun._fork_safe_locks import ForkSafeLock
from vlmrun._runtime.interruption import Signal
from vlmrun._runtime.sync_attempt import ConnectionSlots
from vlmrun._runtime.sync_batching import NO_MORE, bounded_map


def interrupt_after(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)


def use_a_lock() -> None:
    lock = ForkSafeLock()
    for n in range(200):
        with suppress(KeyboardInterrupt):
            interrupt_after(0.0002 + n % 7 * 0.00001)
            while True:
                with lock.held:
                    pass
        assert not lock.held.locked()


def wait_for_a_signal() -> None:
    for n in range(200):
        waiting = Signal()
        with suppress(KeyboardInterrupt):
            interrupt_after(0.0002 + n % 7 * 0.00001)
            while True:
                waiting.wait(0)
        waiting.set()
        assert waiting.wait(0)
        assert waiting.wait(0)


def use_a_slot() -> None:
    for n in range(200):
        slots = ConnectionSlots(2)
        with suppress(KeyboardInterrupt):
            interrupt_after(0.0002 + n % 7 * 0.00001)
            while True:
                slots.acquire(1, lambda _: None)
                slots.release()
        # At most one was acquired and not released, as nobody could know of it.
        slots.acquire(1, lambda _: None)


def run_batches() -> None:
    interrupted = 100
    for n in range(100):
        numbers = iter(range(2000))
        # An interrupted `Thread.start` may raise a RuntimeError about a lock of its own.
        with suppress(KeyboardInterrupt, RuntimeError):
            interrupt_after(0.001 + n % 7 * 0.0001)
            list(bounded_map(abs, lambda: next(numbers, NO_MORE), 3, True))  # noqa: B023
            interrupt_after(0)
            interrupted -= 1
        # A thread may begin later than that, if `Thread.start` was interrupted, or never.
        for thread in threading.enumerate():
            if thread.name == "vlmrun-batch" and thread.is_alive():
                thread.join(20)
                assert not thread.is_alive()
    assert interrupted > 50


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    # Python ignores exceptions in the callbacks of weak references, and reports them.
    sys.unraisablehook = lambda _: None
    use_a_lock()
    wait_for_a_signal()
    use_a_slot()
    run_batches()
    interrupt_after(0)
    print("done")
