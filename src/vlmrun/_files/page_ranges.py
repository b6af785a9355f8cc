"""Pages that a caller selects."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vlmrun._messages import short_repr, type_and_repr
from vlmrun._validation import check_int
from vlmrun.errors import InputError, InputTypeError

_RANGE = re.compile(r"\s*(\d+)\s*(?:(-)\s*(\d*)\s*)?")
_REMEDY = "Write page numbers from 1 and ranges, such as '1-3,7' or '5-'"


def check_pages(value: str, by_index: str, name: str = "pages") -> list[tuple[int, int | None]]:
    """Return the ranges of a selection, as first and last page from 0; a last of None is the end.

    Args:
        value: A str such as "1-3,7", which counts from 1 as page numbers in viewers do.
        by_index: How to pass indices instead, for the error about them.
        name: The argument that errors refer to.

    Raises:
        InputTypeError: It is not a str. An int could be a number, from 1, or an index, from 0.
        InputError: It is empty, malformed, or has a page twice.
    """
    if not isinstance(value, str):
        raise InputTypeError(
            f"{name} must be a str of page numbers from 1, such as '1-3,7', got "
            f"{type_and_repr(value)}",
            suggestion=f"'1' is the first page. For indices, which count from 0: {by_index}",
        )
    ranges = [_range_of(part, value, name) for part in value.split(",")]
    _check_unique(ranges, value, name)
    return ranges


def check_indices(value: Iterable[int], name: str = "page_indices") -> list[int]:
    """Return indices of pages, which count from 0.

    Raises:
        InputTypeError: It is not a collection of ints.
        InputError: It is empty, or has a negative number, or one twice.
    """
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise InputTypeError(
            f"{name} must be a list of ints from 0, got {type_and_repr(value)}",
            suggestion="For page numbers from 1, pass pages='1-3,7'",
        )
    indices = [check_int(name, number) for number in value]
    if not indices:
        raise InputError(f"{name} is empty")
    if len(set(indices)) < len(indices):
        twice = next(number for number in indices if indices.count(number) > 1)
        raise InputError(f"{name} has {twice} more than once")
    return indices


def select_pages(
    ranges: Iterable[tuple[int, int | None]], count: int, label: str, name: str = "pages"
) -> list[int]:
    """Return the selected pages of a document, from 0.

    Args:
        ranges: What `check_pages` has returned.
        count: The number of pages of the document.
        label: What error messages call it.
        name: The argument that errors refer to.

    Raises:
        InputError: The document has no such page.
    """
    selected: list[int] = []
    for first, last in ranges:
        end = count - 1 if last is None else last
        missing = max(first, end)
        if missing >= count:
            plural = "" if count == 1 else "s"
            raise InputError(
                f"{name}: {label} has {count} page{plural}, so there is no page {missing + 1} "
                f"(index {missing})"
            )
        selected += range(first, end + 1)
    return selected


def describe_pages(pages: Iterable[int]) -> str:
    """Return pages as a selection that counts from 1, such as "1-3,7"."""
    ranges: list[list[int]] = []
    for page in pages:
        if ranges and page == ranges[-1][1] + 1:
            ranges[-1][1] = page
        else:
            ranges.append([page, page])
    return ",".join(
        f"{first + 1}" if first == last else f"{first + 1}-{last + 1}" for first, last in ranges
    )


def _range_of(part: str, value: str, name: str) -> tuple[int, int | None]:
    match = _RANGE.fullmatch(part)
    if match is None or int(match[1]) == 0:
        raise InputError(
            f"{name}: {short_repr(value)} is not a selection of pages", suggestion=_REMEDY
        )
    first = int(match[1]) - 1
    if not match[2]:
        return first, first
    last = int(match[3]) - 1 if match[3] else None
    if last is not None and last < first:
        raise InputError(
            f"{name}: the range {part.strip()} ends before it begins",
            suggestion="Write the lower number first",
        )
    return first, last


def _check_unique(ranges: Iterable[tuple[int, int | None]], value: str, name: str) -> None:
    end: float = -1
    for first, last in sorted(ranges, key=lambda each: each[0]):
        if first <= end:
            raise InputError(f"{name}: {short_repr(value)} has page {first + 1} more than once")
        end = float("inf") if last is None else last
