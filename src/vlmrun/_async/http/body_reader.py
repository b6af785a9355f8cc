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

# A longer number cannot be a length, and `int` refuses one of thousands of digits.
_MAX_DIGITS = 20

_WITHOUT_BODY = (204, 304)


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
    coding, length = _framing(response)
    received = size = 0
    try:
        decoder = Decoder(coding) if coding else None
        async for data in _sent(response):
            received += len(data)
            check_deadline(response)
            for chunk in (data,) if decoder is None else decoder.decode(data):
                size += len(chunk)
                if limit is not None and size > limit:
                    raise _too_long(limit)
                yield chunk
        # httpx's own transports compare these; the one of a user's HTTP client may not.
        if length is not None and length != received:
            raise httpx.RemoteProtocolError("the response does not have its Content-Length")
        if decoder is not None and length != 0:
            decoder.finish()
    except CodingError as error:
        raise BodyError(str(error)) from None
    except (OSError, RuntimeError, ValueError) as error:
        # What httpx does not translate, or the transport of a user's HTTP client raises.
        raise httpx.ReadError(f"{type(error).__name__}: {error}") from error


async def close_response(response: httpx.Response) -> None:
    """Return the connection of a response to the pool, or close it if there is more to read.

    This runs within an attempt, which is aborted and not cancelled; outside of one, it must be
    shielded. A task that is cancelled meanwhile would leave the connection neither open nor closed,
    and the pool would never use its place again.
    """
    timeout = timeout_of(response)
    # The reader has all it wants, or has failed already.
    with suppress(httpx.HTTPError, OSError, RuntimeError):
        if timeout.can_abort:
            await response.aclose()
        else:
            await shielded(response.aclose)
    timeout.close()


def check_deadline(response: httpx.Response) -> None:
    """Raise `httpx.ReadTimeout` if the attempt should have ended by now.

    The connections of our own pools raise it themselves; those of a user's HTTP client may not.
    """
    check_expired(timeout_of(response).expires)


def check_expired(expires: float | None) -> None:
    """Raise `httpx.ReadTimeout` after a deadline (monotonic seconds)."""
    if expires is not None and monotonic() > expires:
        raise httpx.ReadTimeout("the response did not end in time")


def timeout_of(response: httpx.Response) -> DeadlineTimeout:
    """Return the timeout of the attempt that a response belongs to."""
    timeout: DeadlineTimeout = response.request.extensions["timeout"]
    return timeout


def _sent(response: httpx.Response) -> AsyncIterator[bytes]:
    """Return the body as it is sent."""
    # Not `aiter_raw`, which also closes the response, and can be cancelled in the middle of that.
    # A hook of the user's HTTP client may have read the body already.
    stream: Any = response.aiter_bytes() if response.is_stream_consumed else response.stream
    chunks: AsyncIterator[bytes] = stream.__aiter__()
    return chunks


def _framing(response: httpx.Response) -> tuple[str, int | None]:
    """Return the content coding of a response, and the length of its body if it is announced."""
    coding, length = "", None
    # https://www.rfc-editor.org/rfc/rfc9112#section-6.3 (a body of these statuses is never sent)
    if response.is_stream_consumed or response.status_code in _WITHOUT_BODY:
        return coding, length
    # Faster than to look them up: each time, httpx decodes all the headers.
    for name, value in response.headers.raw:
        lowered = name.lower()
        if lowered == b"content-encoding":
            coding += f",{value.decode('latin-1')}"
        elif lowered == b"content-length" and value.isdigit() and len(value) < _MAX_DIGITS:
            length = int(value)
    return coding, length


def _too_long(limit: int) -> BodyError:
    return BodyError(
        f"The response is longer than {limit} bytes",
        "For responses in memory, max_response_size sets the limit, also for one call: "
        "options={'max_response_size': ...}",
    )
