# Derived from _async/resources/_jobs.py by `make generate`. Do not edit.
"""What resources share whose objects have a status: listing, looking at one, waiting for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, Generic, TypeVar

from vlmrun._core.options import RequestOptions
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
from vlmrun._sync.resources._base import PAGE_SIZE, Resource, pages
from vlmrun._validation import check_id, check_paging, check_seconds
from vlmrun.errors import APIError, RequestTimeoutError, ResponseDecodeError
from vlmrun.types.jobs import Job, Tracked
from vlmrun.types.page import Page

S = TypeVar("S", bound=Tracked)
J = TypeVar("J", bound=Job)


class TrackedResource(Resource, Generic[S]):
    """A resource whose objects have a status that ends."""

    def list(
        self,
        skip: int | None = None,
        limit: int | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> Page[S]:
        """List jobs, the newest first.

        Args:
            skip: How many to pass over; the service's default is 0.
            limit: How many to return, 1 to 1000; the service's default is 10.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            InputError: `skip` or `limit` out of bounds.
            APIError: The service refused or could not be reached.

        Example:
            >>> for execution in client.executions.list(limit=5):
            ...     print(execution.id, execution.status)
        """
        return self._page(check_paging(skip=skip, limit=limit), self._begin(options))

    def iterate(
        self,
        *,
        skip: int = 0,
        page_size: int = PAGE_SIZE,
        options: RequestOptions | None = None,
    ) -> Iterator[S]:
        """All jobs, the newest first, fetched page by page as they are asked for.

        Args:
            skip: How many to pass over.
            page_size: How many to fetch at a time, 1 to 1000.
            options: For each page's request.

        Raises:
            InputError: `skip` or `page_size` out of bounds.

        Example:
            >>> for execution in client.executions.iterate():
            ...     print(execution.id)
        """

        def fetch(skip: int, limit: int) -> Page[S]:
            return self._page({"skip": skip, "limit": limit}, self._begin(options))

        return pages(fetch, skip, page_size)

    def _page(self, given: dict[str, int], context: RequestContext) -> Page[S]:
        raise NotImplementedError

    def _fetch(self, id: str, context: RequestContext) -> S:
        raise NotImplementedError

    def _look(self, id: str, response_model: Any, context: RequestContext) -> S:
        return self._fetch(id, context)

    def _wait(
        self,
        id: str,
        timeout: float | None,
        longest_pause: float | None,
        on_update: Callable[[S], Any] | None,
        through_pause: bool,
        response_model: Any,
        context: RequestContext,
    ) -> S:
        timeout = check_seconds("timeout", timeout)
        schedule = PollSchedule.start(
            timeout, check_seconds("sleep", longest_pause), context.expires
        )
        job: S | None = None
        while True:
            started = monotonic()
            # timeout=0 asks for one look, which must have time to be answered.
            look = context if timeout == 0 else context.within(schedule.remaining())
            try:
                job = self._look(id, response_model, look)
            except RequestTimeoutError:
                if schedule.remaining() == 0:
                    raise wait_timeout(id, job, schedule.limit) from None
                raise
            notify(on_update, job)
            if job.status == "completed":
                return job
            problem = error_for_status(job, through_pause)
            if problem is not None:
                raise problem
            pause = schedule.next_pause(monotonic() - started)
            if pause is None:
                raise wait_timeout(id, job, schedule.limit)
            pause_for(pause)


class Jobs(TrackedResource[J]):
    """A resource whose objects answer when they end."""

    def get(
        self,
        id: str,
        *,
        response_model: Any = None,
        options: RequestOptions | None = None,
    ) -> J:
        """One job, as it stands now.

        Args:
            id: Its id.
            response_model: What `.parsed` shall be; by default what this client submitted it with.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: Nothing has this id.
            InputError: The id is empty or would change the URL.

        Example:
            >>> execution = client.executions.get(response.id)
            >>> print(execution.status)
        """
        return self._look(check_id("id", id), response_model, self._begin(options))

    def wait(
        self,
        id: str,
        timeout: float | None = DEFAULT_WAIT,
        sleep: float | None = None,
        *,
        on_update: Callable[[J], Any] | None = None,
        through_pause: bool = False,
        response_model: Any = None,
        options: RequestOptions | None = None,
    ) -> J:
        """Wait until a job has completed, and return it.

        Looks at once, again after 0.25 s, then after growing pauses.

        Args:
            id: Its id.
            timeout: Seconds to wait at most (default 600); None for no bound, 0 for one look.
            sleep: The longest pause between two looks, in seconds (default 5).
            on_update: Called with the job after each look.
            through_pause: Go on waiting while the job is paused.
            response_model: What `.parsed` shall be; by default what this client submitted it with.
            options: For this call alone. A `deadline` counts beside `timeout`: the earlier ends it.

        Raises:
            JobFailedError: It failed; the error's `job` has it. (`ExecutionFailedError`,
                `PredictionFailedError`)
            JobPausedError: It is paused, and `through_pause` is not set.
            WaitTimeoutError: Time is up (a `TimeoutError`); the job goes on.
            ResourceNotFoundError: Nothing has this id.

        Example:
            >>> done = client.executions.wait(response.id, timeout=300)
            >>> print(done.response)
        """
        context = self._begin(options)
        return self._wait(
            check_id("id", id), timeout, sleep, on_update, through_pause, response_model, context
        )

    def _look(self, id: str, response_model: Any, context: RequestContext) -> J:
        job = self._fetch(id, context)
        if response_model is None:
            response_model = self._client._remembered.get(id)
        return job if response_model is None else job.with_response_model(response_model)

    def _submitted(self, job: J, response_model: Any) -> J:
        """A job that was just submitted, whose `response_model` this client remembers."""
        if response_model is None:
            return job
        if isinstance(job.id, str):
            self._client._remembered[job.id] = response_model
        return job.with_response_model(response_model)

    def _finish(
        self,
        job: J,
        timeout: float | None,
        on_update: Callable[[J], Any] | None,
        through_pause: bool,
        context: RequestContext,
    ) -> J:
        """A job that was just submitted, completed; errors on the way name its id."""
        if job.status == "completed":
            return job
        if not (isinstance(job.id, str) and job.id):
            raise ResponseDecodeError("The answer has no id to wait for", raw=job.raw)
        problem = error_for_status(job, through_pause)
        if problem is not None:
            raise problem
        try:
            return self._wait(job.id, timeout, None, on_update, through_pause, None, context)
        except APIError as error:
            error.message = f"While waiting for {describe_job(job)}: {error.message}"
            raise
