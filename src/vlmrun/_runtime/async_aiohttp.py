"""Whether the async client sends through aiohttp; `sync_aiohttp` has the same names."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import httpcore
import httpx

from vlmrun._core.connection import Connection
from vlmrun._core.environment_errors import certificate_error
from vlmrun._environment_variables import check_certificate_files
from vlmrun._runtime.tls_context import ClientTLS


def with_aiohttp(
    transport: httpx.AsyncBaseTransport,
    tls: ClientTLS,
    connection: Connection,
    backend: httpcore.AsyncNetworkBackend,
    extension: str,
) -> httpx.AsyncBaseTransport:
    """Return a transport that sends through aiohttp what it can, if it is installed.

    Args:
        transport: What sends the rest.
        tls: The TLS context.
        connection: The settings of the client.
        backend: Opens connections.
        extension: The name of the extension of requests whose response is read into memory.
    """
    if connection.aiohttp is False or not is_installed():
        return transport
    from vlmrun._runtime.aiohttp_transport import AiohttpTransport

    return AiohttpTransport(transport, tls, connection.keep_alive, backend, extension)


def import_aiohttp(connection: Connection) -> None:
    """Import what `with_aiohttp` needs; in a thread, as it takes long for an event loop."""
    if connection.aiohttp is not False and is_installed():
        check_certificate_files()
        try:
            import_module("vlmrun._runtime.aiohttp_transport")
        except OSError as error:  # aiohttp creates a TLS context
            raise certificate_error(error) from None


def is_installed() -> bool:
    """Return whether the extra `aiohttp` is installed."""
    return find_spec("aiohttp") is not None
