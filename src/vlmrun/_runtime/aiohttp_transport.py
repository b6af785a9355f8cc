"""An httpx transport over aiohttp, for requests and responses that fit into memory.

It fails as httpcore does: nothing is sent twice, failures before anything was sent are told from
later ones, and one deadline bounds all stages.
"""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any
from weakref import WeakSet

import aiohttp
import httpcore
import httpx
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpProcessingError
from yarl import URL

from vlmrun._runtime.async_runtime import in_thread
from vlmrun._runtime.httpcore_errors import translated_errors
from vlmrun._runtime.tls_context import ClientTLS

# Bytes. What is longer may not fit into the buffers of a socket, and a server that refuses it early
# would close the connection before aiohttp reads the response.
_MAX_BODY = 64 * 1024

# Bytes of a line, as httpcore accepts them.
_MAX_LINE = 100 * 1024

_END_OF_HEAD = b"\r\n\r\n"

# Seconds, for "no limit".
_FOREVER = 1_000_000.0

# Whether the request of this context has a connection: until then, nothing was sent.
_is_connected: ContextVar[bool] = ContextVar("vlmrun_is_connected")

_AUTOMATIC_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Sends through aiohttp what it is suitable for, and the rest through another transport.

    Args:
        other: The other transport.
        tls: The TLS context.
        keep_alive: Seconds after which an idle connection is not used again; None for no limit.
        backend: Opens connections.
        extension: The name of the extension of requests whose response is read into memory.
    """

    def __init__(
        self,
        other: Any,
        tls: ClientTLS,
        keep_alive: float | None,
        backend: httpcore.AsyncNetworkBackend,
        extension: str,
    ) -> None:
        self._other = other
        self._tls = tls
        self._keep_alive = _FOREVER if keep_alive is None else keep_alive
        self._backend = backend
        self._extension = extension
        self._session: aiohttp.ClientSession | None = None
        self._connector: _Connector | None = None

    @property
    def in_use(self) -> int:
        """The number of connections of both that are not idle."""
        own: int = 0 if self._connector is None else self._connector.in_use
        others: int = self._other.in_use
        return own + others

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return the response when its head has arrived."""
        if self._extension not in request.extensions or not _is_small(request):
            response: httpx.Response = await self._other.handle_async_request(request)
            return response
        if request.url.scheme == "https" and not self._tls.is_loaded:
            await in_thread(self._tls.load)
        timeout = request.extensions["timeout"]
        _is_connected.set(False)
        with _errors_of_httpx(timeout):
            seconds = timeout.remaining()
            received = await self._open_session().request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=[(name.decode(), value.decode()) for name, value in request.headers.raw],
                data=request.content or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=seconds, connect=seconds, ceil_threshold=_FOREVER
                ),
            )
        try:
            _check_protocol(received)
        except httpx.RemoteProtocolError:
            received.close()
            raise
        return httpx.Response(
            received.status,
            headers=received.raw_headers,
            stream=_Body(received, timeout),
            extensions={
                "http_version": b"HTTP/1.1",
                "reason_phrase": (received.reason or "").encode("latin-1", "replace"),
            },
        )

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._connector = _Connector(self._backend, self._tls, self._keep_alive)
            self._session = aiohttp.ClientSession(
                connector=self._connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=_AUTOMATIC_HEADERS,
                max_line_size=_MAX_LINE,
                max_field_size=_MAX_LINE,
            )
            # It would send a GET or DELETE again without saying so; there is no public way to
            # prevent it.
            self._session._retry_connection = False
        return self._session

    async def aclose(self) -> None:
        """Close the connections of both."""
        # They refer to the event loop, which must not be kept alive.
        session, self._session = self._session, None
        connector, self._connector = self._connector, None
        if session is not None and connector is not None:
            connector.abort_closing()
            await session.close()
            # The event loop closes what was aborted in its next iteration.
            await asyncio.sleep(0)
        await self._other.aclose()


class _Body(httpx.AsyncByteStream):
    """The body of a response, as it arrives."""

    def __init__(self, response: aiohttp.ClientResponse, timeout: Any) -> None:
        self._response = response
        self._timeout = timeout

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_of_httpx(self._timeout):
            async for chunk in self._response.content.iter_any():
                yield chunk

    async def aclose(self) -> None:
        # The connection of a body that was read to its end is back in the pool already.
        self._response.close()


class _Protocol(ResponseHandler):
    """Reads responses as httpcore does, where the class of aiohttp differs."""

    def data_received(self, data: bytes) -> None:
        # If the parser cannot parse what follows a response, it drops the response with it, unless
        # it was passed the head before.
        *heads, rest = data.split(_END_OF_HEAD)
        for head in heads:
            super().data_received(head + _END_OF_HEAD)
        if rest:
            super().data_received(rest)

    def connection_lost(self, exc: BaseException | None) -> None:
        # A body without a length ends when the connection is closed, but not when it is reset.
        if exc is not None:
            self.set_exception(exc)
        super().connection_lost(exc)

    def set_exception(self, exc: BaseException, *cause: Any, **named: Any) -> None:
        super().set_exception(exc, *cause, **named)
        # The reader of a body that cannot be parsed would wait until its timeout.
        body = self._payload
        if body is not None and not body.is_eof():
            body.set_exception(exc)


