# Derived from _async/http/transport.py by `make generate`. Do not edit.
"""The HTTP transport: one pool of connections, retries, deadlines, and errors by status."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from functools import partial
from typing import Any, BinaryIO, TypeVar
from weakref import WeakKeyDictionary, ref

import httpx

from vlmrun._attempts import RequestAttempt
from vlmrun._core import retry
from vlmrun._core.connection import Connection
from vlmrun._core.outcomes import mark_not_in_flight
from vlmrun._core.public_addresses import PublicOnly
from vlmrun._core.rate_limiter import RateLimiter
from vlmrun._core.request_context import RequestContext
from vlmrun._files.progress import Progress, ProgressStopped
from vlmrun._redaction import HiddenURL
from vlmrun._runtime.sync_attempt import run_attempt
from vlmrun._runtime.sync_pool_lifetime import pool_scope
from vlmrun._runtime.sync_runtime import shielded, sleep
from vlmrun._sync.http.address_checks import check_host, public_addresses_only
from vlmrun._sync.http.attempt import Attempt
from vlmrun._sync.http.authorization import authorize
from vlmrun._sync.http.body_reader import close_response
from vlmrun._sync.http.client_pool import ClientPool
from vlmrun._sync.http.failures import FailedAttempt, failed_attempt
from vlmrun._sync.http.redirects import redirect_target
from vlmrun._sync.http.request_builder import IN_MEMORY, build_request
from vlmrun._sync.http.responses import BufferedResponse, FileReader, read_buffered, read_error
from vlmrun._sync.http.retries import Retries
from vlmrun.errors import APIError, VLMRunError

T = TypeVar("T")

_NOT_FOUND = 404


class Transport:
    """Sends requests over one connection pool, retries them, and raises errors by status.

    It is shared by all resources of a client and by its `with_options` copies.

    It sits above httpx's clients instead of being one of httpx's transports: those replace the
    proxy and TLS settings of a client, and cannot retry a response whose body breaks off.
    """

    def __init__(
        self, connection: Connection | None = None, limiter: RateLimiter | None = None
    ) -> None:
        self._pool = ClientPool(connection or Connection())
        self._limiter = limiter or RateLimiter()
        # By event loop, like the connections of the pool. The references are weak, so that sessions
        # which are no longer used close their connections.
        self._sessions: WeakKeyDictionary[object, set[ref[Any]]] = WeakKeyDictionary()

    def __deepcopy__(self, memo: Any) -> Transport:
        # A copy of a resource shares the connections, as a copy of its client does.
        return self

    @property
    def enforces_deadlines(self) -> bool:
        """Whether connections enforce a deadline that is changed while a body arrives."""
        return self._pool.is_own

    def build(
        self,
        kwargs: Mapping[str, Any],
        context: RequestContext,
        *,
        authenticated: bool = True,
        in_memory: bool = False,
    ) -> httpx.Request:
        """Build a request to `send`; see `build_request`.

        Args:
            kwargs: As for `request`; so are `context` and `authenticated`.
            context: The settings.
            authenticated: Whether to send the API key.
            in_memory: Whether the response is read into memory at once.
        """
        request = build_request(
            (self._pool.get()).http_client,
            kwargs,
            context.settings,
            authenticated=authenticated,
            own_client=self._pool.is_own,
        )
        if in_memory:
            request.extensions[IN_MEMORY] = True
        return request

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
        attempts: list[RequestAttempt] = []
        response = self.send(
            self.build(kwargs, context, authenticated=authenticated, in_memory=True),
            context,
            partial(read_buffered, limit=context.settings.max_response_size),
            repeatable=repeatable,
            accepts=accepts,
            recover=recover,
            attempts=attempts,
        )
        # Faster than `_replace`, and part of every call.
        return BufferedResponse(*response[:-1], attempts=tuple(attempts))

    def fetch(
        self,
        kwargs: Mapping[str, Any],
        target: BinaryIO,
        context: RequestContext,
        *,
        limit: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Write the response to a GET request into `target` as it arrives.

        Args:
            kwargs: As for `request`.
            target: A file that can seek; each attempt starts at its beginning.
            context: The settings, and the deadline over all attempts and pauses.
            limit: The number of bytes to accept.
            progress: What is called while bytes arrive.

        Raises:
            APIError: As for `request`, and for a response that breaks off or exceeds the limit;
                the content of `target` is undefined then.
        """
        reader = FileReader(target, limit, context.settings.max_response_size, progress)
        request = self.build(kwargs, context)
        try:
            self.send(request, context, reader, repeatable=True)
            return
        except ProgressStopped as stopped:
            cause = stopped.cause
        finally:
            del request  # the frame of an error must not hold the API key
        raise cause

    def download(
        self,
        url: str,
        target: BinaryIO,
        context: RequestContext,
        *,
        limit: int | None = None,
        redirects: int = 0,
        public_only: PublicOnly | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Write the content of a URL of another host into `target`, without sending the API key.

        Args:
            url: An http or https URL.
            target: As for `fetch`, and so are `context`, `limit` and errors.
            context: The settings, and the deadline over all attempts and pauses.
            limit: The number of bytes to accept.
            redirects: The number of redirects to follow, none of them from https to http.
            public_only: Refuses addresses that are not public, also after redirects.
            progress: What is called while bytes arrive.
        """
        url = HiddenURL(url)
        reader = FileReader(target, limit, context.settings.max_response_size, progress)
        request = self.build({"method": "GET", "url": url}, context)
        try:
            with public_addresses_only(public_only):
                self.send(request, context, reader, redirects=redirects)
            return
        except ProgressStopped as stopped:
            cause = stopped.cause
        finally:
            del request  # the frame of an error must not hold the signature in its URL
        raise cause

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
        attempts: list[RequestAttempt] | None = None,
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
            attempts: Where to add the attempts to; an error has them anyway.

        Returns:
            What `read` returned.

        Raises:
            APIError: The class for the status or the failure.
        """
        if repeatable is None:
            repeatable = request.method in retry.IDEMPOTENT_METHODS
        retries = Retries(request, context, repeatable, self._limiter)
        try:
            result = self._send(request, context, read, retries, accepts, redirects, recover)
        except BaseException as error:
            if not (retries.is_in_flight or isinstance(error, APIError)):
                mark_not_in_flight(error)
            raise
        finally:
            del request  # the frame of an error must not hold the API key
        if attempts is not None:
            attempts += retries.attempts
        return result

    def _send(
        self,
        request: httpx.Request,
        context: RequestContext,
        read: Callable[[httpx.Response], T],
        retries: Retries,
        accepts: Container[int],
        redirects: int,
        recover: Callable[[], T | None] | None,
    ) -> T:
        while True:
            error = retries.wait_for_turn()
            if error is not None:
                break
            attempt = Attempt(self._pool.get(), context)
            retries.is_in_flight = True
            try:
                # Not in a variable, which the frame of an error would show with the request.
                result = run_attempt(
                    partial(self._run, attempt, request, context, read, accepts, redirects),
                    attempt.abort,
                )
            except FailedAttempt as failed:
                never_delivered = failed.never_delivered
                pause = retries.pause_after(failed, attempt)
                error = failed.error if pause is not None else retries.final_error(failed)
                if request.method == "DELETE" and _may_be_done(failed):
                    # What the first attempt deleted, the next one cannot find.
                    accepts = (_NOT_FOUND,)
            else:
                retries.succeeded(attempt)
                return result
            if pause is None:
                break
            sleep(pause)
            if recover is not None and not never_delivered:
                recovered = recover()
                if recovered is not None:
                    return recovered
        # Raised out here and without the request, the error has no frame that holds the API key.
        del request
        try:
            raise error
        finally:
            del error  # its traceback holds this frame, so this would be a reference cycle

    def _run(
        self,
        attempt: Attempt,
        request: httpx.Request,
        context: RequestContext,
        read: Callable[[httpx.Response], T],
        accepts: Container[int],
        redirects: int,
    ) -> T:
        """Send a request once; raise `FailedAttempt` unless it succeeds."""
        try:
            expires = context.attempt_expires()
            authorize(request, expires)
            check_host(request, expires)
            response = attempt.exchange(request)
            while redirects and (target := redirect_target(response)):
                close_response(response)
                redirects -= 1
                # A request of its own: httpx would send on headers that are not for this host.
                request = self.build({"method": "GET", "url": target}, context)
                check_host(request, expires)
                response = attempt.exchange(request)
            if response.is_success or response.status_code in accepts:
                return read(response)
            error: VLMRunError = read_error(response)
        except httpx.HTTPError as cause:
            raise failed_attempt(cause, request, context, attempt.http_client) from None
        except VLMRunError as cause:
            raise FailedAttempt(cause, is_final=True) from None
        raise FailedAttempt(error)

    def end(self) -> None:
        """Send nothing from now on; open connections are closed with their event loops."""
        self._pool.end()

    def close(self) -> None:
        """Close the connections that are this transport's own; a user's client stays open."""
        self.end()
        try:
            shielded(self._close_sessions)
        finally:
            self._pool.close()

    def close_with_client(self, session: Any) -> bool:
        """Close a session together with this transport.

        Args:
            session: An open session, with `close`.

        Returns:
            Whether the transport is open; otherwise the caller must close the session.
        """
        sessions = self._sessions.setdefault(pool_scope(), set())
        sessions.add(ref(session, sessions.discard))
        return not self._pool.is_closed

    def _close_sessions(self) -> None:
        for each in list(self._sessions.pop(pool_scope(), ())):
            session = each()
            if session is not None:
                session.close(is_complete=False)


def _may_be_done(failed: FailedAttempt) -> bool:
    """Return whether the service may have carried the request out, though the attempt failed."""
    error = failed.error
    is_refused = isinstance(error, APIError) and retry.is_throttled(error)
    return not (failed.never_delivered or is_refused)
