"""Resolving and connecting for the async client; `sync_connect` has the same names."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpcore

from vlmrun._runtime.async_runtime import Wakeup
from vlmrun._runtime.async_sockets import SocketBackend
from vlmrun._runtime.name_resolution import Resolution, is_address

# Seconds: https://www.rfc-editor.org/rfc/rfc8305#section-5
_ATTEMPT_DELAY = 0.25

# An event loop itself has weak references to tasks only.
_closing: set[asyncio.Task[None]] = set()


def network_backend() -> httpcore.AsyncNetworkBackend:
    """Return the backend that opens connections, in place of httpcore's."""
    return SocketBackend()


async def resolve(host: str, port: int, timeout: float | None) -> list[str]:
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
    wakeup = Wakeup()
    resolution = Resolution(host, port, wakeup.wake)
    resolution.start()
    if not await wakeup.wait(timeout):
        raise httpcore.ConnectTimeout(f"the name {host} was not resolved")
    if resolution.error is not None:
        raise httpcore.ConnectError(str(resolution.error)) from None
    return resolution.addresses


async def interruptible(
    connect: Callable[[], Awaitable[httpcore.AsyncNetworkStream]],
    use: Callable[[Callable[[], Any]], Any] | None,
) -> httpcore.AsyncNetworkStream:
    """Connect; fail as a connection does when the attempt is aborted.

    Args:
        connect: Connects.
        use: Takes the function that interrupts it; None if nothing does.

    Raises:
        httpcore.ConnectError: It failed, or was interrupted.
    """
    if use is None:
        return await connect()
    interrupted = asyncio.Event()
    use(interrupted.set)  # first, because it raises if the attempt was aborted already
    task = asyncio.ensure_future(connect())
    waiting = asyncio.ensure_future(interrupted.wait())
    futures: set[asyncio.Future[Any]] = {task, waiting}
    is_wanted = False
    try:
        await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
        is_wanted = task.done()
    finally:
        waiting.cancel()
        if not is_wanted:
            _close_when_connected(task)
    if not is_wanted:
        raise httpcore.ConnectError("the attempt was aborted")
    return task.result()


async def connect_to_any(
    connect: Callable[[str, float | None], Awaitable[httpcore.AsyncNetworkStream]],
    addresses: list[str],
    remaining: Callable[[], float | None],
) -> httpcore.AsyncNetworkStream:
    """Connect to the first address that responds.

    The next address is tried when one has failed, or takes longer than a connection usually does.

    Args:
        connect: Connects to an address within some seconds.
        addresses: The addresses in the order in which to try them.
        remaining: Returns the seconds left for all of them.

    Raises:
        httpcore.ConnectError: No address accepts a connection.
        httpcore.ConnectTimeout: None did in time.
    """
    if len(addresses) == 1:
        return await connect(addresses[0], remaining())
    waiting = deque(addresses)
    tasks: list[asyncio.Task[httpcore.AsyncNetworkStream]] = []
    winner: asyncio.Task[httpcore.AsyncNetworkStream] | None = None
    try:
        while winner is None:
            pending = [task for task in tasks if not task.done()]
            if waiting:
                attempt = connect(waiting.popleft(), remaining())
                pending.append(asyncio.ensure_future(attempt))
                tasks.append(pending[-1])
            elif not pending:
                tasks[0].result()  # which raises the error of the preferred address
            delay = _ATTEMPT_DELAY if waiting else None
            await asyncio.wait(pending, timeout=delay, return_when=asyncio.FIRST_COMPLETED)
            connected = (each for each in tasks if each.done() and each.exception() is None)
            winner = next(connected, None)
        return winner.result()
    finally:
        for task in tasks:
            if task is not winner:
                _close_when_connected(task)


def _close_when_connected(task: asyncio.Task[httpcore.AsyncNetworkStream]) -> None:
    """Close the connection that is no longer awaited, once it is established.

    To cancel the task instead would leave a socket open if it is connected just then.
    """
    closing = asyncio.ensure_future(_close_result(task))
    _closing.add(closing)
    closing.add_done_callback(_closing.discard)


async def _close_result(task: asyncio.Task[httpcore.AsyncNetworkStream]) -> None:
    with suppress(httpcore.NetworkError, httpcore.TimeoutException):
        await (await task).aclose()
