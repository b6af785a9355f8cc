"""Feedback on responses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import attrs

from vlmrun.errors import InputError, ResponseDecodeError
from vlmrun.types._base import Model, Received
from vlmrun.types._field_rules import Unreadable
from vlmrun.types.page import read_page

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "FeedbackEntityType",
    "FeedbackItem",
    "FeedbackListResponse",
    "FeedbackResponse",
    "FeedbackSubmitRequest",
    "FeedbackSubmitResponse",
]

FeedbackEntityType = Literal["request", "agent_execution", "chat"]


class FeedbackSubmitRequest(Model):
    """The body of `client.feedback.submit`, with exactly one of the three ids.

    Attributes:
        request_id: The id of a prediction.
        agent_execution_id: The id of an execution.
        chat_id: The id of a chat.
        response: The correct response.
        notes: Any text.
    """

    request_id: str | None = None
    agent_execution_id: str | None = None
    chat_id: str | None = None
    response: dict[str, Any] | None = None
    notes: str | None = None

    def _verify(self) -> None:
        ids = (self.request_id, self.agent_execution_id, self.chat_id)
        if sum(id is not None for id in ids) != 1:
            raise InputError(
                "FeedbackSubmitRequest needs exactly one of request_id, agent_execution_id, chat_id"
            )


class FeedbackSubmitResponse(Received):
    """Accepted feedback: its own id, and the id of its subject."""

    id: str
    request_id: str | None = None
    agent_execution_id: str | None = None
    chat_id: str | None = None
    created_at: datetime | None = None


class FeedbackItem(Received):
    """Feedback as it was submitted.

    Attributes:
        response: The correct response.
        notes: Any text.
    """

    id: str
    request_id: str | None = None
    agent_execution_id: str | None = None
    chat_id: str | None = None
    created_at: datetime | None = None
    response: Any = None
    notes: str | None = None


class FeedbackListResponse(Received):
    """The feedback on a prediction, execution or chat. Iterating over it yields the items.

    Example:
        >>> feedback = FeedbackListResponse(request_id="r", items=[{"id": "f", "notes": "Too low"}])
        >>> [item.notes for item in feedback]
        ['Too low']
    """

    request_id: str | None = None
    agent_execution_id: str | None = None
    chat_id: str | None = None
    items: list[FeedbackItem] = attrs.field(factory=list)

    def __iter__(self) -> Iterator[FeedbackItem]:
        return iter(self.items)

    @property
    def unreadable(self) -> tuple[ResponseDecodeError, ...]:
        """The errors of items that could not be read and were left out with a warning."""
        return getattr(self.items, "unreadable", ())

    @classmethod
    def _from_wire(cls, raw: dict[str, Any], where: str) -> Self:
        listed = raw.get("items")
        try:
            items = read_page(FeedbackItem, [] if listed is None else listed)
        except ResponseDecodeError as error:
            raise Unreadable(f"{where}.items", error.message) from None
        # Without the items: one that cannot be read must not fail the whole list.
        return super()._from_wire({**raw, "items": None}, where)._set(items=items, _raw=raw)


FeedbackResponse = FeedbackListResponse  # a page of the service's documentation imports this name
