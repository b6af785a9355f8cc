"""P96: clients work across processes, threads and loops, can be closed at any time, leave nothing.

Further cases are in test_connections.py, test_lost_connections.py and test_portable.py.
"""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.faults.connection_counter import count_connections
from tests.faults.raw_server import Connection, RawServer, raw_server, response
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import ConfigurationError, OutcomeUnknownError, VLMRunError
from vlmrun.testing import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

KEY = "test-key-0123456789"


def run_program(program: str, url: str, *options: str) -> str:
    """Run a program that reports every warning; return what it prints."""
    arguments = [sys.executable, "-W", "error", *options, "-c", program, url]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=100, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


@pytest.fixture
def silent() -> Iterator[tuple[RawServer, threading.Event]]:
    """A server that never responds, and an event that is set when it has a request."""
    arrived = threading.Event()

    def wait(connection: Connection) -> None:
        arrived.set()
        connection.over.wait()

    with raw_server(wait) as server:
        yield server, arrived


def test_p96_64_threads_share_one_client() -> None:
    with count_connections() as connections:
        start = threading.Barrier(64)
        with VLMRun(KEY, connections.url) as client, ThreadPoolExecutor(64) as pool:

            def work(_: int) -> bool:
                start.wait()
                return all(client.healthcheck() for _ in range(5))

            assert all(pool.map(work, range(64)))
        assert connections.opened <= 64
        connections.assert_all_closed()


def test_p96_64_threads_with_an_event_loop_each_share_one_client() -> None:
    with count_connections() as connections:
        client = AsyncVLMRun(KEY, connections.url)

        def work(_: int) -> bool:
            return asyncio.run(client.healthcheck())

        with ThreadPoolExecutor(64) as pool:
            assert all(pool.map(work, range(64)))
        connections.assert_all_closed()


@pytest.mark.parametrize("paid", [False, True])
def test_p96_close_ends_a_call_in_another_thread(
    silent: tuple[RawServer, threading.Event], paid: bool
) -> None:
    server, arrived = silent
    client = VLMRun(KEY, server.url, timeout=60)
    call: Callable[[], Any] = client.models.list
    if paid:
        call = lambda: client.agent.execute(prompt="Read")  # noqa: E731
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(call)
        assert arrived.wait(30)
        client.close()
        error = future.exception(30)  # far less than the timeout of the call
    assert isinstance(error, OutcomeUnknownError if paid else ConfigurationError)
    assert len(server.requests) == 1


@pytest.mark.parametrize("paid", [False, True])
def test_p96_close_ends_a_call_in_another_task(
    silent: tuple[RawServer, threading.Event], run: Callable[[Any], Any], paid: bool
) -> None:
    server, arrived = silent

    async def body() -> BaseException | None:
        client = AsyncVLMRun(KEY, server.url, timeout=60)
        call = client.agent.execute(prompt="Read") if paid else client.models.list()
        task = asyncio.ensure_future(call)
        assert await asyncio.to_thread(arrived.wait, 30)
        await client.aclose()
        await asyncio.wait([task], timeout=30)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return task.exception()

    assert isinstance(run(body()), OutcomeUnknownError if paid else ConfigurationError)
    assert len(server.requests) == 1


def test_p96_close_while_32_threads_call_leaves_no_connection() -> None:
    with count_connections() as connections:
        client = VLMRun(KEY, connections.url)
        started = threading.Barrier(33)
        errors: list[BaseException] = []

        def work() -> None:
            client.healthcheck()
            started.wait()
            try:
                while True:
                    client.healthcheck()
            except VLMRunError as error:
                errors.append(error)

        threads = [threading.Thread(target=work) for _ in range(32)]
        for thread in threads:
            thread.start()
        started.wait()
        client.close()
        for thread in threads:
            thread.join(60)
        assert len(errors) == 32
        assert {type(error) for error in errors} == {ConfigurationError}
        connections.assert_all_closed()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_p96_fork_during_a_call_of_another_thread(server: Server) -> None:
    program = """
import os, sys, threading, warnings
from vlmrun import VLMRun

warnings.simplefilter("ignore", DeprecationWarning)  # of os.fork, with threads
client = VLMRun("test", sys.argv[1])
over = threading.Event()
# Imports of other threads at the time of a fork never end in the child, in any Python program.
client.agent.execute(prompt="Read")

def work():
    while not over.is_set():
        client.models.list()

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for _ in range(10):
    # Python removes the other threads in the child, with the sockets that they were opening.
    warnings.simplefilter("ignore", ResourceWarning)
    child = os.fork()
    if not child:
        client.agent.execute(prompt="Read")
        client.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    warnings.simplefilter("error", ResourceWarning)
over.set()
for thread in threads:
    thread.join()
client.agent.execute(prompt="Read")
client.close()
print("done")
"""
    assert run_program(program, server.url) == "done\n"
    submitted = [each for each in server.requests if each.operation == "execute_agent"]
    assert len(submitted) == 12
    # One of the parent for the first, at least one other for each child.
    assert len({each.connection for each in submitted}) >= 11


