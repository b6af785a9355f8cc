"""Pages of lists: plain lists that also report items which could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from vlmrun._attempts import RequestAttempt, ResponseFacts
from vlmrun._displayed import Displayed
from vlmrun._warnings import warn_caller
from vlmrun.errors import ResponseDecodeError
from vlmrun.types._base import Received, ResponseFact, read
from vlmrun.types._exports import TableExports
from vlmrun.types._fields import field_names

if TYPE_CHECKING:
    from vlmrun._cards import Card
    from vlmrun.types._table_files import Table

__all__ = [
    "Page",
    "UnreadableItemWarning",
]

# The fields that lists show, in the order of the types.
_IN_CARDS = frozenset(
    {
        "id",
        "object_id",
        "name",
        "filename",
        "status",
        "domain",
        "model",
        "skill_version",
        "purpose",
        "bytes",
        "created_at",
        "dataset_type",
        "description",
    }
)


T = TypeVar("T")
R = TypeVar("R", bound=Received)


class UnreadableItemWarning(UserWarning):
    """An item of a list could not be read and was left out."""


class Page(list[T], TableExports, Displayed):
    """One page of a list. It can be exported as a table: `to_csv`, `to_dataframe`, and others.

    Attributes:
        unreadable: The errors of items that could not be read, which have the items as `raw`. Such
            an item does not fail the whole page; it is left out with a warning.
        request_id: The id that the service gave the request.
        attempts: The attempts that the request took.
        response_headers: The headers of the response, with names in lower case.

    Example:
        >>> Page([1, 2]).unreadable
        ()
    """

    unreadable: tuple[ResponseDecodeError, ...] = ()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(
                f"Page has no attribute {name!r}: it is a list of the items of one page. "
                "iterate() goes through all pages"
            )

    _response: ResponseFacts | None = None

    request_id = ResponseFact[str | None]("request_id", None)
    attempts = ResponseFact[tuple[RequestAttempt, ...]]("attempts", ())
    response_headers = ResponseFact[Mapping[str, str]]("headers", {})

    def _card(self) -> Card:
        from vlmrun._cards import Card, first_rows

        kind = type(self[0]).__name__ if self else "nothing"
        shown = [_columns_of(item) for item in first_rows(self)]
        columns = list(dict.fromkeys(name for row in shown for name in row))
        rows = [[row.get(name) for name in columns] for row in shown]
        unreadable = len(self.unreadable)
        note = f"{unreadable} items could not be read" if unreadable else None
        return Card(f"Page of {len(self)}: {kind}", (), columns, rows, len(self), note)

    def _table(self, records: str | None) -> Table:
        from vlmrun.types._rows import table_of

        return table_of(self, records)

    @property
    def received(self) -> int:
        """The number of items that the service sent, including unreadable ones."""
        return len(self) + len(self.unreadable)


def _columns_of(item: Any) -> dict[str, Any]:
    """Return the columns of an item in a card: what identifies it, and no payload."""
    if not isinstance(item, Received):
        return {"value": item}
    values = {
        name: getattr(item, name, None) for name in field_names(type(item)) if name in _IN_CARDS
    }
    usage = getattr(item, "usage", None)
    credits = getattr(usage, "credits_used", None)
    return values | ({} if usage is None else {"credits": credits})


def read_page(cls: type[R], payload: Any) -> Page[R]:
    """Read a JSON array item by item; raises `ResponseDecodeError` if it is not an array."""
    if not isinstance(payload, list):
        raise ResponseDecodeError(
            f"Expected a list of {cls.__name__}, got {type(payload).__name__}", raw=payload
        )
    page: Page[R] = Page()
    unreadable = []
    for item in payload:
        try:
            page.append(read(cls, item))
        except ResponseDecodeError as error:
            unreadable.append(error)
    if unreadable:
        page.unreadable = tuple(unreadable)
        warn_caller(
            f"{len(unreadable)} of {len(payload)} items left out: {unreadable[0].message}",
            UnreadableItemWarning,
        )
    return page
