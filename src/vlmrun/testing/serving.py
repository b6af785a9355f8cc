"""The stand-in server over real sockets: uvicorn in a thread, ready when `serve` returns."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vlmrun.testing.app import App
from vlmrun.testing.connection import Protocol
from vlmrun.testing.server import Server
from vlmrun.testing.state import Settings

_HOST = "127.0.0.1"
_GRACE = 5.0
# As long as real services do, so that no test meets a connection that has just been closed.
_KEEP_ALIVE = 75


@contextmanager
def running(
    settings: Settings, port: int, skills: Iterable[str | os.PathLike[str]]
) -> Iterator[Server]:
    """A server that answers on a port of this machine, 0 for any, until the block ends."""
    with socket.create_server((_HOST, port), backlog=512) as listener:
        root = f"http://{_HOST}:{listener.getsockname()[1]}"
        server = Server(settings, root, skills)
        http = _Http(server.app)
        thread = threading.Thread(
            target=http.run, args=([listener],), name="vlmrun-stand-in", daemon=True
        )
        thread.start()
        http.wait_until_ready(thread)
        try:
            yield server
        finally:
            http.stop()
            thread.join()
            server.close()


class _Http(uvicorn.Server):
    """uvicorn, started and stopped by events instead of by looking ten times a second."""

    def __init__(self, app: App) -> None:
        config = uvicorn.Config(
            _with_titled_headers(app),
            http=Protocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE,
        )
        super().__init__(config)
        self._app = app
        self._ready = threading.Event()

    def wait_until_ready(self, thread: threading.Thread) -> None:
        while not self._ready.wait(0.1):
            if not thread.is_alive():
                raise RuntimeError("The stand-in server's thread has ended before it was ready")

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
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # Each has one callback outstanding, which takes it off the list.
        while self.server_state.connections:  # noqa: ASYNC110
            await asyncio.sleep(0)
        self._app.stop_waiting()
        if tasks := set(self.server_state.tasks):
            _, late = await asyncio.wait(tasks, timeout=_GRACE)
            for task in late:
                task.cancel()
        for server in self.servers:
            await server.wait_closed()


def _with_titled_headers(app: App) -> ASGIApp:
    """The application with header names written as most servers do: `Content-Type`.

    Their case means nothing, but some clients of the service look them up in a plain dict.
    """

    async def titled(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_titled(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(name.title(), value) for name, value in message["headers"]]
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, send_titled)

    return titled
