# Derived from _async/http/responses.py by `make generate`. Do not edit.
"""Reading HTTP responses: into memory, into a file, or as a stream.

Each reader takes an open response over, and closes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from io import BytesIO
from time import monotonic
from typing import Any, BinaryIO, NamedTuple

import httpx

from vlmrun._attempts import RequestAttempt
from vlmrun._core import error_mapping
from vlmrun._core.content_check import ContentCheck
from vlmrun._core.request_context import RequestContext
from vlmrun._files.progress import Progress
from vlmrun._runtime.sync_runtime import shielded
from vlmrun._sync.http.body_reader import (
    BodyError,
    check_deadline,
    check_expired,
    close_response,
    read_chunks,
    timeout_of,
)
from vlmrun._sync.http.deadline_backend import DeadlineTimeout
from vlmrun._sync.http.failures import error_for_response, failed_attempt
from vlmrun._sync.http.request_builder import secrets_of
from vlmrun.errors import APIError, ResponseDecodeError

# Bytes of an error's body to read. A proxy may send a page without an end.
_MAX_ERROR_BODY = 64 * 1024

# Seconds for the end of a body to arrive after the last event of its stream.
_DRAIN_TIMEOUT = 0.1

_OK = 200
_PARTIAL_CONTENT = 206


class BufferedResponse(NamedTuple):
    """A response whose body has been read to its end.

    Attributes:
        status: The status code.
        headers: The headers.
        content: The body, decoded.
        secrets: Values of the request that no error may show.
        attempts: The attempts to get it.
    """

    status: int
    headers: httpx.Headers
    content: bytes
    secrets: tuple[str, ...] = ()
    attempts: tuple[RequestAttempt, ...] = ()

    def __repr__(self) -> str:
        # Tools that show local variables must show neither secrets nor documents.
        return f"<response {self.status}, {len(self.content)} bytes>"

    def json(self) -> Any:
        """Decode the JSON of the body; None for an empty body.

        Raises:
            ResponseDecodeError: It is not valid JSON.
        """
        try:
            return error_mapping.decode_json(self.status, self.headers, self.content, self.secrets)
        except ResponseDecodeError as error:
            error.attempts = self.attempts
            raise

    def undecodable(self, message: str, raw: Any = None) -> ResponseDecodeError:
        """Return the error for a response that is not as documented, with what is known of it."""
        error = error_mapping.undecodable(
            message, self.status, self.headers, self.content, raw, secrets=self.secrets
        )
        error.attempts = self.attempts
        return error

    def to_httpx(self, request: httpx.Request | None = None) -> httpx.Response:
        """Convert to httpx's own class, for code written for that."""
        headers = decoded_headers(self.headers)
        return httpx.Response(self.status, headers=headers, content=self.content, request=request)


def read_buffered(response: httpx.Response, limit: int | None) -> BufferedResponse:
    """Read a body into memory; one of an error only as far as it is needed.

    Args:
        response: The open response.
        limit: The number of bytes to accept.

    Raises:
        httpx.HTTPError: The body of a success breaks off.
        ResponseDecodeError: It cannot be decoded, is only a part, or is too long.
    """
    try:
        if response.is_success:
            content = _whole_body(response, limit)
        else:
            content = _beginning(response)
    finally:
        close_response(response)
    return _buffered(response, content)


def read_error(response: httpx.Response) -> APIError:
    """Return the error for a response whose status is not one of success."""
    return error_for_response(response, (read_buffered(response, None)).content)


def _whole_body(response: httpx.Response, limit: int | None) -> bytes:
    chunks: list[bytes] = []
    try:
        if response.status_code == _PARTIAL_CONTENT:
            raise BodyError("The response is only a part of what was requested")
        for chunk in read_chunks(response, limit):
            chunks.append(chunk)
    except BodyError as error:
        raise _unusable(error, response, chunks[:1]) from None
    # Most bodies arrive in one chunk, which need not be copied.
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _beginning(response: httpx.Response) -> bytes:
    content = b""
    # The status of an error says more than that its body is broken.
    with suppress(httpx.HTTPError, BodyError):
        for chunk in read_chunks(response):
            content += chunk
            if len(content) > _MAX_ERROR_BODY:
                break
    return content


