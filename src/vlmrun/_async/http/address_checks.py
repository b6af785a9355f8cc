"""Refusing connections to addresses that are not public.

A URL that an agent returns may have been chosen by whoever wrote the document that it read. It must
not make this machine fetch from its own network, such as from a cloud's metadata service:
https://owasp.org/www-community/attacks/Server_Side_Request_Forgery
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

import httpcore
import httpx

from vlmrun._core.public_addresses import PublicOnly, is_evidently_private, is_public
from vlmrun._runtime.async_connect import resolve

_restriction: ContextVar[PublicOnly | None] = ContextVar("vlmrun_public_only", default=None)


@contextmanager
def public_addresses_only(restriction: PublicOnly | None) -> Iterator[None]:
    """Refuse other addresses in the requests of a block, unless there is no restriction."""
    token = _restriction.set(restriction)
    try:
        yield
    finally:
        _restriction.reset(token)


async def check_host(request: httpx.Request, expires: float | None) -> None:
    """Refuse a request by its host, before a connection is opened or used.

    The name is looked up here although `check_addresses` follows: the request may use a connection
    that was opened without a restriction, a proxy that looks the name up itself, or a user's
    client, which does not call `check_addresses`.

    Args:
        request: The request.
        expires: The deadline for looking the name up (monotonic seconds).

    Raises:
        InputError: It is an address that is not public, or a name that leads to one.
    """
    restriction = _restriction.get()
    if restriction is None:
        return
    # In the form that is looked up to connect, too, and not encoded by other rules.
    host = request.url.raw_host.decode("ascii")
    timeout = None if expires is None else max(0.0, expires - monotonic())
    if is_evidently_private(str(request.url)) or not await is_public_host(host, timeout):
        raise restriction.error(request.url.host)


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


async def is_public_host(host: str, timeout: float | None) -> bool:
    """Return whether a name or an address leads to public addresses only.

    A name that cannot be looked up counts as public: nothing can be reached by it, unless a proxy
    knows it.

    Args:
        host: The host.
        timeout: Seconds to wait; None for no limit.
    """
    try:
        addresses = await resolve(host, 0, timeout)
    except (httpcore.ConnectError, httpcore.ConnectTimeout):
        return True
    return all(map(is_public, addresses))
