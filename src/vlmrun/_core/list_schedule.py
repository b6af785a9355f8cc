"""The schedule of lists of jobs: when the next one is due, and for how long there are none."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from math import inf

from vlmrun._core.polling import may_poll_again
from vlmrun._core.retry import LONGEST_RETRY_AFTER
from vlmrun._core.watched_jobs import Watched
from vlmrun.errors import APIError, RateLimitError

# Seconds between two lists at least.
_MIN_GAP = 0.5

# How many lists in a row may fail, or be refused because there are too many requests, and the
# seconds for which nothing is listed then. They double.
_MAX_FAILURES, _MAX_REFUSALS = 2, 5
_BLOCKED = 10.0
_LONGEST_BLOCKED = 300.0

# A list that takes longer than this (seconds) must be faster than requests for each job.
_SLOW = 1.0

# The number of jobs of late whose duration is remembered, and how many of them are needed.
_REMEMBERED = 32
_ENOUGH = 16


class ListSchedule:
    """The schedule of the lists of one kind of jobs; times are monotonic seconds.

    Args:
        can_list: Whether there are lists.
        spacing: Returns the seconds between two requests that the rate limit allows.

    Attributes:
        due: When the next list is due.
        seen: When the latest list that can be relied on was received.
        took: The seconds that lists take.
        failure: The error of the latest list, if it failed.
        failed_at: When it failed.
    """

    def __init__(self, can_list: bool, spacing: Callable[[], float]) -> None:
        self.due = self.seen = self.failed_at = self._latest = -inf
        self.took = 0.0
        self.failure: APIError | None = None
        self._spacing = spacing
        self._blocked_until = -inf if can_list else inf
        self._blocks = self._failures = 0
        self._single_took = 0.0
        self._durations: deque[float] = deque(maxlen=_REMEMBERED)

    def is_blocked(self, now: float) -> bool:
        """Return whether nothing is listed at a time."""
        return now < self._blocked_until

    def start(self, now: float) -> None:
        """Begin to list."""
        self.due = max(now, self._latest + _MIN_GAP)

    def due_for(self, time: float) -> float:
        """Return when the list is due for a job that is due at a time."""
        return min(self.due, max(time, self._latest + _MIN_GAP))

    def fetched(self, took: float) -> None:
        """Take the seconds of a request for one job."""
        self._single_took = _smoothed(self._single_took, took)

    def ended(self, seconds: float) -> None:
        """Take the duration of a job."""
        self._durations.append(seconds)

    def listed(self, now: float, took: float, count: int) -> None:
        """Take the seconds of a list.

        Args:
            now: The time.
            took: The seconds.
            count: The number of jobs that are waited for.
        """
        self.failure, self._failures = None, 0
        self.seen = now
        self.took = _smoothed(self.took, took)
        if took > _SLOW and self.took > count * self._single_took > 0:
            self._block(now)

    def failed(self, now: float, error: APIError) -> None:
        """Take the error of a list, after which the next one was planned."""
        self._failures += 1
        most = _MAX_REFUSALS if isinstance(error, RateLimitError) else _MAX_FAILURES
        if not may_poll_again(error, self.failure) or self._failures >= most:
            self.distrust(now)
        self.failure, self.failed_at = error, now
        pause = min(error.retry_after or 0.0, LONGEST_RETRY_AFTER)
        self.due = max(self.due + 2.0**self._failures, now + pause)

    def distrust(self, now: float) -> None:
        """List nothing for some time, and forget what lists have shown."""
        self.seen = -inf
        self._block(now)

    def trust(self) -> None:
        """Note that a list has shown the present state."""
        self._blocks = 0

    def plan(self, now: float, jobs: Iterable[Watched], count: int) -> None:
        """Set when the next list is due.

        Args:
            now: The time.
            jobs: The jobs that are waited for.
            count: Their number.
        """
        self._latest = now
        shortest = min(self._durations) * 0.8 if len(self._durations) >= _ENOUGH else 0.0
        gap, ends = inf, set()
        for job in jobs:
            job.company = max(job.company, count)
            gap = min(gap, job.pause_together(now, count, shortest))
            if job.watch.expires is not None:
                ends.add(job.watch.expires)
        # Half of the rate is left to other requests.
        least = 2 * max(self.took, self._spacing())
        self.due = now + (max(gap, least) if count else 0.0)
        # One more list for those whose time ends before.
        for end in ends:
            if now + max(_MIN_GAP / 2, least) < end - 2 * self.took < self.due:
                self.due = end - 2 * self.took

    def _block(self, now: float) -> None:
        self._blocked_until = now + min(_BLOCKED * 2.0**self._blocks, _LONGEST_BLOCKED)
        self._blocks += 1


def _smoothed(before: float, value: float) -> float:
    return value if before == 0 else (3 * before + value) / 4
