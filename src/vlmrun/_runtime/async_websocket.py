"""WebSockets of the async client; `sync_websocket` has the same names."""

from __future__ import annotations

import asyncio
import sys
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
    is_closing,
    waits,
    without_redirects,
)
from vlmrun.errors import ConfigurationError

Lock = asyncio.Lock


async def connect_socket(options: SocketOptions) -> Socket:
    """Open a WebSocket.

    Raises:
        ConfigurationError: This Python has no TLS within TLS, which the proxy needs.
        DependencyError: The extra `ws` is not installed.
        websockets.exceptions.InvalidHandshake: The server refused it, or is not such a server.
        OSError: There is no connection.
        TimeoutError: It was not open in time.
    """
    is_tunneled = (options.proxy or "").startswith("https:") and options.url.startswith("wss:")
    # asyncio has had TLS within TLS since the version that took its implementation from uvloop.
    if is_tunneled and sys.version_info < (3, 11):
        raise ConfigurationError(
            "A WebSocket with TLS through a proxy with TLS needs Python 3.11 or later in the async "
            "client",
            suggestion="Use the sync client, transport='http', or the http URL of the proxy",
        )
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
        for seconds in waits(timeout):
            await asyncio.wait({receiving}, timeout=seconds)
            if not receiving.done() and is_closing(self._connection):
                await self._connection.close()
                await asyncio.wait({receiving})
            if receiving.done():
                break
        else:
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
