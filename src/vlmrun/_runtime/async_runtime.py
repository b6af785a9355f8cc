"""Runtime-specific functions of the async client; `sync_runtime` has the same names."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from contextvars import Context, copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from vlmrun._runtime.interruption import Interruption
from vlmrun.errors import ConfigurationError

if TYPE_CHECKING:
    from vlmrun._files.upload_source import Reader

T = TypeVar("T")

CHUNK = 256 * 1024


async def sleep(seconds: float) -> None:
    """Pause the current task."""
    await asyncio.sleep(seconds)


def running_loop() -> asyncio.AbstractEventLoop:
    """Return the running event loop.

    Raises:
        ConfigurationError: There is none, as in trio.
    """
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigurationError(
            "AsyncVLMRun needs a running event loop of asyncio",
            suggestion="Elsewhere, such as in trio, call VLMRun in a thread",
        ) from None


def check_event_loop() -> None:
    """Raise `ConfigurationError` unless an event loop of asyncio is running."""
    running_loop()


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Run a function that blocks (on a disk, on a hash) without blocking the event loop."""
    return await _in_executor(function, *args)


def _in_executor(function: Callable[..., T], *args: Any) -> asyncio.Future[T]:
    loop = running_loop()
    call = partial(_call, copy_context(), function, *args)
    try:
        return loop.run_in_executor(None, call)
    except RuntimeError:  # at exit of the interpreter, no thread can be started any more
        ended: asyncio.Future[T] = loop.create_future()
        ended.set_result(function(*args))
        return ended


def _call(context: Context, function: Callable[..., T], *args: Any) -> T:
    try:
        return context.run(function, *args)
    except StopIteration as error:
        # Not even an exception of a future can be this one, so its task would wait forever.
        raise RuntimeError("a function raised StopIteration") from error


async def shielded(function: Callable[[], Awaitable[None]]) -> None:
    """Call a function and let it end, even if the current task is cancelled meanwhile."""
    await _outlasting(asyncio.ensure_future(function()))


async def to_end(function: Callable[..., T], *args: Any) -> T:
    """Run a function that blocks in a thread, and let it end even if this task is cancelled.

    The thread would go on without the task, and what the task does next could overtake it.
    """
    # Not in a task: at its end, asyncio.run cancels all tasks, this one and others.
    return await _outlasting(_in_executor(function, *args))


async def _outlasting(future: asyncio.Future[T]) -> T:
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.shield(future)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    return future.result()


async def interruptible(function: Callable[[Callable[[], None]], T]) -> T:
    """Run a function in a thread that may take long; it ends before this task is cancelled.

    It may use what belongs to the caller, who gets it back after a cancellation.

    Args:
        function: It calls its argument now and then, which raises if it should end.
    """
    interruption = Interruption()
    has_begun = False

    def call() -> T:
        nonlocal has_begun
        has_begun = True
        interruption.check()
        return function(interruption.check)

    async def end() -> None:
        await asyncio.wait([task])
        task.exception()  # which asyncio would log if it was never retrieved

    task = running_loop().create_task(in_thread(call))
    try:
        await asyncio.wait([task])
    except asyncio.CancelledError:
        interruption.interrupt()
        if has_begun:
            await shielded(end)
        else:  # all threads are busy, maybe for long
            task.cancel()
        raise
    return task.result()


async def _in_thread_of_its_own(function: Callable[[], T]) -> T:
    """Run a function in a thread that neither `asyncio.run` nor the interpreter waits for."""
    loop, context = running_loop(), copy_context()
    ended: asyncio.Future[T] = loop.create_future()

    def end(settle: Callable[[Any], None], value: Any) -> None:
        if not ended.done():  # after a cancellation, it is no longer awaited
            settle(value)

    def run() -> None:
        settle: Callable[[Any], None] = ended.set_result
        value: Any
        try:
            value = _call(context, function)
        except BaseException as error:
            settle, value = ended.set_exception, error
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(end, settle, value)

    try:
        threading.Thread(target=run, name="vlmrun-api-key", daemon=True).start()
    except RuntimeError:  # at exit of the interpreter, no thread can be started any more
        return function()
    return await ended


async def call_within(function: Callable[[], Any], seconds: float | None) -> Any:
    """Call a user's function that may block, or may be a coroutine function.

    Args:
        function: The function.
        seconds: The seconds it may take; None for no limit. A function that blocks goes on in its
            thread, and nothing waits for it.

    Raises:
        TimeoutError: It took too long.
    """

    async def call() -> Any:
        if inspect.iscoroutinefunction(function):
            return await function()
        result = await _in_thread_of_its_own(function)
        return await result if inspect.isawaitable(result) else result

    # On Python 3.10 and 3.11, asyncio.wait_for loses a cancellation that comes as the call ends:
    # https://github.com/python/cpython/issues/86296
    task = asyncio.ensure_future(call())
    try:
        await asyncio.wait([task], timeout=seconds)
        if task.done():
            return task.result()
    finally:
        if task.cancel():
            await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # which asyncio would log if it was never retrieved
    raise TimeoutError


async def gather_bounded(limit: int, calls: Iterable[Callable[[], Awaitable[T]]]) -> list[T]:
    """Run calls concurrently and return their results in the order of the calls.

    After the first failure, or when the caller is cancelled, no further call is started, those
    that run are cancelled, and the error is raised once all of them have ended.

    Args:
        limit: The number of calls to run at a time.
        calls: Functions without arguments, for example `partial(upload, path)`.

    Raises:
        Exception: The first error of a call.
    """
    remaining = deque(enumerate(calls))
    results: dict[int, T] = {}

    async def work() -> None:
        while remaining:
            index, call = remaining.popleft()
            try:
                results[index] = await call()
            except BaseException:
                remaining.clear()
                raise

    workers = [asyncio.ensure_future(work()) for _ in range(min(limit, len(remaining)))]
    try:
        await asyncio.gather(*workers)
    except BaseException:
        # asyncio.TaskGroup (Python 3.11) does this too, but wraps the error in an ExceptionGroup.
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        raise
    return [results[index] for index in range(len(results))]


async def notify(callback: Callable[[Any], Any] | None, value: Any, name: str = "on_update") -> Any:
    """Call a user's callback, which may be a coroutine function, and return its result."""
    if callback is None:
        return None
    result = callback(value)
    return await result if inspect.isawaitable(result) else result


class Wakeup:
    """A wait that any thread can end."""

    def __init__(self) -> None:
        self._loop = running_loop()
        self._ended = self._loop.create_future()

    def wake(self) -> bool:
        """End the wait; return whether the event loop of the waiting task still runs."""
        try:
            self._loop.call_soon_threadsafe(self._end)
        except RuntimeError:
            return False
        return True

    async def wait(self, seconds: float | None) -> bool:
        """Wait for at most so many seconds; return whether the wait was ended."""
        await asyncio.wait([self._ended], timeout=seconds)
        return self._ended.done()

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)


class FileChunks:
    """The content of a file as a request body, from its start each time it is iterated.

    httpx would read an open file in the event loop, and only once, so that it could not be sent
    again.
    """

    def __init__(self, file: Reader) -> None:
        self._file = file

    async def __aiter__(self) -> AsyncIterator[bytes]:
        # To the end: the file may be the caller's, who gets it back after a cancellation.
        await to_end(self._file.seek, 0)
        while chunk := await to_end(self._file.read, CHUNK):
            yield chunk
