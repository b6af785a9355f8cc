"""What cannot be derived mechanically: the asynchronous face. `runtime_sync` is its twin."""

from __future__ import annotations

import asyncio
import inspect
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from vlmrun._files.upload_source import Reader

T = TypeVar("T")

CHUNK = 256 * 1024


async def sleep(seconds: float) -> None:
    """Let time pass, and other tasks run."""
    await asyncio.sleep(seconds)


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Run a function that blocks (a disk, a hash) without holding up the event loop."""
    return await asyncio.to_thread(function, *args)


async def notify(callback: Callable[[Any], Any] | None, value: Any) -> None:
    """Call a user's callback, which may be a coroutine function."""
    if callback is not None:
        result = callback(value)
        if inspect.isawaitable(result):
            await result


async def chunks(file: Reader) -> AsyncIterator[bytes]:
    """A file's content from where it stands, piece by piece."""
    while piece := await asyncio.to_thread(file.read, CHUNK):
        yield piece


def home() -> object:
    """What connections belong to: they live and die with the running event loop."""
    return asyncio.get_running_loop()


class Keeper:
    """Calls `close` when the running event loop shuts down, or before when it is closed itself.

    A loop that shuts down closes the asynchronous generators that are still open; this is one.
    """

    def __init__(self, close: Callable[[], Awaitable[None]]) -> None:
        self._open: AsyncGenerator[None, None] | None = self._until_closed(close, weakref.ref(self))
        # Up to its `yield` the generator waits for nothing, so its first step needs no loop.
        with suppress(StopIteration):
            self._open.asend(None).__await__().__next__()

    @staticmethod
    async def _until_closed(
        close: Callable[[], Awaitable[None]], keeper: weakref.ref[Keeper]
    ) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await close()
            # A generator holds its loop even when it has ended.
            if (ended := keeper()) is not None:
                ended._open = None

    async def aclose(self) -> None:
        """Call `close`, unless that was done."""
        if self._open is not None:
            await self._open.aclose()


def is_own_kind(http_client: object) -> bool:
    """Whether a caller's HTTP client is of the asynchronous kind."""
    return hasattr(http_client, "aclose") and hasattr(http_client, "build_request")


def counterpart(client: T) -> T:
    """The asynchronous client with the same settings: the client itself."""
    return client


def end_counterpart(shared: Any) -> None:
    """End what `counterpart` has made: nothing."""


KIND = "httpx.AsyncClient"
