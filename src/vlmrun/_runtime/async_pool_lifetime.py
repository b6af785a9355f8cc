"""The lifetime of the async client's connection pools; `sync_pool_lifetime` has the same names.

A pool belongs to an event loop: its connections work in no other.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress

from vlmrun._runtime.async_runtime import running_loop


def pool_scope() -> object:
    """Return the object that a connection pool belongs to: the running event loop."""
    return running_loop()


def keeps_connections() -> bool:
    """Return whether connections stay open between requests."""
    return True


class CloseOnLoopEnd:
    """Call `close` when the running event loop shuts down, unless `aclose` was called before.

    asyncio has no hook for the end of a loop, but `asyncio.run` closes the asynchronous generators
    that are still suspended (`loop.shutdown_asyncgens`), so this object suspends one.
    """

    def __init__(self, close: Callable[[], Awaitable[None]]) -> None:
        self._generator: AsyncGenerator[None, None] | None = self._until_closed(
            close, weakref.ref(self)
        )
        # Run the generator to its `yield`. It awaits nothing before, so no event loop is needed,
        # but asyncio's hook registers it with the running loop.
        with suppress(StopIteration):
            self._generator.asend(None).__await__().__next__()

    @staticmethod
    async def _until_closed(
        close: Callable[[], Awaitable[None]], owner: weakref.ref[CloseOnLoopEnd]
    ) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            # Where nobody ended the loop (with nest_asyncio, for example), the generator is closed
            # at exit without one. The connections are closed by the system then.
            with suppress(RuntimeError):
                asyncio.get_running_loop()
                await close()
            # Even a generator that has ended refers to its loop and would keep it alive.
            if (self := owner()) is not None:
                self._generator = None

    async def aclose(self) -> None:
        """Call `close`, unless that was done before."""
        if self._generator is not None:
            await self._generator.aclose()
