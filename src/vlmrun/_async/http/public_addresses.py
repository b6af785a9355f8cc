"""Refusing connections to addresses that are not public.

A URL that an agent returns may have been chosen by whoever wrote the document that it read. It must
not make this machine fetch from its own network, such as from a cloud's metadata service:
https://owasp.org/www-community/attacks/Server_Side_Request_Forgery
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpcore
import httpx

from vlmrun._core.addresses import PublicOnly, is_public
from vlmrun._runtime.async_runtime import in_thread

_restriction: ContextVar[PublicOnly | None] = ContextVar("vlmrun_public_only", default=None)


@contextmanager
def public_addresses_only(restriction: PublicOnly | None) -> Iterator[None]:
    """Refuse other addresses in the requests of a block, unless there is no restriction."""
    token = _restriction.set(restriction)
    try:
        yield
    finally:
        _restriction.reset(token)


async def check_host(request: httpx.Request, is_watched: bool) -> None:
    """Refuse a request by the name of its host, if its connection cannot be watched.

    Args:
        request: The request.
        is_watched: Whether its connections pass `check_peer`: those of the user's client do not.

    Raises:
        InputError: The name leads to an address that is not public.
    """
    restriction = _restriction.get()
    if restriction is None or is_watched:
        return
    host = request.url.host
    if not await in_thread(is_public_host, host):
        raise restriction.error(host)


async def check_peer(stream: httpcore.AsyncNetworkStream, host: str) -> None:
    """Refuse a connection by its address, before anything is sent.

    A name that was looked up before could lead elsewhere by now.

    Args:
        stream: The open connection, which is closed if it is refused.
        host: The host that it leads to.

    Raises:
        InputError: The address is not public.
    """
    restriction = _restriction.get()
    if restriction is None:
        return
    address = stream.get_extra_info("server_addr")
    if not address or not is_public(str(address[0])):
        await stream.aclose()
        raise restriction.error(host)


def is_public_host(host: str) -> bool:
    """Return whether a name or an address leads to public addresses only. It may block.

    A name that cannot be looked up counts as public: nothing can be reached by it.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return True
    return all(is_public(str(address[0])) for *_, address in found)
