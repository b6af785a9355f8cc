"""The HTTP clients, and with them the connection pools, that a transport sends through."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import httpx

from vlmrun._async.http.connection_factory import ConnectionFactory, connection_pool
from vlmrun._async.http.connection_stack import ConnectionStack
from vlmrun._async.http.deadline_backend import DeadlineBackend, DeadlineTimeout
from vlmrun._async.http.request_builder import DEFAULT_HEADERS, IN_MEMORY
from vlmrun._core.connection import Connection
from vlmrun._core.environment_errors import proxy_error
from vlmrun._environment_variables import without_credentials
from vlmrun._runtime.async_aiohttp import import_aiohttp, with_aiohttp
from vlmrun._runtime.async_attempt import ConnectionSlots
from vlmrun._runtime.async_pool_lifetime import CloseOnLoopEnd, pool_scope
from vlmrun._runtime.async_runtime import in_thread, shielded, sleep
from vlmrun._runtime.tls_context import ClientTLS, without_certificates
from vlmrun.errors import ConfigurationError

if TYPE_CHECKING:
    from vlmrun._core.secrets import Secret

# How often, and in which pauses (seconds), to look whether requests have ended that were aborted.
_MAX_CHECKS = 250
_CHECK_PAUSE = 0.001


CreateTransport = Callable[[httpx.Proxy | None], httpx.AsyncBaseTransport]


class PooledClient(NamedTuple):
    """A client to send requests with.

    Attributes:
        http_client: The client.
        slots: Limits its connections; None for a user's client, which has limits of its own.
        closer: Closes it; None for a user's client.
        in_use: The timeouts of the requests whose connections are in use, by their `id`.
    """

    http_client: httpx.AsyncClient
    slots: ConnectionSlots | None
    closer: CloseOnLoopEnd | None
    in_use: dict[int, DeadlineTimeout]


class ClientPool:
    """A user's HTTP client, or clients of our own, created when they are first needed.

    Connections cannot be used outside of the event loop they were opened in, so each loop gets a
    client of its own, which is closed when the loop ends.

    Attributes:
        is_own: Whether there is no client of the user's.
        is_closed: Whether no client is returned any more.
    """

    # There is no lock: another thread might hold it during a fork, and the child would wait
    # forever. Of two clients that threads create at the same time, `setdefault` picks one.

    def __init__(self, connection: Connection) -> None:
        users = connection.http_client
        self._users = None if users is None else PooledClient(users, None, None, {})
        self._connection = connection
        self.is_own = users is None
        self._own: WeakKeyDictionary[object, PooledClient] = WeakKeyDictionary()
        self.is_closed = False

    async def get(self) -> PooledClient:
        """Return the client for the running event loop.

        Raises:
            ConfigurationError: The pool, or the user's client, was closed before; or proxies or
                certificates, of an argument or of the environment, cannot be used.
        """
        if self.is_closed:
            raise ConfigurationError("The client is closed", suggestion="Create a new client")
        if self._users is not None:
            if self._users.http_client.is_closed:
                raise ConfigurationError("http_client is closed", suggestion="Keep it open")
            return self._users
        scope = pool_scope()
        own = self._own.get(scope)
        if own is not None and own.http_client.is_closed:
            # Closed at exit, after which a function of atexit makes another call.
            # Another thread may have replaced it meanwhile.
            if self._own.get(scope) is own:
                self._own.pop(scope, None)
            own = None
        if own is None:
            tls = ClientTLS(self._connection.verify)
            await in_thread(_load, self._connection, tls)
            client = _create_client(tls, self._connection)
            slots = ConnectionSlots(self._connection.max_connections)
            own = PooledClient(client, slots, CloseOnLoopEnd(client.aclose), {})
            own = self._own.setdefault(scope, own)
        return own

    def end(self) -> None:
        """Return no client from now on; one that is open is closed with its event loop."""
        self.is_closed = True

    async def aclose(self) -> None:
        """Close our own client of the running event loop; a user's client stays open.

        Requests that are being sent fail, in other threads too.
        """
        self.end()
        own = self._own.pop(pool_scope(), None)
        self._own.clear()
        if own is not None and own.closer is not None:
            # Nobody else closes it if this task is cancelled.
            await shielded(partial(_close, own, own.closer))


async def _close(pooled: PooledClient, closer: CloseOnLoopEnd) -> None:
    await _end_requests(pooled)
    await closer.aclose()


async def _end_requests(pooled: PooledClient) -> None:
    """Let the requests fail that are being sent, before their sockets are closed.

    Neither a thread nor an event loop that waits for a socket notices that it is closed elsewhere,
    and its number may be that of another socket by the time it reads.
    """
    for timeout in list(pooled.in_use.values()):
        timeout.abort()
    # A stream that nobody reads does not end by itself, so there is a limit.
    for _ in range(_MAX_CHECKS):
        if not pooled.in_use:
            return
        await sleep(_CHECK_PAUSE)


class _Cookies(httpx.Cookies):
    """Ignores the cookies of responses, as aiohttp does here: the API has none.

    A server could let them grow without end, and the jar of the standard library takes a tenth of
    the time of a request.
    """

    def extract_cookies(self, response: httpx.Response) -> None:
        pass


class _HTTPClient(httpx.AsyncClient):
    """A client whose transports, also those for the proxies of the environment, are our own.

    httpx has no public way to replace the latter. httpx-aiohttp overrides the same two methods. In
    a later release that has others, httpx's own transports remain, and httpcore's timeouts.

    A redirect to an invalid URL is a response like any other, without a `next_request`.
    """

    def __init__(
        self,
        create_transport: CreateTransport,
        proxy: httpx.Proxy | None,
    ) -> None:
        self._create_transport = create_transport
        self._own_proxy = proxy
        # Each request has a timeout of its own, of which this would be the default. A proxy of the
        # environment for https only would be preferred to ours for all URLs.
        super().__init__(headers=DEFAULT_HEADERS, timeout=None, trust_env=proxy is None)
        self._cookies = _Cookies()

    def _init_transport(self, *_: Any, **__: Any) -> httpx.AsyncBaseTransport:
        return self._create_transport(self._own_proxy)

    def _init_proxy_transport(
        self, proxy: httpx.Proxy, *_: Any, **__: Any
    ) -> httpx.AsyncBaseTransport:
        return self._create_transport(proxy)

    def _build_redirect_request(self, request: httpx.Request, response: httpx.Response) -> Any:
        # httpx parses the Location even of a redirect that is not followed, and its error would
        # be raised instead of the response.
        try:
            return super()._build_redirect_request(request, response)
        except (httpx.InvalidURL, httpx.HTTPError, ValueError):
            return None


def _load(connection: Connection, tls: ClientTLS) -> None:
    """Import modules, and report wrong settings of certificates before anything is sent."""
    import_aiohttp(connection)
    if tls.may_be_wrong:
        tls.load()


def _create_client(tls: ClientTLS, connection: Connection) -> httpx.AsyncClient:
    def create_transport(proxy: httpx.Proxy | None) -> httpx.AsyncBaseTransport:
        factory = ConnectionFactory(tls, proxy, connection.keep_alive)
        stack = ConnectionStack(factory, connection.max_connections)
        if proxy is not None:
            return stack
        backend = DeadlineBackend(is_direct=True)
        return with_aiohttp(stack, tls, connection, backend, IN_MEMORY)

    if connection.proxy is not None:
        return _client_with_proxy(create_transport, connection.proxy)
    try:
        return _HTTPClient(create_transport, None)
    except (httpx.InvalidURL, ImportError, TypeError, ValueError) as error:
        raise proxy_error(error, _is_usable_proxy) from None


def _client_with_proxy(create_transport: CreateTransport, proxy: Secret) -> httpx.AsyncClient:
    try:
        return _HTTPClient(create_transport, httpx.Proxy(proxy.reveal()))
    except ImportError:
        problem, remedy = "a package is missing", "Install httpx[socks]"
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        problem, remedy = str(error), "Correct it"
    shown = without_credentials(proxy.reveal(), proxy.reveal())
    # Raised out here, it has no frame of httpx's, which hold the password.
    raise ConfigurationError(
        f"proxy is {shown!r}, which cannot be used: {problem}", suggestion=remedy
    )


def _is_usable_proxy(value: str) -> bool:
    try:
        proxy = httpx.Proxy(value if "://" in value else f"http://{value}")
        connection_pool(without_certificates(), proxy, None)
    except (httpx.InvalidURL, ImportError, TypeError, ValueError):
        return False
    return True
