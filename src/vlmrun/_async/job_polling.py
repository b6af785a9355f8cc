"""Polling the jobs that a call waits for, together with all other waits of the client."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from time import monotonic
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

from vlmrun._async.context import ClientContext
from vlmrun._async.http.operation_sender import JobItems
from vlmrun._core.poll_group import LIST_TIMEOUT, PollGroup
from vlmrun._core.request_context import RequestContext
from vlmrun._core.usage import observe
from vlmrun._core.watched_jobs import Listed, Listing, Watch, Watched
from vlmrun._runtime.async_batching import NO_MORE, bounded_map
from vlmrun._runtime.async_runtime import Wakeup
from vlmrun.errors import APIError
from vlmrun.types._base import read
from vlmrun.types.jobs import Job, Tracked

S = TypeVar("S", bound=Tracked)

# How many of its jobs a call requests at a time, one by one, and before it looks at the results.
_CONCURRENT = 16
_CHUNK = 64

# A job that was polled: its id, and either the job or an error. Python 3.10 has no generic named
# tuples.
Seen: TypeAlias = tuple[str, S | None, APIError | None]


@attrs.frozen(eq=False)
class JobSource(Generic[S]):
    """The requests for the jobs of one kind.

    Attributes:
        context: The client.
        job_class: Their type.
        fetch: Requests one by its id.
        list_items: Requests a page of the recent ones as JSON, by `skip` and `limit`; None if
            there is no such list.
        response_model: The type of `.parsed`; None for the one that they were submitted with.
    """

    context: ClientContext
    job_class: type[S]
    fetch: Callable[[str, RequestContext], Awaitable[S]]
    list_items: Callable[[int, int, RequestContext], Awaitable[JobItems]] | None = None
    response_model: Any = None

    def group(self, context: RequestContext) -> PollGroup:
        """Return the calls that wait for jobs of this kind, with the same account and headers."""
        settings = context.settings
        headers = tuple(sorted(settings.headers.items()))
        account = settings.base_url, settings.api_key, headers
        key = self.job_class.__name__, account, os.getpid()
        return self.context.shared.poll_group(key, self.list_items is not None)

    def read(self, listed: Listed, context: RequestContext) -> S:
        """Return a job of a list, as `fetch` would."""
        job: S = read(self.job_class, listed.raw)
        job._hidden["_response"] = listed.facts
        observe(job, context.settings)
        return self.with_model(job, str(listed.raw["id"]))

    def with_model(self, job: S, id: str) -> S:
        """Return the job that was requested by an id, with the type of `.parsed`."""
        if not isinstance(job, Job):
            return job
        typed: S = self.context.submitted.apply(job, id, self.response_model)
        return typed


class JobPoller(Generic[S]):
    """Polls jobs on behalf of one call.

    Args:
        source: How to get the jobs.
        context: The settings, and the deadline of the call.
        watch: How the call waits.
    """

    def __init__(self, source: JobSource[S], context: RequestContext, watch: Watch) -> None:
        self._source = source
        # A poll that failed is followed by the next one, until the wait ends.
        self._context = context._replace(settings=context.settings._replace(max_retries=0))
        self._watch = watch
        self._group = source.group(context)
        self._began = monotonic()

    @property
    def failure(self) -> APIError | None:
        """The error of the latest list, if it failed since this call began."""
        return self._group.failure_since(self._began)

    def last_listed(self, id: str) -> S | None:
        """Return a job as of the latest list, if it was there."""
        job = self._watch.jobs.get(id)
        if job is None or job.listed is None:
            return None
        return self._source.read(job.listed, self._context)

    def add(self, ids: Iterable[str], is_new: bool = False) -> None:
        """Wait for jobs; `is_new` if they were submitted just now."""
        self._group.add(self._watch, ids, is_new)

    def remove(self, id: str | None = None) -> None:
        """Wait no longer for a job; without an id, for none. May be called again."""
        self._group.remove(self._watch, id)

    async def next_seen(self) -> Sequence[Seen[S]]:
        """Return the next jobs that were polled; none if the wait has timed out."""
        while True:
            if self._group.process != os.getpid():
                self._follow_fork()
            step = self._group.next_step(self._watch)
            if step.seen:
                return [
                    (job.id, self._source.read(listed, self._context), None)
                    for job, listed in step.seen
                ]
            if step.fetch:
                return await self._fetch_all(step.fetch)
            if step.is_over:
                return []
            if step.listing is not None:
                await self._list(step.listing)
            else:
                await pause_for(step.wakeup, step.seconds)

    def _follow_fork(self) -> None:
        """Wait on in the child of a fork, where the other calls do not exist."""
        ids = list(self._watch.jobs)
        self._watch.jobs.clear()
        self._watch.ready.clear()
        self._group = self._source.group(self._context)
        self.add(ids)

    async def _fetch_all(self, jobs: Sequence[Watched]) -> Sequence[Seen[S]]:
        if len(jobs) == 1:
            return [await self._fetch(jobs[0])]
        remaining = iter(jobs[:_CHUNK])

        async def take() -> Any:
            return next(remaining, NO_MORE)

        results = bounded_map(self._fetch, take, _CONCURRENT, in_order=False)
        try:
            return [seen async for seen in results]
        finally:
            await results.aclose()

    async def _fetch(self, job: Watched) -> Seen[S]:
        started = monotonic()
        try:
            found = await self._source.fetch(job.id, self._limited(None))
        except APIError as error:
            self._group.fetched(job, monotonic() - started, error)
            return job.id, None, error
        self._group.fetched(job, monotonic() - started, found.raw or {})
        return job.id, self._source.with_model(found, job.id), None

    async def _list(self, listing: Listing) -> None:
        """List the recent jobs, on behalf of all calls."""
        group, watch = self._group, self._watch
        started = monotonic()
        try:
            await self._list_pages(listing)
        except APIError as error:
            if self._limited(None).remaining() != 0:
                group.list_failed(watch, error)
        except BaseException:
            group.give_up_leading(watch)
            raise
        else:
            group.listed(watch, listing, monotonic() - started)

    async def _list_pages(self, listing: Listing) -> None:
        has_more = True
        while has_more and self._source.list_items is not None:
            page = await self._source.list_items(
                listing.received, listing.limit, self._limited(LIST_TIMEOUT)
            )
            has_more = self._group.add_page(listing, page.items, page.facts)

    def _limited(self, seconds: float | None) -> RequestContext:
        """Return the context of a poll, which ends with the wait."""
        context, expires = self._context.within(seconds), self._watch.expires
        if expires is None or (context.expires is not None and context.expires < expires):
            return context
        return context._replace(expires=expires)


async def pause_for(wakeup: Wakeup, seconds: float | None) -> None:
    """Pause this call for at most so many seconds, until another one wakes it."""
    await wakeup.wait(seconds)
