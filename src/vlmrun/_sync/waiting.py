# Derived from _async/waiting.py by `make generate`. Do not edit.
"""Waiting for jobs: polling until one has ended."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from vlmrun._core.polling import (
    DEFAULT_WAIT,
    PollSchedule,
    describe_job,
    error_for_status,
    wait_timeout,
)
from vlmrun._core.request_context import RequestContext
from vlmrun._runtime.sync_runtime import notify
from vlmrun._runtime.sync_runtime import sleep as pause_for
from vlmrun._validation import check_seconds
from vlmrun.errors import APIError, RequestTimeoutError, ResponseDecodeError
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
    def of_submit(cls, timeout: Any, on_update: Any, through_pause: bool) -> WaitOptions:
        """Check the arguments of a call that submits a job and may wait for it."""
        return cls(check_seconds("wait_timeout", timeout), on_update, through_pause)

    @classmethod
    def of_wait(cls, timeout: Any, sleep: Any, on_update: Any, through_pause: bool) -> WaitOptions:
        """Check the arguments of a `wait` method."""
        return cls(
            check_seconds("timeout", timeout),
            on_update,
            through_pause,
            max_pause=check_seconds("sleep", sleep),
        )


def wait_for(
    id: str,
    poll: Callable[[RequestContext], S],
    options: WaitOptions,
    context: RequestContext,
) -> S:
    """Poll a job until it is completed, and return it.

    Args:
        id: The job's id, for error messages.
        poll: Fetches the job.
        options: How long to wait, and how.
        context: The settings, and the deadline of the whole call.

    Raises:
        JobError: It failed, or is paused.
        WaitTimeoutError: It was not completed in time.
    """
    schedule = PollSchedule.start(options.timeout, options.max_pause, context.expires)
    job: S | None = None
    while True:
        started = monotonic()
        # timeout=0 asks for one poll, which still needs time for its response.
        limited = context if options.timeout == 0 else context.within(schedule.remaining())
        try:
            job = poll(limited)
        except RequestTimeoutError:
            if schedule.remaining() == 0:
                raise wait_timeout(id, job, schedule.limit) from None
            raise
        notify(options.on_update, job)
        if job.status == "completed":
            return job
        problem = error_for_status(job, options.through_pause)
        if problem is not None:
            raise problem
        pause = schedule.next_pause(monotonic() - started)
        if pause is None:
            raise wait_timeout(id, job, schedule.limit)
        pause_for(pause)


def finish(
    job: J,
    poll: Callable[[RequestContext], J],
    options: WaitOptions,
    context: RequestContext,
) -> J:
    """Wait for a job that was just submitted; errors on the way name its id.

    Raises:
        ResponseDecodeError: The job has no id, so that it cannot be polled.
        JobError: It failed, or is paused.
        WaitTimeoutError: It was not completed in time.
    """
    if job.status == "completed":
        return job
    if not (isinstance(job.id, str) and job.id):
        raise ResponseDecodeError("The response has no id to wait for", raw=job.raw)
    problem = error_for_status(job, options.through_pause)
    if problem is not None:
        raise problem
    try:
        return wait_for(job.id, poll, options, context)
    except APIError as error:
        # Without the id, the caller could not look for a job that was paid for.
        error.message = f"While waiting for {describe_job(job)}: {error.message}"
        raise