class FileReader:
    """Reads a body into a file, from the file's beginning in each attempt.

    Args:
        target: A file that can seek.
        limit: The number of bytes to accept.
        max_in_memory: The number of bytes to accept if `target` is in memory.
        progress: What is called after each chunk.
    """

    def __init__(
        self,
        target: BinaryIO,
        limit: int | None,
        max_in_memory: int | None,
        progress: Progress | None = None,
    ) -> None:
        self._target = target
        self._progress = progress or Progress(None)
        if isinstance(target, BytesIO) and limit is None:
            limit = max_in_memory
        self._limit = limit

    def __call__(self, response: httpx.Response) -> None:
        """Read a response.

        Raises:
            httpx.HTTPError: The body breaks off.
            ResponseDecodeError: The response is not the whole file, or longer than the limit.
        """
        self._target.seek(0)
        self._target.truncate()
        beginning: list[bytes] = []
        check = ContentCheck(response.headers)
        try:
            # Any other status of success announces a part of the file, or none of it.
            if response.status_code != _OK:
                raise BodyError(f"The response is not a file: its status is {response.status_code}")
            for chunk in read_chunks(response, self._limit):
                if not beginning:
                    beginning.append(chunk)
                self._target.write(chunk)
                check.update(chunk)
                self._progress.report(check.received, check.size)
            problem = check.problem()
            if problem is not None:
                raise BodyError(problem)
        except BodyError as error:
            raise _unusable(error, response, beginning) from None
        finally:
            close_response(response)


class StreamingBody(httpx.SyncByteStream):
    """The body of an open response, which is read as it arrives.

    The timeout bounds the wait for each chunk; the deadline bounds the whole.

    Args:
        response: The open response.
        context: The settings and the deadline of the call.
        last_event: What the last event of the stream ends with.
        enforces_deadline: Whether the connection enforces a deadline that is changed meanwhile.
        map_error: Converts what is raised for a body that breaks off or cannot be decoded.
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
        self._chunks = read_chunks(response, context.settings.max_response_size)
        self._has_ended = False

    def __iter__(self) -> Iterator[bytes]:
        timeout = timeout_of(self._response)
        error: Any
        try:
            self._renew(timeout)
            for chunk in self._chunks:
                self._has_ended = chunk.rstrip().endswith(self._last_event)
                yield chunk
                check_expired(self._context.expires)
                self._renew(timeout)
            return
        except httpx.HTTPError as cause:
            error = failed_attempt(cause, self._response.request, self._context).error
        except BodyError as cause:
            error = _unusable(cause, self._response, [])
        raise self._map_error(error) from error.__cause__

    def _renew(self, timeout: DeadlineTimeout) -> None:
        timeout.expires = self._context.attempt_expires() or timeout.expires

    def close(self) -> None:
        """Return the connection to the pool, or close it if there is more to read."""
        # The reader has all it wants, or has given up; a second failure would tell it nothing.
        try:
            with suppress(httpx.HTTPError, BodyError):
                self._drain()
        finally:
            shielded(partial(close_response, self._response))

    def _drain(self) -> None:
        """Read the end of a body whose last event has arrived, so that its connection is reused."""
        timeout = timeout_of(self._response)
        if self._has_ended and self._enforces_deadline:
            timeout.expires = monotonic() + _DRAIN_TIMEOUT
            for _ in self._chunks:
                check_deadline(self._response)


def decoded_headers(headers: httpx.Headers) -> list[tuple[bytes, bytes]]:
    """Return the headers of a response without those that no longer apply once it is decoded.

    They stay bytes, because a value may have bytes that are not ASCII in any encoding.
    """
    return [
        (name, value)
        for name, value in headers.raw
        if name.lower().decode("latin-1") not in error_mapping.WIRE_ONLY
    ]


def _buffered(response: httpx.Response, content: bytes) -> BufferedResponse:
    secrets = tuple(secrets_of(response.request))
    return BufferedResponse(response.status_code, response.headers, content, secrets)


def _unusable(
    error: BodyError, response: httpx.Response, beginning: list[bytes]
) -> ResponseDecodeError:
    unusable = _buffered(response, b"".join(beginning)).undecodable(error.message)
    unusable.suggestion = error.suggestion or unusable.suggestion
    return unusable
