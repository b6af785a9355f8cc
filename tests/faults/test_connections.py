"""One connection pool per client: shared by resources, copies, threads and tasks; never leaked."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import ssl
import subprocess
import sys
import threading
import warnings
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import USES_AIOHTTP
from tests.faults.arrivals import arrival
from tests.faults.connection_counter import count_connections
from tests.faults.early_server import CERTIFICATE
from tests.faults.raw_server import Connection, raw_server
from tests.tunnels import relay
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import ConfigurationError, NetworkError
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

KEY = "test"


def connections(server: Server) -> set[int | None]:
    return {request.connection for request in server.requests}


def test_p35_all_resources_and_copies_share_one_connection(
    client: Any, server: Server, pdf: Path, skill_directory: Path
) -> None:
    for each in (client, client.with_options(timeout=30), client.with_options(headers={"a": "b"})):
        each.healthcheck()
        each.models.list()
        each.files.upload(pdf)
        each.files.upload(pdf, method="presigned-url", force=True)
        each.skills.create_from_directory(skill_directory)
        each.agent.execute(prompt="Describe it", inputs={"file": pdf}, batch=False)
        each.executions.list()
        each.predictions.list()
    assert len(server.requests) > 40
    # Uploads do not go through aiohttp, and so not over its connection.
    sends_through_aiohttp = USES_AIOHTTP and not isinstance(client, VLMRun)
    assert len(connections(server)) == 1 + sends_through_aiohttp


def test_p35_errors_return_the_connection_to_the_pool(client: Any, server: Server) -> None:
    server.inject(Fault("list_models", status=404, times=20))
    for _ in range(20):
        with pytest.raises(Exception, match="404"):
            client.models.list()
    client.models.list()
    assert len(connections(server)) == 1


def test_p35_bytes_after_a_response_are_not_the_response_to_the_next_request(connect: Any) -> None:
    def answer(connection: Connection) -> None:
        body = b'{"id": "e%d", "status": "completed"}' % connection.number
        message = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        connection.send(message * 2)
        connection.over.wait()

    with raw_server(answer) as server, relay() as proxy:
        for settings in ({}, {"proxy": f"http://{proxy.address}"}):
            client = connect(base_url=server.url, **settings)
            ids = [f"e{len(server.requests) + number}" for number in range(3)]
            assert [client.executions.get(id).id for id in ids] == ids


@pytest.mark.parametrize("has_proxy", [False, True])
def test_p35_second_record_of_tls_is_not_the_response_to_the_next_request(
    connect: Any, monkeypatch: pytest.MonkeyPatch, has_proxy: bool
) -> None:
    """Both records arrive together, so that one read from the socket receives both."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    over = threading.Event()

    def serve(accepted: socket.socket, number: int) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        for step in (tls.do_handshake, partial(tls.read, 65536)):
            while True:
                try:
                    step()
                    break
                except ssl.SSLWantReadError:
                    accepted.sendall(outgoing.read())
                    incoming.write(accepted.recv(65536))
            accepted.sendall(outgoing.read())
        for id in (f"e{number}", "of-another"):
            body = b'{"id": "%s", "status": "completed"}' % id.encode()
            tls.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        accepted.sendall(outgoing.read())
        over.wait(60)
        accepted.close()

    threads = []

    def accept() -> None:
        with suppress(OSError):
            for number in range(2):
                threads.append(threading.Thread(target=serve, args=(listener.accept()[0], number)))
                threads[-1].start()

    with relay(context=context) as proxy, socket.create_server(("127.0.0.1", 0)) as listener:
        threads.append(threading.Thread(target=accept))
        threads[0].start()
        through = (
            {"proxy": f"https://localhost:{proxy.address.rpartition(':')[2]}"} if has_proxy else {}
        )
        client = connect(base_url=f"https://localhost:{listener.getsockname()[1]}/v1", **through)
        try:
            assert [client.executions.get(id).id for id in ("e0", "e1")] == ["e0", "e1"]
        finally:
            over.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join()


def test_cookies_are_not_stored(client: Any, server: Server) -> None:
    server.inject(Fault("list_models", headers={"Set-Cookie": "session=1; Path=/"}, times=None))
    for _ in range(3):
        client.models.list()
    assert not any("cookie" in request.headers for request in server.requests)


def test_p35_close_closes_the_connection() -> None:
    with count_connections() as connections, VLMRun(KEY, connections.url) as client:
        client.healthcheck()
        client.close()
        connections.assert_all_closed()


def test_closing_a_copy_closes_the_original(connect: Any) -> None:
    client = connect()
    client.healthcheck()
    client.with_options(timeout=5).close()
    with pytest.raises(ConfigurationError, match="closed"):
        client.healthcheck()


