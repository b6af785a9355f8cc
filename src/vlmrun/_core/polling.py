"""How `wait` paces its looks, and what it makes of a job's status."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import NamedTuple

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
from vlmrun.types.common import Tracked
from vlmrun.types.datasets import DatasetResponse
from vlmrun.types.fine_tuning import FinetuningResponse
from vlmrun.types.predictions import PredictionResponse

DEFAULT_WAIT = 600.0
LONGEST_PAUSE = 5.0
_FIRST_PAUSE = 0.25
_GROWTH = 1.5


class PollSchedule(NamedTuple):
    """When to look next, and when to stop looking."""

    pauses: Iterator[float]
    expires: float | None
    limit: str

    @classmethod
    def start(
        cls, timeout: float | None, longest: float | None, deadline: float | None
    ) -> PollSchedule:
        """Start the clock.

        Args:
            timeout: Seconds to wait; None for no bound.
            longest: Seconds of the longest pause between two looks.
            deadline: The moment (monotonic seconds) at which the whole call must be over.
        """
        own = None if timeout is None else monotonic() + timeout
        pauses = _pauses(LONGEST_PAUSE if longest is None else longest)
        if own is not None and (deadline is None or own < deadline):
            return cls(pauses, own, f"{timeout:g} s")
        return cls(pauses, deadline, "the deadline of the call")

    def next_pause(self, look_took: float) -> float | None:
        """Seconds until the next look; None when time is up.

        The last look is placed so that it ends within the time, going by how long the latest took.
        """
        pause = next(self.pauses)
        if self.expires is None:
            return pause
        left = self.expires - monotonic() - 2 * look_took
        if left <= 0:
            return None
        return min(pause, left)

    def remaining(self) -> float | None:
        """Seconds left, never negative; None for no bound."""
        return None if self.expires is None else max(0.0, self.expires - monotonic())


def _pauses(longest: float) -> Iterator[float]:
    pause = _FIRST_PAUSE
    while True:
        yield min(pause, longest)
        pause = min(pause * _GROWTH, longest)


class _Kind(NamedTuple):
    """What a job is called, and the errors that tell of it."""

    name: str
    failed: type[JobError]
    paused: type[JobError]


_EXECUTION = _Kind("Execution", ExecutionFailedError, ExecutionPausedError)
_OTHERS: dict[type[Tracked], _Kind] = {
    PredictionResponse: _Kind("Prediction", PredictionFailedError, PredictionPausedError),
    DatasetResponse: _Kind("Dataset", JobFailedError, JobPausedError),
    FinetuningResponse: _Kind("Fine-tuning job", JobFailedError, JobPausedError),
}


def problem_with(job: Tracked, through_pause: bool) -> JobError | None:
    """The error for a job that failed, or is paused and shall not be waited for."""
    kind = _kind_of(job)
    whose = f"{kind.name} {getattr(job, 'id', None)}"
    if job.status == "failed":
        return kind.failed(f"{whose} failed{_reason(job)}", job)
    if job.status == "paused" and not through_pause:
        return kind.paused(f"{whose} is paused; wait(..., through_pause=True) waits on", job)
    return None


def timed_out(id: str, job: Tracked | None, limit: str) -> WaitTimeoutError:
    """The error for a wait that ran out of time."""
    status = job.status if job is not None else "never seen"
    return WaitTimeoutError(f"{id} was not finished within {limit}; last status: {status}", job)


def named(job: Tracked) -> str:
    """What a job is, and its id."""
    name = _kind_of(job).name
    return f"{name[0].lower()}{name[1:]} {getattr(job, 'id', None)}"


def _kind_of(job: Tracked) -> _Kind:
    return next((kind for cls, kind in _OTHERS.items() if isinstance(job, cls)), _EXECUTION)


def _reason(job: Tracked) -> str:
    response = getattr(job, "response", None)
    candidates = [getattr(job, "message", None), (job.raw or {}).get("message")]
    if isinstance(response, dict):
        candidates += [response.get("error"), response.get("message"), response.get("detail")]
    else:
        candidates.append(response)
    candidates.append(getattr(getattr(job, "usage", None), "message", None))
    reason = next((text for text in candidates if isinstance(text, str) and text), None)
    return f": {reason}" if reason else ""
