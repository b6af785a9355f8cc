"""P64: the client fetches images of decisions from public addresses only, and not endlessly."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.faults.raw_server import Connection, RawServer, raw_server, response
from vlmrun._core import public_addresses
from vlmrun.errors import InputError, RequestTimeoutError
from vlmrun.testing import Server

IMAGE = (Path(__file__).parents[2] / "examples/inputs/invoice.png").read_bytes()
URGENT = {"is_urgent": {"type": "noul"}}

# Both are of this machine, but one is taken for a public address.
PUBLIC, PRIVATE = "127.0.0.1", "127.0.0.2"

really_public = public_addresses.is_public


@pytest.fixture(autouse=True)
def public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_public(address: str) -> bool:
        return address == PUBLIC or really_public(address)

    modules = ("_core.public_addresses", "_async.http.address_checks", "_sync.http.address_checks")
    for module in modules:
        monkeypatch.setattr(f"vlmrun.{module}.is_public", is_public)


def serves(
    content: bytes, status: str = "200 OK", *headers: str, host: str = PUBLIC
) -> AbstractContextManager[RawServer]:
    return raw_server(
        lambda connection: connection.send(response(content, status, *headers)), host=host
    )


@pytest.fixture
def decide(client: Any) -> Callable[..., Any]:
    def call(url: str, **arguments: Any) -> Any:
        return client.gateway.systemone.decide("", URGENT, images=[IMAGE, url], **arguments)

    return call


def test_p64_an_image_is_fetched_without_the_api_key(
    decide: Callable[..., Any], server: Server
) -> None:
    with serves(IMAGE) as public:
        found = decide(f"{public.root}/a?token=secret").raw["stand_in"]["content"]
        assert b"authorization" not in public.requests[0].lower()
    assert found[0] == found[1]
    assert b"token=secret" not in (server.requests[0].body or b"")


@pytest.mark.parametrize("host", [PRIVATE, "2130706434", "0x7f.2", "[::ffff:127.0.0.2]"])
def test_p64_redirects_to_private_addresses_are_refused(
    decide: Callable[..., Any], server: Server, host: str
) -> None:
    """Before a connection is opened: nothing listens there, which would be another error."""
    match = rf"URL of images\[1\] leads to {host.strip('[]')}, which is not a public address"
    with serves(b"", "302 Found", f"Location: http://{host}:9/a.png") as public:
        with pytest.raises(InputError, match=match):
            decide(f"{public.root}/a.png")
        assert len(public.requests) == 1
    assert server.requests == []


def leads_to(monkeypatch: pytest.MonkeyPatch, *lookups: Sequence[str]) -> None:
    """Let the name images.example.com lead to the addresses of each lookup in turn."""
    real = socket.getaddrinfo
    remaining = list(lookups)

    def resolved(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
        if host not in ("images.example.com", b"images.example.com"):
            return real(host, port, *arguments, **options)
        addresses = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        stream = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*stream, (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


@pytest.mark.parametrize("lookups", [[(PUBLIC, PRIVATE)], [(PUBLIC,), (PRIVATE,)]])
def test_p64_a_name_that_leads_to_a_private_address_is_refused(
    decide: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, lookups: list[Sequence[str]]
) -> None:
    """All of its addresses must be public, also when it is looked up again to connect."""
    with serves(IMAGE) as public, serves(IMAGE, host=PRIVATE) as private:
        leads_to(monkeypatch, *lookups)
        for server in (public, private):
            port = server.root.rpartition(":")[2]
            with pytest.raises(InputError, match=r"images\[1\] leads to images.example.com"):
                decide(f"http://images.example.com:{port}/a.png")
            assert server.requests == []


def test_p64_an_open_connection_to_a_private_address_is_not_used(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that the client opened because its own URL leads there."""
    leads_to(monkeypatch, [PRIVATE])

    def answer(connection: Connection) -> None:
        connection.send(b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"models": []}')
        assert connection.over.wait(30)

    with raw_server(answer, host=PRIVATE) as private:
        root = f"http://images.example.com:{private.root.rpartition(':')[2]}"
        monkeypatch.setenv("TYPESAFE_BASE_URL", root)
        client.gateway.systemone.models()
        with pytest.raises(InputError, match=r"images\[0\] leads to images.example.com"):
            client.gateway.systemone.decide("", URGENT, images=[f"{root}/secret.png"])


def test_p64_names_are_looked_up_also_for_a_proxy(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    leads_to(monkeypatch, [PRIVATE])
    with serves(IMAGE) as proxy:
        systemone = connect(proxy=proxy.root).gateway.systemone
        with pytest.raises(InputError, match=r"images\[0\] leads to images.example.com"):
            systemone.decide("", URGENT, images=["http://images.example.com/a.png"])
        assert proxy.requests == []


@pytest.mark.parametrize("location", ["Location: /again", "X-None: 1"])
def test_p64_redirects_that_lead_nowhere(decide: Callable[..., Any], location: str) -> None:
    match = r"images\[1\] could not be fetched: .* a redirect that cannot be followed"
    with serves(b"", "302 Found", location) as public, pytest.raises(InputError, match=match):
        decide(f"{public.root}/a.png")


def test_p64_the_environment_allows_all_addresses(
    decide: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLMRUN_ALLOW_PRIVATE_URLS", "1")
    with serves(IMAGE, host=PRIVATE) as private:
        assert decide(f"{private.root}/a.png").nouls


@pytest.mark.parametrize("value", ["", "0", "false", "No", " off "])
def test_p64_the_environment_can_say_no(
    decide: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("VLMRUN_ALLOW_PRIVATE_URLS", value)
    with pytest.raises(InputError, match="VLMRUN_ALLOW_PRIVATE_URLS=1 allows all addresses"):
        decide(f"http://{PRIVATE}/a.png")


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"<html>", "200 OK", r"images\[1\] is not an image: it begins with b'<html>'"),
        (b"gone", "404 Not Found", r"images\[1\] could not be fetched: .*Pass the image as bytes"),
        (IMAGE + bytes(5 * 1024 * 1024), "200 OK", r"images\[1\] could not be fetched: .*5242880"),
    ],
    ids=["no image", "404", "too large"],
)
def test_p64_what_cannot_be_used(
    decide: Callable[..., Any], server: Server, content: bytes, status: str, message: str
) -> None:
    with serves(content, status) as public, pytest.raises(InputError, match=message):
        decide(f"{public.root}/a.png")
    assert server.requests == []


def test_p64_an_image_that_never_arrives(decide: Callable[..., Any], server: Server) -> None:
    def stall(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\xff")
        connection.over.wait()

    with raw_server(stall) as public:
        options = {"max_retries": 0, "timeout": 0.1}
        with pytest.raises(
            RequestTimeoutError, match=r"images\[1\] could not be fetched"
        ) as caught:
            decide(f"{public.root}/a.png", options=options)
    assert caught.value.outcome == "not_sent"
    assert server.requests == []
