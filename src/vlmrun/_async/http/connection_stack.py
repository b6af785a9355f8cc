"""Connections of our own, of which the one that was used last is used next."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from time import monotonic
from typing import Any

import httpcore
import httpx

from vlmrun._async.http.connection_factory import ConnectionFactory
from vlmrun._async.http.httpcore_log import without_signatures
from vlmrun._runtime.async_pool_lifetime import keeps_connections
from vlmrun._runtime.httpcore_errors import translated_errors

Key = tuple[bytes, bytes, int | None]

# Seconds between checks for idle connections that have expired. A check is a system call, during
# which the interpreter switches to another thread.
_CHECK_INTERVAL = 1.0


class ConnectionStack(httpx.AsyncBaseTransport):
    """An httpx transport that takes an idle connection without looking at the others.

    httpcore's pool looks at all of its connections several times per request, which takes longer
    than all else when many requests are in flight. Here it only creates them, so that proxies and
    TLS are httpcore's.

    Nothing here waits for a connection: `ConnectionSlots` limits the number of requests.

    There is no lock: threads take connections by atomic operations of `deque` and `set`.

    Args:
        factory: Creates connections.
        limit: The number of connections, of which idle ones are closed to open others.
    """

    def __init__(self, factory: ConnectionFactory, limit: int) -> None:
        self._factory = factory
        # The name that httpx's own transports have for it, so that errors can name the proxy.
        self._pool = factory.pool
        self._limit = limit
        self._open: set[httpcore.AsyncConnectionInterface] = set()
        self._idle: dict[Key, deque[httpcore.AsyncConnectionInterface]] = {}
        self._next_check = 0.0

    @property
    def in_use(self) -> int:
        """The number of connections that are not idle."""
        return len(self._open) - sum(map(len, self._idle.values()))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return the response when its head has arrived."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        sent = httpcore.Request(
            request.method,
            url,
            headers=request.headers.raw,
            content=request.stream,
            extensions=without_signatures(request.extensions),
        )
        idle = self._idle.setdefault((url.scheme, url.host, url.port), deque())
        connection = await self._take(idle) or await self._create(url.origin)
        try:
            with translated_errors():
                response = await connection.handle_async_request(sent)
        except BaseException:
            await self._close(connection)
            # httpcore does not close what it has opened to a SOCKS proxy that then fails.
            opened = getattr(request.extensions.get("timeout"), "opened", None)
            if opened is not None:
                await opened.aclose()
            raise
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response.stream, partial(self._give_back, connection, idle)),
            extensions=response.extensions,
        )

    async def _take(
        self, idle: deque[httpcore.AsyncConnectionInterface]
    ) -> httpcore.AsyncConnectionInterface | None:
        """Take the connection that was used last; at intervals, close those that have expired."""
        now = monotonic()
        if now >= self._next_check:
            self._next_check = now + _CHECK_INTERVAL
            for each in list(self._idle.values()):
                await self._close_expired(each)
        while (latest := _pop(idle.pop)) is not None:
            if not latest.has_expired():
                return latest
            await self._close(latest)
        return None

    async def _close_expired(self, idle: deque[httpcore.AsyncConnectionInterface]) -> None:
        # It is removed only if it has expired: another thread that found none meanwhile would open
        # one more than the limit.
        while (oldest := _pop(partial(idle.__getitem__, 0))) is not None and oldest.has_expired():
            try:
                idle.remove(oldest)
            except ValueError:  # another thread was faster
                continue
            await self._close(oldest)

    async def _create(self, origin: httpcore.Origin) -> httpcore.AsyncConnectionInterface:
        if len(self._open) >= self._limit:
            for idle in list(self._idle.values()):
                if (oldest := _pop(idle.popleft)) is not None:
                    await self._close(oldest)
                    break
        connection = await self._factory.create(origin)
        self._open.add(connection)
        return connection

    async def _give_back(
        self,
        connection: httpcore.AsyncConnectionInterface,
        idle: deque[httpcore.AsyncConnectionInterface],
    ) -> None:
        # The response may say that the server closes the connection, or it was not read to its end.
        is_usable = connection.is_idle() and not _has_unread_bytes(connection)
        if is_usable and connection in self._open and keeps_connections():
            idle.append(connection)
        else:
            await self._close(connection)

    async def _close(self, connection: httpcore.AsyncConnectionInterface) -> None:
        self._open.discard(connection)
        await connection.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        self._idle.clear()
        while self._open:
            await self._open.pop().aclose()


class _Body(httpx.AsyncByteStream):
    """The body of a response, whose connection is given back when it is closed."""

    def __init__(self, stream: Any, give_back: Callable[[], Awaitable[None]]) -> None:
        self._stream = stream
        self._give_back: Callable[[], Awaitable[None]] | None = give_back

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with translated_errors():
            async for chunk in self._stream:
                yield chunk

    async def aclose(self) -> None:
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            try:
                await self._stream.aclose()
            finally:
                await give_back()


def _has_unread_bytes(connection: Any) -> bool:
    """Return whether bytes were received after the end of the last response.

    httpcore would read them as the response to the next request, which may be about another
    patient. Bytes that arrive later make `has_expired` return True before that request.
    """
    while (inner := getattr(connection, "_connection", None)) is not None:  # of a proxy, of TLS
        connection = inner
    http11 = getattr(connection, "_h11_state", None)
    return http11 is not None and http11.trailing_data[0] != b""


def _pop(
    pop: Callable[[], httpcore.AsyncConnectionInterface],
) -> httpcore.AsyncConnectionInterface | None:
    try:
        return pop()
    except IndexError:  # another thread was faster
        return None
