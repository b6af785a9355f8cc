"""Jobs (executions, predictions, datasets, fine-tuning) that advance by polls or by time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from time import monotonic
from typing import Any

import attrs

from vlmrun.errors import InputError, InputTypeError
from vlmrun.types.jobs import IS_FINAL

# The default of the field in the service's document, for jobs of every kind, is "pending".
COMPLETING = ("pending", "running", "completed")
FAILING = ("pending", "running", "failed")


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(timezone.utc)


def timestamp(time: datetime) -> str:
    """Format a UTC time the way the service does."""
    return time.isoformat().replace("+00:00", "Z")


def _as_statuses(statuses: Any) -> tuple[str, ...]:
    if isinstance(statuses, str) or not isinstance(statuses, Sequence):
        raise InputTypeError(f"statuses must be a list of str, got {statuses!r}")
    if not statuses:
        raise InputError("statuses is empty", suggestion=f"For example {list(COMPLETING)}")
    return tuple(statuses)


@attrs.frozen
class Outcome:
    """The scripted course and result of a job.

    Attributes:
        response: The response of the completed job; any JSON value.
        statuses: The statuses that the job goes through: the first at submission, the last is
            final. Statuses that the contract does not know are allowed.
        message: The `usage.message` of the finished job.
        usage: More fields of its `usage`.
        artifacts: Artifacts of the completed job, as bytes or str, by id ("img_0a1b2c") or by
            file name ("report.csv"). `client.artifacts` finds them.

    Example:
        >>> Outcome({"total": 12.5}).statuses[-1]
        'completed'
        >>> Outcome.failure("the page is blank").statuses[-1]
        'failed'
    """

    response: Any = None
    statuses: tuple[str, ...] = attrs.field(default=COMPLETING, converter=_as_statuses)
    message: str | None = None
    usage: dict[str, Any] = attrs.field(factory=dict, hash=False)
    artifacts: Mapping[str, bytes | str] = attrs.field(factory=dict, hash=False, kw_only=True)

    @classmethod
    def failure(cls, message: str) -> Outcome:
        """Return the outcome of a job that fails with this message."""
        return cls(statuses=FAILING, message=message)


@attrs.frozen
class Pace:
    """The speed at which jobs advance.

    Attributes:
        polls: The number of polls until the last status; 0 starts a job in its last status.
        seconds: The number of seconds until the last status, instead of `polls`.
    """

    polls: int = 2
    seconds: float | None = None

    def __attrs_post_init__(self) -> None:
        if self.polls < 0:
            raise InputError(f"polls must be 0 or more, got {self.polls}")
        if self.seconds is not None and self.seconds < 0:
            raise InputError(f"completes_after must be 0 or more, got {self.seconds}")

    def end_of(self, start: datetime) -> datetime:
        """Return when a finished job that began at `start` ended."""
        return now() if self.seconds is None else start + timedelta(seconds=self.seconds)

    def progress(self, polls: int, age: float) -> float:
        """Return the progress of a job, from 0 to 1, after so many polls and seconds."""
        if self.seconds is None:
            return min(1.0, polls / self.polls) if self.polls else 1.0
        return min(1.0, age / self.seconds) if self.seconds else 1.0


@attrs.define(eq=False)
class Job:
    """An execution, a prediction, a dataset or a fine-tuning job.

    Attributes:
        id: Its id.
        fields: Fields of its JSON that do not change, such as the name.
        outcome: Its course and result.
        extra: More fields of its JSON once it is completed.
        on_end: Called once with its JSON, when a poll first finds it completed or failed.
    """

    id: str
    fields: dict[str, Any]
    outcome: Outcome
    pace: Pace
    extra: dict[str, Any] = attrs.field(factory=dict)
    created_at: datetime = attrs.field(factory=now)
    on_end: Callable[[dict[str, Any]], None] | None = None
    # Progress is measured with a clock that does not jump; `created_at` is only displayed.
    _started: float = attrs.field(factory=monotonic, init=False)
    _polls: int = attrs.field(default=0, init=False)
    _ended_at: datetime | None = attrs.field(default=None, init=False)

    def poll(self) -> dict[str, Any]:
        """Count one poll and return the JSON after it."""
        self._polls += 1
        return self.as_json()

    def finish(self) -> None:
        """Advance to the last status immediately."""
        self.pace = Pace(polls=0)

    def seconds_left(self) -> float | None:
        """Return the seconds until the job ends, or None if it advances by polls."""
        if self.pace.seconds is None:
            return None
        return max(0.0, self._started + self.pace.seconds - monotonic())

    def as_json(self) -> dict[str, Any]:
        """Return the current JSON without counting a poll."""
        value, ended = self._snapshot()
        if ended and self.on_end is not None:
            # Removed before the call, so that a job is posted only once.
            on_end, self.on_end = self.on_end, None
            on_end(value)
        return value

    def _snapshot(self) -> tuple[dict[str, Any], bool]:
        statuses = self.outcome.statuses
        progress = self.pace.progress(self._polls, monotonic() - self._started)
        position = int(progress * (len(statuses) - 1))
        status = statuses[position]
        is_last = position == len(statuses) - 1
        if is_last and self._ended_at is None:
            self._ended_at = self.pace.end_of(self.created_at)
        completed = is_last and status == "completed"
        ended = is_last and IS_FINAL.get(status, False)
        value = {
            "id": self.id,
            **self.fields,
            "status": status,
            "created_at": timestamp(self.created_at),
            "completed_at": timestamp(self._ended_at) if ended and self._ended_at else None,
            "response": self.outcome.response if completed else None,
            "usage": self._usage(is_last),
            **(self.extra if completed else {}),
        }
        return value, ended

    def _usage(self, is_last: bool) -> dict[str, Any]:
        usage: dict[str, Any] = dict.fromkeys(("elements_processed", "element_type", "steps"))
        usage |= {"credits_used": 0, "duration_seconds": 0, "message": None}
        if is_last and self._ended_at:
            duration = (self._ended_at - self.created_at).total_seconds()
            usage |= {"duration_seconds": int(duration), "message": self.outcome.message}
            usage |= self.outcome.usage
        return usage
