"""The servers of the fault matrix: each shows one fault to every request."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any, NamedTuple

import pytest

from tests.faults.early_server import CERTIFICATE, RESET
from tests.faults.raw_server import Connection, RawServer, Responder, _read_request, raw_server

# Seconds: the timeout of an attempt where the server is too slow, and far more than that.
TIMEOUT = 0.3
_LATE_BYTES = 2000

# An object that each call of the matrix accepts.
OBJECT = b'{"id": "e1", "name": "n", "status": "pending", "created_at": "2026-11-30T10:00:00Z"}'


class Scene(NamedTuple):
    """A server with a fault.

    Attributes:
        url: The base URL for clients.
        received: The requests so far; some of them may be no HTTP.
        settings: Arguments for clients.
        is_warm: Whether a first request succeeds and leaves an idle connection.
        ready: What to wait for between that request and the next one.
    """

    url: str
    received: list[bytes]
    settings: dict[str, Any]
    is_warm: bool = False
    ready: threading.Event | None = None

    @property
    def requests(self) -> int:
        """The number of requests of the API, without the one that warms up."""
        verbs = (b"GET ", b"POST ", b"DELETE ")
        return sum(each.startswith(verbs) for each in self.received) - self.is_warm


Serve = Callable[[pytest.MonkeyPatch], AbstractContextManager[Scene]]


def response(
    body: bytes = OBJECT,
    status: str = "200 OK",
    *headers: str,
    kind: str = "application/json",
    version: str = "HTTP/1.1",
) -> bytes:
    """Return a response after which the server closes the connection."""
    length = [] if body is None else [f"Content-Length: {len(body)}"]
    lines = [f"{version} {status}", f"Content-Type: {kind}", *length, "Connection: close", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def sends(*pieces: bytes) -> Serve:
    """Send bytes to each request, and close the connection."""
    return responds(lambda connection: connection.send(*pieces))


def responds(answer: Responder, **settings: Any) -> Serve:
    """Respond to each request with a function."""

    @contextmanager
    def serve(patch: pytest.MonkeyPatch) -> Iterator[Scene]:
        with raw_server(answer) as server:
            yield Scene(server.url, server.requests, settings)

    return serve


def drips(start: bytes, filler: bytes = b" ") -> Serve:
    """Send the start of a response, and then one byte after the other."""

    def answer(connection: Connection) -> None:
        connection.send(start)
        connection.drip(filler * _LATE_BYTES)

    return responds(answer, timeout=TIMEOUT)


def floods(start: bytes, piece: bytes, **settings: Any) -> Serve:
    """Send the start of a response, and then the same piece for ever."""

    def answer(connection: Connection) -> None:
        connection.send(start)
        while not connection.over.is_set():
            connection.send(piece)

    return responds(answer, max_response_size=1_000_000, **settings)


def bomb(coding: str, status: str = "200 OK") -> Serve:
    """Send a small body that decompresses to far more than the limit."""
    # A block of zstd that repeats a byte: https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.2
    body = b"\x28\xb5\x2f\xfd\xa0\x00\x00\x00\x01" + b"\x02\x00\x10 " * 128
    if "gzip" in coding:
        body = gzip.compress(b" " * 16_000_000)
    if coding == "gzip, gzip":
        body = gzip.compress(body)
    data = response(body, status, f"Content-Encoding: {coding}")
    return responds(lambda connection: connection.send(data), max_response_size=1_000_000)


def silent(connection: Connection) -> None:
    """Send nothing until the end of the test."""
    connection.over.wait()


def resets(connection: Connection) -> None:
    """Reset the connection after what has been sent."""
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def resets_in_body(connection: Connection) -> None:
    """Reset the connection after half of the body."""
    connection.send(response()[:-20])
    resets(connection)


def warmed_up(answer: Callable[[Connection], None] | None, after: bytes = b"") -> Serve:
    """Respond to the first request, and fail for the second one on the same connection.

    Args:
        answer: Runs after the second request; None closes the connection while it is idle.
        after: The responses on all other connections.
    """

    class _KeepAlive(RawServer):
        def _serve(self, accepted: socket.socket) -> None:
            with accepted, suppress(OSError):
                request = _read_request(accepted)
                is_first = not self.requests
                self.requests.append(request)
                if not is_first:
                    accepted.sendall(after)
                    return
                accepted.sendall(response().replace(b"Connection: close\r\n", b""))
                if answer is not None and (request := _read_request(accepted)):
                    self.requests.append(request)
                    answer(Connection(accepted, 1, self._over))
            closed.set()

    closed = threading.Event()

    @contextmanager
    def serve(patch: pytest.MonkeyPatch) -> Iterator[Scene]:
        closed.clear()
        with _running(_KeepAlive(lambda connection: None)) as server:
            ready = closed if answer is None else None
            yield Scene(server.url, server.requests, {}, is_warm=True, ready=ready)

    return serve


@contextmanager
def _running(server: RawServer) -> Iterator[RawServer]:
    server.listen()
    try:
        yield server
    finally:
        server.close()


class _ResetsUnread(RawServer):
    """Resets each connection before it reads the request."""

    def _serve(self, accepted: socket.socket) -> None:
        with accepted:
            accepted.recv(1, socket.MSG_PEEK)
            self.requests.append(b"GET (not read)")
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


@contextmanager
def resets_unread(patch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Reset each connection when a request arrives, without reading it."""
    with _running(_ResetsUnread(lambda connection: None)) as server:
        yield Scene(server.url, server.requests, {})


