"""Feedback: what was wrong with an answer, and what would have been right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import attrs

from vlmrun.errors import InputError, ResponseDecodeError
from vlmrun.types._base import Model, Received
from vlmrun.types._structure import Unreadable
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
    """What `client.feedback.submit` sends. Exactly one of the three ids.

    Attributes:
        request_id: The prediction that it is about.
        agent_execution_id: The execution that it is about.
        chat_id: The chat that it is about.
        response: The answer as it should have been.
        notes: Free text.
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
    """Feedback that was taken: its own id, and the id of what it is about."""

    id: str
    request_id: str | None = None
    agent_execution_id: str | None = None
    chat_id: str | None = None
    created_at: datetime | None = None


class FeedbackItem(Received):
    """Feedback on one thing, as it was given.

    Attributes:
        response: The answer as it should have been.
        notes: Free text.
    """

    id: str
    request_id: str | None = None
    agent_execution_id: str | None = None
    chat_id: str | None = None
    created_at: datetime | None = None
    response: Any = None
    notes: str | None = None


class FeedbackListResponse(Received):
    """The feedback on one thing; iterating over it gives the items.

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
        """An error for each item that could not be read, and was left out with a warning."""
        return getattr(self.items, "unreadable", ())

    @classmethod
    def _from_wire(cls, raw: dict[str, Any], where: str) -> Self:
        listed = raw.get("items")
        try:
            items = read_page(FeedbackItem, [] if listed is None else listed)
        except ResponseDecodeError as error:
            raise Unreadable(f"{where}.items", error.message) from None
        self = super()._from_wire({**raw, "items": None}, where)
        self.__dict__.update(items=items, _raw=raw)
        return self


FeedbackResponse = FeedbackListResponse  # the name that one page of the documentation imports
