"""Waiting for jobs: polling until one has ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import monotonic
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
from vlmrun._runtime.async_runtime import check_callback, notify
from vlmrun._runtime.async_runtime import sleep as pause_for
from vlmrun._validation import check_bool, check_seconds
from vlmrun.errors import APIError, InputError, JobError, RequestTimeoutError, WaitTimeoutError
from vlmrun.types.jobs import Job, Tracked

S = TypeVar("S", bound=Tracked)
J = TypeVar("J", bound=Job)


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
    def of_submit(
        cls, timeout: Any, on_update: Any, through_pause: bool, batch: Any = False
    ) -> WaitOptions:
        """Check the arguments of a call that submits a job and, without `batch`, waits for it."""
        seconds = check_seconds("wait_timeout", timeout)
        options = cls._checked(seconds, on_update, through_pause, None)
        if batch and options != cls():
            names = ("wait_timeout", "on_update", "through_pause")
            given = next(name for name, a, b in zip(names, options, cls(), strict=False) if a != b)
            raise InputError(
                f"{given} has no effect with batch=True, which does not wait",
                suggestion=f"Pass batch=False, or pass {given} to wait",
            )
        return options

    @classmethod
    def of_wait(cls, timeout: Any, sleep: Any, on_update: Any, through_pause: bool) -> WaitOptions:
        """Check the arguments of a `wait` method."""
        seconds = check_seconds("timeout", timeout)
        return cls._checked(seconds, on_update, through_pause, check_seconds("sleep", sleep))

    @classmethod
    def _checked(
        cls, timeout: float | None, on_update: Any, through_pause: Any, max_pause: float | None
    ) -> WaitOptions:
        check_callback("on_update", on_update)
        return cls(timeout, on_update, bool(check_bool("through_pause", through_pause)), max_pause)


async def wait_for(
    id: str,
    cls: type[S],
    poll: Callable[[RequestContext], Awaitable[S]],
    options: WaitOptions,
    context: RequestContext,
    *,
    submitted: bool = False,
    job: S | None = None,
) -> S:
    """Poll a job until it is completed, and return it.

    Args:
        id: The job's id.
        cls: The job's type.
        poll: Fetches the job.
        options: How long to wait, and how.
        context: The settings, and the deadline of the whole call.
        submitted: Whether this call has submitted the job before.
        job: The job as it was submitted.

    Raises:
        JobError: It failed, or is paused.
        WaitTimeoutError: It was not completed in time.
        APIError: A poll was refused.
    """
    expect_job(id, context.settings)
    wait = _Wait(id, cls, options, context, job)
    try:
        return await wait.until_completed(poll)
    except APIError as error:
        # Without the id, the caller could not look for a job that was paid for.
        describe_wait(error, cls, id, submitted or wait.job is not None)
        raise
    except BaseException as error:  # Ctrl-C, a cancelled task, whatever on_update raises
        is_own = isinstance(error, JobError) and error.job is wait.job
        if not is_own:
            add_note(error, continuation(cls, id))
        raise


class _Wait(Generic[S]):
    """One wait for a job.

    Attributes:
        job: The job as of the last poll that succeeded.
    """

    def __init__(
        self,
        id: str,
        cls: type[S],
        options: WaitOptions,
        context: RequestContext,
        job: S | None,
    ) -> None:
        self.job = job
        self._failure: APIError | None = None
        self._id = id
        self._cls = cls
        self._options = options
        self._schedule = PollSchedule.start(options.timeout, options.max_pause, context.expires)
        # timeout=0 asks for one poll, which still needs time for its response and its retries.
        self._polls_once = options.timeout == 0
        # Otherwise a poll that failed is followed by the next one, until the wait is over.
        self._is_patient = not self._polls_once and context.settings.max_retries > 0
        if self._is_patient:
            context = context._replace(settings=context.settings._replace(max_retries=0))
        self._context = context

    async def until_completed(self, poll: Callable[[RequestContext], Awaitable[S]]) -> S:
        took = 0.0
        while True:
            started = monotonic()
            try:
                self.job = await poll(self._limited())
            except APIError as error:
                self._tolerate(error)
            else:
                self._failure = None
                took = monotonic() - started
                await notify(self._options.on_update, self.job)
                if self.job.status == "completed":
                    return self.job
                problem = error_for_status(self.job, self._options.through_pause)
                if problem is not None:
                    raise problem
            at_least = None if self._failure is None else self._failure.retry_after
            pause = self._schedule.next_pause(took, at_least)
            if pause is None:
                raise self._timed_out()
            await pause_for(pause)

    def _limited(self) -> RequestContext:
        return (
            self._context if self._polls_once else self._context.within(self._schedule.remaining())
        )

    def _tolerate(self, error: APIError) -> None:
        """Remember the error of a poll, unless it ends the wait."""
        if isinstance(error, RequestTimeoutError) and self._schedule.remaining() == 0:
            raise self._timed_out() from self._failure
        if not (self._is_patient and may_poll_again(error)):
            raise error
        self._failure = error

    def _timed_out(self) -> WaitTimeoutError:
        return wait_timeout(self._id, self._cls, self.job, self._schedule.limit, self._failure)


async def finish(
    job: J,
    poll: Callable[[RequestContext], Awaitable[J]],
    options: WaitOptions,
    context: RequestContext,
) -> J:
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
    return await wait_for(job.id, type(job), poll, options, context, submitted=True, job=job)
