# Derived from _async/http/client_pool.py by `make generate`. Do not edit.
"""The HTTP clients, and with them the connection pools, that a transport sends through."""

from __future__ import annotations

import os
import ssl
import threading
from functools import lru_cache
from weakref import WeakKeyDictionary

import httpx

from vlmrun._runtime.sync_pool_scope import CloseOnLoopEnd, pool_scope
from vlmrun._sync.http.deadline_backend import enforce_deadlines
from vlmrun._sync.http.public_addresses import watch_addresses
from vlmrun.errors import ConfigurationError


class ClientPool:
    """A user's HTTP client, or clients of our own, created when they are first needed.

    Connections cannot be used outside of the event loop they were opened in, so each loop gets a
    client of its own, which is closed when the loop ends.

    Attributes:
        is_own: Whether there is no client of the user's.
    """

    def __init__(self, http_client: httpx.Client | None) -> None:
        self._http_client = http_client
        self.is_own = http_client is None
        self._own: WeakKeyDictionary[object, tuple[httpx.Client, CloseOnLoopEnd]] = (
            WeakKeyDictionary()
        )
        self._lock = threading.Lock()
        self._is_closed = False

    def get(self) -> httpx.Client:
        """Return the client for the running event loop.

        Raises:
            ConfigurationError: The pool, or the user's client, was closed before.
        """
        if self._is_closed:
            raise ConfigurationError("The client is closed", suggestion="Create a new client")
        if self._http_client is not None:
            if self._http_client.is_closed:
                raise ConfigurationError("http_client is closed", suggestion="Keep it open")
            return self._http_client
        scope = pool_scope()
        with self._lock:
            own = self._own.get(scope)
            if own is None:
                # httpx reads these when it creates a context, so a change needs a new one.
                certificates = (os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
                # Each request has a timeout of its own, of which this would be the default.
                context = _ssl_context(*certificates)
                client = httpx.Client(timeout=None, verify=context)  # noqa: S113
                enforce_deadlines(client)
                watch_addresses(client)
                own = self._own[scope] = (client, CloseOnLoopEnd(client.close))
        return own[0]

    def end(self) -> None:
        """Return no client from now on; one that is open is closed with its event loop."""
        self._is_closed = True

    def close(self) -> None:
        """Close our own client of the running event loop; a user's client stays open."""
        self.end()
        with self._lock:
            own = self._own.pop(pool_scope(), None)
            self._own.clear()
        if own is not None:
            own[1].close()


@lru_cache(maxsize=2)
def _ssl_context(file: str | None, directory: str | None) -> ssl.SSLContext:
    """Return httpx's default context under these environment variables.

    Loading the certificates takes longer than ten requests over an open connection, so clients and
    event loops share one context.
    """
    return httpx.create_ssl_context()
