"""Lists of the service, with as few requests as possible."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# What one request can return.
_LARGEST_PAGE = 1000


def items_of(resource: Any, skip: int, limit: int | None) -> Iterable[Any]:
    """Return the objects of a resource: one page in one request, more as they are needed.

    Args:
        resource: A resource with `list` and `iterate`, such as `client.files`.
        skip: How many to skip.
        limit: How many to return; None for all.
    """
    if limit is not None and limit <= _LARGEST_PAGE:
        page: Iterable[Any] = resource.list(skip=skip, limit=limit)
        return page
    every: Iterable[Any] = resource.iterate(skip=skip, limit=limit)
    return every