def test_p96_gevent(server: Server) -> None:
    pytest.importorskip("gevent")
    program = """
from gevent import monkey
monkey.patch_all()
import gevent, sys
from vlmrun import VLMRun

with VLMRun("test", sys.argv[1]) as client:
    jobs = [gevent.spawn(client.agent.execute, prompt="Read", batch=False) for _ in range(20)]
    gevent.joinall(jobs, raise_error=True)
    assert {job.value.status for job in jobs} == {"completed"}
    # A call that waits lets others run.
    order = []
    slow = gevent.spawn(lambda: (client.models.list(), order.append("call")))
    gevent.spawn(order.append, "other").join()
    slow.join()
    assert order == ["other", "call"], order
    # It can be interrupted.
    with gevent.Timeout(0.01, False):
        client.executions.wait(client.agent.execute(prompt="Read").id)
    client.healthcheck()
print("done")
"""
    # gevent itself has warnings under `-X dev`.
    arguments = [sys.executable, "-c", program, server.url]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=100, check=False)
    assert (done.stderr, done.stdout) == ("", "done\n")


def test_p96_clients_that_nobody_closes_report_nothing_at_exit(server: Server) -> None:
    program = """
import asyncio, sys
from vlmrun import AsyncVLMRun, VLMRun

client = VLMRun("test", sys.argv[1])
client.healthcheck()
other = AsyncVLMRun("test", sys.argv[1])
asyncio.run(other.healthcheck())

class Holder:
    def __del__(self):  # at the end of the interpreter
        client.api_key, repr(client)

holder = Holder()
holder.itself = holder
print("done")
"""
    assert run_program(program, server.url) == "done\n"


def test_p96_daemon_thread_that_calls_at_exit_reports_nothing(
    silent: tuple[RawServer, threading.Event],
) -> None:
    program = """
import sys, threading, time
from vlmrun import VLMRun

client = VLMRun("test", sys.argv[1])
sent = threading.Event()

def work():
    sent.set()
    client.models.list()

threading.Thread(target=work, daemon=True).start()
sent.wait()
print("done")
"""
    assert run_program(program, silent[0].url) == "done\n"


def test_p96_anyio_on_asyncio_and_its_timeouts(
    server: Server, silent: tuple[RawServer, threading.Event]
) -> None:
    async def body() -> None:
        async with AsyncVLMRun(KEY, server.url) as client, anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(client.healthcheck)
        async with AsyncVLMRun(KEY, silent[0].url) as client:
            with anyio.move_on_after(0.1) as scope:
                await client.healthcheck()
            assert scope.cancelled_caught

    anyio.run(body)
    assert len(server.requests) == 5


def test_p96_another_loop_than_asyncio_is_named() -> None:
    """As trio runs coroutines: without an event loop of asyncio."""
    with pytest.raises(ConfigurationError, match=r"event loop of asyncio.*call VLMRun in a thread"):
        AsyncVLMRun(KEY, "http://127.0.0.1:9/v1").healthcheck().send(None)


def open_files() -> set[str]:
    folder = Path("/proc/self/fd")
    return {f"{each.name} {os.readlink(each)}" for each in folder.iterdir() if each.exists()}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system has no /proc")
def test_p96_nothing_is_left_behind(
    tmp_path: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    """No file, socket, thread or task, after a session with each client."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def session() -> None:
        with VLMRun(KEY, server.url) as client:
            file = client.files.upload(pdf, method="presigned-url", force=True)
            assert client.files.get_content(file.id, to=tmp_path / "copy.pdf")
            client.agent.execute(
                prompt="Read", inputs={"a": pdf, "b": ("x.txt", b"x")}, batch=False
            )
            next(iter(client.files.iterate(page_size=1)))

    async def async_session() -> None:
        async with AsyncVLMRun(KEY, server.url) as client:
            file = await client.files.upload(pdf, method="presigned-url", force=True)
            await client.files.get_content(file.id, to=tmp_path / "copy.pdf")
            await client.agent.execute(prompt="Read", inputs={"a": pdf}, batch=False)
            async for _ in client.files.iterate(page_size=1):
                break
            # asyncio closes the generator in a task of its own.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    session()  # imports modules, and loads certificates
    asyncio.run(async_session())
    gc.collect()
    threads, files = set(threading.enumerate()), open_files()
    session()
    asyncio.run(async_session())
    gc.collect()
    ours = {each for each in set(threading.enumerate()) - threads if "AnyIO" not in each.name}
    assert ours == set()
    left = {each for each in open_files() - files if "socket:" not in each}
    assert left == set()
    assert [each.name for each in tmp_path.iterdir()] == ["copy.pdf"]


def test_p96_response_that_arrives_after_close_is_not_read_by_another_call() -> None:
    """A number of a closed socket may be that of the next one that is opened."""
    go_on = threading.Event()

    def respond(connection: Connection) -> None:
        if connection.number == 0:
            go_on.set()
            connection.over.wait(0.3)
        connection.send(response(b'{"object": "list", "data": []}'))

    with raw_server(respond) as server:
        first, second = VLMRun(KEY, server.url, max_retries=0), VLMRun(KEY, server.url)
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(first.models.list)
            assert go_on.wait(30)
            first.close()
            with second:
                assert second.healthcheck()
            assert isinstance(future.exception(30), VLMRunError)
