"""Many calls at a time, in threads, over an iterable; `async_batching` has the same names."""

from __future__ import annotations

import atexit
import math
import os
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from contextvars import Context, copy_context
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeAlias, TypeVar
from weakref import WeakSet

from vlmrun._runtime.interruption import Interrupted, Interruption, set_interruption
from vlmrun.types.batches import BatchItem

I = TypeVar("I")  # noqa: E741
R = TypeVar("R")
T = TypeVar("T")

BatchInputs: TypeAlias = str | os.PathLike[str] | Iterable[Any]

# The results of a batch; its `close` ends it.
BatchItems: TypeAlias = Generator[BatchItem[T], None, None]

NO_MORE: Any = object()

# Results that end with a stream. An iterator ends when nothing refers to it any more.
OpenResults: type[Any] = WeakSet

# Seconds. On Windows, Ctrl-C does not interrupt the wait for a lock.
_LONGEST_WAIT = 0.5

# Seconds that a program which ends in the middle of a batch waits for the threads.
_EXIT_LIMIT = 5


def is_iterable(value: object) -> bool:
    """Return whether `iterate` accepts a value."""
    return isinstance(value, Iterable)


def iterate(items: Iterable[Any]) -> Iterator[Any]:
    """Return an iterator for `next_item`."""
    return iter(items)


def next_item(items: Iterator[Any]) -> Any:
    """Return the next item, or `NO_MORE` after the last one."""
    return next(items, NO_MORE)


def bounded_map(
    function: Callable[[I], R], take: Callable[[], I], limit: int, in_order: bool
) -> Generator[R, None, None]:
    """Apply a function to items in threads, and yield the results.

    An item is taken in the caller's thread, to which its source may belong, as a cursor of sqlite3
    does; and only while fewer than twice the limit are waiting, running or not yet yielded, so
    there may be endlessly many.

    Closing this iterator, or an error of a call, interrupts the calls that run and ends their
    threads.

    Args:
        function: The function, which runs in a copy of the caller's context.
        take: Returns the next item, or `NO_MORE`.
        limit: The number of calls to run at a time.
        in_order: Whether to yield in the order of the items, or of completion.

    Raises:
        BaseException: The first error of a call, or of `take`.
    """
    pool = _Pool(function, limit)
    window = 2 * limit
    exhausted = False
    try:
        while True:
            # One item for each result, so that a slow iterator does not hold results back.
            if not exhausted and pool.outstanding < window:
                item = take()
                exhausted = item is NO_MORE
                if not exhausted:
                    pool.add(item)
                del item
            if not pool.outstanding:
                return
            may_wait = exhausted or pool.outstanding >= window
            yield from pool.take(in_order, may_wait)
    finally:
        pool.close()


class _Pool(Generic[I, R]):
    """Threads that are started as they are needed, and end with the pool."""

    def __init__(self, function: Callable[[I], R], limit: int) -> None:
        self._function = function
        self._limit = limit
        self._interruption = Interruption()
        # Queues of C code, since Ctrl-C may leave a Condition locked: see ForkSafeLock.
        self._queue: SimpleQueue[tuple[int, I, Context] | None] = SimpleQueue()
        self._ended: SimpleQueue[tuple[int, Any, BaseException | None]] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._is_over = False
        self._results: dict[int, R] = {}
        self._added = 0
        self._received = 0
        self._taken = 0
        self._process = os.getpid()

    @property
    def outstanding(self) -> int:
        """The number of items whose results were not taken yet."""
        return self._added - self._taken

    def add(self, item: I) -> None:
        """Add an item; a thread is started for it unless one may be idle."""
        context = copy_context()
        context.run(set_interruption, self._interruption)
        self._queue.put((self._added, item, context))
        self._added += 1
        if len(self._threads) < min(self._limit, self._added - self._received):
            # A daemon, so that an iterator which is never closed does not keep a program alive.
            thread = threading.Thread(target=self._work, name="vlmrun-batch", daemon=True)
            self._threads.append(thread)
            thread.start()

    def take(self, in_order: bool, may_wait: bool) -> list[R]:
        """Return one result in a list, or none if there is none and `may_wait` is false.

        Raises:
            RuntimeError: This is the child of a fork, in which the threads do not exist.
        """
        if self._process != os.getpid():
            raise RuntimeError("A batch cannot be continued in the child of a fork")
        while True:
            while not self._ended.empty():
                self._receive()
            if in_order and self._taken in self._results:
                index = self._taken
            elif not in_order and self._results:
                index = next(iter(self._results))
            elif may_wait:
                with suppress(Empty):
                    self._receive()
                continue
            else:
                return []
            if not self._taken:
                # Before the client's connections are closed at exit, which the threads would
                # take for a failure and retry: functions registered later run first, and the
                # connections were opened for this result.
                atexit.register(self.close, _EXIT_LIMIT)
            self._taken += 1
            return [self._results.pop(index)]

    def _receive(self) -> None:
        """Take what a call has returned, or raise what it has raised.

        Raises:
            queue.Empty: No call has ended for a while.
        """
        index, result, error = self._ended.get(timeout=_LONGEST_WAIT)
        self._received += 1
        if error is not None:
            raise error
        self._results[index] = result

    def close(self, limit: float = math.inf) -> None:
        """Interrupt the threads, and wait until they have ended, or for `limit` seconds."""
        atexit.unregister(self.close)
        if self._process != os.getpid():
            return  # a thread of the parent may have held the lock at the time of the fork
        end = time.monotonic() + limit
        self._is_over = True
        self._queue.put(None)
        for thread in self._threads:
            while thread.is_alive() and time.monotonic() < end:
                # Again and again: an operation may begin just after it was interrupted.
                self._interruption.interrupt()
                thread.join(_LONGEST_WAIT / 10)

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            index, item, context = work
            try:
                if not self._is_over:
                    self._ended.put((index, context.run(self._function, item), None))
            except Interrupted:
                pass
            except BaseException as error:
                self._is_over = True
                self._ended.put((index, None, error))
            # The thread must not keep an item alive while it waits for the next one.
            del work, item, context
        self._queue.put(None)  # for the other threads
