"""Base class of the resources whose objects have a status: list and iterate."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from vlmrun._async.http.operation_sender import JobItems
from vlmrun._async.paging import PAGE_SIZE, iterate_pages
from vlmrun._async.resources._base import Resource
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._validation import check_paging
from vlmrun.types.jobs import Tracked
from vlmrun.types.page import Page

if TYPE_CHECKING:
    from vlmrun._async.job_polling import JobSource
    from vlmrun._async.waiting import WaitOptions

S = TypeVar("S", bound=Tracked)


class TrackedResource(Resource, Generic[S]):
    """A resource whose objects have a status.

    Attributes:
        _job_class: The type of its objects.
    """

    _job_class: ClassVar[type[Any]]

    async def list(
        self,
        skip: int | None = None,
        limit: int | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> Page[S]:
        """List jobs, newest first.

        Args:
            skip: The number of jobs to skip; the service's default is 0.
            limit: The maximum number of jobs to return, 1 to 1000; the service's default is 10.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: `skip` or `limit` is out of range.
            APIError: The service refused the request or could not be reached.

        Example:
            >>> for execution in await client.executions.list(limit=5):
            ...     print(execution.id, execution.status)
        """
        return await self._page(check_paging(skip=skip, limit=limit), self._begin(options))

    def iterate(
        self,
        *,
        skip: int = 0,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        options: RequestOptions | None = None,
    ) -> AsyncIterator[S]:
        """Iterate over all jobs, newest first; pages are fetched as needed.

        Args:
            skip: The number of jobs to skip.
            limit: The number of items to return at most; None (the default) for all.
            page_size: The number of jobs per request, 1 to 1000.
            options: Options of each request.

        Raises:
            InputError: `skip` or `page_size` is out of range.

        Example:
            >>> async for execution in client.executions.iterate():
            ...     print(execution.id)
        """

        async def fetch(skip: int, limit: int) -> Page[S]:
            return await self._page({"skip": skip, "limit": limit}, self._begin(options))

        return iterate_pages(fetch, skip, page_size, limit)

    async def _page(self, query: dict[str, int], context: RequestContext) -> Page[S]:
        page: Page[S] = await self._request_page(
            self._job_class, self._list_kwargs(**query), context
        )
        return page

    async def _items(self, skip: int, limit: int, context: RequestContext) -> JobItems:
        return await self._request_items(self._list_kwargs(skip=skip, limit=limit), context)

    def _list_kwargs(self, **query: int) -> dict[str, Any]:
        raise NotImplementedError

    async def _fetch(self, id: str, context: RequestContext) -> S:
        raise NotImplementedError

    def _source(self, response_model: Any = None) -> JobSource[S]:
        """Return how to get jobs; `response_model` is the type of their `.parsed`."""
        from vlmrun._async.job_polling import JobSource

        return JobSource(
            self._client_context, self._job_class, self._fetch, self._items, response_model
        )

    async def _wait(self, id: str, wait_options: WaitOptions, context: RequestContext) -> S:
        from vlmrun._async.waiting import wait_for

        return await wait_for(id, self._source(), wait_options, context)