class _Connector(aiohttp.BaseConnector):
    """Opens connections as for httpcore, and returns none that the server has closed.

    aiohttp has no public way to replace how connections are opened; its own connectors for Unix
    sockets and named pipes override the same method.

    Attributes:
        in_use: The number of connections that are not idle.
    """

    def __init__(
        self, backend: httpcore.AsyncNetworkBackend, tls: ClientTLS, keep_alive: float
    ) -> None:
        # `ConnectionSlots` limits the number of requests.
        super().__init__(limit=0, keepalive_timeout=keep_alive)
        self._create_protocol = partial(_Protocol, loop=self._loop)
        self.in_use = 0
        self._backend = backend
        self._tls = tls
        self._known: WeakSet[Any] = WeakSet()
        self._secure: WeakSet[asyncio.BaseTransport] = WeakSet()

    def abort_closing(self) -> None:
        """End the connections with TLS that wait until the server closes its side, too."""
        for transport in list(self._secure):
            if isinstance(transport, asyncio.WriteTransport) and transport.is_closing():
                transport.abort()

    async def connect(self, *arguments: Any, **options: Any) -> aiohttp.connector.Connection:
        """Return a connection; any error raised here means that nothing was sent."""
        try:
            with translated_errors():
                connection = await self._usable(*arguments, **options)
        except asyncio.TimeoutError as error:
            raise httpx.ConnectTimeout("the TLS handshake took too long") from error
        except OSError as error:  # ssl.SSLError is one
            raise httpx.ConnectError(str(error)) from error
        _is_connected.set(True)
        self.in_use += 1
        connection.add_callback(self._count_release)
        return connection

    def _count_release(self) -> None:
        self.in_use -= 1

    async def _usable(self, *arguments: Any, **options: Any) -> aiohttp.connector.Connection:
        while True:
            connection = await super().connect(*arguments, **options)
            if connection.protocol not in self._known:
                self._known.add(connection.protocol)
                return connection
            # The event loop may not have noticed yet that the server has closed it. Bytes that it
            # has read already, though nothing was requested, would be the next response.
            assert connection.protocol is not None
            assert connection.transport is not None
            opened = connection.transport.get_extra_info("socket")
            is_unusable = connection.protocol.should_close or _has_begun(connection.protocol)
            if not (is_unusable or _is_readable(opened)):
                return connection
            connection.close()

    async def _create_connection(self, req: Any, traces: Any, timeout: Any) -> Any:
        stream = await self._backend.connect_tcp(req.host, req.port, timeout.connect)
        opened = stream.get_extra_info("socket")
        try:
            tls: dict[str, Any] = {}
            if req.is_ssl():
                tls = {"ssl": self._tls.context, "server_hostname": req.host.rstrip(".")}
            transport, protocol = await self._loop.create_connection(
                self._create_protocol, sock=opened, **tls
            )
        except BaseException:
            opened.close()
            raise
        if tls:
            self._secure.add(transport)
        return protocol


@contextmanager
def _errors_of_httpx(timeout: Any) -> Iterator[None]:
    """Raise the error of httpx for one of aiohttp, and for an attempt that is aborted."""
    task = asyncio.current_task()
    assert task is not None
    is_aborted = False

    def abort() -> None:
        nonlocal is_aborted
        is_aborted = True
        task.cancel()

    try:
        timeout.use(abort)
        yield
    except asyncio.CancelledError:
        if not is_aborted:
            raise
        uncancel = getattr(task, "uncancel", None)  # since Python 3.11
        if uncancel is not None:
            uncancel()
        raise httpx.ReadError("the attempt was aborted") from None
    except httpcore.ReadError as error:  # aborted before
        raise httpx.ReadError(str(error)) from None
    except asyncio.TimeoutError as error:
        if not _is_connected.get():
            raise httpx.ConnectTimeout("there was no connection in time") from error
        raise httpx.ReadTimeout("the response did not end in time") from error
    except aiohttp.ServerDisconnectedError as error:
        raise httpx.RemoteProtocolError(
            "Server disconnected without sending a response."
        ) from error
    except OSError as error:
        raise httpx.ReadError(str(error)) from error
    except (aiohttp.ClientError, HttpProcessingError) as error:
        # Of a response that cannot be parsed: its str says status 400, which was not received.
        raise httpx.RemoteProtocolError(getattr(error, "message", str(error))) from error


def _check_protocol(received: aiohttp.ClientResponse) -> None:
    """Refuse what httpcore refuses, and aiohttp would take for a response."""
    if received.status == 101:
        raise httpx.RemoteProtocolError("the server switches to a protocol nobody asked for")
    if received.headers.get("Transfer-Encoding", "chunked").lower() != "chunked":
        raise httpx.RemoteProtocolError("only Transfer-Encoding: chunked is supported")


def _has_begun(protocol: Any) -> bool:
    """Return whether a part of a head was received after the end of the last response."""
    try:
        return protocol._parser.feed_eof() is not None
    except Exception:  # it cannot be parsed
        return True


def _is_small(request: httpx.Request) -> bool:
    """Return whether the body of a request is in memory, and not too long."""
    try:
        return len(request.content) <= _MAX_BODY
    except httpx.RequestNotRead:
        return False


def _is_readable(opened: socket.socket) -> bool:
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(opened.fileno(), select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([opened.fileno()], [], [], 0)[0])
