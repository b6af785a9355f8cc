"""Reading HTTP responses: into memory, into a file, or as a stream; and what makes them fail.

Each reader takes an open response over, and closes it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from time import monotonic
from typing import Any, BinaryIO, NamedTuple

import httpx

from vlmrun._async.http.deadline_backend import DeadlineTimeout
from vlmrun._async.http.request_builder import is_external
from vlmrun._core import error_mapping
from vlmrun._core.request_context import RequestContext
from vlmrun._core.secrets import without_query_values
from vlmrun.errors import APIError, NetworkError, RequestTimeoutError, ResponseDecodeError

# httpx raises these before it has sent a byte of the request.
_NEVER_DELIVERED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

# Bytes of an error's body to read. A proxy may send a page without an end.
_MAX_ERROR_BODY = 64 * 1024

# Seconds for the end of a body to arrive after the last event of its stream.
_DRAIN_TIMEOUT = 0.1


class FailedAttempt(Exception):
    """One attempt to send a request has failed; another may succeed.

    Attributes:
        error: The error to raise if there is no other attempt.
        never_delivered: Whether the service has certainly not received the request.
    """

    def __init__(self, error: APIError, never_delivered: bool = False) -> None:
        super().__init__(error)
        self.error = error
        self.never_delivered = never_delivered

    @classmethod
    def from_exception(cls, cause: httpx.HTTPError, context: RequestContext) -> FailedAttempt:
        """Map an error of httpx."""
        # The frames of its traceback hold the request with the API key in its headers.
        cause.__traceback__ = cause.__cause__ = cause.__context__ = None
        reason = str(cause) or type(cause).__name__
        error: APIError
        if isinstance(cause, httpx.TimeoutException):
            limit = "deadline" if context.remaining() == 0 else "timeout"
            error = RequestTimeoutError(f"No response within the {limit}: {reason}")
        elif isinstance(cause, httpx.DecodingError):
            error = NetworkError(f"The response is broken: {reason}")
        else:
            error = NetworkError(f"The connection failed: {reason}")
        error.__cause__ = cause
        return cls(error, isinstance(cause, _NEVER_DELIVERED))


class BufferedResponse(NamedTuple):
    """A response whose body has been read to its end."""

    status: int
    headers: httpx.Headers
    content: bytes

    def json(self) -> Any:
        """Decode the JSON of the body.

        Raises:
            ResponseDecodeError: It is not valid JSON.
        """
        return error_mapping.decode_json(self.status, self.headers, self.content)

    def to_httpx(self, request: httpx.Request | None = None) -> httpx.Response:
        """Convert to httpx's own class, for code written for that."""
        headers = decoded_headers(self.headers)
        return httpx.Response(self.status, headers=headers, content=self.content, request=request)


async def read_buffered(response: httpx.Response) -> BufferedResponse:
    """Read a body into memory; one of an error only as far as it is needed.

    Raises:
        httpx.HTTPError: The body of a success breaks off.
        ResponseDecodeError: It cannot be decompressed.
    """
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in response.aiter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            check_deadline(response)
            if size > _MAX_ERROR_BODY and not response.is_success:
                break
    except httpx.HTTPError as cause:
        # The status of an error says more than that its body is broken.
        if response.is_success:
            if not isinstance(cause, httpx.DecodingError):
                raise
            message = f"The response cannot be decompressed: {cause}"
            raise _undecodable(message, response, b"".join(chunks)) from None
    finally:
        await response.aclose()
    # Most bodies arrive in one chunk, which need not be copied.
    content = chunks[0] if len(chunks) == 1 else b"".join(chunks)
    return BufferedResponse(response.status_code, response.headers, content)


async def read_error(response: httpx.Response) -> APIError:
    """Return the error for a response whose status is not one of success."""
    status, headers, content = await read_buffered(response)
    request = response.request
    if is_external(request):
        content = without_query_values(content, request.url.query.decode("ascii"))
    return error_mapping.error_from(status, headers, content)


