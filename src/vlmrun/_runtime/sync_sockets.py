"""Connections of the sync client, which notice a response that begins too early."""

from __future__ import annotations

import math
import select
import socket
import ssl
from collections.abc import Iterable
from time import monotonic
from typing import Any

import httpcore

_READ_SIZE = 64 * 1024
_TOO_EARLY = "the response began before the request was sent"


class SocketBackend(httpcore.SyncBackend):
    """Connects to addresses, as httpcore does."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return SocketStream(super().connect_tcp(host, port, timeout, local_address, socket_options))


class SocketStream(httpcore.NetworkStream):
    """A connection that stops writing when the server begins to respond.

    A server that refuses a request may read no more of it, and never close the connection.

    Args:
        inner: The connection as httpcore has opened it.
    """

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self._socket: socket.socket = inner.get_extra_info("socket")
        self._early: bytes | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        early, self._early = self._early, None
        return self._inner.read(max_bytes, timeout) if early is None else early

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        expires = None if timeout is None else monotonic() + timeout
        rest = memoryview(buffer)
        try:
            self._socket.settimeout(0)
            while rest:
                try:
                    rest = rest[self._socket.send(rest) :]
                except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                    if self._wait(expires) and self._has_begun():
                        raise httpcore.WriteError(_TOO_EARLY) from None
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        try:
            self._socket.getpeername()
        except OSError as error:
            # If the server has reset the connection, `SSLSocket._create` may raise without closing
            # the socket, and Python reports it as unclosed.
            self.close()
            raise httpcore.ConnectError(str(error)) from error
        stream = self._inner.start_tls(ssl_context, server_hostname, timeout)
        # TLS to a service within TLS to its proxy has no socket of its own.
        return stream if isinstance(self._socket, ssl.SSLSocket) else SocketStream(stream)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and self._early is not None:
            return True
        return self._inner.get_extra_info(info)

    def _wait(self, expires: float | None) -> bool:
        """Wait until there is something to do; return whether it is to read.

        Raises:
            httpcore.WriteTimeout: There was nothing in time.
        """
        remaining = None if expires is None else max(expires - monotonic(), 0.0)
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(self._socket, select.POLLIN | select.POLLOUT)
            events = poll.poll(None if remaining is None else math.ceil(remaining * 1000))
            is_ready, is_readable = bool(events), bool(events and events[0][1] & select.POLLIN)
        else:
            both = [self._socket]
            readable, writable, failed = select.select(both, both, both, remaining)
            is_ready, is_readable = bool(readable or writable or failed), bool(readable)
        if not is_ready:
            raise httpcore.WriteTimeout("the request was not sent in time")
        return is_readable

    def _has_begun(self) -> bool:
        """Return whether what can be read is of the response."""
        if isinstance(self._socket, ssl.SSLSocket):
            # It may be no response, but a ticket with which to resume the session.
            try:
                self._early = self._socket.recv(_READ_SIZE)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return False
        return True
