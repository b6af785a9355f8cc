# Derived from _async/waiting.py by `make generate`. Do not edit.
"""Waiting for jobs: polling until one has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from vlmrun._core.outcomes import add_note
from vlmrun._core.polling import (
    DEFAULT_WAIT,
    PollSchedule,
    continuation,
    describe_wait,
    error_for_status,
    may_poll_again,
    wait_timeout,
)
from vlmrun._core.request_context import RequestContext
from vlmrun._core.usage import expect_job
from vlmrun._core.watched_jobs import Watch
from vlmrun._runtime.sync_client_class import check_callback
from vlmrun._runtime.sync_runtime import Wakeup, notify
from vlmrun._sync.job_polling import JobPoller, JobSource
from vlmrun._validation import check_bool, check_pause, check_seconds
from vlmrun.errors import APIError, InputError, JobError, RequestTimeoutError, WaitTimeoutError
from vlmrun.types.jobs import Tracked

S = TypeVar("S", bound=Tracked)


class WaitOptions(NamedTuple):
    """The arguments of a call that waits for a job.

    Attributes:
        timeout: Seconds to wait at most; None for no limit, 0 to poll once.
        on_update: Called with the job after each poll.
        through_pause: Whether to keep waiting while the job is paused.
        max_pause: Seconds between two polls at most; None for the default.
    """

    timeout: float | None = DEFAULT_WAIT
    on_update: Callable[[Any], Any] | None = None
    through_pause: bool = False
    max_pause: float | None = None

    @classmethod
    def of_submit(cls, timeout: Any, on_update: Any, through_pause: bool) -> WaitOptions:
        """Check the arguments of a call that submits jobs and waits for them."""
        seconds = check_seconds("wait_timeout", timeout)
        return cls._checked(seconds, on_update, through_pause, None)

    @classmethod
    def unless(
        cls, batch: bool | None, timeout: Any, on_update: Any, through_pause: bool
    ) -> WaitOptions | None:
        """Check the arguments of a call that waits for its job unless `batch` is set; then None."""
        check_bool("batch", batch)
        options = cls.of_submit(timeout, on_update, through_pause)
        if batch and options != cls():
            names = ("wait_timeout", "on_update", "through_pause")
            given = next(name for name, a, b in zip(names, options, cls(), strict=False) if a != b)
            raise InputError(
                f"{given} has no effect with batch=True, which does not wait",
                suggestion=f"Pass batch=False, or pass {given} to wait",
            )
        return None if batch else options

    @classmethod
    def of_wait(cls, timeout: Any, sleep: Any, on_update: Any, through_pause: bool) -> WaitOptions:
        """Check the arguments of a `wait` method."""
        seconds = check_seconds("timeout", timeout)
        return cls._checked(seconds, on_update, through_pause, check_pause("sleep", sleep))

    @classmethod
    def _checked(
        cls, timeout: float | None, on_update: Any, through_pause: Any, max_pause: float | None
    ) -> WaitOptions:
        check_callback("on_update", on_update)
        return cls(timeout, on_update, bool(check_bool("through_pause", through_pause)), max_pause)

    def watch(self, expires: float | None, is_patient: bool) -> Watch:
        """Return how a call waits that has these arguments.

        Args:
            expires: When the wait ends (monotonic seconds); None for no limit.
            is_patient: Whether the wait goes on after a request that failed.
        """
        return Watch(
            Wakeup,
            expires,
            longest_pause=self.max_pause,
            sees_all=self.on_update is not None,
            is_through_pause=self.through_pause,
            is_patient=is_patient,
        )


def wait_for(
    id: str,
    source: JobSource[S],
    options: WaitOptions,
    context: RequestContext,
    *,
    submitted: bool = False,
    job: S | None = None,
) -> S:
    """Poll a job until it is completed, and return it.

    Args:
        id: The job's id.
        source: How to get jobs.
        options: How long to wait, and how.
        context: The settings, and the deadline of the whole call.
        submitted: Whether this call has submitted the job before.
        job: The job as it was submitted just now.

    Raises:
        JobError: It failed, or is paused.
        WaitTimeoutError: It was not completed in time.
        APIError: A poll was refused.
    """
    expect_job(id, context.settings)
    wait = _Wait(id, source, options, context, job)
    try:
        return wait.poll_once() if options.timeout == 0 else wait.until_completed()
    except APIError as error:
        # Without the id, the caller could not look for a job that was paid for.
        describe_wait(error, source.job_class, id, submitted or wait.job is not None)
        raise
    except BaseException as error:  # Ctrl-C, a cancelled task, whatever on_update raises
        is_own = isinstance(error, JobError) and error.job is wait.job
        if not is_own:
            add_note(error, continuation(source.job_class, id))
        raise


class _Wait(Generic[S]):
    """One wait for a job.

    Attributes:
        job: The job as of the last poll that succeeded.
    """

    def __init__(
        self,
        id: str,
        source: JobSource[S],
        options: WaitOptions,
        context: RequestContext,
        job: S | None,
    ) -> None:
        self.job = job
        self._failure: APIError | None = None
        self._id = id
        self._source = source
        self._options = options
        self._schedule = PollSchedule.start(options.timeout, context.expires)
        self._context = context

    def poll_once(self) -> S:
        """Poll the job once, with the retries of the client."""
        fetched = self._source.fetch(self._id, self._context)
        job = self._source.with_model(fetched, self._id)
        if self._is_completed(job):
            return job
        raise self._timed_out()

    def until_completed(self) -> S:
        is_patient = self._context.settings.max_retries > 0
        watch = self._options.watch(self._schedule.expires, is_patient)
        poller = JobPoller(self._source, self._context, watch)
        try:
            poller.add([self._id], is_new=self.job is not None)
            while True:
                polled = poller.next_seen()
                if not polled:
                    self._failure = self._failure or poller.failure
                    self.job = poller.last_listed(self._id) or self.job
                    raise self._timed_out()
                for _, job, error in polled:
                    if error is not None:
                        self._tolerate(error, is_patient)
                    elif job is not None and self._is_completed(job):
                        return job
        finally:
            poller.remove()

    def _is_completed(self, job: S) -> bool:
        """Look at the job; raise the error of one that has failed, or is paused."""
        self.job, self._failure = job, None
        notify(self._options.on_update, job)
        if job.status == "completed":
            return True
        problem = error_for_status(job, self._options.through_pause)
        if problem is not None:
            raise problem
        return False

    def _tolerate(self, error: APIError, is_patient: bool) -> None:
        """Remember the error of a poll, unless it ends the wait."""
        if isinstance(error, RequestTimeoutError) and self._schedule.remaining() == 0:
            raise self._timed_out() from self._failure
        if not (is_patient and may_poll_again(error, self._failure)):
            raise error
        self._failure = error

    def _timed_out(self) -> WaitTimeoutError:
        job_class = self._source.job_class
        return wait_timeout(self._id, job_class, self.job, self._schedule.limit, self._failure)


def finish(job: S, source: JobSource[S], options: WaitOptions, context: RequestContext) -> S:
    """Wait for a job that was just submitted.

    Raises:
        JobError: It failed, or is paused.
        WaitTimeoutError: It was not completed in time.
    """
    if job.status == "completed":
        return job
    problem = error_for_status(job, options.through_pause)
    if problem is not None:
        raise problem
    return wait_for(job.id, source, options, context, submitted=True, job=job)
