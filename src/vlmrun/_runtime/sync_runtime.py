"""Runtime-specific functions of the sync client; `async_runtime` has the same names."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from time import monotonic
from types import CoroutineType
from typing import TYPE_CHECKING, Any, TypeVar

from vlmrun._runtime.interruption import Signal, check_interruption, interruptible_sleep
from vlmrun._runtime.sync_client_class import cannot_await

if TYPE_CHECKING:
    from vlmrun._files.upload_source import Reader

T = TypeVar("T")

# Seconds. On Windows, Ctrl-C does not interrupt the wait for a lock.
_LONGEST_WAIT = 0.5

CHUNK = 256 * 1024


def sleep(seconds: float) -> None:
    """Block the current thread."""
    interruptible_sleep(seconds)


def check_event_loop() -> None:
    """Do nothing: a sync call needs no event loop."""


def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Run a function in this thread: a sync call is expected to block."""
    return function(*args)


def shielded(function: Callable[[], None]) -> None:
    """Call a function."""
    function()


def to_end(function: Callable[..., T], *args: Any) -> T:
    """Run a function that must not be left half done; here, in this thread."""
    return function(*args)


def interruptible(function: Callable[[Callable[[], None]], T]) -> T:
    """Call a function that may take long; it ends soon after this thread was interrupted.

    Args:
        function: It calls its argument now and then, which raises if it should end.
    """
    return function(check_interruption)


def call_within(function: Callable[[], Any], seconds: float | None) -> Any:
    """Call a user's function that may block, in a thread.

    Args:
        function: The function.
        seconds: The seconds it may take; None for no limit. After them, and after Ctrl-C, it goes
            on in its thread, and nothing waits for it.

    Raises:
        TimeoutError: It took too long.
    """
    call = _ThreadedCall(function)
    try:
        threading.Thread(target=call.run, name="vlmrun-api-key", daemon=True).start()
    except RuntimeError:  # at exit of the interpreter, no thread can be started any more
        call.run()
    call.wait(seconds)
    result = call.result()
    if isinstance(result, CoroutineType):  # of a lambda, for example
        result.close()  # else Python warns that it was never awaited
    return result


class _ThreadedCall:
    """A call of a function in a thread of its own, with the context of the caller."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._context = copy_context()
        self._function = function
        self._over = Signal()
        self._result: Any = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._result = self._context.run(self._function)
        except BaseException as error:
            self._error = error
        self._over.set()

    def wait(self, seconds: float | None) -> None:
        expires = None if seconds is None else monotonic() + seconds
        while True:
            left = _LONGEST_WAIT if expires is None else max(0.0, expires - monotonic())
            if self._over.wait(min(left, _LONGEST_WAIT)):
                return
            if not left:
                raise TimeoutError

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._result


def gather_bounded(limit: int, calls: Iterable[Callable[[], T]]) -> list[T]:
    """Run calls concurrently, in threads, and return their results in the order of the calls.

    After the first failure no further call is started, and the error is raised once those that
    run have ended, since a thread cannot be cancelled.

    Args:
        limit: The number of calls to run at a time.
        calls: Functions without arguments, for example `partial(upload, path)`.

    Raises:
        Exception: The first error of a call.
    """
    remaining = deque(enumerate(calls))
    count = min(limit, len(remaining))
    results: dict[int, T] = {}

    def work() -> None:
        while True:
            try:
                index, call = remaining.popleft()
            except IndexError:
                return
            try:
                results[index] = call()
            except BaseException:
                remaining.clear()
                raise

    if count <= 1:
        work()
    else:
        # Imported late: it imports logging, which takes as long as the rest of this package.
        from concurrent.futures import ThreadPoolExecutor, as_completed

        with ThreadPoolExecutor(count, "vlmrun") as executor:
            try:
                # Tracing libraries keep their state in context variables; asyncio copies them too.
                workers = [executor.submit(copy_context().run, work) for _ in range(count)]
                for worker in as_completed(workers):
                    worker.result()
            finally:  # also on KeyboardInterrupt; `with` then waits for the calls that run
                remaining.clear()
    return [results[index] for index in range(len(results))]


def notify(callback: Callable[[Any], Any] | None, value: Any, name: str = "on_update") -> Any:
    """Call a user's callback, and return its result."""
    if callback is None:
        return None
    result = callback(value)
    if isinstance(result, CoroutineType):  # of a lambda, for example
        result.close()
        raise cannot_await(name)
    return result


class Wakeup:
    """A wait that any thread can end."""

    def __init__(self) -> None:
        self._signal = Signal()

    def wake(self) -> bool:
        """End the wait; return True, since a thread that waits cannot vanish."""
        self._signal.set()
        return True

    def wait(self, seconds: float | None) -> bool:
        """Wait for at most so many seconds; return whether the wait was ended."""
        return self._signal.wait(seconds)


class FileChunks:
    """The content of a file as a request body, from its start each time it is iterated.

    httpx would read an open file only once, so that it could not be sent again.
    """

    def __init__(self, file: Reader) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while chunk := self._file.read(CHUNK):
            yield chunk
