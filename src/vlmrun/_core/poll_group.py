"""The poller that all waits of a client share: which call requests what, and when.

A job is requested by the call that waits for it. From three jobs on, one of the calls, the leader,
lists the recent jobs on behalf of all of them, and tells the others what it has seen. There is no
thread or task beside those of the calls: when the leader leaves, another one is woken to lead.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from math import inf
from time import monotonic
from typing import Any

from vlmrun._attempts import ResponseFacts
from vlmrun._core.job_slots import Waiter
from vlmrun._core.list_schedule import ListSchedule
from vlmrun._core.listing_trust import FieldChecks, StatusChecks
from vlmrun._core.watched_jobs import Listed, Listing, Step, Watch, Watched
from vlmrun._fork_safe_locks import ForkSafeLock
from vlmrun.errors import APIError

# A list, and the request that checks it, are two requests.
_FEWEST = 3

_MAX_PAGE = 1000
_MIN_PAGE = 50

# Pages are requested for so many missing jobs each.
_PER_PAGE = 4
_MAX_PAGES = 10

# After so many lists without a job, it is not looked for in lists any more.
_MAX_MISSED = 3

# Seconds for a list at most.
LIST_TIMEOUT = 20.0

# Seconds after which a leader that was not heard of is replaced: its event loop may be blocked, or
# have been stopped without ending its tasks.
_GRACE = 10.0


class PollGroup:
    """The calls that wait for jobs of one kind, in any thread, task and event loop.

    Args:
        can_list: Whether there is a list of such jobs.
        spacing: Returns the seconds between two requests that the rate limit allows.

    Attributes:
        process: The process that it belongs to; a fork copies it.
    """

    def __init__(self, can_list: bool, spacing: Callable[[], float] = lambda: 0.0) -> None:
        self.process = os.getpid()
        self._spacing = spacing
        self._lock = ForkSafeLock()
        self._jobs: dict[str, list[Watched]] = {}
        self._unlisted: set[str] = set()
        self._waiting: dict[Watch, Waiter] = {}
        self._leader: Watch | None = None
        self._leader_until = 0.0
        self._is_listing = self._relies_on_lists = False
        self._lists = ListSchedule(can_list, spacing)
        self._depth = 0
        self._statuses, self._fields = StatusChecks(), FieldChecks()

    def failure_since(self, time: float) -> APIError | None:
        """Return the error of the latest list, if it failed after a time."""
        return self._lists.failure if self._lists.failed_at >= time else None

    def add(self, watch: Watch, ids: Iterable[str], is_new: bool = False) -> None:
        """Let a call wait for jobs.

        Args:
            watch: The call.
            ids: Their ids.
            is_new: Whether they were submitted just now.
        """
        with self._lock.held:
            now = monotonic()
            added = [Watched(id, watch, now, is_new) for id in ids]
            for job in added:
                watch.jobs[job.id] = job
                self._jobs.setdefault(job.id, []).append(job)
            if not (added and self._update(now)):
                return
            due = self._lists.due_for(added[0].due)
            if watch.expires is not None and watch.expires <= due + 2 * self._lists.took:
                return
            for job in added:
                self._rely_on_lists(job)
            if due < self._lists.due:
                self._lists.due = due
                if self._leader is not None:
                    self._wake(self._leader)

    def remove(self, watch: Watch, id: str | None = None) -> None:
        """Let a call wait for a job, or for anything, no longer; may be called again."""
        with self._lock.held:
            now = monotonic()
            ids = list(watch.jobs) if id is None else [id]
            for each in ids:
                job = watch.jobs.pop(each, None)
                if job is not None:
                    watch.ready.pop(job, None)
                    self._forget(job, now)
            if id is None:
                self._waiting.pop(watch, None)
                self._step_down(watch)
            self._update(now)

    def next_step(self, watch: Watch) -> Step:
        """Return what a call has to do next."""
        with self._lock.held:
            now = monotonic()
            self._waiting.pop(watch, None)
            self._update(now)
            step = self._step(watch, now)
            if step.listing is None and step.wakeup is None:
                # It may take long until it comes back.
                self._step_down(watch)
            return step

    def fetched(self, job: Watched, took: float, result: dict[str, Any] | APIError) -> None:
        """Take the result of a request for one job.

        Args:
            job: The job.
            took: Seconds.
            result: Its JSON, or why the request failed.
        """
        with self._lock.held:
            now = monotonic()
            error = result if isinstance(result, APIError) else None
            if not isinstance(result, APIError):
                self._lists.fetched(took)
            self._compare(job, None if isinstance(result, APIError) else result, now)
            if self._is_listing and error is None and not job.missed:
                self._rely_on_lists(job)
                return
            count = len(self._jobs)
            pause = job.pause_alone(now, count)
            pause = max(pause, 2 * self._spacing() * (count - 1))
            job.schedule(now, pause, took, error.retry_after if error else None)

    def add_page(self, listing: Listing, items: list[Any], facts: ResponseFacts) -> bool:
        """Take a page of a list; return whether to ask for the next one."""
        with self._lock.held:
            found = listing.add_page(items, facts, self._jobs)
            self._leader_until = monotonic() + LIST_TIMEOUT
            missing, is_last = len(listing.missing), len(items) < listing.limit
            listing.limit = _MAX_PAGE
            if missing < _FEWEST:
                return False
            # Old jobs are looked for, as long as that takes much fewer requests than there are.
            may_search = not is_last and listing.pages < min(missing // _PER_PAGE, _MAX_PAGES)
            return found >= _FEWEST or may_search

    def listed(self, watch: Watch, listing: Listing, took: float) -> None:
        """Take all pages of a list from the leader, and wake those whose jobs have ended."""
        with self._lock.held:
            now = monotonic()
            self._lists.listed(now, took, len(self._jobs))
            self._depth = listing.depth
            self._statuses.next_round()
            for id, found in listing.found.items():
                for job in self._jobs.get(id, ()):
                    self._see(job, found, now)
                self._unlisted.discard(id)
            for id in listing.missing:
                self._miss(id, now)
            self._check_status(now)
            self._lists.plan(now, self._all(), len(self._jobs))
            self._update(now)

    def list_failed(self, watch: Watch, error: APIError) -> None:
        """Take the error of a list from the leader."""
        with self._lock.held:
            now = monotonic()
            self._lists.plan(now, self._all(), len(self._jobs))
            self._lists.failed(now, error)
            for job in self._all():
                if not job.watch.is_patient:
                    self._request(job, now)
            self._update(now)

    def give_up_leading(self, watch: Watch) -> None:
        """Let another call lead, since this one was interrupted."""
        with self._lock.held:
            self._step_down(watch)

    def hurry(self) -> None:
        """End all pauses: the client was closed, which the next request of each call reports."""
        # After a fork, there is nobody to wake, and what would wake them may be locked forever.
        if self.process != os.getpid():
            return
        with self._lock.held:
            now = monotonic()
            for job in self._all():
                self._request(job, now)

    # All that follows is called with the lock.

    def _step(self, watch: Watch, now: float) -> Step:
        if watch.ready:
            seen = tuple(watch.ready.items())
            watch.ready.clear()
            return Step(seen=seen)
        due = [job for job in watch.jobs.values() if job.due <= now]
        if due:
            return Step(fetch=due)
        if watch.expires is not None and now >= watch.expires:
            return Step(is_over=True)
        times = [job.due for job in watch.jobs.values()]
        if not self._is_listing and min(times, default=inf) == inf:
            return Step(is_over=True)
        if self._is_listing:
            if self._leads(watch, now):
                if now >= self._lists.due:
                    self._leader_until = now + LIST_TIMEOUT
                    return Step(listing=self._listing())
                self._leader_until = self._lists.due
                times.append(self._lists.due)
            else:
                times.append(self._leader_until + _GRACE)
        if watch.expires is not None:
            times.append(watch.expires)
        until = min(times)
        wakeup = self._waiting[watch] = watch.create_wakeup()
        return Step(wakeup=wakeup, seconds=None if until == inf else max(0.0, until - now))

    def _leads(self, watch: Watch, now: float) -> bool:
        """Return whether a call is the leader; it becomes that if there is none, or is too late."""
        if self._leader is None or now > self._leader_until + _GRACE:
            self._leader = watch
        return self._leader is watch

    def _listing(self) -> Listing:
        ids = self._jobs.keys() - self._unlisted
        # New jobs move the others down.
        limit = max(_MIN_PAGE, 2 * len(ids), self._depth + self._depth // 4)
        return Listing(ids, min(limit, _MAX_PAGE))

    def _update(self, now: float) -> bool:
        """Return whether jobs are listed now; if that is over, they are requested one by one."""
        before = self._is_listing
        count = len(self._jobs) - len(self._unlisted)
        self._is_listing = count >= _FEWEST and not self._lists.is_blocked(now)
        if self._is_listing and not before:
            self._lists.start(now)
        if not self._is_listing:
            self._leader = None
        if self._relies_on_lists and not self._is_listing:
            self._relies_on_lists = False
            for job in self._all():
                if job.due == inf:
                    job.is_held = False
                    left = self._lists.seen + job.pause_alone(now, len(self._jobs)) - now
                    job.schedule(now, max(0.0, left), 0.0, None)
            for watch in list(self._waiting):
                self._wake(watch)
        return self._is_listing

    def _see(self, job: Watched, listed: Listed, now: float) -> None:
        """Take a job of a list."""
        job.listed, job.missed, job.is_held = listed, 0, False
        if job.compared is not None:  # its request is on the way, and others wait for the result
            return
        if job.ends_with(listed.status):
            needs_fetch = self._fields.needs_fetch(listed.raw)
            job.is_held = needs_fetch is None
            if needs_fetch:
                job.compared, job.is_status_due = listed, False
                self._request(job, now)
            else:
                self._rely_on_lists(job)
                if needs_fetch is False:
                    self._show(job, listed)
            return
        self._rely_on_lists(job)
        if job.watch.sees_all:
            self._show(job, listed)

    def _rely_on_lists(self, job: Watched) -> None:
        """Do not request a job by itself while there are lists."""
        job.due = inf
        self._relies_on_lists = True

    def _show(self, job: Watched, listed: Listed) -> None:
        job.watch.ready[job] = listed
        self._wake(job.watch)

    def _miss(self, id: str, now: float) -> None:
        for job in self._jobs.get(id, ()):
            job.missed += 1
            job.listed = None
            if job.due == inf:
                self._request(job, now)
            if job.missed >= _MAX_MISSED:
                self._unlisted.add(id)

    def _request(self, job: Watched, now: float) -> None:
        """Let a job be requested by its call."""
        job.due = now
        self._wake(job.watch)

    def _compare(self, job: Watched, fetched: dict[str, Any] | None, now: float) -> None:
        """Compare what a request and a list have shown of a job, if there is a reason to."""
        compared, listed, is_status_due = job.compared, job.listed, job.is_status_due
        job.compared, job.is_status_due = None, False
        if compared is not None:
            self._fields.compared(compared.raw, fetched)
            for other in self._all():
                if other.is_held and other.listed is not None:
                    self._see(other, other.listed, now)
        elif is_status_due and listed is not None and fetched is not None:
            job.listed = None
            is_same = listed.status == fetched.get("status")
            if is_same:
                self._lists.trust()
            if not self._statuses.compared(is_same):
                self._lists.distrust(now)
                self._update(now)
            self._check_status(now)

    def _check_status(self, now: float) -> None:
        """Let a job of the latest list be requested, to compare its status, if that is due."""
        if not (self._statuses.is_due and self._is_listing):
            return
        listed = (job for job in self._all() if job.due == inf and job.is_listed_in_progress)
        ready = (job for job in listed if job.watch is self._leader or job.watch in self._waiting)
        # One after the other, so that none is overlooked that lists show wrongly.
        job = min(ready, key=lambda job: job.checks, default=None)
        if job is not None:
            self._statuses.is_due = False
            job.is_status_due = True
            job.checks += 1
            self._request(job, now)

    def _forget(self, job: Watched, now: float) -> None:
        if job.compared is not None:
            self._compare(job, None, now)
        others = self._jobs[job.id]
        others.remove(job)
        if not others:
            del self._jobs[job.id]
            self._unlisted.discard(job.id)
        if job.listed is not None and job.ends_with(job.listed.status):
            self._lists.ended(now - job.since)

    def _step_down(self, watch: Watch) -> None:
        """Let a call lead no longer, and wake one that can, if there is a need."""
        if self._leader is watch:
            self._leader = None
        if self._is_listing and self._leader is None:
            for other in list(self._waiting):
                if self._wake(other):
                    return

    def _wake(self, watch: Watch) -> bool:
        wakeup = self._waiting.pop(watch, None)
        return wakeup is not None and wakeup.wake()

    def _all(self) -> Iterable[Watched]:
        return (job for jobs in self._jobs.values() for job in jobs)
