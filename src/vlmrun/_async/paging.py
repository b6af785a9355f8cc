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
    fetch: Callable[[int, int], Awaitable[Page[T]]],
    start: int,
    page_size: int,
    most: int | None = None,
) -> AsyncIterator[T]:
    """Yield all items of a list from an offset on.

    Args:
        fetch: Returns the page at an offset, with at most so many items.
        start: The offset of the first item.
        page_size: The number of items per request, 1 to 1000.
        most: The number of items to yield at most; None for no limit.
    """
    check_int("skip", start)
    check_int("page_size", page_size, 1, _MAX_PAGE_SIZE)
    remaining = None if most is None else check_int("limit", most)
    # Lists are newest first: an object that is created during the iteration moves all others back
    # by one place, so that the next page starts with one that was on the page before.
    seen: set[str | int] = set()
    while remaining != 0:
        # Only of the first page: a later one may begin with items that were seen before.
        size = page_size if remaining is None or seen else min(page_size, remaining)
        page = await fetch(start, size)
        received = {*map(_key_of, page), *(hash(repr(error.raw)) for error in page.unreadable)}
        # A page that is shorter than requested need not be the last: services limit the size of
        # pages. And one that ignores `skip` would return the same page without end.
        if received <= seen:
            return
        for item in page:
            key = _key_of(item)
            # Without an id, equal items may be different ones.
            if isinstance(key, int) or key not in seen:
                seen.add(key)
                yield item
                if remaining is not None:
                    remaining -= 1
                    if remaining == 0:
                        return
        seen |= received
        # `len(page)` would be too few where an item could not be read and was left out.
        start += page.received


def _key_of(item: object) -> str | int:
    """Return the id of an item, or a number that stands for all of it."""
    id = getattr(item, "id", None)
    return id if isinstance(id, str) else hash(repr(item))
