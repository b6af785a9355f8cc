"""The connection below a request, for answers that break off in mid-air."""

from __future__ import annotations

import socket
import struct
import sys
from typing import Any

import httpx
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_KEY = "vlmrun.transport"
_LINGER_NOT = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Protocol(H11Protocol):
    """uvicorn's protocol, which logs no requests and hands the transport to the application."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access_log = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        # asyncio does this only for sockets whose protocol is stated, and head and body of an
        # answer go out apart: without it, each waits 40 ms for the client's acknowledgement.
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, _KEY: transport}


async def reset(scope: Scope, receive: Receive) -> None:
    """Cut the connection, so that the client sees a TCP reset.

    Raises:
        httpx.ReadError: The application runs in-process; there it is what a client would see.
    """
    transport = scope.get("state", {}).get(_KEY)
    if transport is None:
        raise httpx.ReadError("Connection reset by the stand-in server")
    sock = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    transport.abort()
    await _gone(receive)


async def break_off(scope: Scope, receive: Receive) -> None:
    """Close the connection in an orderly way, though the answer is not complete.

    Raises:
        httpx.RemoteProtocolError: The application runs in-process.
    """
    transport = scope.get("state", {}).get(_KEY)
    if transport is None:
        raise httpx.RemoteProtocolError("Connection closed by the stand-in server in mid-body")
    transport.close()
    await _gone(receive)


async def send_part(send: Send, start: Message, part: bytes) -> None:
    """The head of an answer and the first bytes of its body."""
    await send(start)
    await send({"type": "http.response.body", "body": part, "more_body": True})


async def _gone(receive: Receive) -> None:
    # The server reports an answer that ends too early as a bug unless the connection has ended.
    while (await receive())["type"] != "http.disconnect":
        pass
