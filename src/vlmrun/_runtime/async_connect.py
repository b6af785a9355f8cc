"""Resolving and connecting for the async client; `sync_connect` has the same names."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpcore

from vlmrun._runtime.name_resolution import Resolution, is_address

# Bytes. Shorter requests are sent at once, before the server could respond.
_LONG = 16 * 1024

_READ_SIZE = 64 * 1024

# Seconds for bytes that have arrived already.
_READ_TIMEOUT = 0.05

# Seconds: https://www.rfc-editor.org/rfc/rfc8305#section-5
_ATTEMPT_DELAY = 0.25

# An event loop itself has weak references to tasks only.
_closing: set[asyncio.Task[None]] = set()


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
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def on_end() -> None:
        with suppress(RuntimeError):  # the event loop was closed meanwhile
            loop.call_soon_threadsafe(ended.set)

    resolution = Resolution(host, port, on_end)
    resolution.start()
    try:
        await asyncio.wait_for(ended.wait(), timeout)
    except asyncio.TimeoutError:
        raise httpcore.ConnectTimeout(f"the name {host} was not resolved") from None
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
    try:
        await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        if not task.done():
            _close_when_connected(task)
    if not task.done():
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
    """Close the connection that nobody waits for, once it is there.

    To cancel the task instead would leave a socket open if it is connected just then.
    """
    closing = asyncio.ensure_future(_close_result(task))
    _closing.add(closing)
    closing.add_done_callback(_closing.discard)


async def _close_result(task: asyncio.Task[httpcore.AsyncNetworkStream]) -> None:
    with suppress(httpcore.NetworkError, httpcore.TimeoutException):
        await (await task).aclose()


async def write(
    stream: httpcore.AsyncNetworkStream, data: bytes, timeout: float | None
) -> bytes | None:
    """Write, and return what the server responds meanwhile.

    A server that refuses an upload responds before it has read all of it, and closes the
    connection. asyncio drops what has arrived then, unless somebody reads.

    Returns:
        The beginning of the response, after which the rest need not be written; else None.
    """
    if len(data) < _LONG:
        await stream.write(data, timeout)
        return None
    reading = asyncio.ensure_future(stream.read(_READ_SIZE, timeout))
    if stream.get_extra_info("is_readable"):
        # After a write that fails, asyncio would not read what is there. It may be no response,
        # but part of TLS.
        await asyncio.wait([reading], timeout=_READ_TIMEOUT)
    writing = asyncio.ensure_future(stream.write(data, timeout))
    if reading.done() and reading.exception() is None:
        writing.cancel()
    try:
        both: set[asyncio.Future[Any]] = {writing, reading}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if reading.done() and reading.exception() is not None:
            await asyncio.wait([writing])
        elif writing.done() and not writing.cancelled() and writing.exception() is not None:
            await asyncio.wait([reading])
    finally:
        for task in (writing, reading):
            task.cancel()
        await asyncio.gather(writing, reading, return_exceptions=True)
    if not reading.cancelled() and reading.exception() is None:
        return reading.result()
    await writing
    return None
