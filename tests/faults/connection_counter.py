"""An HTTP server that counts its connections, and waits until its clients have closed them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer

_BODY = b'{"object": "list", "data": [], "status": "ok"}'
_RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(_BODY),
    _BODY,
)


class ConnectionCounter:
    """The connections of a server, which it never closes itself.

    Attributes:
        url: The base URL for clients.
        opened: The number of connections that clients have opened.
    """

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/v1"
        self.opened = 0
        self._closed = threading.Semaphore(0)

    def add(self) -> None:
        """Count a new connection."""
        self.opened += 1

    def remove(self) -> None:
        """Count a connection that the client has closed."""
        self._closed.release()

    def assert_all_closed(self) -> None:
        """Assert that clients have opened connections, and that they close each of them."""
        assert self.opened > 0
        for _ in range(self.opened):
            assert self._closed.acquire(timeout=60), "a connection is still open"


class _Server(ThreadingTCPServer):
    # With the default of 5, Linux drops the last packet of the handshake of further connections,
    # whose clients then wait until a retransmission of their request.
    request_queue_size = 512


@contextmanager
def count_connections() -> Iterator[ConnectionCounter]:
    """Run a server that responds to every request, until the end of the `with` block."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            counter.add()
            # Requests have no body, so each ends with an empty line. EOF: the client has closed.
            with suppress(ConnectionResetError):
                for line in self.rfile:
                    if line == b"\r\n":
                        self.wfile.write(_RESPONSE)
            counter.remove()

    with _Server(("127.0.0.1", 0), Handler) as server:
        counter = ConnectionCounter(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield counter
        finally:
            server.shutdown()
            thread.join()
