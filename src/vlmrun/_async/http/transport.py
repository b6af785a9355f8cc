"""Where requests leave and answers arrive: the adapter between operations and httpx."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Mapping
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, BinaryIO, TypeVar

import httpx

from vlmrun._async.http.client_pool import Connections
from vlmrun._async.http.request_builder import SignedURL, build, is_own, onward
from vlmrun._async.http.responses import (
    BufferedResponse,
    FailedAttempt,
    StreamingResponse,
    check_time,
    unanswered,
)
from vlmrun._core import error_mapping, retry
from vlmrun._core.request_context import RequestContext
from vlmrun._core.secrets import without_query_values
from vlmrun._runtime.async_runtime import sleep
from vlmrun.errors import (
    APIError,
    OutcomeUnknownError,
    OutcomeUnknownTimeoutError,
    RequestTimeoutError,
    ResponseDecodeError,
)

T = TypeVar("T")

logger = logging.getLogger("vlmrun")

_ENOUGH_OF_AN_ERROR = 64 * 1024

Kwargs = Mapping[str, Any]


class Transport:
    """Sends requests over one connection pool, repeats what may be repeated, maps errors.

    It is shared by all resources of a client and by its `with_options` copies.
    """

    def __init__(self, http_client: Any = None) -> None:
        self._connections = Connections(http_client)

    async def request(
        self,
        kwargs: Kwargs | Callable[[], Kwargs],
        context: RequestContext,
        *,
        repeatable: bool | None = None,
        authenticated: bool = True,
        accepts: Container[int] = (),
    ) -> BufferedResponse:
        """Send a request and return the answer.

        Args:
            kwargs: What httpx's `build_request` takes, with the path as `url`; a function makes
                them anew for each attempt, where a body can be read only once.
            context: The settings, and the deadline over all attempts and pauses.
            repeatable: Whether a repetition does no harm; by default the method tells.
            authenticated: Whether to send the key; never to another host than the base URL's.
            accepts: Statuses that are no failure, beside those of success.

        Raises:
            APIError: The class that the status or the failure stands for.
        """

        async def attempt() -> BufferedResponse | FailedAttempt:
            made = kwargs() if callable(kwargs) else kwargs
            return await self._attempt(made, context, authenticated, accepts)

        if repeatable is None:
            made = kwargs() if callable(kwargs) else kwargs
            repeatable = made["method"].upper() in retry.REPEATABLE_METHODS
        return await self._persist(attempt, context, repeatable)

    async def fetch(
        self, kwargs: Kwargs, target: BinaryIO, context: RequestContext, *, limit: int | None = None
    ) -> None:
        """Write the answer of an operation into `target`, piece by piece.

        Args:
            kwargs: As for `request`; it must be one that can be repeated.
            target: A file that can seek; each attempt begins it anew.
            context: The settings, and the deadline over all attempts and pauses.
            limit: The most bytes to take.

        Raises:
            APIError: As `request`, and for an answer that is cut off or over the limit; `target`
                then holds nothing of use.
        """

        async def attempt() -> bool | FailedAttempt:
            return await self._fetch(kwargs, target, context, True, limit)

        await self._persist(attempt, context, repeatable=True)

    async def download(
        self,
        url: str,
        target: BinaryIO,
        context: RequestContext,
        *,
        limit: int | None = None,
        redirects: int = 0,
    ) -> None:
        """Write what a URL of another host holds into `target`, piece by piece, without a key.

        Args:
            url: An http or https URL.
            target: As for `fetch`, and so are `context`, `limit` and errors.
            context: The settings, and the deadline over all attempts and pauses.
            limit: The most bytes to take.
            redirects: How many redirects to follow, none of them from https to http.
        """

        async def attempt() -> bool | FailedAttempt:
            kwargs = {"method": "GET", "url": url}
            return await self._fetch(kwargs, target, context, False, limit, redirects)

        await self._persist(attempt, context, repeatable=True)

    async def stream(
        self,
        kwargs: Kwargs,
        context: RequestContext,
        *,
        authenticated: bool = True,
        accepts: Container[int] = (),
    ) -> StreamingResponse:
        """Send a request and return the answer as soon as it begins; to be closed.

        Up to there it is repeated as by `request` what never was delivered or was throttled. After
        that `timeout` bounds the wait for each piece, and the deadline the whole.

        Raises:
            APIError: As `request`.
        """

        async def attempt() -> StreamingResponse | FailedAttempt:
            try:
                response, expires = await self._send(kwargs, context, authenticated)
                if response.is_success or response.status_code in accepts:
                    return StreamingResponse(response, context, self._connections.are_own)
                try:
                    content = await self._read(response, expires)
                finally:
                    await response.aclose()
            except httpx.HTTPError as cause:
                return unanswered(cause, context)
            failure = self._failure(response, content, kwargs["url"], accepts)
            assert failure is not None
            return failure

        return await self._persist(attempt, context, repeatable=False)

    async def _persist(
        self,
        attempt: Callable[[], Awaitable[T | FailedAttempt]],
        context: RequestContext,
        repeatable: bool,
    ) -> T:
        """Try until it succeeds, or must not, need not or cannot be tried again."""
        tries = 0
        while True:
            outcome = await attempt()
            if not isinstance(outcome, FailedAttempt):
                return outcome
            final = self._final(outcome, repeatable)
            if final is not None or tries >= context.settings.max_retries:
                raise final or outcome.error
            pause = retry.pause_before_retry(outcome.error, tries)
            left = context.remaining()
            if pause is None or (left is not None and pause >= left):
                raise outcome.error
            logger.debug("retrying in %.2f s after %s", pause, outcome.error.error_type)
            await sleep(pause)
            tries += 1

    @staticmethod
    def _final(failure: FailedAttempt, repeatable: bool) -> APIError | None:
        """The error to raise at once, or None where the request may be sent again."""
        error = failure.error
        if failure.never_delivered or retry.is_throttled(error):
            return None
        if repeatable:
            return None if retry.is_transient(error.http_status) else error
        if error.http_status is not None:
            return error
        late = isinstance(error, RequestTimeoutError)
        kind = OutcomeUnknownTimeoutError if late else OutcomeUnknownError
        unknown = kind(f"The request was sent, but no answer came: {error.message}")
        unknown.__cause__ = error.__cause__
        return unknown

    async def _attempt(
        self, kwargs: Kwargs, context: RequestContext, authenticated: bool, accepts: Container[int]
    ) -> BufferedResponse | FailedAttempt:
        try:
            async with self._exchange(kwargs, context, authenticated) as (response, expires):
                content = await self._read(response, expires)
        except httpx.HTTPError as cause:
            return unanswered(cause, context)
        return self._failure(response, content, kwargs["url"], accepts) or BufferedResponse(
            response.status_code, response.headers, content
        )

    async def _fetch(
        self,
        kwargs: Kwargs,
        target: BinaryIO,
        context: RequestContext,
        authenticated: bool,
        limit: int | None,
        redirects: int = 0,
    ) -> bool | FailedAttempt:
        target.seek(0)
        target.truncate()
        try:
            async with self._exchange(kwargs, context, authenticated) as (response, expires):
                further = onward(response) if redirects else None
                if further is None:
                    if response.is_success:
                        await self._write(response, target, expires, limit)
                        return True
                    content = await self._read(response, expires)
                    return self._failure(response, content, kwargs["url"]) or True
        except httpx.HTTPError as cause:
            return unanswered(cause, context)
        kwargs = {"method": "GET", "url": further}
        return await self._fetch(kwargs, target, context, False, limit, redirects - 1)

    async def _write(
        self,
        response: httpx.Response,
        target: BinaryIO,
        expires: float | None,
        limit: int | None,
    ) -> None:
        size = 0
        async for piece in response.aiter_bytes():
            size += len(piece)
            if limit is not None and size > limit:
                raise error_mapping.undecodable(
                    f"The answer is longer than {limit} bytes",
                    response.status_code,
                    response.headers,
                    piece,
                )
            target.write(piece)
            check_time(expires)
        promised = response.headers.get("Content-Length", "")
        # httpx's own transports see to it; a caller's may not.
        if promised.isdecimal() and int(promised) != response.num_bytes_downloaded:
            raise httpx.RemoteProtocolError("the answer is not as long as it promised")

    @asynccontextmanager
    async def _exchange(
        self, kwargs: Kwargs, context: RequestContext, authenticated: bool
    ) -> AsyncIterator[tuple[httpx.Response, float | None]]:
        """Send one request; the response, its body still to be read, and when it must be over."""
        response, expires = await self._send(kwargs, context, authenticated)
        try:
            yield response, expires
        finally:
            await response.aclose()

    async def _send(
        self, kwargs: Kwargs, context: RequestContext, authenticated: bool
    ) -> tuple[httpx.Response, float | None]:
        expires = context.attempt_expires()
        if context.remaining() == 0:
            raise httpx.PoolTimeout("nothing was sent")
        http = self._connections.get()
        request = build(http, kwargs, context, expires, authenticated)
        signed = not is_own(kwargs["url"])
        if signed and self._connections.are_own:
            request.url = SignedURL(request.url)
        started = monotonic()
        try:
            response = await http.send(request, stream=True, auth=None, follow_redirects=False)
        except httpx.InvalidURL as error:  # httpx reads a redirect even if it is not to follow it
            raise ResponseDecodeError(
                f"The service answered with a redirect to what is no URL: {error}"
            ) from None
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug(
                "%s %s: %d in %.0f ms (request id %s)",
                request.method,
                request.url.host if signed else request.url.path,
                response.status_code,
                (monotonic() - started) * 1000,
                error_mapping.request_id_of(response.headers),
            )
        return response, expires

    async def _read(self, response: httpx.Response, expires: float | None) -> bytes:
        """The body; of an error as much as came, since its status says what matters."""
        pieces: list[bytes] = []
        size = 0
        try:
            async for piece in response.aiter_bytes():
                pieces.append(piece)
                size += len(piece)
                check_time(expires)
                if size > _ENOUGH_OF_AN_ERROR and not response.is_success:
                    break
        except httpx.HTTPError as cause:
            if response.is_success:
                if not isinstance(cause, httpx.DecodingError):
                    raise
                raise error_mapping.undecodable(
                    f"The answer cannot be decompressed: {cause}",
                    response.status_code,
                    response.headers,
                    b"".join(pieces),
                ) from None
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    @staticmethod
    def _failure(
        response: httpx.Response, content: bytes, url: str, accepts: Container[int] = ()
    ) -> FailedAttempt | None:
        if response.is_success or response.status_code in accepts:
            return None
        if not is_own(url):
            content = without_query_values(content, url)
        error = error_mapping.failure_of(response.status_code, response.headers, content)
        return None if error is None else FailedAttempt(error)

    def end(self) -> None:
        """Send nothing any more; connections that are open go with the event loop they are of."""
        self._connections.end()

    async def aclose(self) -> None:
        """Close the connections that are this transport's own; a caller's client stays open."""
        await self._connections.aclose()
