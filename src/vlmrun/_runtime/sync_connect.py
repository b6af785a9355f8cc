"""Resolving and connecting for the sync client; `async_connect` has the same names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpcore

from vlmrun._runtime.interruption import Signal
from vlmrun._runtime.name_resolution import Resolution, is_address
from vlmrun._runtime.sync_sockets import SocketBackend

# Seconds that an address gets at most while there are others.
_MAX_WAIT = 10.0


def network_backend() -> httpcore.NetworkBackend:
    """Return the backend that opens connections, in place of httpcore's."""
    return SocketBackend()


def resolve(host: str, port: int, timeout: float | None) -> list[str]:
    """Return the addresses of a host.

    Args:
        host: A name, or an address.
        port: The port to connect to.
        timeout: Seconds to wait; None for no limit.

    Raises:
        httpcore.ConnectError: The host has no address.
        httpcore.ConnectTimeout: There was no result in time.
    """
    if is_address(host):
        return [host]
    ended = Signal()
    resolution = Resolution(host, port, ended.set)
    resolution.start()
    if not ended.wait(timeout):
        raise httpcore.ConnectTimeout(f"the name {host} was not resolved")
    if resolution.error is not None:
        raise httpcore.ConnectError(str(resolution.error)) from None
    return resolution.addresses


def interruptible(
    connect: Callable[[], httpcore.NetworkStream],
    use: Callable[[Callable[[], Any]], Any] | None,
) -> httpcore.NetworkStream:
    """Connect: nothing interrupts a thread."""
    return connect()


def connect_to_any(
    connect: Callable[[str, float | None], httpcore.NetworkStream],
    addresses: list[str],
    remaining: Callable[[], float | None],
) -> httpcore.NetworkStream:
    """Connect to the first address that responds, one after the other.

    Args:
        connect: Connects to an address within some seconds.
        addresses: The addresses in the order in which to try them.
        remaining: Returns the seconds left for all of them.

    Raises:
        httpcore.ConnectError: No address accepts a connection.
        httpcore.ConnectTimeout: None did in time.
    """
    failure: Exception = httpcore.ConnectError("no address")
    for index, address in enumerate(addresses):
        others = len(addresses) - index - 1
        seconds = remaining()
        if others:
            # Otherwise, an address that does not respond would leave the others no time.
            seconds = _MAX_WAIT if seconds is None else min(seconds / (others + 1), _MAX_WAIT)
        try:
            return connect(address, seconds)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            if index == 0:
                failure = error
    raise failure
