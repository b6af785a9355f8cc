"""A TCP server that a test scripts byte by byte, for responses that no HTTP server would send."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

Responder = Callable[["Connection"], None]


class Connection(NamedTuple):
    """One connection, whose request has been read completely.

    Attributes:
        socket: To respond on; closed when the function returns.
        number: The number of earlier requests on all connections.
        over: Set when the test is over; an endless response waits for it.
    """

    socket: socket.socket
    number: int
    over: threading.Event

    def send(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        for piece in pieces:
            self.socket.sendall(piece)

    def drip(self, data: bytes, every: float = 0.02) -> None:
        """Send bytes one by one, until all are sent or the client is gone."""
        with suppress(OSError):
            for byte in data:
                self.socket.sendall(bytes([byte]))
                if self.over.wait(every):
                    return


class RawServer:
    """Runs a function of the test for each connection.

    Attributes:
        root: Its URL, such as "http://127.0.0.1:1234".
        url: The base URL for a client.
        requests: Head and body of each request.
    """

    def __init__(self, answer: Responder, host: str = "127.0.0.1") -> None:
        self._answer = answer
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._listener = socket.socket()
        self._listener.bind((host, 0))
        self.root = f"http://{host}:{self._listener.getsockname()[1]}"
        self.url = f"{self.root}/v1"
        self.requests: list[bytes] = []

    def listen(self) -> None:
        """Accept connections from now on; before, they are refused."""
        self._listener.listen()
        self._start(self._accept)

    def close(self) -> None:
        """End all responses and close all sockets."""
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                accepted, _ = self._listener.accept()
                self._start(self._serve, accepted)

    def _serve(self, accepted: socket.socket) -> None:
        with accepted, suppress(OSError):
            request = _read_request(accepted)
            with self._lock:
                number = len(self.requests)
                self.requests.append(request)
            self._answer(Connection(accepted, number, self._over))


@contextmanager
def raw_server(
    answer: Responder, *, listening: bool = True, host: str = "127.0.0.1"
) -> Iterator[RawServer]:
    """Run a server until the end of the `with` block."""
    server = RawServer(answer, host)
    if listening:
        server.listen()
    try:
        yield server
    finally:
        server.close()


def response(
    body: bytes = b"{}", status: str = "200 OK", *headers: str, length: int | None = None
) -> bytes:
    """Return the bytes of a response after which the connection is closed."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body) if length is None else length}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _read_request(accepted: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = accepted.recv(65536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        piece = accepted.recv(65536)
        if not piece:
            break
        body += piece
    return head + b"\r\n\r\n" + body