class FileReader:
    """Reads a body into a file, from the file's beginning in each attempt.

    Args:
        target: A file that can seek.
        limit: The number of bytes to accept.
    """

    def __init__(self, target: BinaryIO, limit: int | None = None) -> None:
        self._target = target
        self._limit = limit

    async def __call__(self, response: httpx.Response) -> None:
        """Read a response.

        Raises:
            httpx.HTTPError: The body breaks off.
            ResponseDecodeError: It is longer than the limit.
        """
        self._target.seek(0)
        self._target.truncate()
        size = 0
        try:
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if self._limit is not None and size > self._limit:
                    message = f"The response is longer than {self._limit} bytes"
                    raise _undecodable(message, response, chunk)
                self._target.write(chunk)
                check_deadline(response)
        finally:
            await response.aclose()
        _check_length(response)


def _check_length(response: httpx.Response) -> None:
    # httpx's own transports compare these; the one of a user's HTTP client may not.
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) != response.num_bytes_downloaded:
        raise httpx.RemoteProtocolError("the response does not have its Content-Length")


class StreamingBody(httpx.AsyncByteStream):
    """The body of an open response, which is read as it arrives.

    The timeout bounds the wait for each chunk; the deadline bounds the whole.

    Args:
        response: The open response.
        context: The settings and the deadline of the call.
        last_event: What the last event of the stream ends with.
        enforces_deadline: Whether the connection enforces a deadline that is changed meanwhile.
        map_error: Converts the error that is raised for a body that breaks off.
    """

    def __init__(
        self,
        response: httpx.Response,
        context: RequestContext,
        *,
        last_event: bytes,
        enforces_deadline: bool,
        map_error: Callable[[APIError], Exception],
    ) -> None:
        self._response = response
        self._context = context
        self._last_event = last_event
        self._enforces_deadline = enforces_deadline
        self._map_error = map_error
        self._chunks = response.aiter_bytes()
        self._has_ended = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        timeout = _timeout_of(self._response)
        try:
            self._renew(timeout)
            async for chunk in self._chunks:
                self._has_ended = chunk.rstrip().endswith(self._last_event)
                yield chunk
                _check_expired(self._context.expires)
                self._renew(timeout)
        except httpx.HTTPError as cause:
            error = FailedAttempt.from_exception(cause, self._context).error
            raise self._map_error(error) from cause

    def _renew(self, timeout: DeadlineTimeout | None) -> None:
        if timeout is not None:
            timeout.expires = self._context.attempt_expires() or timeout.expires

    async def aclose(self) -> None:
        """Return the connection to the pool, or close it if there is more to read."""
        # The reader has all it wants, or has given up; a second failure would tell it nothing.
        with suppress(httpx.HTTPError, httpx.StreamError):
            await self._drain()
        with suppress(httpx.HTTPError):
            await self._response.aclose()

    async def _drain(self) -> None:
        """Read the end of a body whose last event has arrived, so that its connection is reused."""
        timeout = _timeout_of(self._response)
        if self._has_ended and self._enforces_deadline and timeout is not None:
            timeout.expires = monotonic() + _DRAIN_TIMEOUT
            async for _ in self._chunks:
                check_deadline(self._response)


def decoded_headers(headers: httpx.Headers) -> list[tuple[str, str]]:
    """Return the headers of a response without those that no longer apply once it is decoded."""
    return [
        (name, value)
        for name, value in headers.multi_items()
        if name not in error_mapping.WIRE_ONLY
    ]


def check_deadline(response: httpx.Response) -> None:
    """Raise `httpx.ReadTimeout` if the attempt should have ended by now.

    The connections of our own pools raise it themselves; those of a user's HTTP client may not.
    """
    timeout = _timeout_of(response)
    _check_expired(None if timeout is None else timeout.expires)


def _check_expired(expires: float | None) -> None:
    if expires is not None and monotonic() > expires:
        raise httpx.ReadTimeout("the response did not end in time")


def _timeout_of(response: httpx.Response) -> DeadlineTimeout | None:
    timeout: Any = response.request.extensions["timeout"]
    return timeout if isinstance(timeout, DeadlineTimeout) else None


def _undecodable(message: str, response: httpx.Response, content: bytes) -> ResponseDecodeError:
    return error_mapping.undecodable(message, response.status_code, response.headers, content)
