"""The sync client does not send through aiohttp; `async_aiohttp` has the same names."""

from __future__ import annotations

import httpcore
import httpx

from vlmrun._core.connection import Connection
from vlmrun._runtime.tls_context import ClientTLS


def with_aiohttp(
    transport: httpx.BaseTransport,
    tls: ClientTLS,
    connection: Connection,
    backend: httpcore.NetworkBackend,
    extension: str,
) -> httpx.BaseTransport:
    """Return the transport itself: aiohttp needs an event loop."""
    return transport


def import_aiohttp(connection: Connection) -> None:
    """Import nothing."""
