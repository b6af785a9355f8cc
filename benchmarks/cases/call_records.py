"""CPU time of a call with its rate limit and its list of attempts, relative to one without them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from time import process_time
from typing import Any
from unittest.mock import patch

from installation import Installation
from measurement import Measurement, interleave, ratios
from processes import run_server

from vlmrun import AsyncVLMRun, VLMRun
from vlmrun._core.rate_limiter import RateLimiter

ROUNDS = 60
CALLS_PER_ROUND = 100
TARGET = 1.03
ID = "9f0c6a52-4c1e-4b0e-9f61-1a7d4f1f2c55"


def measure(_: Installation) -> Iterator[Measurement]:
    """Measure both clients against a server in another process, whose CPU time is not counted."""
    with run_server("processes.execution_server") as server, ExitStack() as stack:
        client = stack.enter_context(VLMRun("test", server.url))

        def call() -> None:
            for _ in range(CALLS_PER_ROUND):
                client.executions.get(ID)

        yield _measurement("sync", call)

        loop = asyncio.new_event_loop()
        stack.callback(loop.close)
        async_client = AsyncVLMRun("test", server.url)
        stack.callback(lambda: loop.run_until_complete(async_client.close()))

        async def call_async() -> None:
            for _ in range(CALLS_PER_ROUND):
                await async_client.executions.get(ID)

        yield _measurement("async", lambda: loop.run_until_complete(call_async()))


def _measurement(kind: str, call: Callable[[], None]) -> Measurement:
    def cost() -> float:
        start = process_time()
        call()
        return process_time() - start

    def without() -> float:
        with _without_records(kind):
            return cost()

    costs = interleave({"with": cost, "without": without}, ROUNDS)
    values = ratios(costs["with"], costs["without"])
    return Measurement(f"CPU: a call / without limiter and attempts, {kind}", values, "x", TARGET)


def _without_records(kind: str) -> ExitStack:
    """Replace what counts requests and records attempts by functions that do nothing."""
    http = f"vlmrun._{kind}.http"
    retries: Any = import_module(f"{http}.retries").Retries
    attempt: Any = import_module(f"{http}.attempt").Attempt

    async def no_wait(_: Any) -> None:
        """Return at once."""

    def nothing(*_: Any) -> None:
        """Do nothing."""

    stack = ExitStack()
    for owner, name, replacement in (
        (RateLimiter, "join", nothing),
        (RateLimiter, "accepted", nothing),
        (retries, "wait_for_turn", no_wait if kind == "async" else nothing),
        (retries, "succeeded", nothing),
        (attempt, "record", nothing),
    ):
        stack.enter_context(patch.object(owner, name, replacement))
    return stack
