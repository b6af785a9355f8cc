"""The HTTP server on a socket: uvicorn in a thread, started and stopped by events."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vlmrun.testing.http.asgi_app import App
from vlmrun.testing.http.broken_connections import TransportProtocol

HOST = "127.0.0.1"
_BACKLOG = 512
_SHUTDOWN_TIMEOUT = 5.0
# uvicorn's default of 5 seconds lets a slow test reuse a connection just as it is closed. Real
# services keep connections open longer.
_KEEP_ALIVE = 75
# More than the steps of asyncio between accepting a connection and `connection_made`.
_ACCEPT_STEPS = 10


def listen(port: int) -> socket.socket:
    """Open a listening socket on a port of the loopback interface; 0 for any free port."""
    return socket.create_server((HOST, port), backlog=_BACKLOG)


@contextmanager
def serve_app(app: App, listener: socket.socket) -> Iterator[None]:
    """Serve an application in a thread until the block ends."""
    http = _UvicornServer(app)
    # A daemon, so that a program which fails without closing the server can still end.
    thread = threading.Thread(
        target=http.run, args=([listener],), name="vlmrun-mock-server", daemon=True
    )
    thread.start()
    http.wait_until_ready(thread)
    try:
        yield
    finally:
        http.stop()
        thread.join()


class _UvicornServer(uvicorn.Server):
    """uvicorn without its main loop, which checks ten times a second whether it should stop."""

    def __init__(self, app: App) -> None:
        config = uvicorn.Config(
            _with_header_conventions(app),
            http=TransportProtocol,
            # The same event loop everywhere, whether uvloop is installed or not.
            loop="asyncio",
            ws="wsproto",
            lifespan="off",
            # The default configuration would change loggers of the process that runs the tests.
            log_config=None,
            server_header=False,
            # uvicorn sets the date in its main loop, which is replaced below.
            date_header=False,
            timeout_keep_alive=_KEEP_ALIVE,
        )
        super().__init__(config)
        self._app = app
        self._ready = threading.Event()

    def wait_until_ready(self, thread: threading.Thread) -> None:
        while not self._ready.wait(0.1):
            if not thread.is_alive():
                raise RuntimeError("The thread of the mock server ended before it was ready")

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self._ready.set()
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn's own shutdown waits for open requests; a test that ends must not.
        # A connection that was accepted just now gets its transport some steps later, which fails,
        # and leaves its socket open, once its server is closed. So stop accepting first.
        for server in self.servers:
            for listener in server.sockets:
                self._loop.remove_reader(listener.fileno())
        for _ in range(_ACCEPT_STEPS):
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # An aborted connection is removed by a callback that is already scheduled.
        while self.server_state.connections:  # noqa: ASYNC110
            await asyncio.sleep(0)
        self._app.stop_waiting()
        if tasks := set(self.server_state.tasks):
            _, pending = await asyncio.wait(tasks, timeout=_SHUTDOWN_TIMEOUT)
            for task in pending:
                task.cancel()
        for server in self.servers:
            await server.wait_closed()


def _with_header_conventions(app: App) -> ASGIApp:
    """Wrap an application so that it writes header names like `Content-Type`, and the date.

    Header names are case-insensitive (https://www.rfc-editor.org/rfc/rfc9110#section-5.1), but
    some clients of the service look them up in a plain dict.
    """

    async def wrapper(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(name.title(), value) for name, value in message["headers"]]
                if all(name != b"Date" for name, _ in headers):
                    headers.append((b"Date", formatdate(usegmt=True).encode()))
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapper
