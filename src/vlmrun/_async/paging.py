"""Iterating over lists page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from vlmrun._validation import check_int
from vlmrun.types.page import Page

T = TypeVar("T")

PAGE_SIZE = 100
_MAX_PAGE_SIZE = 1000


async def iterate_pages(
    fetch: Callable[[int, int], Awaitable[Page[T]]], start: int, page_size: int
) -> AsyncIterator[T]:
    """Yield all items of a list from an offset on.

    Args:
        fetch: Returns the page at an offset, with at most so many items.
        start: The offset of the first item.
        page_size: The number of items per request, 1 to 1000.
    """
    check_int("skip", start)
    check_int("page_size", page_size, 1, _MAX_PAGE_SIZE)
    # Lists are newest first: an object that is created during the iteration moves all others back
    # by one place, so that the next page starts with one that was on the page before.
    seen: set[str] = set()
    while True:
        page = await fetch(start, page_size)
        for item in page:
            id = getattr(item, "id", None)
            if not isinstance(id, str):
                yield item
            elif id not in seen:
                seen.add(id)
                yield item
        # `len(page)` would end early where an item could not be read and was left out.
        if page.received < page_size:
            return
        start += page_size
