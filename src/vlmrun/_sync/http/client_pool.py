# Derived from _async/http/client_pool.py by `make generate`. Do not edit.
"""The HTTP clients, and with them the connections, that a transport sends through."""

from __future__ import annotations

import os
import ssl
import threading
from functools import lru_cache
from weakref import WeakKeyDictionary

import httpx

from vlmrun._runtime.sync_runtime import Keeper, home
from vlmrun._sync.http.deadline_backend import keep_to_the_moment
from vlmrun.errors import ConfigurationError


class Connections:
    """A caller's HTTP client, or one of our own, made when it is first needed.

    Connections belong to the event loop that they were made in, so each loop gets a client of its
    own, which is closed when the loop ends.

    Attributes:
        are_own: Whether no client was given.
    """

    def __init__(self, given: httpx.Client | None) -> None:
        self._given = given
        self.are_own = given is None
        self._own: WeakKeyDictionary[object, tuple[httpx.Client, Keeper]] = WeakKeyDictionary()
        self._lock = threading.Lock()
        self._closed = False

    def get(self) -> httpx.Client:
        """The client for the place where this is called.

        Raises:
            ConfigurationError: It was closed before.
        """
        if self._closed:
            raise ConfigurationError("The client is closed", suggestion="Make a new client")
        if self._given is not None:
            if self._given.is_closed:
                raise ConfigurationError("http_client is closed", suggestion="Keep it open")
            return self._given
        place = home()
        with self._lock:
            found = self._own.get(place)
            if found is None:
                certificates = (os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
                client = httpx.Client(timeout=None, verify=_trust(*certificates))
                keep_to_the_moment(client)
                found = self._own[place] = (client, Keeper(client.close))
        return found[0]

    def end(self) -> None:
        """Give no client any more; one that is open goes with its event loop."""
        self._closed = True

    def close(self) -> None:
        """Close our own client of this place; a caller's stays open."""
        self.end()
        with self._lock:
            found = self._own.pop(home(), None)
            self._own.clear()
        if found is not None:
            found[1].close()


@lru_cache(maxsize=2)
def _trust(file: str | None, directory: str | None) -> ssl.SSLContext:
    """What httpx trusts under these settings of the environment.

    Reading the certificates takes longer than ten requests on a connection that is there, so it is
    not done again for each client and event loop.
    """
    return httpx.create_ssl_context()
