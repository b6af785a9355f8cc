"""WebSockets of the sync client; `async_websocket` has the same names."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from weakref import finalize

from vlmrun._runtime.websocket_options import (
    SocketOptions,
    closed,
    connection_arguments,
    import_websockets,
    is_closing,
    waits,
    without_redirects,
)

Lock = threading.Lock


def connect_socket(options: SocketOptions) -> Socket:
    """Open a WebSocket.

    Raises:
        DependencyError: The extra `ws` is not installed.
        websockets.exceptions.InvalidHandshake: The server refused it, or is not such a server.
        OSError: There is no connection.
        TimeoutError: It was not open in time.
    """
    client = import_websockets("websockets.sync.client")
    # Only releases that have this class follow redirects.
    reconnect = getattr(client, "reconnect", None)
    connect = client.connect if reconnect is None else without_redirects(reconnect)
    return Socket(connect(**connection_arguments(options)).__enter__())


class Socket:
    """An open WebSocket.

    Attributes:
        secrets: Values of the handshake that the server may repeat, and no error may show.
    """

    def __init__(self, connection: Any) -> None:
        self.secrets: Sequence[str] = ()
        self._connection = connection
        self._closed = import_websockets("websockets.exceptions").ConnectionClosed
        # The connection has a thread, which would keep running if it is not closed.
        finalize(self, _end, connection.socket).atexit = False

    def send(self, message: str | bytes) -> None:
        """Send a message, as soon as the other side takes it.

        Raises:
            SocketClosed: The connection is closed.
        """
        try:
            self._connection.send(message)
        except self._closed as error:
            raise closed(error) from None

    def receive(self, timeout: float | None) -> str | bytes:
        """Return the next message.

        Args:
            timeout: Seconds to wait; 0 for a message that is there already, None for no limit.

        Raises:
            TimeoutError: There was none in time.
            SocketClosed: The connection is closed.
        """
        for seconds in waits(timeout):
            try:
                message: str | bytes = self._connection.recv(seconds)
            except self._closed as error:
                raise closed(error) from None
            except TimeoutError:
                if is_closing(self._connection):
                    self._connection.close()
            else:
                return message
        raise TimeoutError

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _end(connection: socket.socket) -> None:
    """Let the thread of a connection notice its end. Nothing here may wait for a lock."""
    with suppress(OSError):  # it is closed already
        connection.shutdown(socket.SHUT_RDWR)
