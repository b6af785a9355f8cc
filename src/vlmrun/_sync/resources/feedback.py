# Derived from _async/resources/feedback.py by `make generate`. Do not edit.
"""`client.feedback`: what was wrong with an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, get_args
from uuid import UUID

from vlmrun_api.api.feedback import list_feedback, submit_feedback
from vlmrun_api.models import FeedbackEntityType as KnownEntityType

from vlmrun._core.options import RequestOptions
from vlmrun._core.request_context import RequestContext
from vlmrun._requests.common import json_body
from vlmrun._requests.inputs import as_object
from vlmrun._sync.paging import PAGE_SIZE, iterate_pages
from vlmrun._sync.resources._base import Resource
from vlmrun._validation import check_choice, check_exactly_one, check_id, check_paging, check_str
from vlmrun.errors import InputError
from vlmrun.types.feedback import (
    FeedbackEntityType,
    FeedbackItem,
    FeedbackListResponse,
    FeedbackSubmitRequest,
    FeedbackSubmitResponse,
)
from vlmrun.types.page import Page

_TYPES = {"request_id": None, "agent_execution_id": "agent_execution", "chat_id": "chat"}


class Feedback(Resource):
    """Say what was wrong with an answer, and read what was said."""

    attribute = "feedback"
    operations: ClassVar = {
        "submit_feedback": "submit",
        "list_feedback": "get",
    }

    def submit(
        self,
        request_id: str | UUID | None = None,
        response: Any = None,
        notes: str | None = None,
        *,
        agent_execution_id: str | UUID | None = None,
        chat_id: str | UUID | None = None,
        options: RequestOptions | None = None,
    ) -> FeedbackSubmitResponse:
        """Give feedback on one prediction, execution or chat; exactly one id.

        Args:
            request_id: The prediction that it is about.
            response: The answer as it should have been: a dict, or a pydantic, attrs or dataclass
                instance.
            notes: Free text.
            agent_execution_id: The execution that it is about.
            chat_id: The chat that it is about.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            InputError: Not exactly one id, or neither `response` nor `notes`; nothing was sent.
            ResourceNotFoundError: Nothing has this id.
            OutcomeUnknownError: It was sent but no answer came; it was not sent again.

        Example:
            >>> taken = client.feedback.submit(
            ...     agent_execution_id=execution.id,
            ...     response={"total": 12.5},
            ...     notes="The total includes the tax",
            ... )
        """
        by, id = _subject(request_id, agent_execution_id, chat_id)
        if response is None and notes is None:
            raise InputError(
                "Give response or notes, or both",
                suggestion="response={...} is the answer as it should have been",
            )
        request = FeedbackSubmitRequest(
            **{by: id},
            response=None if response is None else as_object("response", response),
            notes=None if notes is None else check_str("notes", notes),
        )
        body = json_body(request.to_dict())
        kwargs = submit_feedback._get_kwargs(body=body)
        return self._request(FeedbackSubmitResponse, kwargs, self._begin(options))

    def get(
        self,
        request_id: str | UUID | None = None,
        offset: int | None = None,
        limit: int | None = None,
        *,
        agent_execution_id: str | UUID | None = None,
        chat_id: str | UUID | None = None,
        type: FeedbackEntityType | None = None,
        options: RequestOptions | None = None,
    ) -> FeedbackListResponse:
        """The feedback on one prediction, execution or chat; exactly one id.

        Args:
            request_id: The prediction, or what `type` says.
            offset: How many to pass over; the service's default is 0.
            limit: How many to return, 1 to 1000; the service's default is 10.
            agent_execution_id: The execution.
            chat_id: The chat.
            type: What `request_id` is the id of: "request" (the service's default),
                "agent_execution" or "chat".
            options: For this call alone: timeout, deadline, max_retries, headers.

        Returns:
            The feedback, in `.items`; iterating over it gives these.

        Raises:
            InputError: Not exactly one id, or an argument out of bounds; nothing was sent.
            ResourceNotFoundError: Nothing has this id.

        Example:
            >>> for item in client.feedback.get(agent_execution_id=execution.id):
            ...     print(item.created_at, item.notes)
        """
        id, kind = _looked_up(request_id, agent_execution_id, chat_id, type)
        given = check_paging(offset=offset, limit=limit)
        return self._fetch(id, kind, given, self._begin(options))

    def iterate(
        self,
        request_id: str | UUID | None = None,
        *,
        agent_execution_id: str | UUID | None = None,
        chat_id: str | UUID | None = None,
        type: FeedbackEntityType | None = None,
        offset: int = 0,
        page_size: int = PAGE_SIZE,
        options: RequestOptions | None = None,
    ) -> Iterator[FeedbackItem]:
        """All feedback on one thing, fetched page by page as it is asked for.

        Args:
            request_id: As for `get`, and so are the next three.
            agent_execution_id: The execution.
            chat_id: The chat.
            type: What `request_id` is the id of.
            offset: How many to pass over.
            page_size: How many to fetch at a time, 1 to 1000.
            options: For each page's request.

        Raises:
            InputError: Not exactly one id, or `offset` or `page_size` out of bounds.

        Example:
            >>> for item in client.feedback.iterate(prediction.id):
            ...     print(item.notes)
        """
        id, kind = _looked_up(request_id, agent_execution_id, chat_id, type)

        def fetch(offset: int, limit: int) -> Page[FeedbackItem]:
            given = {"offset": offset, "limit": limit}
            found = self._fetch(id, kind, given, self._begin(options))
            page = Page(found)
            page.unreadable = found.unreadable
            return page

        return iterate_pages(fetch, offset, page_size)

    def _fetch(
        self, id: str, kind: str | None, given: dict[str, int], context: RequestContext
    ) -> FeedbackListResponse:
        query: dict[str, Any] = dict(given)
        if kind is not None:
            query["type_"] = KnownEntityType(kind)
        return self._request(FeedbackListResponse, list_feedback._get_kwargs(id, **query), context)


def _subject(request_id: Any, agent_execution_id: Any, chat_id: Any) -> tuple[str, str]:
    """Which of the three ids was given, and what it is."""
    ids = {"request_id": request_id, "agent_execution_id": agent_execution_id, "chat_id": chat_id}
    by = check_exactly_one(**ids)
    return by, check_id(by, ids[by])


def _looked_up(
    request_id: Any, agent_execution_id: Any, chat_id: Any, type: Any
) -> tuple[str, str | None]:
    """The id to look up, and what it is of, if that is to be said."""
    by, id = _subject(request_id, agent_execution_id, chat_id)
    if type is None:
        return id, _TYPES[by]
    if by != "request_id":
        raise InputError(f"Give {by}=... or type=..., not both")
    return id, check_choice("type", type, get_args(FeedbackEntityType))
