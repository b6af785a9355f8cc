"""The retries of one request: whether there is another attempt, and when."""

from __future__ import annotations

import logging
from time import monotonic

import httpx

from vlmrun._async.http.attempt import Attempt
from vlmrun._async.http.failures import FailedAttempt
from vlmrun._async.http.rate_limit import wait_for_turn
from vlmrun._async.http.request_builder import is_external, path_or_host, target_of
from vlmrun._attempts import RequestAttempt
from vlmrun._core import retry
from vlmrun._core.outcomes import after_attempt
from vlmrun._core.rate_limiter import RateLimiter
from vlmrun._core.request_context import RequestContext
from vlmrun._core.settings import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT
from vlmrun._runtime.async_runtime import notify
from vlmrun._validation import check_seconds
from vlmrun.errors import APIError, InputError, RequestTimeoutError, VLMRunError

logger = logging.getLogger("vlmrun")

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Retries:
    """The attempts of one request, and whether there is another one.

    Args:
        request: The request.
        context: The settings, and the deadline of the call.
        repeatable: Whether a second execution does no harm.
        limiter: The rate limit of the client.

    Attributes:
        attempts: Those that have ended.
        is_in_flight: Whether the service may have the request, and has not responded.
    """

    def __init__(
        self,
        request: httpx.Request,
        context: RequestContext,
        repeatable: bool,
        limiter: RateLimiter,
    ) -> None:
        self.attempts: list[RequestAttempt] = []
        self.is_in_flight = False
        self._context = context
        self._repeatable = repeatable
        self._retries = 0
        # Refusals that do not count as retries, though no other request was accepted meanwhile; and
        # when the first and the last refusal arrived.
        self._refusals = 0
        self._others_accepted = False
        self._refused_first: float | None = None
        self._refused_at: float | None = None
        self._method = request.method
        self._is_read = request.method in _READS
        # Not the request, which has the API key.
        self._url, self._is_external = request.url, is_external(request)
        # The limit is the service's; a storage host has nothing to do with it.
        self._limiter = None if self._is_external else limiter
        self._target = target_of(request) if context.settings.telemetry else None

    async def wait_for_turn(self) -> VLMRunError | None:
        """Wait for the rate limit; return the error if the deadline passes before."""
        if self._limiter is None:
            return None
        try:
            await wait_for_turn(self._limiter, self._is_read, self._context)
        except RequestTimeoutError as error:
            return self.final_error(FailedAttempt(error, never_delivered=True))
        return None

    def succeeded(self, attempt: Attempt) -> None:
        """Record the last attempt."""
        if self._limiter is not None:
            self._limiter.accepted(self._is_read)
        self._add(attempt.record())

    async def pause_after(self, failed: FailedAttempt, attempt: Attempt) -> float | None:
        """Record an attempt that failed, and return the seconds until the next one.

        Returns:
            Seconds; None if there is no other attempt.
        """
        self.is_in_flight = False
        pause = self._next_pause(failed, self._may_be_patient(failed, attempt))
        record = attempt.record(failed.error)._replace(pause=pause)
        self._add(record)
        if pause is None:
            return None
        pause = self._within_deadline(failed.error, await self._ask(failed.error, pause))
        self.attempts[-1] = record._replace(pause=pause)
        if pause is not None:
            logger.info(
                "retrying %s %s in %.2f s after %s",
                self._method,
                self._path,
                pause,
                type(failed.error).__name__,
            )
        return pause

    def final_error(self, failed: FailedAttempt) -> VLMRunError:
        """Return the error to raise when there is no other attempt."""
        error = failed.error
        if not isinstance(error, APIError):
            return error
        if not self._repeatable:
            error = after_attempt(error, failed.never_delivered)
        error.attempts = tuple(self.attempts)
        return error

    @property
    def _path(self) -> str:
        return path_or_host(self._url, self._is_external)

    def _add(self, record: RequestAttempt) -> None:
        telemetry = self._context.settings.telemetry
        if telemetry is not None and self._target is not None:
            telemetry.record(self._target, record, len(self.attempts))
        self.attempts.append(record)

    def _may_be_patient(self, failed: FailedAttempt, attempt: Attempt) -> bool:
        """Tell the rate limit, and return whether a failed attempt does not count as a retry.

        A request that is refused because there are too many will be accepted in the end if others
        are. A call with a deadline ends by itself; one without is given the time of an attempt,
        unless the caller wants fewer retries than the default.
        """
        error = failed.error
        if self._limiter is None or not isinstance(error, APIError) or error.http_status is None:
            return False
        if not retry.is_throttled(error):
            self._limiter.accepted(self._is_read)
            return False
        self._others_accepted = self._limiter.refused(
            self._is_read, attempt.started, error.retry_after, self._refused_at
        )
        now = self._refused_at = monotonic()
        self._refused_first = self._refused_first or now
        if self._others_accepted or self._context.expires is not None:
            return True
        settings = self._context.settings
        limit = DEFAULT_TIMEOUT if settings.timeout is None else settings.timeout
        return settings.max_retries >= DEFAULT_MAX_RETRIES and now - self._refused_first < limit

    def _next_pause(self, failed: FailedAttempt, is_patient: bool) -> float | None:
        error, most = failed.error, self._context.settings.max_retries
        if failed.is_final or most == 0 or (self._retries >= most and not is_patient):
            return None
        if not isinstance(error, APIError) or not (
            failed.never_delivered or retry.may_repeat(error, self._repeatable)
        ):
            return None
        remaining = self._context.remaining()
        pause = retry.pause_before_retry(
            error, self._retries + self._refusals, has_deadline=remaining is not None
        )
        pause = self._within_deadline(error, pause)
        if pause is None:
            return None
        if not is_patient:
            self._retries += 1
        elif not self._others_accepted:  # otherwise, the rate limit makes it wait
            self._refusals += 1
        return pause

    def _within_deadline(self, error: VLMRunError, pause: float | None) -> float | None:
        """Return a pause; None if the call ends before it does."""
        remaining = self._context.remaining()
        if pause is None or remaining is None or pause < remaining:
            return pause
        if isinstance(error, APIError) and error.retry_after:
            error.suggestion = (
                f"Retry in {error.retry_after:.0f} s, as the service asks; the deadline of the "
                "call ends before"
            )
        return None

    async def _ask(self, error: VLMRunError, pause: float) -> float | None:
        """Return the pause that `on_retry` decides on, or None if it stops the call."""
        on_retry = self._context.settings.on_retry
        if on_retry is None or not isinstance(error, APIError):
            return pause
        # Imported here, since few calls are retried.
        from vlmrun.types.attempts import RetryEvent

        event = RetryEvent(self._method, self._path, error, tuple(self.attempts), pause)
        answer = await notify(on_retry, event, "on_retry")
        if answer is None or answer is True:
            return pause
        if answer is False:
            return None
        try:
            return check_seconds("The result of on_retry", answer)
        except InputError as problem:
            raise problem from error
