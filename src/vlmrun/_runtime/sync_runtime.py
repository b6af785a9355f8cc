"""Runtime-specific functions of the sync client; `async_runtime` has the same names."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from time import monotonic
from types import CoroutineType
from typing import TYPE_CHECKING, Any, TypeVar

from vlmrun._messages import type_and_repr
from vlmrun._runtime.interruption import interruptible_sleep, interruptible_wait
from vlmrun._warnings import warn_caller
from vlmrun.errors import ConfigurationError, InputTypeError

if TYPE_CHECKING:
    from vlmrun._async.context import SharedState
    from vlmrun._core.connection import Connection
    from vlmrun._core.limits import Limits
    from vlmrun._files.upload_source import Reader

T = TypeVar("T")

# Seconds. On Windows, Ctrl-C does not interrupt the wait for a lock.
_LONGEST_WAIT = 0.5

CHUNK = 256 * 1024
CLIENT_CLASS_NAME = "httpx.Client"


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
        self._over = threading.Event()
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
            if interruptible_wait(self._over, min(left, _LONGEST_WAIT)):
                return
            if not left:
                raise TimeoutError

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._result


def import_ahead(load: Callable[[], None]) -> None:
    """Do nothing: a thread imports what it needs when it needs it."""


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


def check_callback(name: str, value: Any) -> None:
    """Raise `InputTypeError` unless a value is None or can be called without `await`."""
    if not (value is None or callable(value)):
        raise InputTypeError(f"{name} must be a function, got {type_and_repr(value)}")
    if value is not None:
        # Imported late: it takes a fifth of the time until there is a client.
        from inspect import iscoroutinefunction

        if iscoroutinefunction(value):
            raise _cannot_await(name)


def notify(callback: Callable[[Any], Any] | None, value: Any, name: str = "on_update") -> Any:
    """Call a user's callback, and return its result."""
    if callback is None:
        return None
    result = callback(value)
    if isinstance(result, CoroutineType):  # of a lambda, for example
        result.close()
        raise _cannot_await(name)
    return result


def _cannot_await(name: str) -> InputTypeError:
    return InputTypeError(
        f"{name} is a coroutine function, which VLMRun cannot await",
        suggestion="Use AsyncVLMRun, or a plain function",
    )


class Wakeup:
    """A wait that any thread can end."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def wake(self) -> bool:
        """End the wait; return True, since a thread that waits cannot vanish."""
        self._event.set()
        return True

    def wait(self, seconds: float | None) -> bool:
        """Wait for at most so many seconds; return whether the wait was ended."""
        return interruptible_wait(self._event, seconds)


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


def warn_if_blocking() -> None:
    """Warn that the caller's call blocks a running event loop, with the line of the caller."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or asyncio._get_running_loop() is None or _is_notebook():
        return
    warn_caller(
        "A call of VLMRun blocks the event loop until it returns. Use AsyncVLMRun, or "
        "asyncio.to_thread",
        RuntimeWarning,
    )


def _is_notebook() -> bool:
    # The cells of notebooks run in an event loop, and blocking it is what everybody expects there.
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


class OtherWithStatement:
    """Explains that VLMRun is not used with `async with`.

    Type checkers report it, since they do not see these methods. aiohttp's session has them, too.
    """

    _misused = "VLMRun"
    _remedy = "In asynchronous code: async with AsyncVLMRun() as client"

    if not TYPE_CHECKING:

        async def __aenter__(self):
            raise InputTypeError(
                f"{self._misused} is used with `with`, not with `async with`",
                suggestion=self._remedy,
            )

        async def __aexit__(self, *_):
            """Do nothing; Python looks it up before it enters."""


class OtherStreamStatement(OtherWithStatement):
    """Explains that a stream of VLMRun is not used with `async with`."""

    _misused = "A stream of VLMRun"
    _remedy = "In asynchronous code, use AsyncVLMRun"


class OtherForStatement:
    """Explains that the results of a stream of VLMRun are not read with `async for`."""

    if not TYPE_CHECKING:

        def __aiter__(self):
            raise InputTypeError(
                "Results of VLMRun are read with `for`, not with `async for`",
                suggestion="In asynchronous code, use AsyncVLMRun",
            )


def is_own_kind(http_client: object) -> bool:
    """Return whether a user's HTTP client is synchronous."""
    return hasattr(http_client, "close") and hasattr(http_client, "build_request")


def async_counterpart(resource: Any) -> Any:
    """Return the same resource of an async client with the same settings, for its chat.

    The async client's connection pools belong to the event loops it is used in. They are shared by
    a client and its `with_options` copies.

    Raises:
        ConfigurationError: The client uses an HTTP client of the user's, which is synchronous.
    """
    from vlmrun._async.client import AsyncVLMRun
    from vlmrun._async.context import ClientContext

    context = resource._client_context
    if context.shared.connection.http_client is not None:
        raise ConfigurationError(
            "http_client is synchronous, so asynchronous chat cannot go through it",
            suggestion="Use AsyncVLMRun(http_client=httpx.AsyncClient(...)).agent.completions",
        )
    client = AsyncVLMRun._from_context(
        ClientContext("AsyncVLMRun", context.settings, context.shared.counterpart.shared)
    )
    return getattr(client, resource._attribute)


def async_chat_class(own: Callable[[], Any]) -> Callable[[], Any]:
    """Return what finds the class of the async client's chat, for `async_completions`."""

    def find() -> Any:
        from vlmrun._async.resources._chat import chat_class

        return chat_class()

    return find


class CounterpartState:
    """The state of the async client that belongs to a sync client and its copies."""

    def __init__(self, connection: Connection, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._created: dict[str, SharedState] = {}
        self._has_ended = False

    @property
    def shared(self) -> SharedState:
        """The shared state of the async client, created on first use."""
        from vlmrun._async.context import SharedState

        # dict.setdefault is atomic, so threads that arrive at the same time get the same object.
        created = SharedState(self._connection, self._limits)
        shared = self._created.setdefault("shared", created)
        if self._has_ended:
            shared.transport.end()
        return shared

    def end(self) -> None:
        """Let the async client send nothing more; its pools are closed with their loops."""
        self._has_ended = True
        for shared in self._created.values():
            shared.transport.end()