def test_closed_http_client_of_the_user_is_named_in_the_error(server: Server) -> None:
    with httpx.Client() as http:
        client = VLMRun(KEY, server.url, http_client=http)
    with pytest.raises(ConfigurationError, match="http_client is closed"):
        client.healthcheck()


def test_connection_that_the_server_has_closed_is_replaced(client: Any, server: Server) -> None:
    """A call on a closed connection opens a new one; it neither fails nor is sent twice."""
    server.inject(Fault("check_health", headers={"Connection": "close"}))
    client.healthcheck()
    client.agent.execute(prompt="Describe it")
    assert len(connections(server)) == 2
    assert len(server.requests) == 2


def test_p38_each_event_loop_has_a_pool_that_is_closed_with_it(server: Server) -> None:
    client = AsyncVLMRun(KEY, server.url)
    loops = []

    async def work() -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        await asyncio.gather(*(client.models.list() for _ in range(3)))

    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        for _ in range(5):
            asyncio.run(work())
        gc.collect()
    assert [loop() for loop in loops] == [None] * 5


def test_p38_async_client_that_nobody_closes_leaves_no_connection_open() -> None:
    with count_connections() as connections:

        async def work() -> None:
            await AsyncVLMRun(KEY, connections.url).healthcheck()

        asyncio.run(work())
        connections.assert_all_closed()


def test_p38_event_loops_in_several_threads_share_one_client(server: Server) -> None:
    client = AsyncVLMRun(KEY, server.url)

    async def work() -> int:
        pages = await asyncio.gather(*(client.models.list() for _ in range(5)))
        return len(pages)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: asyncio.run(work()), range(8))) == [5] * 8
    assert len(server.requests) == 40


def test_eight_threads_share_one_client(server: Server) -> None:
    ids: list[str] = []
    start = threading.Barrier(8)
    # On a busy machine, a thread may take longer than an idle connection is kept by default.
    with VLMRun(KEY, server.url, keep_alive=None) as client:

        def work(_: int) -> None:
            start.wait()
            for _ in range(5):
                ids.append(client.agent.execute(prompt="Describe it").id)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
        assert {each.id for each in client.executions.list(limit=100)} == set(ids)
    assert len(set(ids)) == 40
    assert len(connections(server)) <= 8


_FORKING = """
import os, sys
from vlmrun import VLMRun

client = VLMRun("test", sys.argv[1])
client.healthcheck()
child = os.fork()
for _ in range(20):
    sent = client.agent.execute(prompt="Describe it")
    assert client.executions.get(sent.id).id == sent.id
if child:
    assert os.waitpid(child, 0)[1] == 0
    client.healthcheck()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_forked_process_opens_its_own_connections(server: Server) -> None:
    program = [sys.executable, "-c", _FORKING, server.url]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    assert len(connections(server)) == 2
    assert server.requests[0].connection == server.requests[-1].connection


def test_twenty_tasks_share_one_client(server: Server) -> None:
    async def work() -> None:
        async with AsyncVLMRun(KEY, server.url) as client:
            runs = [client.agent.execute(prompt=f"Describe page {n}") for n in range(20)]
            ids = {execution.id for execution in await asyncio.gather(*runs)}
            assert {each.id for each in await client.executions.list(limit=100)} == ids
            assert len(ids) == 20

    asyncio.run(work())
    assert len(connections(server)) <= 20


def test_p02_timeout_of_the_user_s_pool_was_never_delivered(server: Server) -> None:
    async def work() -> None:
        limits = httpx.Limits(max_connections=1)
        server.inject(Fault("list_models", delay=60))
        async with httpx.AsyncClient(limits=limits) as http:
            client = AsyncVLMRun(KEY, server.url, http_client=http, max_retries=0)
            busy = asyncio.create_task(client.models.list())
            await arrival(server, "list_models")
            with pytest.raises(TimeoutError):
                await client.agent.execute(prompt="Describe it", options={"timeout": 0.1})
            busy.cancel()
            await asyncio.gather(busy, return_exceptions=True)
            await client.agent.execute(prompt="Describe it")

    asyncio.run(work())
    assert [each.operation for each in server.requests] == ["list_models", "execute_agent"]


def test_network_that_is_down_leaks_no_socket(connect: Any) -> None:
    client = connect(base_url="http://127.0.0.1:9/v1", max_retries=2)
    # A socket that is garbage collected while it is open gives a ResourceWarning.
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        with pytest.raises(NetworkError):
            client.models.list()
        gc.collect()
    assert [str(warning.message) for warning in caught] == []
