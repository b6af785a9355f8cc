"""Creating connections: directly or through a proxy, with TLS or without."""

from __future__ import annotations

import ssl
from importlib import import_module
from typing import Any

import httpcore
import httpx

from vlmrun._async.http.deadline_backend import DeadlineBackend
from vlmrun._runtime.async_runtime import in_thread
from vlmrun._runtime.tls_context import ClientTLS, without_certificates


class ConnectionFactory:
    """Creates connections, and loads the TLS context for the first that needs it.

    Args:
        tls: The TLS context, also of the connections to a proxy.
        proxy: The proxy that they go through.
        keep_alive: Seconds after which an idle connection is not used again.

    Attributes:
        pool: A pool of httpcore with this proxy, for connections without TLS.

    Raises:
        ImportError: A proxy needs the package socksio.
    """

    def __init__(self, tls: ClientTLS, proxy: httpx.Proxy | None, keep_alive: float | None) -> None:
        self._tls = tls
        self._proxy = proxy
        self._keep_alive = keep_alive
        self.pool = connection_pool(without_certificates(), proxy, keep_alive)
        self._tls_pool: httpcore.AsyncConnectionPool | None = None

    async def create(self, origin: httpcore.Origin) -> httpcore.AsyncConnectionInterface:
        """Create a connection, which is opened by its first request.

        Raises:
            ConfigurationError: The certificates to trust cannot be loaded.
        """
        to_proxy = None if self._proxy is None else self._proxy.url.scheme
        if origin.scheme == b"http" and to_proxy != "https":
            return self.pool.create_connection(origin)
        if self._tls_pool is None:
            await in_thread(self._tls.load)
            self._tls_pool = connection_pool(self._tls.context, self._proxy, self._keep_alive)
        return self._tls_pool.create_connection(origin)


def connection_pool(
    context: ssl.SSLContext, proxy: httpx.Proxy | None, keep_alive: float | None
) -> httpcore.AsyncConnectionPool:
    """Return a pool of httpcore, which creates connections.

    Args:
        context: The TLS context, also of the connections to a proxy.
        proxy: The proxy that they go through.
        keep_alive: Seconds after which an idle connection is not used again.

    Raises:
        ImportError: A proxy needs the package socksio.
    """
    # A proxy chooses the address itself, so it has to refuse what it should not reach.
    backend = DeadlineBackend(is_direct=proxy is None)
    settings: dict[str, Any] = {
        "ssl_context": context,
        "keepalive_expiry": keep_alive,
        "network_backend": backend,
    }
    if proxy is None:
        return httpcore.AsyncConnectionPool(**settings)
    url = httpcore.URL(
        scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=b"/"
    )
    if proxy.url.scheme.startswith("socks"):
        import_module("socksio")
        return httpcore.AsyncSOCKSProxy(url, proxy_auth=proxy.raw_auth, **settings)
    return httpcore.AsyncHTTPProxy(
        url,
        proxy_auth=proxy.raw_auth,
        proxy_headers=proxy.headers.raw,
        proxy_ssl_context=context if proxy.url.scheme == "https" else None,
        **settings,
    )
