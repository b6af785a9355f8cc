"""Cancelled tasks end immediately, and reading files does not block the event loop."""

from __future__ import annotations

import asyncio
import gc
import threading
from asyncio import CancelledError
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.arrivals import arrival
from tests.faults.test_every_operation import assert_idle
from vlmrun import AsyncVLMRun
from vlmrun._runtime.async_attempt import run_attempt
from vlmrun._runtime.async_runtime import Wakeup, call_within
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

CALLS: dict[str, Callable[[AsyncVLMRun, Path], Awaitable[Any]]] = {
    "execute_agent": lambda client, path: client.agent.execute(prompt="Describe it"),
    "list_models": lambda client, path: client.models.list(),
    "upload_file": lambda client, path: client.files.upload(path, force=True),
    "put_object": lambda client, path: client.files.upload(
        path, method="presigned-url", force=True
    ),
}


@pytest.mark.parametrize("operation", CALLS)
def test_cancelled_call_ends_and_the_client_stays_usable(
    server: Server, pdf: Path, operation: str
) -> None:
    async def work() -> None:
        async with AsyncVLMRun("test", server.url) as client:
            server.inject(Fault(operation, delay=60))
            task = asyncio.ensure_future(CALLS[operation](client, pdf))
            await arrival(server, operation)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await CALLS[operation](client, pdf)

    asyncio.run(work())
    assert [each.operation for each in server.requests].count(operation) == 2


def test_cancelled_tasks_release_their_connections(server: Server) -> None:
    async def work() -> None:
        async with AsyncVLMRun("test", server.url) as client:
            server.inject(Fault("list_models", delay=60, times=150))
            tasks = [asyncio.create_task(client.models.list()) for _ in range(150)]
            await arrival(server, "list_models")
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            assert {type(end) for end in ends} == {asyncio.CancelledError}
            server.clear()
            await asyncio.gather(*(client.models.list(options={"timeout": 20}) for _ in range(20)))

    asyncio.run(work())


async def arrivals(server: Server, count: int) -> None:
    """Return when the server has received so many requests."""
    # The server runs in another thread and has no event to wait for.
    while len(server.requests) < count:  # noqa: ASYNC110
        await asyncio.sleep(0.001)


def test_p44_cancellation_of_more_calls_than_connections_leaves_the_pool_intact(
    server: Server,
) -> None:
    async def work() -> None:
        async with AsyncVLMRun("test", server.url, max_retries=0, timeout=60) as client:
            server.inject(Fault("list_models", delay=60, times=None))
            tasks = [asyncio.create_task(client.models.list()) for _ in range(130)]
            # The others wait for a connection.
            await arrivals(server, 100)
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            assert {type(end) for end in ends} == {asyncio.CancelledError}
            assert len(server.requests) == 100
            assert_idle(client)
            server.clear()
            # Each slot is free: as many calls as there are connections run at the same time.
            server.inject(Fault("list_models", delay=60, times=None))
            again = [asyncio.create_task(client.models.list()) for _ in range(100)]
            await arrivals(server, 100)
            for task in again:
                task.cancel()
            await asyncio.gather(*again, return_exceptions=True)
            server.clear()
            assert await client.models.list()
            assert_idle(client)

    asyncio.run(work())


def test_wait_for_around_a_call_raises_asyncio_s_timeout_error(server: Server) -> None:
    async def work() -> None:
        async with AsyncVLMRun("test", server.url) as client:
            server.inject(Fault("list_models", delay=60))
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.models.list(), 0.2)
            assert await client.models.list()

    asyncio.run(work())


def test_a_cancellation_is_not_lost_when_a_pause_ends_at_the_same_time() -> None:
    """On Python 3.10 and 3.11, asyncio.wait_for loses it: gh-86296."""

    async def work() -> None:
        wakeup = Wakeup()
        task = asyncio.ensure_future(wakeup.wait(60))
        await asyncio.sleep(0)
        wakeup.wake()
        # The pause has ended once this returns, but its task has not continued.
        await asyncio.sleep(0)
        task.cancel()
        assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], CancelledError)

    asyncio.run(work())


def test_a_cancellation_is_not_lost_when_the_function_of_the_key_returns(server: Server) -> None:
    async def work() -> None:
        async def key() -> str:
            task.cancel()
            return "test"

        async with AsyncVLMRun(key, server.url) as client:
            task = asyncio.ensure_future(client.models.list(options={"deadline": 60}))
            with pytest.raises(CancelledError):
                await task

    asyncio.run(work())
    assert server.requests == []


def test_a_cancellation_is_not_lost_when_what_it_ends_fails() -> None:
    class Response:
        async def aclose(self) -> None:
            raise ValueError("of a transport of the user's")

    async def send() -> Response:
        await asyncio.sleep(0)
        return Response()

    async def work() -> None:
        task = asyncio.ensure_future(run_attempt(send, None))
        # The attempt has ended once these return, but its task has not continued.
        for _ in range(3):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(CancelledError):
            await task

    asyncio.run(work())


def test_an_error_of_a_function_that_nobody_waits_for_is_not_logged() -> None:
    async def work() -> list[Any]:
        logged: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: logged.append(context))
        calls: list[asyncio.Task[Any]] = []

        async def fail() -> None:
            calls.pop().cancel()
            raise ValueError("it may have the API key")

        calls.append(asyncio.ensure_future(call_within(fail, 60)))
        with pytest.raises(CancelledError):
            await calls[0]
        gc.collect()
        return logged

    assert asyncio.run(work()) == []


@pytest.mark.parametrize("method", ["direct", "presigned-url"])
def test_reading_and_hashing_a_file_do_not_block_the_event_loop(
    server: Server, pdf: Path, method: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hash and the chunks sent to the storage are read in another thread."""
    readers = set()

    class Watched:
        name = "watched.pdf"

        def __init__(self) -> None:
            self._file = pdf.open("rb")

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

        def read(self, size: int = -1) -> bytes:
            if size:
                readers.add(threading.get_ident())
            return self._file.read(size)

    async def work() -> None:
        async with AsyncVLMRun("test", server.url) as client:
            file: Any = Watched()
            if method == "direct":
                await client.files.get_cached_file(file)
            else:
                await client.files.upload(file, method=method)
            file.close()

    asyncio.run(work())
    assert readers
    assert threading.get_ident() not in readers
