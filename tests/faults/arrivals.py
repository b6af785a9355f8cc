"""Waiting until requests have arrived at a server, which runs in another thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from vlmrun.testing import Server


async def arrival(server: Server, operation: str) -> None:
    """Return when the server has received a request for an operation."""
    # The server runs in another thread and has no event to wait for.
    while operation not in [each.operation for each in server.requests]:  # noqa: ASYNC110
        await asyncio.sleep(0.001)


def reaches(count: Callable[[], int], expected: int) -> bool:
    """Return whether a number of requests is as expected, which it may be a little later only.

    A client that times out does not wait until a busy server has read its request.
    """
    for _ in range(1000):
        if count() >= expected:
            break
        time.sleep(0.01)
    return count() == expected
