# Derived from _async/http/transport.py by `make generate`. Do not edit.
"""The HTTP transport: one pool of connections, retries, deadlines, and errors by status."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Mapping
from time import monotonic
from typing import Any, BinaryIO, TypeVar

import httpx

from vlmrun._core import error_mapping, retry
from vlmrun._core.request_context import RequestContext
from vlmrun._runtime.sync_runtime import in_thread, sleep
from vlmrun._sync.http.client_pool import ClientPool
from vlmrun._sync.http.deadline_backend import DeadlineTimeout
from vlmrun._sync.http.public_addresses import (
    is_public_host,
    is_restricted,
    not_public,
    public_addresses_only,
)
from vlmrun._sync.http.request_builder import build_request, is_external, redirect_target
from vlmrun._sync.http.responses import (
    BufferedResponse,
    FailedAttempt,
    FileReader,
    read_buffered,
    read_error,
)
from vlmrun.errors import (
    APIError,
    OutcomeUnknownError,
    OutcomeUnknownTimeoutError,
    RequestTimeoutError,
    ResponseDecodeError,
)

T = TypeVar("T")

logger = logging.getLogger("vlmrun")


class Transport:
    """Sends requests over one connection pool, retries them, and raises errors by status.

    It is shared by all resources of a client and by its `with_options` copies.

    It sits above httpx's clients instead of being one of httpx's transports: those replace the
    proxy and TLS settings of a client, and cannot retry a response whose body breaks off.
    """

    def __init__(self, http_client: Any = None) -> None:
        self._pool = ClientPool(http_client)

    @property
    def enforces_deadlines(self) -> bool:
        """Whether connections enforce a deadline that is changed while a body arrives."""
        return self._pool.is_own

    def build(
        self, kwargs: Mapping[str, Any], context: RequestContext, *, authenticated: bool = True
    ) -> httpx.Request:
        """Build a request to `send`; see `build_request`."""
        return build_request(
            self._pool.get(),
            kwargs,
            context.settings,
            authenticated=authenticated,
            # A transport of the user's might send what `str` returns for a URL.
            hide_query=self._pool.is_own,
        )

    def request(
        self,
        kwargs: Mapping[str, Any],
        context: RequestContext,
        *,
        repeatable: bool | None = None,
        authenticated: bool = True,
        accepts: Container[int] = (),
        recover: Callable[[], BufferedResponse | None] | None = None,
    ) -> BufferedResponse:
        """Send a request and read the whole response.

        Args:
            kwargs: The arguments of httpx's `build_request`, with the path as `url`.
            context: The settings, and the deadline over all attempts and pauses.
            repeatable: Whether a second execution does no harm; by default the method decides.
            authenticated: Whether to send the API key; never to another host than the base URL's.
            accepts: Statuses that are not errors, beside those of success.
            recover: As for `send`.

        Raises:
            APIError: The class for the status or the failure.
        """
        request = self.build(kwargs, context, authenticated=authenticated)
        return self.send(
            request,
            context,
            read_buffered,
            repeatable=repeatable,
            accepts=accepts,
            recover=recover,
        )

    def fetch(
        self,
        kwargs: Mapping[str, Any],
        target: BinaryIO,
        context: RequestContext,
        *,
        limit: int | None = None,
    ) -> None:
        """Write the response to a GET request into `target` as it arrives.

        Args:
            kwargs: As for `request`.
            target: A file that can seek; each attempt starts at its beginning.
            context: The settings, and the deadline over all attempts and pauses.
            limit: The number of bytes to accept.

        Raises:
            APIError: As for `request`, and for a response that breaks off or exceeds the limit;
                the content of `target` is undefined then.
        """
        request = self.build(kwargs, context)
        self.send(request, context, FileReader(target, limit), repeatable=True)

    def download(
        self,
        url: str,
        target: BinaryIO,
        context: RequestContext,
        *,
        limit: int | None = None,
        redirects: int = 0,
        public_only: bool = False,
    ) -> None:
        """Write the content of a URL of another host into `target`, without sending the API key.

        Args:
            url: An http or https URL.
            target: As for `fetch`, and so are `context`, `limit` and errors.
            context: The settings, and the deadline over all attempts and pauses.
            limit: The number of bytes to accept.
            redirects: The number of redirects to follow, none of them from https to http.
            public_only: Whether to refuse addresses that are not public, also after redirects.
        """
        request = self.build({"method": "GET", "url": url}, context)
        with public_addresses_only(public_only):
            self.send(request, context, FileReader(target, limit), redirects=redirects)

    def send(
        self,
        request: httpx.Request,
        context: RequestContext,
        read: Callable[[httpx.Response], T],
        *,
        repeatable: bool | None = None,
        accepts: Container[int] = (),
        redirects: int = 0,
        recover: Callable[[], T | None] | None = None,
    ) -> T:
        """Send a request until an attempt succeeds, or must not or need not be retried.

        Args:
            request: A request from `build`. Its body must be one that can be sent again.
            context: The settings, and the deadline over all attempts and pauses.
            read: Takes the open response over; what it raises for a broken body is retried.
            repeatable: As for `request`, and so is `accepts`.
            accepts: Statuses that are not errors, beside those of success.
            redirects: The number of redirects to follow to other hosts, without the API key.
            recover: Called before a request that may have been carried out is sent again; returns
                the result if it was, else None.

        Returns:
            What `read` returned.

        Raises:
            APIError: The class for the status or the failure.
        """
        if repeatable is None:
            repeatable = request.method in retry.IDEMPOTENT_METHODS
        retries = 0
        while True:
            try:
                return self._attempt(request, context, read, accepts, redirects)
            except FailedAttempt as failed:
                error, never_delivered = failed.error, failed.never_delivered
            # Raised out here, the error does not refer to the frames of the attempt, which hold
            # the request with the key in its headers.
            if not (never_delivered or retry.may_repeat(error, repeatable)):
                is_known = repeatable or error.http_status is not None
                raise error if is_known else _outcome_unknown(error)
            pause = _pause_before_retry(error, retries, context)
            if pause is None:
                raise error
            logger.debug("retrying in %.2f s after %s", pause, error.error_type)
            sleep(pause)
            retries += 1
            if recover is not None and not never_delivered:
                recovered = recover()
                if recovered is not None:
                    return recovered

    def _attempt(
        self,
        request: httpx.Request,
        context: RequestContext,
        read: Callable[[httpx.Response], T],
        accepts: Container[int],
        redirects: int,
    ) -> T:
        """Send a request once; raise `FailedAttempt` unless it succeeds."""
        try:
            response = self._exchange(request, context)
            while redirects and (target := redirect_target(response)):
                response.close()
                redirects -= 1
                # A request of its own: httpx would send on headers that are not for this host.
                request = self.build({"method": "GET", "url": target}, context)
                response = self._exchange(request, context)
            if response.is_success or response.status_code in accepts:
                return read(response)
            error = read_error(response)
        except httpx.HTTPError as cause:
            raise FailedAttempt.from_exception(cause, context) from None
        raise FailedAttempt(error)

    def _exchange(self, request: httpx.Request, context: RequestContext) -> httpx.Response:
        """Send a request and return the response as soon as its head has arrived."""
        http_client = self._pool.get()
        expires = context.attempt_expires()
        if context.remaining() == 0:
            raise httpx.PoolTimeout("nothing was sent")
        # The connections of a user's HTTP client cannot be watched.
        if is_restricted() and not self._pool.is_own:
            host = request.url.host
            if not in_thread(is_public_host, host):
                raise not_public(host)
        request.extensions["timeout"] = (
            httpx.Timeout(None).as_dict() if expires is None else DeadlineTimeout(expires)
        )
        started = monotonic()
        try:
            # auth=None: the user's client may have credentials for another service.
            response = http_client.send(request, stream=True, auth=None, follow_redirects=False)
        except httpx.InvalidURL as error:  # httpx parses the Location even of such a redirect
            raise ResponseDecodeError(
                f"The service responded with a redirect to an invalid URL: {error}"
            ) from None
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug(
                "%s %s: %d in %.0f ms (request id %s)",
                request.method,
                request.url.host if is_external(request) else request.url.path,
                response.status_code,
                (monotonic() - started) * 1000,
                error_mapping.request_id_of(response.headers),
            )
        return response

    def end(self) -> None:
        """Send nothing from now on; open connections are closed with their event loops."""
        self._pool.end()

    def close(self) -> None:
        """Close the connections that are this transport's own; a user's client stays open."""
        self._pool.close()


def _pause_before_retry(error: APIError, retries: int, context: RequestContext) -> float | None:
    """Return the seconds to wait before the next retry; None if there is none left, or no time."""
    if retries >= context.settings.max_retries:
        return None
    pause = retry.pause_before_retry(error, retries)
    remaining = context.remaining()
    if pause is None or (remaining is not None and pause >= remaining):
        return None
    return pause


def _outcome_unknown(error: APIError) -> OutcomeUnknownError:
    """Return the error for a request that was sent, and may have been carried out and billed."""
    is_timeout = isinstance(error, RequestTimeoutError)
    cls = OutcomeUnknownTimeoutError if is_timeout else OutcomeUnknownError
    unknown = cls(f"The request was sent, but there was no response: {error.message}")
    unknown.__cause__ = error.__cause__
    return unknown
