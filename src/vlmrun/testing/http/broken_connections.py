"""Connections that break: TCP resets, and responses that end in the middle of the body."""

from __future__ import annotations

import socket
import struct
import sys
from typing import Any

import httpx
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_TRANSPORT_KEY = "vlmrun.transport"
# With linger enabled and a time of 0, closing a socket sends RST instead of FIN; Windows has
# shorts in this struct (https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-linger).
_LINGER_ZERO = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class TransportProtocol(H11Protocol):
    """uvicorn's protocol without access log, which passes the transport in the ASGI scope."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access_log = False

    def connection_made(self, transport: Any) -> None:
        """Send small packets without delay."""
        super().connection_made(transport)
        # asyncio sets TCP_NODELAY only on sockets that were created with an explicit protocol.
        # Without it, Nagle's algorithm delays each response by 40 ms, since its head and its body
        # are sent separately and the body waits for the acknowledgement of the head.
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, _TRANSPORT_KEY: transport}


async def reset_connection(scope: Scope, receive: Receive) -> None:
    """Abort the connection with a TCP reset.

    Raises:
        httpx.ReadError: The application runs in-process; this is what a client would raise.
    """
    transport = scope.get("state", {}).get(_TRANSPORT_KEY)
    if transport is None:
        raise httpx.ReadError("Connection reset by the mock server")
    sock = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    transport.abort()
    await _wait_for_disconnect(receive)


async def close_connection(scope: Scope, receive: Receive) -> None:
    """Close the connection in an orderly way although the response is incomplete.

    Raises:
        httpx.RemoteProtocolError: The application runs in-process.
    """
    transport = scope.get("state", {}).get(_TRANSPORT_KEY)
    if transport is None:
        raise httpx.RemoteProtocolError("Connection closed by the mock server in the body")
    transport.close()
    await _wait_for_disconnect(receive)


async def send_partial(send: Send, start: Message, part: bytes) -> None:
    """Send the head of a response and the first bytes of its body."""
    await send(start)
    await send({"type": "http.response.body", "body": part, "more_body": True})


async def _wait_for_disconnect(receive: Receive) -> None:
    # uvicorn logs an incomplete response as an error of the application, unless the connection
    # was lost before the application returns.
    while not (await receive())["type"].endswith(".disconnect"):
        pass
