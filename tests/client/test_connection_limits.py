"""`max_connections` and `keep_alive`: how many connections a client opens, and for how long."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import httpcore
import httpx
import pytest

from tests.faults.arrivals import arrival
from tests.faults.connection_counter import count_connections
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun._runtime.async_sockets import SocketBackend
from vlmrun._sync.http.connection_stack import ConnectionStack
from vlmrun.errors import ConfigurationError, InputError, RequestTimeoutError
from vlmrun.testing import Fault, Server

KEY = "test-key-0123456789"
LIMIT = 3


def connections(server: Server) -> set[int | None]:
    return {request.connection for request in server.requests}


def test_async_calls_share_the_connections(server: Server) -> None:
    async def work() -> None:
        async with AsyncVLMRun(KEY, server.url, max_connections=LIMIT) as client:
            server.inject(Fault("list_models", delay=0.001, times=None))
            await asyncio.gather(*(client.models.list() for _ in range(30)))

    asyncio.run(work())
    assert len(server.requests) == 30
    assert len(connections(server)) == LIMIT


def test_threads_share_the_connections(server: Server) -> None:
    start = threading.Barrier(10)
    with VLMRun(KEY, server.url, max_connections=LIMIT) as client:

        def work(_: int) -> None:
            start.wait()
            for _ in range(3):
                client.models.list()

        server.inject(Fault("list_models", delay=0.001, times=None))
        with ThreadPoolExecutor(10) as executor:
            list(executor.map(work, range(10)))
    assert len(server.requests) == 30
    assert len(connections(server)) <= LIMIT


MESSAGE = "all 1 connections of the client were in use, which is a limit of the client, not of the"


def check_full(error: RequestTimeoutError) -> None:
    assert MESSAGE in str(error)
    assert "max_connections" in str(error)
    assert error.outcome == "not_sent"


def test_p02_full_pool_of_the_async_client_is_the_client_s_limit(server: Server) -> None:
    async def work() -> None:
        settings: dict[str, Any] = {"max_retries": 0, "max_connections": 1}
        async with AsyncVLMRun(KEY, server.url, **settings) as client:
            server.inject(Fault("list_models", delay=60))
            busy = asyncio.create_task(client.models.list())
            await arrival(server, "list_models")
            with pytest.raises(RequestTimeoutError) as caught:
                await client.agent.execute(prompt="Read it", options={"timeout": 0.05})
            check_full(caught.value)
            busy.cancel()
            await asyncio.gather(busy, return_exceptions=True)
            await client.agent.execute(prompt="Read it")

    asyncio.run(work())
    assert [each.operation for each in server.requests] == ["list_models", "execute_agent"]


def test_p02_full_pool_of_the_sync_client_is_the_client_s_limit(server: Server) -> None:
    with VLMRun(KEY, server.url, max_retries=0, max_connections=1) as client:
        stream = client.agent.completions.create(
            model="vlmrun-orion-1:auto",
            messages=[{"role": "user", "content": "Hello"}],
            stream=True,
        )
        with pytest.raises(RequestTimeoutError) as caught:
            client.agent.execute(prompt="Read it", options={"timeout": 0.05})
        check_full(caught.value)
        stream.close()
        client.agent.execute(prompt="Read it")
    assert len([each for each in server.requests if each.operation == "execute_agent"]) == 1


def test_full_pool_of_the_user_s_client_names_its_limits(server: Server) -> None:
    with httpx.Client(limits=httpx.Limits(max_connections=1)) as http:
        client = VLMRun(KEY, server.url, http_client=http, max_retries=0)
        with (
            http.stream("GET", f"{server.url}/health"),
            pytest.raises(RequestTimeoutError, match="the limits of http_client"),
        ):
            client.models.list(options={"timeout": 0.05})


def test_connection_to_another_host_takes_the_place_of_an_idle_one() -> None:
    with count_connections() as first, count_connections() as second:
        urls = {"base_url": first.url, "gateway_url": second.url}
        with VLMRun(KEY, **urls, max_connections=1) as client:
            client.healthcheck()
            client.gateway.health()
            first.assert_all_closed()
            client.gateway.health()
        assert (first.opened, second.opened) == (1, 1)


@pytest.mark.parametrize(("keep_alive", "opened"), [(0, 3), (None, 1), (60, 1)])
def test_idle_connection_is_used_until_it_expires(
    connect: Callable[..., Any], keep_alive: float | None, opened: int
) -> None:
    with count_connections() as connections:
        client = connect(base_url=connections.url, keep_alive=keep_alive)
        for _ in range(3):
            client.healthcheck()
        client.close()
        assert connections.opened == opened
        connections.assert_all_closed()


def test_expired_connections_of_a_burst_are_closed_by_a_later_call() -> None:
    async def work(url: str) -> None:
        async with AsyncVLMRun(KEY, url, keep_alive=0, aiohttp=False) as client:
            await asyncio.gather(*(client.healthcheck() for _ in range(10)))
            await client.healthcheck()
            [pooled] = client._context.transport._pool._own.values()
            transport: Any = pooled.http_client._transport
            assert len(transport._open) <= 1

    with count_connections() as connections:
        asyncio.run(work(connections.url))
        connections.assert_all_closed()


def test_connections_have_tcp_keep_alive(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    connect_async, connect_sync = SocketBackend.connect_tcp, httpcore.SyncBackend.connect_tcp

    def note(stream: Any) -> Any:
        connected = stream.get_extra_info("socket")
        opened.append(connected.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))
        return stream

    async def connect_tcp(*args: Any, **options: Any) -> Any:
        return note(await connect_async(*args, **options))

    monkeypatch.setattr(SocketBackend, "connect_tcp", connect_tcp)
    monkeypatch.setattr(
        httpcore.SyncBackend,
        "connect_tcp",
        lambda *args, **options: note(connect_sync(*args, **options)),
    )
    assert connect().healthcheck()
    assert len(opened) == 1
    assert opened[0] != 0


@pytest.mark.parametrize("cls", [VLMRun, AsyncVLMRun])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_connections", 0),
        ("max_connections", -1),
        ("max_connections", None),
        ("max_connections", True),
        ("max_connections", "10"),
        ("max_connections", 1.5),
        ("keep_alive", -1),
        ("keep_alive", "5"),
        ("keep_alive", float("inf")),
        ("keep_alive", float("nan")),
        ("aiohttp", 1),
        ("aiohttp", "yes"),
    ],
    ids=repr,
)
def test_invalid_limit_is_refused_by_the_constructor(cls: Any, name: str, value: Any) -> None:
    with pytest.raises(InputError, match=name):
        cls(KEY, **{name: value})


def test_limits_cannot_be_combined_with_http_client() -> None:
    with httpx.Client() as http:
        for name, value in (("max_connections", 5), ("keep_alive", None), ("aiohttp", False)):
            with pytest.raises(ConfigurationError, match=f"{name} cannot be combined") as caught:
                VLMRun(KEY, http_client=http, **{name: value})
            assert "your HTTP client" in str(caught.value)


def test_an_idle_connection_is_not_hidden_while_it_is_checked() -> None:
    """Otherwise, another thread would open one more than the limit."""
    idle: deque[Any] = deque()

    class Connection:
        def has_expired(self) -> bool:
            seen.append(self in idle)
            return self is expired

        def close(self) -> None:
            closed.append(self)

    seen: list[bool] = []
    closed: list[Any] = []
    expired, old, latest = Connection(), Connection(), Connection()
    idle.extend([expired, old, latest])
    factory: Any = SimpleNamespace(pool=None)
    stack = ConnectionStack(factory, LIMIT)
    stack._idle[b"http", b"localhost", 80] = idle
    assert stack._take(idle) is latest
    assert (list(idle), closed) == ([old], [expired])
    assert seen == [True, True, False]
