"""The extra `aiohttp`: when the async client sends through it, and when it does not."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.faults.early_server import CERTIFICATE, RESET, early_server
from tests.faults.raw_server import Connection, raw_server
from tests.tunnels import relay
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun._runtime import async_aiohttp
from vlmrun.errors import DependencyError, NetworkError, OutcomeUnknownError, RequestTimeoutError
from vlmrun.testing import Server

KEY = "test-key-0123456789"


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_aiohttp, "is_installed", lambda: True)


@contextmanager
def requests_of_aiohttp() -> Iterator[list[str]]:
    """Collect the paths of the requests that aiohttp sends, until the end of the `with` block."""
    paths: list[str] = []
    request = aiohttp.ClientSession._request

    async def watched(self: Any, method: str, url: Any, **options: Any) -> Any:
        paths.append(f"{method} {url.path}")
        return await request(self, method, url, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aiohttp.ClientSession, "_request", watched)
        yield paths


def call(function: Callable[[AsyncVLMRun], Any], url: str, **settings: Any) -> Any:
    async def work() -> Any:
        async with AsyncVLMRun(KEY, url, **settings) as client:
            return await function(client)

    return asyncio.run(work())


@pytest.mark.parametrize(("aiohttp", "is_used"), [(None, True), (True, True), (False, False)])
def test_aiohttp_is_used_if_it_is_installed(
    server: Server, aiohttp: bool | None, is_used: bool
) -> None:
    with requests_of_aiohttp() as paths:
        assert call(lambda client: client.healthcheck(), server.url, aiohttp=aiohttp)
    assert paths == (["GET /v1/health"] if is_used else [])


def test_aiohttp_is_not_used_if_it_is_not_installed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(async_aiohttp, "is_installed", lambda: False)
    with requests_of_aiohttp() as paths:
        assert call(lambda client: client.healthcheck(), server.url)
    assert paths == []


@pytest.mark.parametrize("cls", [VLMRun, AsyncVLMRun])
def test_request_for_aiohttp_that_is_missing_names_the_extra(
    cls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(DependencyError, match=r"pip install 'vlmrun\[aiohttp\]'"):
        cls(KEY, aiohttp=True)


def test_uploads_downloads_and_proxies_do_not_go_through_aiohttp(server: Server, pdf: Path) -> None:
    content = pdf.read_bytes()

    async def work(client: AsyncVLMRun) -> None:
        file = await client.files.upload(pdf, method="presigned-url")
        assert await client.files.get_content(str(file.id)) == content
        await client.files.upload(pdf, force=True)

    with requests_of_aiohttp() as paths:
        call(work, server.url)
    assert "POST /v1/files/presigned-url" in paths
    assert not [path for path in paths if path in ("PUT /upload", "POST /v1/files")]
    assert not [path for path in paths if path.endswith("/content")]
    with requests_of_aiohttp() as paths, relay() as proxy:
        assert call(
            lambda client: client.healthcheck(), server.url, proxy=f"http://{proxy.address}"
        )
        assert len(proxy.heads) == 1
    assert paths == []


def test_p02_paid_request_whose_connection_is_lost_is_sent_once() -> None:
    with raw_server(lambda connection: None) as raw:
        with requests_of_aiohttp() as paths, pytest.raises(OutcomeUnknownError) as caught:
            call(lambda client: client.agent.execute(prompt="Read it"), raw.url)
        assert len(raw.requests) == len(paths) == 1
    assert caught.value.outcome == "unknown"


def test_p02_connection_that_the_server_closed_is_not_used_again() -> None:
    """The event loop had no chance to notice that it was closed."""
    body = b'{"status": "ok"}'
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)

    def respond(connection: Any) -> None:
        connection.send(head, body)
        # The client has read the response, and the connection is idle, when this is closed.
        connection.socket.shutdown(socket.SHUT_WR)
        closed.release()

    closed = threading.Semaphore(0)

    async def work(client: AsyncVLMRun) -> None:
        for _ in range(5):
            await client.healthcheck()
            assert closed.acquire(timeout=60)  # without the event loop

    with raw_server(respond) as raw:
        call(work, raw.url, max_retries=0)
        assert len(raw.requests) == 5


def test_requests_have_the_same_headers_with_and_without_aiohttp(server: Server) -> None:
    received = []
    for uses_aiohttp in (True, False):
        call(lambda client: client.models.list(), server.url, aiohttp=uses_aiohttp)
        received.append(dict(server.requests[-1].headers))
    assert received[0] == received[1]


def test_p96_nothing_is_left_of_a_server_that_does_not_end_tls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with early_server(tls=True) as server, requests_of_aiohttp() as paths:
        server.resets, server.reserves = False, True
        slot = call(
            lambda client: client.files.generate_presigned_url({"filename": "a.pdf"}), server.url
        )
        # A transport that was left open warns when it is collected, which fails the test.
        gc.collect()
    assert slot.id == "f1"
    assert len(paths) == 1


def test_p35_bytes_that_come_later_are_not_the_response_to_the_next_request() -> None:
    go_on, sent = threading.Event(), threading.Event()

    def answer(connection: Connection) -> None:
        body = b'{"id": "e%d", "status": "completed"}' % connection.number
        message = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        connection.send(message)
        go_on.wait(60)
        connection.send(message)
        sent.set()
        connection.over.wait()

    async def main() -> list[str]:
        async with AsyncVLMRun(KEY, server.url) as client:
            ids = [(await client.executions.get("e0")).id]
            go_on.set()
            await asyncio.to_thread(sent.wait, 60)
            for _ in range(10):  # iterations, in which the event loop reads what has arrived
                await asyncio.sleep(0)
            return [*ids, (await client.executions.get("e1")).id]

    with raw_server(answer) as server:
        assert asyncio.run(main()) == ["e0", "e1"]


@pytest.mark.parametrize("extra", [b"extra bytes", b"HTTP/1.1 ", b"HTTP/1.1 999\x00\r\n\r\n"])
@pytest.mark.parametrize("headers", [b"", b"Connection: close\r\n"])
@pytest.mark.parametrize("interim", [b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2])
def test_p35_bytes_that_come_with_a_response_do_not_replace_it(
    extra: bytes, headers: bytes, interim: bytes
) -> None:
    def answer(connection: Connection) -> None:
        body = b'{"id": "e%d", "status": "completed"}' % connection.number
        head = b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n" % (headers, len(body))
        connection.send(interim + head + body + extra)
        connection.over.wait()

    async def work(client: AsyncVLMRun) -> list[str]:
        return [(await client.executions.get(id)).id for id in ("e0", "e1")]

    with raw_server(answer) as server:
        assert call(work, server.url, max_retries=0) == ["e0", "e1"]


def test_p30_body_without_a_length_is_incomplete_if_the_connection_is_reset() -> None:
    def answer(connection: Connection) -> None:
        connection.send(b'HTTP/1.1 200 OK\r\n\r\n{"status": "ok"}')
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    with raw_server(answer) as server, pytest.raises(NetworkError):
        call(lambda client: client.healthcheck(), server.url, max_retries=0)


@pytest.mark.parametrize("broken", [b"zz\r\n{}\r\n", b"2\r\n{}{}\r\n", b"ffffffffffffffffff\r\n"])
@pytest.mark.parametrize("is_apart", [True, False])
def test_p28_body_that_cannot_be_parsed_is_an_error_at_once(broken: bytes, is_apart: bool) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    def answer(connection: Connection) -> None:
        connection.send(*([head, broken] if is_apart else [head + broken]))
        connection.over.wait()

    with raw_server(answer) as server, pytest.raises(NetworkError, match="failed") as caught:
        call(lambda client: client.healthcheck(), server.url, max_retries=0)
    assert not isinstance(caught.value, RequestTimeoutError)


def test_empty_lines_within_a_long_body_are_part_of_it() -> None:
    models = b"[" + b"\r\n\r\n" * 500_000 + b"]"

    def answer(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(models), models)

    with raw_server(answer) as server:
        assert call(lambda client: client.executions.list(), server.url, max_retries=0) == []
