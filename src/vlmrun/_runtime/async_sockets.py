"""Connections of the async client: plain sockets, and TLS on them.

The streams of asyncio, and those of anyio, which build on them, close a connection as soon as a
write fails, and drop what has arrived and was not read. That would be the response of a server
that refuses an upload: it responds early and closes the connection, so that the next write fails.
The system keeps what has arrived, for the async client as for the sync client.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import httpcore

T = TypeVar("T")

_READ_SIZE = 64 * 1024


class SocketBackend(httpcore.AsyncNetworkBackend):
    """Connects to addresses; it does not resolve names."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        with _translated(httpcore.ConnectTimeout, httpcore.ConnectError):
            # As bytes: a str would be converted by a codec for names, which is imported then.
            [(family, _, _, _, address), *_] = socket.getaddrinfo(
                host.encode(), port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
            opened = socket.socket(family, socket.SOCK_STREAM)
            try:
                opened.setblocking(False)
                # As asyncio does: the head and the body of a request are written one by one.
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for option in socket_options or ():
                    opened.setsockopt(*option)
                if local_address is not None:
                    opened.bind((local_address, 0))
                loop = asyncio.get_running_loop()
                await _within(timeout, loop.sock_connect(opened, address))
            except BaseException:
                opened.close()
                raise
        return SocketStream(opened)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    """A connection, whose response may begin while a request is being written.

    Attributes:
        on_early: Takes what arrives meanwhile; returns whether it is of the response.
    """

    def __init__(self) -> None:
        self.on_early: Callable[[bytes], bool] = self._keep
        self._early: bytes | None = None

    def _keep(self, data: bytes) -> bool:
        self._early = data
        return True

    def _take_early(self) -> bytes | None:
        early, self._early = self._early, None
        return early

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        stream = TLSStream(self, ssl_context, server_hostname)
        with _translated(httpcore.ConnectTimeout, httpcore.ConnectError):
            try:
                await _within(timeout, stream.handshake())
            except BaseException:
                await self.aclose()
                raise
        return stream


class SocketStream(_Stream):
    """A connection without TLS.

    Args:
        connected: A connected socket that does not block.
    """

    def __init__(self, connected: socket.socket) -> None:
        super().__init__()
        self._socket = connected

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        early = self._take_early()
        if early is not None:
            return early
        loop = asyncio.get_running_loop()
        with _translated(httpcore.ReadTimeout, httpcore.ReadError):
            return await _within(timeout, loop.sock_recv(self._socket, max_bytes))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _translated(httpcore.WriteTimeout, httpcore.WriteError):
            rest = memoryview(buffer)[self._send_now(buffer) :]
            if rest:
                await _within(timeout, self._write(rest))

    def _send_now(self, data: bytes) -> int:
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0

    async def _write(self, data: memoryview) -> None:
        """Write until all is written, or the server begins to respond.

        A server that does not read on may never close the connection.
        """
        loop = asyncio.get_running_loop()
        writing: asyncio.Future[Any] = asyncio.ensure_future(loop.sock_sendall(self._socket, data))
        try:
            while not writing.done():
                # Nothing is received here before it is needed: to cancel `sock_recv` would lose
                # what it has just received, and the call would wait for its response in vain.
                with self._watching() as readable:
                    both: set[asyncio.Future[Any]] = {writing, readable}
                    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                if not writing.done() and self._has_begun():
                    raise httpcore.WriteError("the response began before the request was sent")
            writing.result()
        finally:
            await _cancel(writing)

    @contextmanager
    def _watching(self) -> Iterator[asyncio.Future[None]]:
        """Return a future that is done once the socket is readable."""
        loop = asyncio.get_running_loop()
        readable: asyncio.Future[None] = loop.create_future()

        def notify() -> None:
            if not readable.done():
                readable.set_result(None)

        try:
            loop.add_reader(self._socket, notify)
        except NotImplementedError:
            # The default loop of Windows; there, the request is written to its end, or its timeout:
            # https://docs.python.org/3/library/asyncio-platforms.html#windows
            yield readable
            return
        try:
            yield readable
        finally:
            loop.remove_reader(self._socket)

    def _has_begun(self) -> bool:
        """Return whether what can be read is of the response."""
        try:
            return self.on_early(self._socket.recv(_READ_SIZE))
        except BlockingIOError:
            return False

    async def aclose(self) -> None:
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "socket":
            return self._socket
        if info == "is_readable":
            return self._early is not None or self._is_readable()
        with suppress(OSError):
            if info == "client_addr":
                return self._socket.getsockname()
            if info == "server_addr":
                return self._socket.getpeername()
        return None

    def _is_readable(self) -> bool:
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:  # closed, or reset by the server
            pass
        return True


class TLSStream(_Stream):
    """TLS on another connection.

    Args:
        inner: The other connection.
        context: The settings of TLS.
        hostname: The name in the certificate.
    """

    def __init__(self, inner: _Stream, context: ssl.SSLContext, hostname: str | None) -> None:
        super().__init__()
        self._inner = inner
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=hostname)
        inner.on_early = self._decrypt_early

    async def handshake(self) -> None:
        """Agree on keys, and check the certificate."""
        await self._exchange(self._tls.do_handshake, None)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        early = self._take_early()
        if early is not None:
            return early
        with _translated(httpcore.ReadTimeout, httpcore.ReadError):
            try:
                return await self._exchange(partial(self._tls.read, max_bytes), timeout)
            except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
                # Whether a body is complete, HTTP knows.
                return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _translated(httpcore.WriteTimeout, httpcore.WriteError):
            rest = memoryview(buffer)
            while rest:
                rest = rest[await self._exchange(partial(self._tls.write, rest), timeout) :]

    async def aclose(self) -> None:
        await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._tls
        # A read from the socket may have received more than one record.
        if info == "is_readable" and (self._early is not None or self._has_more()):
            return True
        return self._inner.get_extra_info(info)

    def _has_more(self) -> bool:
        return bool(self._incoming.pending or self._tls.pending())

    async def _exchange(self, step: Callable[[], T], timeout: float | None) -> T:
        """Call a function of TLS, and transfer what it has to send and needs to receive."""
        expires = None if timeout is None else monotonic() + timeout

        def remaining() -> float | None:
            return None if expires is None else max(0.0, expires - monotonic())

        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                await self._flush(remaining())
                self._receive(await self._inner.read(_READ_SIZE, remaining()))
            except ssl.SSLError:
                # An alert that tells the server the reason.
                with suppress(httpcore.NetworkError, httpcore.TimeoutException):
                    await self._flush(remaining())
                raise
            else:
                await self._flush(remaining())
                return result

    async def _flush(self, timeout: float | None) -> None:
        if self._outgoing.pending:
            await self._inner.write(self._outgoing.read(), timeout)

    def _receive(self, data: bytes) -> None:
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def _decrypt_early(self, data: bytes) -> bool:
        # It may be no response, but a ticket with which to resume the session.
        self._receive(data)
        try:
            plain = self._tls.read(_READ_SIZE)
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError:  # which the next read reports
            return True
        return self.on_early(plain)


async def _within(timeout: float | None, call: Coroutine[Any, Any, T]) -> T:
    """Await a call; raise `TimeoutError` if it takes longer than so many seconds."""
    task = asyncio.ensure_future(call)
    try:
        await asyncio.wait([task], timeout=timeout)
    finally:
        # Waits for the end: the event loop must not watch a socket that is closed.
        await _cancel(task)
    if task.cancelled():
        raise TimeoutError
    return task.result()


async def _cancel(future: asyncio.Future[Any]) -> None:
    """Cancel a future unless it is done, and wait until it is."""
    if not future.done():
        future.cancel()
        await asyncio.wait([future])
    if not future.cancelled():
        future.exception()  # which asyncio would log if it was never retrieved


@contextmanager
def _translated(timeout: type[Exception], error: type[Exception]) -> Iterator[None]:
    """Raise the errors that httpcore expects."""
    try:
        yield
    except (TimeoutError, httpcore.TimeoutException) as cause:
        raise timeout(str(cause)) from cause
    except (OSError, httpcore.NetworkError) as cause:
        raise error(str(cause)) from cause
