"""Waiting in a coroutine until a request has arrived at the mock server."""

from __future__ import annotations

import asyncio

from vlmrun.testing import Server


async def arrival(server: Server, operation: str) -> None:
    """Return when the server has received a request for an operation."""
    # The server runs in another thread and has no event to wait for.
    while operation not in [each.operation for each in server.requests]:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
