"""What cannot be derived mechanically: the synchronous face. `runtime_async` is its twin."""

from __future__ import annotations

import inspect
import os
import time
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from vlmrun.errors import ConfigurationError, InputTypeError

if TYPE_CHECKING:
    from vlmrun._async.client import AsyncVLMRun
    from vlmrun._files.upload_source import Reader

T = TypeVar("T")

CHUNK = 256 * 1024


def sleep(seconds: float) -> None:
    """Let time pass."""
    time.sleep(seconds)


def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Run a function; here blocking is what the caller expects."""
    return function(*args)


def notify(callback: Callable[[Any], Any] | None, value: Any) -> None:
    """Call a user's callback."""
    if callback is not None:
        result = callback(value)
        if inspect.iscoroutine(result):
            result.close()
            raise InputTypeError(
                "on_update is a coroutine function, which VLMRun cannot await",
                suggestion="Use AsyncVLMRun, or a plain function",
            )


def chunks(file: Reader) -> Iterator[bytes]:
    """A file's content from where it stands, piece by piece."""
    while piece := file.read(CHUNK):
        yield piece


class _Home:
    """Where synchronous connections belong: to the process."""


_home = _Home()


def home() -> object:
    """What connections belong to."""
    return _home


def _leave_home() -> None:
    # Two processes that read from one connection would get each other's answers.
    global _home
    _home = _Home()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_home)


class Keeper:
    """Calls `close` when it is closed itself, when nobody uses it any more, or at exit."""

    def __init__(self, close: Callable[[], None]) -> None:
        self._finalizer = weakref.finalize(self, _close_in, os.getpid(), close)

    def close(self) -> None:
        """Call `close`, unless that was done."""
        self._finalizer()


def _close_in(process: int, close: Callable[[], None]) -> None:
    # A fork leaves its child connections that are its parent's, and perhaps their lock, taken.
    if os.getpid() == process:
        close()


def is_own_kind(http_client: object) -> bool:
    """Whether a caller's HTTP client is of the synchronous kind."""
    return hasattr(http_client, "close") and hasattr(http_client, "build_request")


def counterpart(client: Any) -> AsyncVLMRun:
    """The asynchronous client with the same settings, for chat that a synchronous one offers too.

    Its connections belong to the event loops that it is used in. They are made once for a client
    and its `with_options` copies.

    Raises:
        ConfigurationError: The client has an HTTP client of the caller's, which cannot serve both.
    """
    from vlmrun._async.client import AsyncVLMRun, _Shared

    if client._shared.http_client is not None:
        raise ConfigurationError(
            "http_client is synchronous, so asynchronous chat cannot go through it",
            suggestion="Use AsyncVLMRun(http_client=httpx.AsyncClient(...)).agent.completions",
        )
    twin = AsyncVLMRun.__new__(AsyncVLMRun)
    twin._settings = client._settings
    twin._shared = client._shared.__dict__.setdefault(_COUNTERPART, _Shared(None))
    if _ENDED in client._shared.__dict__:
        twin._shared.transport.end()
    return twin


def end_counterpart(shared: Any) -> None:
    """Let what `counterpart` has made send nothing more; its connections go with their loops."""
    shared.__dict__[_ENDED] = True
    if _COUNTERPART in shared.__dict__:
        shared.__dict__[_COUNTERPART].transport.end()


# Where the synchronous client's shared part keeps them.
_COUNTERPART, _ENDED = "counterpart", "counterpart_ended"

KIND = "httpx.Client"
