# Derived from _async/http/public_addresses.py by `make generate`. Do not edit.
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
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpcore
import httpx

from vlmrun._runtime.sync_runtime import in_thread
from vlmrun.errors import InputError

_is_restricted: ContextVar[bool] = ContextVar("vlmrun_public_addresses_only", default=False)

# Its last four bytes are an IPv4 address: https://www.rfc-editor.org/rfc/rfc6052#section-2.1
_NAT64 = IPv6Network("64:ff9b::/96")


@contextmanager
def public_addresses_only(restrict: bool) -> Iterator[None]:
    """Refuse other addresses in the requests of a block, unless `restrict` is False."""
    token = _is_restricted.set(restrict)
    try:
        yield
    finally:
        _is_restricted.reset(token)


def check_host(request: httpx.Request, is_watched: bool) -> None:
    """Refuse a request by the name of its host, if its connection cannot be watched.

    Args:
        request: The request.
        is_watched: Whether its connections pass `check_peer`: those of the user's client do not.

    Raises:
        InputError: The name leads to an address that is not public.
    """
    host = request.url.host
    if _is_restricted.get() and not is_watched and not in_thread(is_public_host, host):
        raise not_public(host)


def check_peer(stream: httpcore.NetworkStream, host: str) -> None:
    """Refuse a connection by its address, before anything is sent.

    A name that was looked up before could lead elsewhere by now.

    Args:
        stream: The open connection, which is closed if it is refused.
        host: The host that it leads to.

    Raises:
        InputError: The address is not public.
    """
    if not _is_restricted.get():
        return
    address = stream.get_extra_info("server_addr")
    if not address or not is_public(str(address[0])):
        stream.close()
        raise not_public(host)


def is_public_host(host: str) -> bool:
    """Return whether a name or an address leads to public addresses only. It may block.

    A name that cannot be looked up counts as public: nothing can be reached by it.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return True
    return all(is_public(str(address[0])) for *_, address in found)


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the internet."""
    found: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(found, IPv6Address):
        # Each of these reaches the IPv4 address in it.
        inner = IPv4Address(found.packed[-4:]) if found in _NAT64 else None
        found = inner or found.ipv4_mapped or found.sixtofour or found
    return found.is_global and not found.is_multicast


def not_public(host: str) -> InputError:
    """Return the error for a URL that leads to another than a public address."""
    return InputError(
        f"The URL of the artifact leads to {host}, which is not a public address",
        suggestion="If you trust it, pass allow_private=True",
    )
