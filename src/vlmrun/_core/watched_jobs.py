"""The jobs that a call waits for, and what it has to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any, NamedTuple

from vlmrun._attempts import ResponseFacts
from vlmrun._core.job_slots import Waiter
from vlmrun._core.polling import PAUSE_OF_NEW_JOB, pause_at_age
from vlmrun._core.retry import LONGEST_RETRY_AFTER
from vlmrun.types.jobs import IS_FINAL

# Where many wait, each job is polled often enough to notice its end after this time and this part
# of its age.
_NOTICE_TIME = 0.35
_NOTICE_PART = 0.05


class Listed(NamedTuple):
    """A job as a list has shown it.

    Attributes:
        raw: Its JSON.
        facts: The response with the list.
    """

    raw: dict[str, Any]
    facts: ResponseFacts

    @property
    def status(self) -> str:
        """Its status."""
        return str(self.raw.get("status"))


class Watched:
    """A job that one call waits for; times are monotonic seconds.

    Attributes:
        id: Its id.
        watch: The call.
        since: When the wait for it began.
        due: When it is requested by itself; infinity if lists show it.
        missed: The number of lists in a row in which it was not.
        company: The largest number of jobs that were waited for together with it.
        listed: The job in the latest list; None if it was not there.
        is_held: Whether that list shows its end, and another job will show whether that is all.
        compared: The job in the list, not always the latest, whose fields are compared with those
            of the request for it; None if they are not.
        is_status_due: Whether its status in the latest list is compared with that of the request.
        checks: How often its status was compared.
    """

    def __init__(self, id: str, watch: Watch, now: float, is_new: bool) -> None:
        self.id = id
        self.watch = watch
        self.since = now
        # A job that was submitted just now has not ended yet.
        self.due = now + PAUSE_OF_NEW_JOB if is_new else now
        self.missed = 0
        self.company = 1
        self.listed: Listed | None = None
        self.is_held = False
        self.compared: Listed | None = None
        self.is_status_due = False
        self.checks = 0

    @property
    def is_listed_in_progress(self) -> bool:
        """Whether the latest list shows that it has not ended."""
        return self.listed is not None and not self.ends_with(self.listed.status)

    def pause_alone(self, now: float, count: int) -> float:
        """Return the seconds until the next request for this job.

        Args:
            now: The time.
            count: The number of jobs that are waited for. Where it was larger, the few that are
                left use the requests that the others do not need any more.
        """
        age = now - self.since
        pause = pause_at_age(age, self.watch.longest_pause)
        return min(pause, max(_notice(age), pause * count / self.company))

    def pause_together(self, now: float, count: int, shortest: float) -> float:
        """Return the seconds until the next list.

        Args:
            now: The time.
            count: The number of jobs that are waited for.
            shortest: The seconds that all jobs of late have taken.
        """
        age = now - self.since
        pause = max(pause_at_age(age), _NOTICE_TIME)
        pause = min(pause, max(_notice(max(age, shortest)), pause / count))
        longest = self.watch.longest_pause
        return pause if longest is None else min(pause, longest)

    def schedule(self, now: float, pause: float, took: float, retry_after: float | None) -> None:
        """Set when the job is requested next.

        Args:
            now: The time.
            pause: The seconds until then, unless the wait ends before.
            took: Seconds that the latest request took. The last one is placed so that it ends
                before the deadline if it takes up to twice as long.
            retry_after: Seconds that the service asked to wait, if it did.
        """
        at_least = min(retry_after or 0.0, LONGEST_RETRY_AFTER)
        expires = self.watch.expires
        if expires is not None:
            left = expires - now - 2 * took
            pause = inf if left <= 0 or at_least >= expires - now else min(pause, left)
        self.due = now + max(pause, at_least)

    def ends_with(self, status: str) -> bool:
        """Return whether the wait ends with a status."""
        return IS_FINAL.get(status, False) or (
            status == "paused" and not self.watch.is_through_pause
        )


def _notice(age: float) -> float:
    return _NOTICE_TIME + _NOTICE_PART * age


class Watch:
    """A call that waits for jobs.

    Args:
        create_wakeup: Creates what ends a pause of this call.
        expires: When the wait ends (monotonic seconds); None for no limit.
        longest_pause: Seconds between two polls at most; None for the default.
        sees_all: Whether it is told each time that a job was seen, and not only of its end.
        is_through_pause: Whether a job that is paused has not ended.
        is_patient: Whether the wait goes on after a request that failed.

    Attributes:
        jobs: Those that have not ended, by id.
        ready: The jobs of lists that the call has to look at, as of the latest list.
    """

    def __init__(
        self,
        create_wakeup: Callable[[], Waiter],
        expires: float | None = None,
        *,
        longest_pause: float | None = None,
        sees_all: bool = False,
        is_through_pause: bool = False,
        is_patient: bool = True,
    ) -> None:
        self.create_wakeup = create_wakeup
        self.expires = expires
        self.longest_pause = longest_pause
        self.sees_all = sees_all
        self.is_through_pause = is_through_pause
        self.is_patient = is_patient
        self.jobs: dict[str, Watched] = {}
        self.ready: dict[Watched, Listed] = {}


class Listing:
    """A request for lists, on behalf of all calls.

    Attributes:
        limit: The number of jobs to ask for at a time.
        missing: The ids that were not found yet.
        found: What was found, by id.
        received: The number of jobs that were received.
        pages: The number of pages.
        depth: The place of the last one that was found.
    """

    def __init__(self, ids: set[str], limit: int) -> None:
        self.limit = limit
        self.missing = ids
        self.found: dict[str, Listed] = {}
        self.received = self.pages = 0
        self.depth = 0

    def add_page(
        self, items: Sequence[Any], facts: ResponseFacts, wanted: Mapping[str, Any]
    ) -> int:
        """Take a page of the list, and return the number of wanted jobs on it."""
        before = len(self.found)
        for place, item in enumerate(items, self.received + 1):
            id = item.get("id") if isinstance(item, dict) else None
            if isinstance(id, str) and id in wanted and isinstance(item.get("status"), str):
                self.found.setdefault(id, Listed(item, facts))
                self.missing.discard(id)
                self.depth = place
        self.received += len(items)
        self.pages += 1
        return len(self.found) - before


class Step(NamedTuple):
    """The next thing that a call does while it waits: exactly one of these.

    Attributes:
        seen: Jobs of lists to look at.
        fetch: Jobs to request one by one.
        listing: Lists to request, for all.
        is_over: The wait has timed out.
        wakeup: What ends the pause, which lasts `seconds` at most (None for no limit).
    """

    seen: Sequence[tuple[Watched, Listed]] = ()
    fetch: Sequence[Watched] = ()
    listing: Listing | None = None
    is_over: bool = False
    wakeup: Any = None
    seconds: float | None = None
