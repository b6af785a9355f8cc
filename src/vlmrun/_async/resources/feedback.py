"""`client.feedback`: feedback on responses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, get_args
from uuid import UUID

from vlmrun_api.api.feedback import list_feedback, submit_feedback

from vlmrun._async.paging import PAGE_SIZE, iterate_pages
from vlmrun._async.resources._base import Resource
from vlmrun._core.outcomes import suggest
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._messages import short_repr
from vlmrun._requests.common import QueryValue
from vlmrun._requests.inputs import as_object
from vlmrun._validation import (
    check_exactly_one,
    check_id,
    check_open_choice,
    check_paging,
    check_str,
)
from vlmrun.errors import InputError, InputTypeError, ResourceNotFoundError
from vlmrun.types.feedback import (
    FeedbackEntityType,
    FeedbackItem,
    FeedbackListResponse,
    FeedbackSubmitRequest,
    FeedbackSubmitResponse,
)
from vlmrun.types.page import Page

# The service takes an id without a type for that of a prediction.
_TYPES = {"request_id": None, "agent_execution_id": "agent_execution", "chat_id": "chat"}


class Feedback(Resource):
    """Submit and read feedback on predictions, executions and chats."""

    _attribute = "feedback"
    _operations: ClassVar = {
        "submit_feedback": "submit",
        "list_feedback": "get",
    }

    async def submit(
        self,
        request_id: str | UUID | None = None,
        response: Any = None,
        notes: str | None = None,
        *,
        agent_execution_id: str | UUID | None = None,
        chat_id: str | UUID | None = None,
        options: RequestOptions | None = None,
    ) -> FeedbackSubmitResponse:
        """Submit feedback on a prediction, execution or chat. Pass exactly one id.

        Args:
            request_id: The id of the prediction.
            response: The correct response: a dict, or a pydantic, attrs or dataclass instance.
            notes: Free text.
            agent_execution_id: The id of the execution.
            chat_id: The id of the chat.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: Not exactly one id, or neither `response` nor `notes`; nothing was sent.
            ResourceNotFoundError: No object has this id.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again.

        Example:
            >>> submitted = await client.feedback.submit(
            ...     agent_execution_id=execution.id,
            ...     response={"total": 12.5},
            ...     notes="The total includes the tax",
            ... )
        """
        by, id = _subject(request_id, agent_execution_id, chat_id)
        if response is None and notes is None:
            raise InputError(
                "Pass response or notes, or both",
                suggestion="response={...} is the correct response",
            )
        if isinstance(response, str):
            raise InputTypeError(
                f"response must be a dict or an object with fields, got {short_repr(response)}",
                suggestion="Pass free text as notes=...",
            )
        request = FeedbackSubmitRequest(
            **{by: id},
            response=None if response is None else as_object("response", response),
            notes=None if notes is None else check_str("notes", notes),
        )
        with _kinds_of_ids():
            return await self._submit(
                FeedbackSubmitResponse,
                submit_feedback._get_kwargs,
                request.to_dict(),
                self._begin(options),
            )

    async def get(
        self,
        request_id: str | UUID | None = None,
        offset: int | None = None,
        limit: int | None = None,
        *,
        agent_execution_id: str | UUID | None = None,
        chat_id: str | UUID | None = None,
        type: FeedbackEntityType | str | None = None,
        options: RequestOptions | None = None,
    ) -> FeedbackListResponse:
        """Return the feedback on a prediction, execution or chat. Pass exactly one id.

        Args:
            request_id: The id of the prediction, or of an object of the `type`.
            offset: The number of items to skip; the service's default is 0.
            limit: The maximum number of items to return, 1 to 1000; the service's default is 10.
            agent_execution_id: The id of the execution.
            chat_id: The id of the chat.
            type: The type of the object with the `request_id`: "request" (the service's default),
                "agent_execution" or "chat".
            options: Options of this call: timeout, deadline, max_retries, headers.

        Returns:
            The feedback, in `.items`, over which it iterates.

        Raises:
            InputError: Not exactly one id, or an argument is out of range; nothing was sent.
            ResourceNotFoundError: No object has this id.

        Example:
            >>> for item in await client.feedback.get(agent_execution_id=execution.id):
            ...     print(item.created_at, item.notes)
        """
        id, kind = _id_and_type(request_id, agent_execution_id, chat_id, type)
        bounds = check_paging(offset=offset, limit=limit)
        return await self._fetch(id, kind, bounds, self._begin(options))

    def iterate(
        self,
        request_id: str | UUID | None = None,
        *,
        agent_execution_id: str | UUID | None = None,
        chat_id: str | UUID | None = None,
        type: FeedbackEntityType | str | None = None,
        offset: int = 0,
        limit: int | None = None,
        page_size: int = PAGE_SIZE,
        options: RequestOptions | None = None,
    ) -> AsyncIterator[FeedbackItem]:
        """Iterate over all feedback on one object; pages are fetched as needed.

        Args:
            request_id: The id of the prediction, or of an object of the `type`.
            agent_execution_id: The id of the execution.
            chat_id: The id of the chat.
            type: The type of the object with the `request_id`: "request" (the service's default),
                "agent_execution" or "chat".
            offset: The number of items to skip.
            limit: The number of items to return at most; None (the default) for all.
            page_size: The number of items per request, 1 to 1000.
            options: Options of each request.

        Raises:
            InputError: Not exactly one id, or `offset` or `page_size` is out of range.

        Example:
            >>> async for item in client.feedback.iterate(prediction.id):
            ...     print(item.notes)
        """
        id, kind = _id_and_type(request_id, agent_execution_id, chat_id, type)

        async def fetch(offset: int, limit: int) -> Page[FeedbackItem]:
            bounds = {"offset": offset, "limit": limit}
            response = await self._fetch(id, kind, bounds, self._begin(options))
            # `iterate_pages` needs the number of items received, also of those it could not read.
            page = Page(response)
            page.unreadable = response.unreadable
            return page

        return iterate_pages(fetch, offset, page_size, limit)

    async def _fetch(
        self, id: str, kind: str | None, bounds: dict[str, int], context: RequestContext
    ) -> FeedbackListResponse:
        query: dict[str, Any] = dict(bounds)
        if kind is not None:
            query["type_"] = QueryValue(kind)
        with _kinds_of_ids():
            return await self._request(
                FeedbackListResponse, list_feedback._get_kwargs(id, **query), context
            )


@contextmanager
def _kinds_of_ids() -> Iterator[None]:
    """Explain which id belongs to which argument, if the service does not know an id."""
    try:
        yield
    except ResourceNotFoundError as error:
        suggest(
            error,
            "Check the id: request_id is that of a prediction, agent_execution_id that of an "
            "execution, chat_id that of a chat",
        )
        raise


def _subject(request_id: Any, agent_execution_id: Any, chat_id: Any) -> tuple[str, str]:
    """Return the name and the value of the one id that was passed."""
    ids = {"request_id": request_id, "agent_execution_id": agent_execution_id, "chat_id": chat_id}
    by = check_exactly_one(**ids)
    return by, check_id(by, ids[by])


def _id_and_type(
    request_id: Any, agent_execution_id: Any, chat_id: Any, type: Any
) -> tuple[str, str | None]:
    """Return the id to look up, and the type to send with it, if any."""
    by, id = _subject(request_id, agent_execution_id, chat_id)
    if type is None:
        return id, _TYPES[by]
    if by != "request_id":
        raise InputError(f"Pass {by}=... or type=..., not both")
    return id, check_open_choice("type", type, get_args(FeedbackEntityType))
