"""What all resources share: sending an operation and reading its answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from vlmrun._core import error_mapping
from vlmrun._core.options import RequestOptions, Settings
from vlmrun._core.request_context import RequestContext
from vlmrun._core.secrets import conceal
from vlmrun._optional_imports import import_optional
from vlmrun._validation import check_int, is_http_url
from vlmrun.errors import APIError, ResponseDecodeError
from vlmrun.types._base import Received, read
from vlmrun.types.page import Page, read_page

if TYPE_CHECKING:
    from vlmrun._async.client import AsyncVLMRun
    from vlmrun._async.http.responses import BufferedResponse
    from vlmrun._async.http.transport import Transport
    from vlmrun._async.resources.completions import ChatCompletions

T = TypeVar("T", bound=Received)
A = TypeVar("A")

PAGE_SIZE = 100


class Resource:
    """A group of operations of one client.

    Attributes:
        attribute: What a client calls it, which the index is made from.
        operations: By operationId of the contract, the method that sends it.
    """

    attribute: ClassVar[str]
    operations: ClassVar[Mapping[str, str]]

    def __init__(self, client: Any) -> None:
        self._client: AsyncVLMRun = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"

    @property
    def _transport(self) -> Transport:
        return self._client._transport

    def _begin(self, options: RequestOptions | None) -> RequestContext:
        return self._client._begin(options)

    async def _one(
        self,
        cls: type[T],
        kwargs: dict[str, Any],
        context: RequestContext,
        *,
        repeatable: bool | None = None,
        secret: str | None = None,
    ) -> T:
        """Send a request and read its one object; no error shows the `secret` of its body."""
        try:
            answer = await self._transport.request(kwargs, context, repeatable=repeatable)
            return read_one(cls, answer)
        except APIError as error:
            if secret:
                conceal(error, secret)
            raise

    async def _many(self, cls: type[T], kwargs: dict[str, Any], context: RequestContext) -> Page[T]:
        answer = await self._transport.request(kwargs, context)
        try:
            return read_page(cls, answer.json())
        except ResponseDecodeError as error:
            raise located(error, answer) from None

    async def _listed(
        self, cls: type[T], kwargs: dict[str, Any], context: RequestContext
    ) -> Page[T]:
        """As `_many`, where the array stands under `data`."""
        answer = await self._transport.request(kwargs, context)
        body = answer.json()
        try:
            return read_page(cls, body.get("data") if isinstance(body, dict) else body)
        except ResponseDecodeError as error:
            raise located(error, answer) from None


def chat_of(transport: Transport, settings: Settings) -> ChatCompletions:
    """Chat at the base URL of some settings.

    Raises:
        DependencyError: The extra `openai` is not installed.
    """
    import_optional("openai", "openai", "Chat")
    from vlmrun._async.resources.completions import ChatCompletions, openai_client

    return ChatCompletions(openai_client(transport, settings))


def read_one(cls: type[T], answer: BufferedResponse) -> T:
    """The object that an answer holds; `ResponseDecodeError` with all that is known if it fails."""
    try:
        return read(cls, answer.json())
    except ResponseDecodeError as error:
        raise located(error, answer) from None


def storage_url(source: Received, field: str) -> str:
    """The URL of the storage host in a field of an answer; `ResponseDecodeError` without one."""
    url = getattr(source, field)
    if not isinstance(url, str) or not is_http_url(url):
        raise ResponseDecodeError(f"The answer has no URL in {field}", raw=source.raw)
    return url


def located(error: ResponseDecodeError, answer: BufferedResponse) -> ResponseDecodeError:
    """The error with the status, headers and request id of the answer it is about."""
    status, headers, content = answer
    return error_mapping.undecodable(error.message, status, headers, content, error.raw)


async def pages(
    fetch: Callable[[int, int], Awaitable[Page[A]]], skip: int, page_size: int
) -> AsyncIterator[A]:
    """All items from `skip` on, page by page.

    Lists are newest first, so a job that starts meanwhile moves the rest down a place; an id that
    was seen is therefore passed over.
    """
    check_int("skip", skip)
    check_int("page_size", page_size, 1, 1000)
    seen: set[str] = set()
    while True:
        page = await fetch(skip, page_size)
        for item in page:
            id = getattr(item, "id", None)
            if not isinstance(id, str):
                yield item
            elif id not in seen:
                seen.add(id)
                yield item
        if page.received < page_size:
            return
        skip += page_size
