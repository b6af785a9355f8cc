"""P27: a deadline covers the resolution of a name and all addresses of a host together."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import httpcore
import pytest

from vlmrun._runtime.async_sockets import SocketBackend
from vlmrun.errors import RequestTimeoutError
from vlmrun.testing import Server

SLOW = "slow.example"
MANY = "many.example"
# https://www.rfc-editor.org/rfc/rfc5737
DEAD = [f"192.0.2.{number}" for number in range(1, 6)]
DEADLINE = 0.4


class Network(NamedTuple):
    """A network with a name that is never resolved, and one with addresses that do not respond.

    Attributes:
        looked_up: The names, in order.
        addresses: Those of `MANY`.
        waits: The dead addresses that were tried, with the seconds to wait for each of them.
        over: Ends the resolution, and all waiting; set when the test is over.
    """

    looked_up: list[str]
    addresses: list[str]
    waits: list[tuple[str, float]]
    over: threading.Event


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    network = Network([], list(DEAD), [], threading.Event())
    resolve, connect = socket.getaddrinfo, SocketBackend.connect_tcp
    connect_sync = httpcore.SyncBackend.connect_tcp

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in (SLOW, MANY):
            return resolve(host, port, *args, **kwargs)
        network.looked_up.append(host)
        if host == SLOW:
            network.over.wait(60)
        stream = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
        return [(*stream, (address, port)) for address in network.addresses]

    async def connect_tcp(self: Any, host: str, port: int, timeout: Any, *args: Any) -> Any:
        if host not in DEAD:
            return await connect(self, host, port, timeout, *args)
        network.waits.append((host, timeout))
        await asyncio.sleep(0 if network.over.is_set() else timeout)
        raise httpcore.ConnectTimeout

    def connect_tcp_sync(self: Any, host: str, port: int, timeout: Any, *args: Any) -> Any:
        if host not in DEAD:
            return connect_sync(self, host, port, timeout, *args)
        network.waits.append((host, timeout))
        network.over.wait(timeout)
        raise httpcore.ConnectTimeout

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(SocketBackend, "connect_tcp", connect_tcp)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp_sync)
    yield network
    network.over.set()


CALLS: dict[str, Callable[[Any], Any]] = {
    "read": lambda client: client.models.list(),
    "paid": lambda client: client.agent.execute(prompt="Describe it"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("limit", ["timeout", "deadline"])
def test_p27_name_that_is_not_resolved(
    connect: Any, network: Network, limit: str, call: str
) -> None:
    client = connect(base_url=f"http://{SLOW}/v1", max_retries=0, **{limit: DEADLINE})
    with pytest.raises(RequestTimeoutError, match=SLOW) as caught:
        CALLS[call](client)
    # The resolver has not returned yet, so nobody waited for it.
    assert not network.over.is_set()
    assert network.looked_up == [SLOW]
    if call == "paid":
        assert caught.value.outcome == "not_sent"


@pytest.mark.parametrize("call", CALLS)
def test_p27_addresses_that_do_not_respond(connect: Any, network: Network, call: str) -> None:
    client = connect(base_url=f"http://{MANY}/v1", max_retries=0, deadline=DEADLINE)
    with pytest.raises(RequestTimeoutError, match=MANY) as caught:
        CALLS[call](client)
    tried = [address for address, _ in network.waits]
    assert tried == DEAD[: len(tried)]
    # The sync client tries one after the other, the async client some of them at the same time.
    total = max if type(client).__name__ == "_Blocking" else sum
    assert total(seconds for _, seconds in network.waits) <= DEADLINE
    if call == "paid":
        assert caught.value.outcome == "not_sent"


def test_p27_address_that_responds_is_found_in_time(
    connect: Any, server: Server, network: Network
) -> None:
    network.addresses.append("127.0.0.1")
    network.over.set()
    url = server.url.replace("127.0.0.1", MANY)
    assert connect(base_url=url, max_retries=0, deadline=30).models.list()
    assert [address for address, _ in network.waits] == DEAD
    assert len(server.requests) == 1
