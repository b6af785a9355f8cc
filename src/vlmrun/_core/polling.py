"""When to poll a job again, and what its status means for `wait`."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import NamedTuple

from vlmrun._core.job_kinds import kind_of
from vlmrun._core.retry import LONGEST_RETRY_AFTER, is_transient
from vlmrun._messages import join_sentences
from vlmrun.errors import APIError, JobError, ResponseDecodeError, WaitTimeoutError
from vlmrun.types._job_results import failure_reason
from vlmrun.types.jobs import Tracked

# Seconds.
DEFAULT_WAIT = 600.0
DEFAULT_SETTLE = 5.0
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 5.0
_GROWTH = 1.5

# The pauses between the requests for one job: two that notice a short job, and then pauses that
# grow with its age. So a call that submits a job and waits for it sends 10 requests in the first
# minute, and 5 in each later one; the smallest plan of the service allows 10 per minute.
PAUSE_OF_NEW_JOB = 0.1
_EARLY = 0.3
_BASE_PAUSE = 1.0
_PART_OF_AGE = 0.75
_LONGEST_JOB_PAUSE = 12.0


def pause_at_age(age: float, longest: float | None = None) -> float:
    """Return the seconds between two requests for a job that is polled by itself.

    Args:
        age: Seconds since the wait began.
        longest: The maximum that the caller has set; None for the default.
    """
    pause = _FIRST_PAUSE if age < _EARLY else _BASE_PAUSE + _PART_OF_AGE * age
    return min(pause, _LONGEST_JOB_PAUSE if longest is None else longest)


class PollSchedule(NamedTuple):
    """The pauses between polls, and when to give up.

    Attributes:
        pauses: Seconds, endless.
        expires: The deadline (monotonic seconds); None for no limit.
        limit: What sets the deadline, for error messages.
    """

    pauses: Iterator[float]
    expires: float | None
    limit: str

    @classmethod
    def start(cls, timeout: float | None, deadline: float | None) -> PollSchedule:
        """Start the clock.

        Args:
            timeout: Seconds to wait; None for no limit.
            deadline: When the whole call must be over (monotonic seconds).
        """
        own = None if timeout is None else monotonic() + timeout
        if own is not None and (deadline is None or own < deadline):
            return cls(_pauses(), own, f"{timeout:g} s")
        return cls(_pauses(), deadline, "the deadline of the call")

    def next_pause(self, last_poll_duration: float, at_least: float | None = None) -> float | None:
        """Return the seconds until the next poll; None if there is no time for one.

        Args:
            last_poll_duration: Seconds that the latest poll took. The last poll is placed so that
                it ends before the deadline if it takes up to twice as long.
            at_least: Seconds of a Retry-After, if there was one.
        """
        pause = next(self.pauses)
        at_least = min(at_least or 0.0, LONGEST_RETRY_AFTER)
        remaining = self.remaining()
        if remaining is None:
            return max(pause, at_least)
        left = remaining - 2 * last_poll_duration
        if left <= 0 or at_least >= remaining:
            return None
        return max(min(pause, left), at_least)

    def remaining(self) -> float | None:
        """Return the seconds left, not negative; None for no limit."""
        return None if self.expires is None else max(0.0, self.expires - monotonic())


def _pauses() -> Iterator[float]:
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)


def error_for_status(job: Tracked, through_pause: bool) -> JobError | None:
    """Return the error for a job that has failed, or is paused and must not be waited for."""
    kind = kind_of(type(job))
    subject = f"{kind.title} {getattr(job, 'id', None)}"
    if job.is_finished and job.status != "completed":
        how = "failed" if job.status == "failed" else f"ended with the status {job.status!r}"
        reason = failure_reason(job)
        return kind.failed(f"{subject} {how}" + (f": {reason}" if reason else ""), job)
    if job.status == "paused" and not through_pause:
        return kind.paused(f"{subject} is paused; wait(..., through_pause=True) waits on", job)
    return None


def may_poll_again(error: APIError, before: APIError | None) -> bool:
    """Return whether a later poll may succeed after one that failed.

    Args:
        error: The error of the poll.
        before: The error of the poll before it; None if that did not fail.
    """
    if isinstance(error, ResponseDecodeError):
        # One page of a proxy must not end the wait for a job that is paid for; the second one shows
        # that what is there is not the service.
        return not isinstance(before, ResponseDecodeError)
    return is_transient(error.http_status)


def wait_timeout(
    id: str,
    cls: type[Tracked],
    job: Tracked | None,
    limit: str,
    failure: APIError | None = None,
) -> WaitTimeoutError:
    """Return the error for a job that was not finished in time.

    Args:
        id: The job's id.
        cls: The job's type.
        job: The job as of the last poll that succeeded.
        limit: What was exceeded.
        failure: The error of the last poll, if it failed.
    """
    status = job.status if job is not None else "never seen"
    message = f"{id} was not finished within {limit}; last status: {status}"
    if failure is not None:
        message += f"; the last poll failed: {failure.message}"
    message = join_sentences(message, continuation(cls, id))
    error = WaitTimeoutError(message, job)
    error.__cause__ = failure
    return error


def describe_wait(error: APIError, cls: type[Tracked], id: str, is_known: bool) -> None:
    """Add to the error of a poll which job was waited for.

    Args:
        error: The error, which is changed.
        cls: The job's type.
        id: The job's id.
        is_known: Whether there is such a job.
    """
    error.job_id = id
    error.message = f"While waiting for {kind_of(cls).name} {id}: {error.message}"
    if is_known:
        error.suggestion = continuation(cls, id)


def continuation(cls: type[Tracked], id: str) -> str:
    """Return how to go on after a wait that was interrupted."""
    kind = kind_of(cls)
    return f"The {kind.name} may still be running: {kind.resource}.wait({id!r}) waits for it"
