"""A receiver of callbacks on this machine, which accepts only those with a valid signature."""

from __future__ import annotations

import os
import queue
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from vlmrun import webhooks
from vlmrun.errors import InputError, ResponseDecodeError, WebhookSignatureError

# Callbacks are only received from this machine; a tunnel or a mock server delivers them.
HOST = "127.0.0.1"

# The JSON of a job, whose documents and artifacts are links: far below this.
MAX_BODY = 64 * 1024**2

# Seconds in which a sender must send something; otherwise its thread would never end.
IDLE_TIMEOUT = 30.0

_MAX_REMEMBERED = 10_000


class Received(NamedTuple):
    """A request that was received.

    Attributes:
        status: The status of the response; 200 for an accepted callback.
        job: The finished job; None if the request was refused.
        is_repeated: Whether the same job was accepted before with the same status.
        problem: Why the request was refused; None if it was accepted.
    """

    status: int
    job: webhooks.FinishedJob | None = None
    is_repeated: bool = False
    problem: str | None = None


class WebhookListener:
    """A server on 127.0.0.1 that receives callbacks during a `with` block.

    Args:
        secret: The webhook secret of the account; None accepts callbacks without verification.
        port: The port; 0 for any free port.

    Attributes:
        requests: The requests, each put here after its response.
        responding: Held while a request is responded to and put there.

    Raises:
        InputError: The secret is empty, or the port is not a valid port.
        OSError: The port is in use.
    """

    def __init__(self, secret: str | None, port: int) -> None:
        if secret == "":
            raise InputError("The webhook secret is empty")
        if not 0 <= port <= 65535:
            raise InputError(f"port must be 0 to 65535, got {port}")
        self._secret = secret
        self._lock = threading.Lock()
        self.responding = threading.Lock()
        # Read by the thread that prints them, so that its errors, such as a closed pipe, end it.
        self.requests: queue.SimpleQueue[Received] = queue.SimpleQueue()
        # A dict keeps its order, so that the oldest is forgotten first.
        self._accepted: dict[tuple[str, str | None], None] = {}
        self._server = _Server((HOST, port), _Handler)
        self._server.listener = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def url(self) -> str:
        """The URL to pass as `callback_url`."""
        return f"http://{HOST}:{self._server.server_address[1]}/"

    def __enter__(self) -> WebhookListener:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def check(self, body: bytes, signature: str | None) -> Received:
        """Return the result of a request.

        Args:
            body: Its body.
            signature: The value of its header `X-VLMRun-Signature`; None if it is missing.
        """
        try:
            if self._secret is None:
                job = webhooks.parse(body)
            else:
                job = webhooks.parse(body, signature, self._secret)
        except WebhookSignatureError as error:
            return Received(401, problem=error.message)
        except ResponseDecodeError as error:
            return Received(400, problem=error.message)
        with self._lock:
            key = (job.id, job.status)
            is_repeated = key in self._accepted
            self._accepted[key] = None
            if len(self._accepted) > _MAX_REMEMBERED:
                del self._accepted[next(iter(self._accepted))]
        return Received(200, job, is_repeated)


class _Server(ThreadingHTTPServer):
    listener: WebhookListener
    daemon_threads = True
    # On Windows, the option would let two programs listen on the same port.
    allow_reuse_address = os.name == "posix"
    # Closing does not wait for senders that are slow.
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a connection that breaks off; `http.server` would print a traceback."""


class _Handler(BaseHTTPRequestHandler):
    timeout = IDLE_TIMEOUT
    server_version = "vlmrun-webhooks"
    sys_version = ""

    @property
    def _listener(self) -> WebhookListener:
        assert isinstance(self.server, _Server)
        return self.server.listener

    def do_POST(self) -> None:
        self._finish(self._receive())

    def do_GET(self) -> None:
        self._finish(Received(405, problem=f"{self.command}: callbacks are posted"))

    do_HEAD = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_GET  # noqa: N815

    def _finish(self, received: Received) -> None:
        """Respond to a request, and pass it on."""
        # The reader may end the process when it gets the request, so the response comes first. And
        # a sender may send the next request as soon as it has the response, hence the lock: the
        # queue has the requests in the order in which they were sent.
        with self._listener.responding:
            self._respond(received.status)
            self._listener.requests.put(received)

    def _receive(self) -> Received:
        length = self.headers.get("Content-Length", "")
        # Python would also accept signs, spaces and underscores.
        if not (length.isascii() and length.isdecimal()):
            return Received(411, problem="The request has no valid Content-Length")
        if int(length) > MAX_BODY:
            return Received(413, problem=f"The body has {length} bytes, more than {MAX_BODY}")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            return Received(400, problem=f"The body broke off after {len(body)} of {length} bytes")
        return self._listener.check(body, self.headers.get(webhooks.SIGNATURE_HEADER))

    def _respond(self, status: int) -> None:
        # The sender may have disconnected; the callback was received nevertheless.
        with suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Log nothing: the reader of the queue reports the requests."""
