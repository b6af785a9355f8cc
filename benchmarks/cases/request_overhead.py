"""CPU time of a call on an open connection, relative to the same request with httpx and json."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from time import process_time

import httpx
from installation import Installation
from measurement import Measurement, interleave, ratios
from processes import run_server

from vlmrun import AsyncVLMRun, VLMRun

ROUNDS = 60
CALLS_PER_ROUND = 100
TARGET = 1.15
KEY = "test"
HEADERS = {"Authorization": f"Bearer {KEY}"}
ID = "9f0c6a52-4c1e-4b0e-9f61-1a7d4f1f2c55"


def measure(_: Installation) -> Iterator[Measurement]:
    """Measure both clients against a server in another process, whose CPU time is not counted."""
    with run_server("processes.execution_server") as server:
        yield Measurement(
            "CPU: executions.get / httpx, sync", _sync_ratios(server.url), "x", TARGET
        )
        yield Measurement(
            "CPU: executions.get / httpx, async", _async_ratios(server.url), "x", TARGET
        )


def _sync_ratios(base_url: str) -> list[float]:
    url = f"{base_url}/agent/executions/{ID}"
    with VLMRun(base_url=base_url, api_key=KEY) as client, httpx.Client() as http:

        def sdk() -> float:
            start = process_time()
            for _ in range(CALLS_PER_ROUND):
                client.executions.get(ID)
            return process_time() - start

        def plain() -> float:
            start = process_time()
            for _ in range(CALLS_PER_ROUND):
                response = http.get(url, headers=HEADERS)
                json.loads(response.content)
            return process_time() - start

        costs = interleave({"sdk": sdk, "plain": plain}, ROUNDS)
    return ratios(costs["sdk"], costs["plain"])


def _async_ratios(base_url: str) -> list[float]:
    url = f"{base_url}/agent/executions/{ID}"
    client, http = AsyncVLMRun(base_url=base_url, api_key=KEY), httpx.AsyncClient()

    async def sdk() -> float:
        start = process_time()
        for _ in range(CALLS_PER_ROUND):
            await client.executions.get(ID)
        return process_time() - start

    async def plain() -> float:
        start = process_time()
        for _ in range(CALLS_PER_ROUND):
            response = await http.get(url, headers=HEADERS)
            json.loads(response.content)
        return process_time() - start

    with ExitStack() as stack:
        loop = asyncio.new_event_loop()
        stack.callback(loop.close)
        run = loop.run_until_complete
        stack.callback(lambda: run(http.aclose()))
        stack.callback(lambda: run(client.close()))
        costs = interleave({"sdk": lambda: run(sdk()), "plain": lambda: run(plain())}, ROUNDS)
    return ratios(costs["sdk"], costs["plain"])
