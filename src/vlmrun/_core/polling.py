"""When to poll a job again, and what its status means for `wait`."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import NamedTuple

from vlmrun._core.retry import LONGEST_RETRY_AFTER
from vlmrun.errors import (
    ExecutionFailedError,
    ExecutionPausedError,
    JobError,
    JobFailedError,
    JobPausedError,
    PredictionFailedError,
    PredictionPausedError,
    WaitTimeoutError,
)
from vlmrun.types.datasets import DatasetResponse
from vlmrun.types.fine_tuning import FinetuningResponse
from vlmrun.types.jobs import Tracked
from vlmrun.types.predictions import PredictionResponse

# Seconds.
DEFAULT_WAIT = 600.0
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 5.0
_GROWTH = 1.5


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
    def start(
        cls, timeout: float | None, longest_pause: float | None, deadline: float | None
    ) -> PollSchedule:
        """Start the clock.

        Args:
            timeout: Seconds to wait; None for no limit.
            longest_pause: Seconds between two polls at most; None for the default.
            deadline: When the whole call must be over (monotonic seconds).
        """
        own = None if timeout is None else monotonic() + timeout
        pauses = _pauses(_LONGEST_PAUSE if longest_pause is None else longest_pause)
        if own is not None and (deadline is None or own < deadline):
            return cls(pauses, own, f"{timeout:g} s")
        return cls(pauses, deadline, "the deadline of the call")

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


def _pauses(longest: float) -> Iterator[float]:
    pause = _FIRST_PAUSE
    while True:
        yield min(pause, longest)
        pause = min(pause * _GROWTH, longest)


class _JobKind(NamedTuple):
    """The name of a kind of job, and the errors for it."""

    name: str
    failed: type[JobError]
    paused: type[JobError]


_EXECUTION = _JobKind("Execution", ExecutionFailedError, ExecutionPausedError)
_OTHERS: dict[type[Tracked], _JobKind] = {
    PredictionResponse: _JobKind("Prediction", PredictionFailedError, PredictionPausedError),
    DatasetResponse: _JobKind("Dataset", JobFailedError, JobPausedError),
    FinetuningResponse: _JobKind("Fine-tuning job", JobFailedError, JobPausedError),
}


def error_for_status(job: Tracked, through_pause: bool) -> JobError | None:
    """Return the error for a job that has failed, or is paused and must not be waited for."""
    kind = _kind_of(job)
    subject = f"{kind.name} {getattr(job, 'id', None)}"
    if job.is_finished and job.status != "completed":
        how = "failed" if job.status == "failed" else f"ended with the status {job.status!r}"
        return kind.failed(f"{subject} {how}{_reason(job)}", job)
    if job.status == "paused" and not through_pause:
        return kind.paused(f"{subject} is paused; wait(..., through_pause=True) waits on", job)
    return None


def wait_timeout(id: str, job: Tracked | None, limit: str) -> WaitTimeoutError:
    """Return the error for a job that was not finished in time."""
    status = job.status if job is not None else "never seen"
    return WaitTimeoutError(f"{id} was not finished within {limit}; last status: {status}", job)


def describe_job(job: Tracked) -> str:
    """Return the kind and the id of a job."""
    name = _kind_of(job).name
    return f"{name[0].lower()}{name[1:]} {getattr(job, 'id', None)}"


def _kind_of(job: Tracked) -> _JobKind:
    return next((kind for cls, kind in _OTHERS.items() if isinstance(job, cls)), _EXECUTION)


def _reason(job: Tracked) -> str:
    # Each kind of job reports its failure in another field.
    response = getattr(job, "response", None)
    candidates = [getattr(job, "message", None), (job.raw or {}).get("message")]
    if isinstance(response, dict):
        candidates += [response.get("error"), response.get("message"), response.get("detail")]
    else:
        candidates.append(response)
    candidates.append(getattr(getattr(job, "usage", None), "message", None))
    reason = next((text for text in candidates if isinstance(text, str) and text), None)
    return f": {reason}" if reason else ""
