"""Selections of pages."""

from __future__ import annotations

from typing import Any

import pytest

from vlmrun._files.page_ranges import check_pages, describe_pages, select_pages
from vlmrun.errors import InputError


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("1-3,7", [0, 1, 2, 6]),
        (" 7 , 1 - 2 ", [6, 0, 1]),
        ("9-", [8, 9]),
        ("10", [9]),
        (0, [0]),
        ([3, 1], [3, 1]),
        (range(2), [0, 1]),
    ],
)
def test_pages_in_a_str_count_from_1_and_indices_from_0(selection: Any, expected: Any) -> None:
    selected = select_pages(check_pages(selection), 10, "a.pdf")
    assert selected == expected
    assert select_pages(check_pages(describe_pages(selected)), 10, "a.pdf") == expected


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ("", "is not a selection of pages. Write page numbers from 1"),
        ("0-3", "'0-3' is not a selection"),
        ("1-3;7", "is not a selection"),
        ("-3", "is not a selection"),
        ("one", "is not a selection"),
        ("3-1", "the range 3-1 ends before it begins"),
        ("1-3,2", "has page 2 more than once"),
        ("2-,5", "has page 5 more than once"),
        ([], "pages is empty"),
        ([1, 1], "has page 2 more than once"),
        ([-1], "pages must be 0 or more"),
        (None, "pages must be a str or page indices, got None"),
        (True, "pages must be"),
        ([1.5], "pages must be an int"),
    ],
)
def test_an_invalid_selection_is_an_error(selection: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_pages(selection)


@pytest.mark.parametrize("selection", ["9-11", "11", "11-", [10]])
def test_a_page_that_does_not_exist_is_an_error(selection: Any) -> None:
    with pytest.raises(InputError, match=r"pages: a\.pdf has 10 pages, so there is no page 11"):
        select_pages(check_pages(selection), 10, "a.pdf")
