"""Waiting for a request to arrive at the server, in a test that is itself a coroutine."""

from __future__ import annotations

import asyncio

from vlmrun.testing import Server


async def arrival(server: Server, operation: str) -> None:
    """Return when the server has got a request for an operation."""
    # The server lives in another thread and tells nobody, so this has to look.
    while operation not in [each.operation for each in server.requests]:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
