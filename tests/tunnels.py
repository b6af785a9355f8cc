"""Servers that relay bytes to the mock server: one that speaks TLS, and a proxy."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_BLOCK = 65536


class Relay:
    """A TCP server that connects each of its connections to another server.

    Args:
        target: Host and port to connect to; None for a proxy, whose clients name them.
        context: The TLS context of the server; None for plain TCP.
        credentials: What a client of the proxy must send, such as "user:password".

    Attributes:
        address: Its own host and port, such as "127.0.0.1:1234".
        heads: The first line and the headers of each request to the proxy.
    """

    def __init__(
        self,
        target: tuple[str, int] | None,
        context: ssl.SSLContext | None = None,
        credentials: str | None = None,
    ) -> None:
        self._target, self._context, self._credentials = target, context, credentials
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.heads: list[str] = []
        self._start(self._accept)

    def close(self) -> None:
        """Close all sockets, and wait for all threads."""
        for each in [self._listener, *self._sockets]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in [self._listener, *self._sockets]:
            each.close()

    def _start(self, function: object, *args: object) -> threading.Thread:
        thread = threading.Thread(target=function, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                accepted, _ = self._listener.accept()
                self._sockets.append(accepted)
                self._start(self._serve, accepted)

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError):
            if self._context is not None:
                client = self._context.wrap_socket(client, server_side=True)
                self._sockets.append(client)
            server = self._connected(client)
            if server is not None:
                self._sockets.append(server)
                back = self._start(_copy, server, client)
                _copy(client, server)
                back.join()

    def _connected(self, client: socket.socket) -> socket.socket | None:
        if self._target is not None:
            return socket.create_connection(self._target)
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(_BLOCK)
            if not piece:
                return None
            head += piece
        self.heads.append(head.decode("latin-1"))
        method, url, _ = self.heads[-1].split("\r\n")[0].split(" ")
        if self._credentials is not None:
            token = base64.b64encode(self._credentials.encode()).decode()
            if f"Basic {token}" not in self.heads[-1]:
                client.sendall(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
                return None
        host, _, port = url.removeprefix("http://").partition("/")[0].rpartition(":")
        server = socket.create_connection((host, int(port)))
        if method == "CONNECT":
            client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            # One request for each connection, because only the first line is changed.
            head = head.replace(f"http://{host}:{port}".encode(), b"", 1)
            head = head.replace(b"onnection: keep-alive", b"onnection: close", 1)
            server.sendall(head)
        return server


class SocksRelay(Relay):
    """A proxy of the type SOCKS5: https://www.rfc-editor.org/rfc/rfc1928.

    Its `heads` have the hosts and ports that clients name.
    """

    def __init__(self) -> None:
        super().__init__(None)

    def _connected(self, client: socket.socket) -> socket.socket | None:
        stream = client.makefile("rb")
        _, methods = stream.read(2)
        stream.read(methods)
        client.sendall(b"\x05\x00")  # without a password
        *_, kind = stream.read(4)
        if kind == 3:
            host = stream.read(stream.read(1)[0]).decode()
        else:
            host = socket.inet_ntop(socket.AF_INET, stream.read(4))
        port = int.from_bytes(stream.read(2), "big")
        self.heads.append(f"{host}:{port}")
        client.sendall(b"\x05\x00\x00\x01" + bytes(6))
        return socket.create_connection((host, port))


@contextmanager
def socks_relay() -> Iterator[SocksRelay]:
    """Run a `SocksRelay` until the end of the `with` block."""
    running = SocksRelay()
    try:
        yield running
    finally:
        running.close()


@contextmanager
def relay(
    target: tuple[str, int] | None = None,
    context: ssl.SSLContext | None = None,
    credentials: str | None = None,
) -> Iterator[Relay]:
    """Run a `Relay` until the end of the `with` block."""
    running = Relay(target, context, credentials)
    try:
        yield running
    finally:
        running.close()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(_BLOCK):
            target.sendall(data)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
