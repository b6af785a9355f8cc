# Derived from _async/waiting_many.py by `make generate`. Do not edit.
"""Waiting for many jobs: an item for each, with its result or its error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from vlmrun._core.polling import (
    PollSchedule,
    describe_wait,
    error_for_status,
    may_poll_again,
    wait_timeout,
)
from vlmrun._core.request_context import RequestContext
from vlmrun._core.usage import expect_job
from vlmrun._messages import short_repr
from vlmrun._runtime.sync_batching import BatchItems
from vlmrun._sync.job_polling import JobPoller, JobSource, Seen
from vlmrun._sync.waiting import WaitOptions
from vlmrun._validation import check_id
from vlmrun.errors import APIError, AuthenticationError, InputError, InputTypeError
from vlmrun.types.batches import BatchItem
from vlmrun.types.jobs import Job

J = TypeVar("J", bound=Job)


def job_ids(ids: Any) -> list[Any]:
    """Return the ids that were passed; each is checked when its turn comes.

    Raises:
        InputTypeError: They are not an iterable, or a single id.
    """
    if isinstance(ids, (str, bytes)) or not isinstance(ids, Iterable):
        raise InputTypeError(
            f"ids must be an iterable of ids, got {short_repr(ids)}",
            suggestion="Pass a list; wait waits for a single job",
        )
    return list(ids)


def ends_of(
    ids: list[Any], source: JobSource[J], options: WaitOptions, context: RequestContext
) -> BatchItems[Any]:
    """Wait for jobs, and yield an item for each as it ends.

    Args:
        ids: Their ids. One that is invalid, or there twice, is an item with an error.
        source: How to get jobs.
        options: How long to wait for all of them, and how.
        context: The settings, and the deadline of the whole call.

    Raises:
        AuthenticationError: The API key is wrong.
    """
    waits = _Waits(source, options, context)
    for index, id in enumerate(ids):
        problem = waits.take(index, id)
        if problem is not None:
            yield BatchItem(index, id, error=problem)
    try:
        waits.begin()
        while waits.indices:
            polled = waits.poller.next_seen()
            for seen in polled:
                item = waits.item_of(seen)
                if item is not None:
                    yield item
            if not polled:
                for id in list(waits.indices):
                    yield waits.timed_out(id)
    finally:
        waits.poller.remove()


class _Waits(Generic[J]):
    """The waits for many jobs.

    Attributes:
        poller: Polls them.
        indices: The numbers of those that have not ended, by id.
    """

    def __init__(self, source: JobSource[J], options: WaitOptions, context: RequestContext) -> None:
        self._source = source
        self._options = options
        self._context = context
        # timeout=0 asks for one poll, which still needs time for its response.
        self._polls_once = options.timeout == 0
        timeout = None if self._polls_once else options.timeout
        self._schedule = PollSchedule.start(timeout, context.expires)
        self._is_patient = context.settings.max_retries > 0 and not self._polls_once
        watch = options.watch(self._schedule.expires, self._is_patient)
        watch.sees_all = self._polls_once
        self.poller = JobPoller(source, context, watch)
        self.indices: dict[str, int] = {}
        self._jobs: dict[str, J] = {}
        self._failures: dict[str, APIError] = {}

    def take(self, index: int, id: Any) -> InputError | None:
        """Take an id; return the error of one that cannot be waited for."""
        try:
            check_id(f"ids[{index}]", id)
        except InputError as error:
            return error
        first = self.indices.setdefault(id, index)
        if first == index:
            expect_job(id, self._context.settings)
            return None
        return InputError(
            f"ids[{index}] is the same as ids[{first}]: {short_repr(id)}",
            suggestion=f"Leave it out; the item of ids[{first}] has the job",
        )

    def begin(self) -> None:
        """Start to poll."""
        self.poller.add(self.indices)

    def item_of(self, seen: Seen[J]) -> BatchItem[Any] | None:
        """Return the item of a job that was polled, if it has ended."""
        id, job, error = seen
        if error is not None:
            return self._failed(id, error)
        if job is None:
            return None
        self._jobs[id] = job
        self._failures.pop(id, None)
        if job.status == "completed":
            result: Any = job  # of the two classes of jobs that batches have
            return self._ended(id, result)
        problem = error_for_status(job, self._options.through_pause)
        if problem is not None:
            return self._ended(id, error=problem)
        return self.timed_out(id) if self._polls_once else None

    def timed_out(self, id: str) -> BatchItem[Any]:
        """Return the item of a job that has not ended in time."""
        limit = "0 s" if self._polls_once else self._schedule.limit
        job = self.poller.last_listed(id) or self._jobs.get(id)
        failure = self._failures.get(id) or self.poller.failure
        return self._ended(id, error=wait_timeout(id, self._source.job_class, job, limit, failure))

    def _failed(self, id: str, error: APIError) -> BatchItem[Any] | None:
        may_poll = may_poll_again(error, self._failures.get(id))
        if self._is_patient and (may_poll or self._schedule.remaining() == 0):
            self._failures[id] = error
            return None
        describe_wait(error, self._source.job_class, id, id in self._jobs)
        # All other jobs would have it, too.
        if isinstance(error, AuthenticationError):
            raise error
        return self._ended(id, error=error)

    def _ended(self, id: str, result: Any = None, error: Exception | None = None) -> BatchItem[Any]:
        self.poller.remove(id)
        self._jobs.pop(id, None)
        return BatchItem(self.indices.pop(id), id, id, result, error)
