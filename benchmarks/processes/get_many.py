"""Get the same execution many times with one client, and print the seconds as JSON.

    python -m processes.get_many CLIENT BASE_URL COUNT CONCURRENCY

CLIENT is a name in `ASYNC` or `THREADED`. The interpreter must have its package, and nothing else
of this project. The first calls, one for each of the tasks or threads, are not counted. The result
has the elapsed time (`wall`) and the CPU time of this process (`cpu`).
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import perf_counter, process_time
from typing import Any

ID = "9f0c6a52-4c1e-4b0e-9f61-1a7d4f1f2c55"
KEY = "test"
HEADERS = {"Authorization": f"Bearer {KEY}"}

# Functions to call at the end; aiohttp complains about a session that is not closed.
closing: list[Callable[[], Awaitable[None]]] = []


def vlmrun_async(base_url: str) -> Callable[[], Awaitable[Any]]:
    from vlmrun import AsyncVLMRun

    client = AsyncVLMRun(base_url=base_url, api_key=KEY)
    return lambda: client.executions.get(ID)


def _async_httpx(name: str, base_url: str) -> Callable[[], Awaitable[Any]]:
    module = __import__(name)
    http, url = module.AsyncClient(timeout=60), f"{base_url}/agent/executions/{ID}"

    async def get() -> Any:
        response = await http.get(url, headers=HEADERS)
        return json.loads(response.content)

    return get


def httpx_async(base_url: str) -> Callable[[], Awaitable[Any]]:
    return _async_httpx("httpx", base_url)


def httpx2_async(base_url: str) -> Callable[[], Awaitable[Any]]:
    return _async_httpx("httpx2", base_url)


def aiohttp_async(base_url: str) -> Callable[[], Awaitable[Any]]:
    import aiohttp

    session, url = aiohttp.ClientSession(), f"{base_url}/agent/executions/{ID}"
    closing.append(session.close)

    async def get() -> Any:
        async with session.get(url, headers=HEADERS) as response:
            return json.loads(await response.read())

    return get


def openai_async(base_url: str) -> Callable[[], Awaitable[Any]]:
    from openai import AsyncOpenAI

    client = AsyncOpenAI(base_url=base_url, api_key=KEY)
    # Its nearest call: a request and a small model of the response.
    return lambda: client.models.retrieve(ID)


def vlmrun_threads(base_url: str) -> Callable[[], Any]:
    # The official SDK has the same names.
    from vlmrun.client import VLMRun

    client = VLMRun(base_url=base_url, api_key=KEY)
    return lambda: client.executions.get(ID)


def httpx_threads(base_url: str) -> Callable[[], Any]:
    import httpx

    http, url = httpx.Client(timeout=5), f"{base_url}/agent/executions/{ID}"

    def get() -> Any:
        while True:
            # httpx's pool sometimes closes a connection that it has just assigned to another
            # thread, or leaves a thread without one until the pool timeout.
            with suppress(httpx.TransportError):
                return json.loads(http.get(url, headers=HEADERS).content)

    return get


def requests_threads(base_url: str) -> Callable[[], Any]:
    import requests

    session, url = requests.Session(), f"{base_url}/agent/executions/{ID}"
    return lambda: json.loads(session.get(url, headers=HEADERS).content)


ASYNC = {
    "vlmrun_async": vlmrun_async,
    "httpx_async": httpx_async,
    "httpx2_async": httpx2_async,
    "aiohttp_async": aiohttp_async,
    "openai_async": openai_async,
}
THREADED = {
    "vlmrun_threads": vlmrun_threads,
    "httpx_threads": httpx_threads,
    "requests_threads": requests_threads,
}


async def run_async(name: str, base_url: str, count: int, concurrency: int) -> dict[str, float]:
    """Run the calls in so many tasks, and return the seconds."""
    get = ASYNC[name](base_url)

    async def work(numbers: Iterator[int]) -> None:
        for _ in numbers:
            await get()

    async def run(count: int) -> None:
        numbers = iter(range(count))
        await asyncio.gather(*(work(numbers) for _ in range(concurrency)))

    await run(concurrency)
    started = perf_counter(), process_time()
    await run(count)
    seconds = {"wall": perf_counter() - started[0], "cpu": process_time() - started[1]}
    for close in closing:
        await close()
    return seconds


def run_threads(name: str, base_url: str, count: int, concurrency: int) -> dict[str, float]:
    """Run the calls in so many threads, and return the seconds."""
    get = THREADED[name](base_url)
    with ThreadPoolExecutor(concurrency) as executor:
        list(executor.map(lambda _: get(), range(concurrency)))
        started = perf_counter(), process_time()
        list(executor.map(lambda _: get(), range(count)))
        return {"wall": perf_counter() - started[0], "cpu": process_time() - started[1]}


def main(name: str, base_url: str, count: str, concurrency: str) -> None:
    """Run the calls of the client with this name."""
    if name in ASYNC:
        seconds = asyncio.run(run_async(name, base_url, int(count), int(concurrency)))
    else:
        seconds = run_threads(name, base_url, int(count), int(concurrency))
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
