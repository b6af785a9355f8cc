"""WebSockets of the async client; `sync_websocket` has the same names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from vlmrun._runtime.async_runtime import shielded
from vlmrun._runtime.websocket_options import (
    SocketClosed,
    SocketOptions,
    closed,
    connection_arguments,
    import_websockets,
    without_redirects,
)

Lock = asyncio.Lock


async def connect_socket(options: SocketOptions) -> Socket:
    """Open a WebSocket.

    Raises:
        DependencyError: The extra `ws` is not installed.
        websockets.exceptions.InvalidHandshake: The server refused it, or is not such a server.
        OSError: There is no connection.
        TimeoutError: It was not open in time.
    """
    client = import_websockets("websockets.asyncio.client")
    connecting = without_redirects(client.connect)(**connection_arguments(options))
    return Socket(await connecting.__aenter__())


class Socket:
    """An open WebSocket.

    Attributes:
        secrets: Values of the handshake that the server may repeat, and no error may show.
    """

    def __init__(self, connection: Any) -> None:
        self.secrets: Sequence[str] = ()
        self._connection = connection
        self._closed = import_websockets("websockets.exceptions").ConnectionClosed
        # Goes on after a timeout, because a message must not be lost then.
        self._receiving: asyncio.Task[Any] | None = None

    async def send(self, message: str | bytes) -> None:
        """Send a message, as soon as the other side takes it.

        Raises:
            SocketClosed: The connection is closed.
        """
        try:
            await self._connection.send(message)
        except self._closed as error:
            raise closed(error) from None

    async def receive(self, timeout: float | None) -> str | bytes:
        """Return the next message.

        Args:
            timeout: Seconds to wait; 0 for a message that is there already, None for no limit.

        Raises:
            TimeoutError: There was none in time.
            SocketClosed: The connection is closed.
        """
        receiving = self._receiving or asyncio.ensure_future(self._connection.recv())
        self._receiving = receiving
        await asyncio.wait({receiving}, timeout=timeout)
        if not receiving.done():
            raise TimeoutError
        self._receiving = None
        if receiving.cancelled():  # by `aclose`
            raise SocketClosed(None, "the connection was closed")
        try:
            message: str | bytes = receiving.result()
        except self._closed as error:
            raise closed(error) from None
        return message

    async def aclose(self) -> None:
        """Close the connection, also if this task is cancelled meanwhile."""
        await shielded(self._close)

    async def _close(self) -> None:
        receiving, self._receiving = self._receiving, None
        if receiving is not None:
            receiving.cancel()
            with suppress(asyncio.CancelledError, self._closed):
                await receiving
        await self._connection.close()
