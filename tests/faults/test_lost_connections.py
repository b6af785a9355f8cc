"""P35, P44: a call that is cancelled, or whose process forks or ends, loses no connection."""

from __future__ import annotations

import asyncio
import copy
import gc
import os
import random
import select
import socket
import ssl
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator

import httpcore
import pytest

from tests.faults.connection_counter import count_connections
from tests.faults.test_every_operation import assert_idle
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun._cached_properties import cached_property
from vlmrun._fork_safe_locks import ForkSafeLock
from vlmrun._runtime.sync_sockets import SocketBackend
from vlmrun.testing import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

KEY = "test-key-0123456789"
GROUPS = 200


async def cancelled_groups(client: AsyncVLMRun, size: int, groups: int, cancels: int) -> None:
    """Run groups of calls that are cancelled at another step each time, or twice."""
    steps = random.Random(7)
    for _ in range(groups):
        tasks = [asyncio.ensure_future(client.healthcheck()) for _ in range(size)]
        for _ in range(cancels):
            for _ in range(steps.randrange(120)):
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("cancels", [1, 2])
def test_p44_cancelled_calls_give_all_connections_back(cancels: int) -> None:
    async def work(url: str) -> None:
        async with AsyncVLMRun(KEY, url, max_retries=0, timeout=60) as client:
            await cancelled_groups(client, 10, GROUPS, cancels)
            assert_idle(client)
            # Each slot is free: as many calls as there are connections run at the same time.
            await asyncio.gather(*(client.healthcheck() for _ in range(100)))
            assert_idle(client)

    with count_connections() as connections:
        asyncio.run(work(connections.url))


async def abandoned_streams_are_closed(client: AsyncVLMRun) -> None:
    """Wait until the streams that nobody has closed are closed by the garbage collector."""
    pools = client._context.transport._pool._own.values()
    while any(each.http_client._transport.in_use for each in pools):  # type: ignore[attr-defined]
        gc.collect()
        await asyncio.sleep(0)


def test_p44_cancelled_stream_gives_its_connection_back(server: Server) -> None:
    async def work() -> None:
        async with AsyncVLMRun(KEY, server.url, max_retries=0) as client:

            async def read() -> None:
                stream = await client.agent.completions.create(
                    model="vlmrun-orion-1:auto",
                    messages=[{"role": "user", "content": "Hello"}],
                    stream=True,
                )
                async for _ in stream:
                    await asyncio.sleep(0)

            steps = random.Random(7)
            for _ in range(30):
                task = asyncio.ensure_future(read())
                for _ in range(steps.randrange(200)):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            await asyncio.wait_for(abandoned_streams_are_closed(client), 30)
            assert_idle(client)

    asyncio.run(work())


@pytest.mark.parametrize("client_class", [VLMRun, AsyncVLMRun])
def test_p44_copy_of_a_used_client_shares_its_connections(client_class: type) -> None:
    client = client_class(KEY)
    copies = [copy.deepcopy(client)]
    assert client.agent
    assert client._context.transport
    copies += [copy.deepcopy(client), copy.copy(client)]
    for each in copies:
        assert each._context.transport is client._context.transport
        assert each.agent._transport is client._context.transport
    assert copy.deepcopy(client.agent)._transport is client._context.transport


def test_p44_call_in_a_function_of_atexit_that_was_registered_before_the_first_call() -> None:
    program = """
import atexit, sys

def call_last():
    with VLMRun("test", sys.argv[1]) as own:
        print(own.healthcheck())

atexit.register(call_last)  # runs after all that is registered later
from vlmrun import VLMRun

client = VLMRun("test", sys.argv[1])
unclosed = VLMRun("test", sys.argv[1])
atexit.register(lambda: print(client.healthcheck(), client.close()))
atexit.register(lambda: print(unclosed.healthcheck()))
client.healthcheck()
"""
    assert output_of(program) == "True\nTrue None\nTrue\n"


def test_p44_connection_that_was_reset_before_tls_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address, port = server.getsockname()
        stream = SocketBackend().connect_tcp(address, port)
        accepted, _ = server.accept()
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        accepted.close()
    select.select([stream.get_extra_info("socket")], [], [])
    # Python reports a socket that is not closed, and pytest makes an error of it.
    with pytest.raises(httpcore.ConnectError):
        stream.start_tls(ssl.create_default_context(), "localhost")
    gc.collect()


def test_p44_event_loop_that_nobody_closes_reports_nothing_at_exit() -> None:
    """As with nest_asyncio, whose `asyncio.run` neither closes the loop nor its generators."""
    program = """
import asyncio, sys
from vlmrun import AsyncVLMRun

client = AsyncVLMRun("test", sys.argv[1])
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
print(loop.run_until_complete(client.healthcheck()))
loop.shutdown_asyncgens = None
"""
    assert output_of(program) == "True\n"


def output_of(program: str) -> str:
    with count_connections() as connections:
        arguments = [
            sys.executable,
            "-W",
            "default::ResourceWarning",
            "-c",
            program,
            connections.url,
        ]
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


class Slow:
    """Has a property whose computation waits."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.go_on = threading.Event()

    @cached_property
    def value(self) -> object:
        self.began.set()
        self.go_on.wait(60)
        return object()


@pytest.fixture
def busy_thread() -> Iterator[ForkSafeLock]:
    """A lock that another thread holds, which also computes a cached property."""
    lock, slow = ForkSafeLock(), Slow()

    def work() -> None:
        with lock.held:
            assert slow.value

    thread = threading.Thread(target=work)
    thread.start()
    assert slow.began.wait(60)
    yield lock
    slow.go_on.set()
    thread.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_p44_locks_are_free_in_the_child_of_a_fork(busy_thread: ForkSafeLock) -> None:
    child = os.fork()
    if not child:
        fresh = Slow()
        fresh.go_on.set()
        with busy_thread.held:
            os._exit(0 if fresh.value else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_all_threads_get_the_same_value_of_a_cached_property() -> None:
    slow = Slow()
    values: list[object] = []
    threads = [threading.Thread(target=lambda: values.append(slow.value)) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert slow.began.wait(60)
    slow.go_on.set()
    for thread in threads:
        thread.join()
    assert len(set(map(id, values))) == 1
