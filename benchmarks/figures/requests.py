"""CPU time of one call on a kept-alive connection, over the same call in httpx and json alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from time import process_time

import httpx
from installation import Installation
from measuring import Result, interleaved, ratios
from processes import serving

from vlmrun import AsyncVLMRun, VLMRun

BLOCKS = 60
CALLS = 100
AIM = 1.4
KEY = "test"
HEADERS = {"Authorization": f"Bearer {KEY}"}
ID = "9f0c6a52-4c1e-4b0e-9f61-1a7d4f1f2c55"


def measure(_: Installation) -> Iterator[Result]:
    """Both clients against a server in another process, whose cost is not counted."""
    with serving("processes.execution_server") as server:
        yield Result("CPU: executions.get over httpx, sync", _sync(server.url), "x", AIM)
        yield Result("CPU: executions.get over httpx, async", _async(server.url), "x", AIM)


def _sync(base_url: str) -> list[float]:
    url = f"{base_url}/agent/executions/{ID}"
    with VLMRun(base_url=base_url, api_key=KEY) as client, httpx.Client() as http:

        def ours() -> float:
            start = process_time()
            for _ in range(CALLS):
                client.executions.get(ID)
            return process_time() - start

        def bare() -> float:
            start = process_time()
            for _ in range(CALLS):
                response = http.get(url, headers=HEADERS)
                json.loads(response.content)
            return process_time() - start

        costs = interleaved({"ours": ours, "bare": bare}, BLOCKS)
    return ratios(costs["ours"], costs["bare"])


def _async(base_url: str) -> list[float]:
    url = f"{base_url}/agent/executions/{ID}"
    client, http = AsyncVLMRun(base_url=base_url, api_key=KEY), httpx.AsyncClient()

    async def ours() -> float:
        start = process_time()
        for _ in range(CALLS):
            await client.executions.get(ID)
        return process_time() - start

    async def bare() -> float:
        start = process_time()
        for _ in range(CALLS):
            response = await http.get(url, headers=HEADERS)
            json.loads(response.content)
        return process_time() - start

    with ExitStack() as stack:
        loop = asyncio.new_event_loop()
        stack.callback(loop.close)
        run = loop.run_until_complete
        stack.callback(lambda: run(http.aclose()))
        stack.callback(lambda: run(client.close()))
        costs = interleaved({"ours": lambda: run(ours()), "bare": lambda: run(bare())}, BLOCKS)
    return ratios(costs["ours"], costs["bare"])
