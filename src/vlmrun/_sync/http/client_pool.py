# Derived from _async/http/client_pool.py by `make generate`. Do not edit.
"""The HTTP clients, and with them the connection pools, that a transport sends through."""

from __future__ import annotations

import ssl
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

import httpx

from vlmrun._core.environment import (
    certificate_error,
    certificate_settings,
    check_certificate_directory,
    proxy_error,
)
from vlmrun._runtime.sync_attempt import ConnectionSlots
from vlmrun._runtime.sync_pool_lifetime import CloseOnLoopEnd, pool_scope
from vlmrun._runtime.sync_runtime import in_thread
from vlmrun._sync.http.deadline_backend import enforce_deadlines
from vlmrun._sync.http.request_builder import DEFAULT_HEADERS
from vlmrun.errors import ConfigurationError

_MAX_CONNECTIONS = 100

# httpx closes a connection that becomes idle when there are 20 already: beyond that number of
# concurrent requests, most of them would open a new connection.
_LIMITS = httpx.Limits(max_connections=_MAX_CONNECTIONS, max_keepalive_connections=_MAX_CONNECTIONS)


class PooledClient(NamedTuple):
    """A client to send requests with.

    Attributes:
        http_client: The client.
        slots: Limits its connections; None for a user's client, which has limits of its own.
        closer: Closes it; None for a user's client.
    """

    http_client: httpx.Client
    slots: ConnectionSlots | None
    closer: CloseOnLoopEnd | None


class ClientPool:
    """A user's HTTP client, or clients of our own, created when they are first needed.

    Connections cannot be used outside of the event loop they were opened in, so each loop gets a
    client of its own, which is closed when the loop ends.

    Attributes:
        is_own: Whether there is no client of the user's.
    """

    # There is no lock: another thread might hold it during a fork, and the child would wait
    # forever. Of two clients that threads create at the same time, `setdefault` picks one.

    def __init__(self, http_client: httpx.Client | None) -> None:
        self._users = None if http_client is None else PooledClient(http_client, None, None)
        self.is_own = http_client is None
        self._own: WeakKeyDictionary[object, PooledClient] = WeakKeyDictionary()
        self._is_closed = False

    def get(self) -> PooledClient:
        """Return the client for the running event loop.

        Raises:
            ConfigurationError: The pool, or the user's client, was closed before; or the
                environment has proxies or certificates that cannot be used.
        """
        if self._is_closed:
            raise ConfigurationError("The client is closed", suggestion="Create a new client")
        if self._users is not None:
            if self._users.http_client.is_closed:
                raise ConfigurationError("http_client is closed", suggestion="Keep it open")
            return self._users
        scope = pool_scope()
        own = self._own.get(scope)
        if own is not None and own.http_client.is_closed:
            # Closed at exit, after which a function of atexit makes another call.
            self._own.pop(scope, None)
            own = None
        if own is None:
            # Loading the certificates takes too long for an event loop to stand still.
            context = in_thread(_ssl_context, *certificate_settings())
            client = _create_client(context)
            slots = ConnectionSlots(_MAX_CONNECTIONS)
            own = PooledClient(client, slots, CloseOnLoopEnd(client.close))
            own = self._own.setdefault(scope, own)
        return own

    def end(self) -> None:
        """Return no client from now on; one that is open is closed with its event loop."""
        self._is_closed = True

    def close(self) -> None:
        """Close our own client of the running event loop; a user's client stays open."""
        self.end()
        own = self._own.pop(pool_scope(), None)
        self._own.clear()
        if own is not None and own.closer is not None:
            own.closer.close()


def _create_client(context: ssl.SSLContext) -> httpx.Client:
    try:
        # Each request has a timeout of its own, of which this would be the default.
        client = httpx.Client(
            headers=DEFAULT_HEADERS,
            timeout=None,  # noqa: S113
            verify=context,
            limits=_LIMITS,
        )
    except (httpx.InvalidURL, ImportError, TypeError, ValueError) as error:
        raise proxy_error(error, _is_usable_proxy) from None
    enforce_deadlines(client)
    return client


def _is_usable_proxy(value: str) -> bool:
    try:
        url = value if "://" in value else f"http://{value}"
        httpx.HTTPTransport(proxy=httpx.Proxy(url), verify=False)
    except (httpx.InvalidURL, ImportError, TypeError, ValueError):
        return False
    return True


@lru_cache(maxsize=2)
def _ssl_context(*settings: str | None) -> ssl.SSLContext:
    """Return httpx's default context under these values of the environment.

    Loading the certificates takes longer than ten requests over an open connection, so clients and
    event loops share one context.
    """
    check_certificate_directory()
    try:
        return httpx.create_ssl_context()
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise certificate_error(error) from None
