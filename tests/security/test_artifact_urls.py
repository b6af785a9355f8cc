"""P64: an artifact's URL, which a document may have chosen, does not reach private addresses."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.raw_server import Connection, raw_server, response
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun._core import public_addresses
from vlmrun.errors import InputError, ResponseDecodeError
from vlmrun.testing import Server

RUN = "run-1"

# Both are of this machine, but one is taken for the address of the service.
PUBLIC, PRIVATE = "127.0.0.1", "127.0.0.2"


@pytest.fixture(autouse=True)
def public_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the address of the mock server for a public one, and every other for what it is."""
    modules = ("_core.public_addresses", "_async.http.address_checks", "_sync.http.address_checks")
    for name in modules:
        monkeypatch.setattr(
            f"vlmrun.{name}.is_public",
            lambda address: address == PUBLIC or public_addresses_is_public(address),
        )


public_addresses_is_public = public_addresses.is_public


def private_server(content: bytes) -> Any:
    return raw_server(lambda connection: connection.send(response(content)), host=PRIVATE)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "192.0.0.192",
        "::7f00:1",
        "::ffff:0:7f00:1",
        "fec0::1",
        "4000::1",
        "3fff::1",
        "5f00::1",
    ],
)
def test_p64_addresses_that_are_not_public(address: str) -> None:
    assert not public_addresses_is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_p64_addresses_that_are_public(address: str) -> None:
    assert public_addresses_is_public(address)


@pytest.mark.parametrize("target", ["address", "redirect"])
def test_p64_a_private_address_is_not_connected_to(
    client: Any, server: Server, tmp_path: Path, target: str
) -> None:
    with private_server(b"secret") as private:
        url = private.root
        forward = response(b"", "302 Found", f"Location: {url}/latest")
        with raw_server(lambda connection: connection.send(forward)) as public:
            link = f"{url}/latest" if target == "address" else f"{public.root}/a.pdf"
            server.add_artifact(RUN, link, "url_ffffff")
            with pytest.raises(InputError, match=r"127\.0\.0\.2, which is not a public address"):
                client.artifacts.download("url_ffffff", execution_id=RUN, to=tmp_path / "out/a")
        assert b"".join(private.requests) == b""
    assert os.listdir(tmp_path) == []


def test_p64_a_private_address_can_be_allowed(client: Any, server: Server, tmp_path: Path) -> None:
    with private_server(b"content") as private:
        server.add_artifact(RUN, private.root, "url_ffffff")
        arguments: Any = {"execution_id": RUN, "to": tmp_path / "a", "allow_private": True}
        for use in (client.artifacts.download, client.artifacts.get):
            assert use("url_ffffff", **arguments).read_bytes() == b"content"
        (path,) = client.artifacts.download_all(RUN, to=tmp_path / "all", allow_private=True)
        assert path.read_bytes() == b"content"


def test_p64_a_private_service_allows_private_addresses(connect: Any, tmp_path: Path) -> None:
    def answer(connection: Connection) -> None:
        is_first = connection.number == 0
        connection.send(response(service.root.encode() if is_first else b"content"))

    with raw_server(answer, host=PRIVATE) as service:
        client = connect(base_url=service.url)
        path = client.artifacts.download("url_ffffff", execution_id=RUN, to=tmp_path / "a")
    assert path.read_bytes() == b"content"


def test_p64_an_http_client_of_the_users_is_checked_by_the_name(
    server: Server, tmp_path: Path
) -> None:
    settings: Any = {"api_key": "test-key-0123456789", "base_url": server.url}
    arguments: Any = {"execution_id": RUN, "to": tmp_path / "a"}

    async def download(url: str) -> None:
        async with httpx.AsyncClient() as http_client:
            client = AsyncVLMRun(**settings, http_client=http_client)
            await client.artifacts.download(url, **arguments)

    with private_server(b"secret") as private:
        server.add_artifact(RUN, private.root, "url_ffffff")
        with pytest.raises(InputError, match="not a public address"):
            asyncio.run(download("url_ffffff"))
        with (
            httpx.Client() as http_client,
            pytest.raises(InputError, match="not a public address"),
        ):
            VLMRun(**settings, http_client=http_client).artifacts.download(
                "url_ffffff", **arguments
            )
        assert private.requests == []


def test_p64_content_of_a_url_is_limited(
    client: Any, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(connection: Connection) -> None:
        connection.send(response(b"x" * 1000))

    for kind in ("_async", "_sync"):
        monkeypatch.setattr(f"vlmrun.{kind}.resources.artifacts.MAX_LINKED_SIZE", 999)
    with raw_server(answer) as public:
        server.add_artifact(RUN, public.root, "url_ffffff")
        arguments: Any = {"execution_id": RUN, "to": tmp_path / "a"}
        with pytest.raises(ResponseDecodeError, match="longer than 999 bytes"):
            client.artifacts.download("url_ffffff", **arguments)
        path = client.artifacts.download("url_ffffff", **arguments, max_bytes=1000)
    assert path.stat().st_size == 1000


def test_p64_other_artifacts_are_limited_on_request(client: Any, server: Server) -> None:
    server.add_artifact(RUN, b"x" * 1000, "arr_ffffff")
    with pytest.raises(ResponseDecodeError, match="longer than 999 bytes"):
        client.artifacts.get("arr_ffffff", execution_id=RUN, max_bytes=999)
    assert len(client.artifacts.get("arr_ffffff", execution_id=RUN, max_bytes=1000)) == 1000
