"""What becomes of a request: an answer, one that is still coming, or a failure."""

from __future__ import annotations

from collections.abc import AsyncIterator
from time import monotonic
from typing import Any, NamedTuple

import httpx

from vlmrun._async.http.deadline_backend import TimeLeft
from vlmrun._core import error_mapping
from vlmrun._core.request_context import RequestContext
from vlmrun.errors import APIError, NetworkError, RequestTimeoutError

# httpx reports these before a byte of the request has left.
_NEVER_DELIVERED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

# Seconds for the end of a stream to come after its last event.
_TO_DRAIN = 0.1


def without_coding(headers: httpx.Headers) -> list[tuple[str, str]]:
    """The headers of an answer whose body was decoded."""
    return [
        (name, value)
        for name, value in headers.multi_items()
        if name not in error_mapping.WIRE_ONLY
    ]


class BufferedResponse(NamedTuple):
    """A successful answer, read to its end."""

    status: int
    headers: httpx.Headers
    content: bytes

    def json(self) -> Any:
        """Its JSON; `ResponseDecodeError` if it is none."""
        return error_mapping.decode_json(self.status, self.headers, self.content)

    def response(self, request: httpx.Request | None = None) -> httpx.Response:
        """The same as httpx has it, for code that is written for that."""
        headers = without_coding(self.headers)
        return httpx.Response(self.status, headers=headers, content=self.content, request=request)


class FailedAttempt(NamedTuple):
    """What went wrong, and whether the request surely never reached the service."""

    error: APIError
    never_delivered: bool = False


class StreamingResponse:
    """A successful answer whose body is still to come.

    Args:
        response: The answer as httpx has it.
        context: The settings, and the deadline.
        keeps_time: Whether the connection keeps to a time that is changed on the way.
    """

    def __init__(self, response: httpx.Response, context: RequestContext, keeps_time: bool) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self._response = response
        self._bytes = response.aiter_bytes()
        self._call = context
        self._keeps_time = keeps_time

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body, decoded, as it comes; raises an `APIError` where it breaks off."""
        bounds: Any = self._response.request.extensions["timeout"]
        try:
            self._renew(bounds)
            async for piece in self._bytes:
                yield piece
                check_time(self._call.expires)
                self._renew(bounds)
        except httpx.HTTPError as cause:
            raise unanswered(cause, self._call).error from cause

    def _renew(self, bounds: Any) -> None:
        if isinstance(bounds, TimeLeft):
            bounds.expires = self._call.attempt_expires() or bounds.expires

    async def whole(self) -> BufferedResponse:
        """All of it, read to its end."""
        content = b"".join([piece async for piece in self.pieces()])
        return BufferedResponse(self.status, self.headers, content)

    async def drain(self) -> None:
        """Read what little is left after the last event, so that the connection can be used again.

        A connection on which that cannot be done in no time is given up.
        """
        bounds: Any = self._response.request.extensions["timeout"]
        if self._keeps_time and isinstance(bounds, TimeLeft):
            bounds.expires = monotonic() + _TO_DRAIN
            async for _ in self._bytes:
                check_time(bounds.expires)

    async def aclose(self) -> None:
        """Give the connection back, or up where more was to come."""
        await self._response.aclose()


def check_time(expires: float | None) -> None:
    """Raise httpx's error for a time that is over."""
    if expires is not None and monotonic() > expires:
        raise httpx.ReadTimeout("the answer did not end in time")


def unanswered(cause: httpx.HTTPError, context: RequestContext) -> FailedAttempt:
    """The failure that an error of httpx stands for."""
    # The frames below hold the request as it is on the wire, with the key in it.
    cause.__traceback__ = cause.__cause__ = cause.__context__ = None
    what = str(cause) or type(cause).__name__
    error: APIError
    if isinstance(cause, httpx.TimeoutException):
        limit = "deadline" if context.remaining() == 0 else "timeout"
        error = RequestTimeoutError(f"No answer within the {limit}: {what}")
    elif isinstance(cause, httpx.DecodingError):
        error = NetworkError(f"The answer is broken: {what}")
    else:
        error = NetworkError(f"The connection failed: {what}")
    error.__cause__ = cause
    return FailedAttempt(error, isinstance(cause, _NEVER_DELIVERED))
