"""The one reader of bodies: JSON, files, event streams and errors are read through it.

A body is complete or it is an error: its length and its content coding are checked here, and its
size is limited after decompression.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from time import monotonic
from typing import Any

import httpx

from vlmrun._async.http.deadline_backend import DeadlineTimeout
from vlmrun._core.content_coding import CodingError, Decoder
from vlmrun._runtime.async_runtime import shielded


class BodyError(Exception):
    """A body has arrived, and cannot be used. Another attempt would not change that."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


async def read_chunks(response: httpx.Response, limit: int | None = None) -> AsyncIterator[bytes]:
    """Yield the body of an open response, decoded. The caller closes the response.

    Args:
        response: The response, which nobody has begun to read.
        limit: The number of decoded bytes to accept; None for no limit.

    Raises:
        httpx.HTTPError: The body breaks off.
        BodyError: It cannot be decoded, was cut off before it was compressed, or is too long.
    """
    size = 0
    try:
        decoder = Decoder(_coding_of(response))
        async for data in _checked_length(response):
            check_deadline(response)
            for chunk in decoder.decode(data):
                size += len(chunk)
                if limit is not None and size > limit:
                    raise BodyError(
                        f"The response is longer than {limit} bytes",
                        "For responses in memory, max_response_size sets the limit, also for one "
                        "call: options={'max_response_size': ...}",
                    )
                yield chunk
        if response.headers.get("content-length") != "0":
            decoder.finish()
    except CodingError as error:
        raise BodyError(str(error)) from None


async def close_response(response: httpx.Response) -> None:
    """Return the connection of a response to the pool, or close it if there is more to read.

    A task that is cancelled meanwhile would leave the connection neither open nor closed, and the
    pool would never use its place again.
    """
    # The reader has all it wants, or has failed already.
    with suppress(httpx.HTTPError, OSError, RuntimeError):
        await shielded(response.aclose)


def check_deadline(response: httpx.Response) -> None:
    """Raise `httpx.ReadTimeout` if the attempt should have ended by now.

    The connections of our own pools raise it themselves; those of a user's HTTP client may not.
    """
    timeout = timeout_of(response)
    check_expired(None if timeout is None else timeout.expires)


def check_expired(expires: float | None) -> None:
    """Raise `httpx.ReadTimeout` after a deadline (monotonic seconds)."""
    if expires is not None and monotonic() > expires:
        raise httpx.ReadTimeout("the response did not end in time")


def timeout_of(response: httpx.Response) -> DeadlineTimeout | None:
    """Return the timeout of the attempt that a response belongs to."""
    timeout: Any = response.request.extensions["timeout"]
    return timeout if isinstance(timeout, DeadlineTimeout) else None


def _coding_of(response: httpx.Response) -> str:
    # A hook of the user's HTTP client may have read the body, which httpx has decoded then.
    return "" if response.is_stream_consumed else response.headers.get("content-encoding", "")


async def _checked_length(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the body as it is sent."""
    if response.is_stream_consumed:
        yield response.content
        return
    received = 0
    # Not `aiter_raw`, which also closes the response, and can be cancelled in the middle of that.
    stream: Any = response.stream
    try:
        async for data in stream:
            received += len(data)
            yield data
    except (OSError, RuntimeError, ValueError) as error:
        # What httpx does not translate, or the transport of a user's HTTP client raises.
        raise httpx.ReadError(f"{type(error).__name__}: {error}") from error
    # httpx's own transports compare these; the one of a user's HTTP client may not.
    length = response.headers.get("content-length", "")
    if length.isdecimal() and (length.lstrip("0") or "0") != str(received):
        raise httpx.RemoteProtocolError("the response does not have its Content-Length")
