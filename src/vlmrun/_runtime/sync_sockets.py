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

# Events to wait for; those of `poll`, which Windows does not have.
_READ = getattr(select, "POLLIN", 1)
_WRITE = getattr(select, "POLLOUT", 4)

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

    The socket never blocks. To set its timeout for each operation, as httpcore does, would be
    another system call, and during each of them the interpreter switches to another thread.

    Args:
        inner: The connection as httpcore has opened it.
    """

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self._socket: socket.socket = inner.get_extra_info("socket")
        self._socket.settimeout(0)
        self._is_tls = isinstance(self._socket, ssl.SSLSocket)
        self._early: bytes | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        early, self._early = self._early, None
        if early is not None:
            return early
        expires = None if timeout is None else monotonic() + timeout
        try:
            while True:
                try:
                    return self._socket.recv(max_bytes)
                except (BlockingIOError, ssl.SSLWantReadError):
                    event = _READ
                except ssl.SSLWantWriteError:
                    event = _WRITE
                if not self._wait(event, expires):
                    raise httpcore.ReadTimeout("timed out")
        except (OSError, ValueError) as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        expires = None if timeout is None else monotonic() + timeout
        rest = memoryview(buffer)
        try:
            while rest:
                try:
                    rest = rest[self._socket.send(rest) :]
                except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                    events = self._wait(_READ | _WRITE, expires)
                    if not events:
                        raise httpcore.WriteTimeout("the request was not sent in time") from None
                    if events & _READ and self._has_begun():
                        raise httpcore.WriteError(_TOO_EARLY) from None
        except (OSError, ValueError) as error:
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
        return _NestedStream(stream) if self._is_tls else SocketStream(stream)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and self._early is not None:
            return True
        return self._inner.get_extra_info(info)

    def _wait(self, events: int, expires: float | None) -> int:
        """Wait for events of the socket; return those that occurred, or 0 after the timeout."""
        remaining = None if expires is None else max(expires - monotonic(), 0.0)
        if not hasattr(select, "poll"):  # Windows
            read = [self._socket] if events & _READ else []
            write = [self._socket] if events & _WRITE else []
            readable, writable, failed = select.select(read, write, [self._socket], remaining)
            return _READ * bool(readable) | _WRITE * bool(writable or failed)
        poll = select.poll()
        poll.register(self._socket, events)
        ready = poll.poll(None if remaining is None else math.ceil(remaining * 1000))
        return ready[0][1] if ready else 0

    def _has_begun(self) -> bool:
        """Return whether what can be read is of the response."""
        if self._is_tls:
            # It may be no response, but a ticket with which to resume the session.
            try:
                self._early = self._socket.recv(_READ_SIZE)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return False
        return True


class _NestedStream(httpcore.NetworkStream):
    """TLS to a service within TLS to its proxy, which has no socket of its own.

    A read may receive more than one record. httpcore's stream is readable only if its socket is, so
    that the second one would be the response to the next request.

    Args:
        inner: The connection as httpcore has opened it.
    """

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        # It has no public name. Without it, as in a later release, only the socket is looked at.
        self._received: Any = getattr(inner, "_incoming", None)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and self._received is not None and self._received.pending:
            return True
        return self._inner.get_extra_info(info)
