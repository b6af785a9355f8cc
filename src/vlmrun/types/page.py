"""Pages of lists: plain lists that also report items which could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from vlmrun._attempts import RequestAttempt, ResponseFacts
from vlmrun._warnings import warn_caller
from vlmrun.errors import ResponseDecodeError
from vlmrun.types._base import Received, ResponseFact, read
from vlmrun.types._exports import TableExports

if TYPE_CHECKING:
    from vlmrun.types._table_files import Table

__all__ = [
    "Page",
    "UnreadableItemWarning",
]

T = TypeVar("T")
R = TypeVar("R", bound=Received)


class UnreadableItemWarning(UserWarning):
    """An item of a list could not be read and was left out."""


class Page(list[T], TableExports):
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

    def _table(self, records: str | None) -> Table:
        from vlmrun.types._rows import table_of

        return table_of(self, records)

    @property
    def received(self) -> int:
        """The number of items that the service sent, including unreadable ones."""
        return len(self) + len(self.unreadable)


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
