"""Selections of pages."""

from __future__ import annotations

from typing import Any

import pytest

from vlmrun import viz
from vlmrun._files.page_ranges import check_indices, check_pages, describe_pages, select_pages
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types import PdfPages

BY_INDEX = "page_indices=[0, 6]"


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("1-3,7", [0, 1, 2, 6]),
        (" 7 , 1 - 2 ", [6, 0, 1]),
        ("9-", [8, 9]),
        ("10", [9]),
    ],
)
def test_pages_in_a_str_count_from_1(selection: Any, expected: Any) -> None:
    selected = select_pages(check_pages(selection, BY_INDEX), 10, "a.pdf")
    assert selected == expected
    assert select_pages(check_pages(describe_pages(selected), BY_INDEX), 10, "a.pdf") == expected


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
        (None, "pages must be a str of page numbers from 1, such as '1-3,7', got None"),
        (1, r"got int 1\. '1' is the first page\. For indices.*from 0: page_indices="),
        ([0, 2], r"got list \[0, 2\]\. '1' is the first page"),
        (True, "pages must be a str"),
    ],
)
def test_an_invalid_selection_is_an_error(selection: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_pages(selection, BY_INDEX)


@pytest.mark.parametrize("selection", ["9-11", "11", "11-"])
def test_a_page_that_does_not_exist_is_an_error(selection: Any) -> None:
    with pytest.raises(InputError, match=r"pages: a\.pdf has 10 pages, so there is no page 11"):
        select_pages(check_pages(selection, BY_INDEX), 10, "a.pdf")


@pytest.mark.parametrize(
    ("indices", "message"),
    [
        ([], "indices is empty"),
        ([1, 1], "indices has 1 more than once"),
        ([-1], "indices must be 0 or more"),
        ([1.5], "indices must be an int"),
        ("1-3", r"indices must be a list of ints from 0, got str '1-3'\. For page numbers"),
        (1, "indices must be a list of ints"),
    ],
)
def test_invalid_indices_are_errors(indices: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        PdfPages.of_indices("a.pdf", indices)


def test_p99_an_int_never_says_which_page_by_itself() -> None:
    """`pages=1` could be the first page or the second one, so that it is always refused."""
    assert PdfPages.of_indices("a.pdf", [6, 0, 1]).pages == "7,1-2"
    assert check_indices(range(2)) == [0, 1]
    for choose in (viz.pages, lambda source, pages: viz.draw_pages(source, {}, pages), PdfPages):
        for pages in (0, 1, [0, 1], range(2)):
            with pytest.raises(InputTypeError, match="must be a str of page numbers from 1"):
                choose("a.pdf", pages)
    with pytest.raises(InputError, match=r"pages=\.\.\. or page_indices=\.\.\., not both"):
        viz.pages("a.pdf", "1", page_indices=[0])
