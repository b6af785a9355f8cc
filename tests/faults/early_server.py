"""A server that responds before it has read the request, and resets the connection."""

from __future__ import annotations

import atexit
import json
import shutil
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import trustme


def _create_certificate() -> Path:
    """Create a file with a certificate for localhost, its key, and the authority that signed it."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost")
    path = Path(folder) / "localhost.pem"
    path.write_bytes(leaf.private_key_and_cert_chain_pem.bytes() + authority.cert_pem.bytes())
    return path


# Created for each run, since no key belongs into the repository.
CERTIFICATE = _create_certificate()

# Closing a socket resets the connection: https://man7.org/linux/man-pages/man7/socket.7.html
RESET = struct.pack("ii", 1, 0)


class EarlyServer:
    """Responds to each request with one status, as soon as it has read a part of the request.

    Attributes:
        url: The base URL for clients.
        status: The status.
        reads: The number of bytes to read before the response.
        reserves: Whether to respond to a POST with a presigned URL, and early to a PUT only.
        refused: The number of requests that got this status.
        over: Set when the test is over.
        resets: Whether to reset connections; otherwise they stay open and nothing more is read.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        port = self._listener.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://localhost:{port}/v1"
        self.status = 413
        self.reads = 2
        self.reserves = False
        self.resets = True
        self.refused = 0
        self.over = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close the server, and wait for its thread."""
        self.over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self) -> None:
        open_ones = []
        with suppress(OSError):
            while True:
                accepted, _ = self._listener.accept()
                # The system would hold small pieces back, and drop them with the reset.
                accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._tls:
                    accepted = self._tls.wrap_socket(accepted, server_side=True)
                with suppress(OSError):
                    self._serve(accepted)
                if self.resets:
                    accepted.close()
                else:
                    open_ones.append(accepted)
        for each in open_ones:
            each.close()

    def _serve(self, accepted: socket.socket) -> None:
        start = b""
        while len(start) < self.reads:
            start += accepted.recv(self.reads - len(start))
        if self.reserves and start.startswith(b"PO"):
            self._reserve(accepted)
            return
        self.refused += 1
        body = b'{"detail": "too early to tell"}'
        head = (
            f"HTTP/1.1 {self.status} X\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        # In two pieces, as many servers send it.
        accepted.sendall(head.encode())
        accepted.sendall(body)
        if self.resets:
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def _reserve(self, accepted: socket.socket) -> None:
        """Read the rest of the request, and respond with a presigned URL of this server."""
        data = b""
        while not data.endswith(b"}"):
            data += accepted.recv(65536)
        url = self.url.replace("/v1", "/put?signature=1")
        body = json.dumps({"id": "f1", "url": url, "content_type": "text/plain"}).encode()
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        accepted.sendall(head + body)


@contextmanager
def early_server(*, tls: bool = False) -> Iterator[EarlyServer]:
    """Run a server until the end of the `with` block."""
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
    server = EarlyServer(context)
    try:
        yield server
    finally:
        server.close()
