"""A scripted receiver of callbacks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Received(NamedTuple):
    """A received request."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """An HTTP server that responds with `statuses` in turn, then with 204.

    Attributes:
        url: The URL for callbacks.
        received: The received requests, oldest first.
        has_received: Set when the first request was received.
        gate: While it is not set, requests get no response.
    """

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hooks/vlmrun?source=test"
        self.statuses: list[int] = []
        self.received: list[Received] = []
        self.has_received = threading.Event()
        self.gate = threading.Event()
        self.gate.set()


@contextmanager
def run_receiver() -> Iterator[Receiver]:
    """Run a receiver on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Received(self.path, headers, body))
            receiver.has_received.set()
            receiver.gate.wait()
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(server.server_port)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield receiver
        finally:
            receiver.gate.set()
            server.shutdown()
            thread.join()