@contextmanager
def refuses(patch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Refuse connections."""
    with raw_server(lambda connection: None, listening=False) as server:
        yield Scene(server.url, server.requests, {})


@contextmanager
def black_hole(patch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Drop the packets that open connections, as a full queue of connections does."""
    with ExitStack() as opened, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        for _ in range(4):
            filler = opened.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(address)
        yield Scene(f"http://127.0.0.1:{address[1]}/v1", [], {"timeout": TIMEOUT})


def unresolved(error: socket.gaierror) -> Serve:
    """Fail to resolve the name of the service."""

    def getaddrinfo(*args: Any, **kwargs: Any) -> Any:
        raise error

    @contextmanager
    def serve(patch: pytest.MonkeyPatch) -> Iterator[Scene]:
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield Scene("http://service.invalid/v1", [], {})

    return serve


@contextmanager
def unresolved_in_time(patch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Take too long to resolve the name of the service."""
    over = threading.Event()

    def getaddrinfo(*args: Any, **kwargs: Any) -> Any:
        over.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    patch.setattr(socket, "getaddrinfo", getaddrinfo)
    try:
        yield Scene("http://service.invalid/v1", [], {"timeout": TIMEOUT})
    finally:
        over.set()
        for thread in threading.enumerate():
            if thread.name == "vlmrun-resolver":
                thread.join()


def over_tls(answer: Responder, **settings: Any) -> Serve:
    """Use https with a server that answers the handshake with a function."""

    @contextmanager
    def serve(patch: pytest.MonkeyPatch) -> Iterator[Scene]:
        with _running(_Handshakes(answer)) as server:
            url = server.url.replace("http://", "https://")
            yield Scene(url, server.requests, settings)

    return serve


class _Handshakes(RawServer):
    """Calls a function in place of the TLS handshake, which it may do itself."""

    def _serve(self, accepted: socket.socket) -> None:
        with accepted, suppress(OSError):
            self._answer(Connection(accepted, len(self.requests), self._over))


def untrusted(connection: Connection) -> None:
    """Present a certificate that nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with context.wrap_socket(connection.socket, server_side=True):
        pass


@contextmanager
def wrong_host(patch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Present a trusted certificate of another host."""
    patch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server = _Handshakes(untrusted, "127.0.0.2")
    with _running(server):
        yield Scene(server.url.replace("http://", "https://"), server.requests, {})


def behind_proxy(answer: Responder | None, scheme: str = "https", **settings: Any) -> Serve:
    """Use a proxy that responds with a function; None refuses connections."""

    @contextmanager
    def serve(patch: pytest.MonkeyPatch) -> Iterator[Scene]:
        with raw_server(answer or silent, listening=answer is not None) as proxy:
            patch.setenv(f"{scheme.upper()}_PROXY", proxy.root)
            patch.delenv("NO_PROXY", raising=False)
            yield Scene(f"{scheme}://service.example/v1", proxy.requests, settings)

    return serve


def proxy_of_plain_text(connection: Connection) -> None:
    """Accept a tunnel, and then send something that is not TLS."""
    connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
    connection.socket.recv(1)
    connection.send(b"this is not TLS\r\n" * 20)
