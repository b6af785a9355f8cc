"""Refusing connections to addresses that are not public.

A URL that an agent returns may have been chosen by whoever wrote the document that it read. It must
not make this machine fetch from its own network, such as from a cloud's metadata service:
https://owasp.org/www-community/attacks/Server_Side_Request_Forgery
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpx

from vlmrun._core.public_addresses import PublicOnly, is_evidently_private, is_public
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
    """Refuse a request by its host, before a connection is opened.

    Args:
        request: The request.
        is_watched: Whether its connections pass `check_addresses`: those of the user's client do
            not.

    Raises:
        InputError: It is an address that is not public; or a name that leads to one, if its
            connections are not watched.
    """
    restriction = _restriction.get()
    if restriction is None:
        return
    host = request.url.host
    if is_evidently_private(str(request.url)):
        raise restriction.error(host)
    if is_watched:
        return
    if not await in_thread(is_public_host, host):
        raise restriction.error(host)


def check_addresses(addresses: Iterable[str], host: str) -> None:
    """Refuse a host by its addresses, before a connection is opened.

    The connection is opened to these addresses, so that the name cannot lead elsewhere by then.

    Args:
        addresses: The addresses of the host.
        host: The host.

    Raises:
        InputError: One of the addresses is not public.
    """
    restriction = _restriction.get()
    if restriction is not None and not all(map(is_public, addresses)):
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
