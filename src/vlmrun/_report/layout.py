"""The layout of a document in a report: which boxes are on which of its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from vlmrun._pictures.marks import Mark, in_source, is_inside, is_placed
from vlmrun._pictures.sources import Pages
from vlmrun._report.items import ReportItem
from vlmrun.errors import InputError

if TYPE_CHECKING:
    from vlmrun.types.evidence import Evidence
    from vlmrun.types.evidence_boxes import EvidenceBox


class Layout(NamedTuple):
    """The pages of a document in a report.

    Attributes:
        pages: The numbers of the pages that are shown, from 0.
        marks: By page, the boxes on it, each with the number of its field.
        is_one_page: Whether the document has only one page.
    """

    pages: Sequence[int] = ()
    marks: Mapping[int, list[tuple[int, Mark]]] = MappingProxyType({})
    is_one_page: bool = False

    def shown(self) -> dict[int, list[int]]:
        """Return by the number of each field the pages on which it has boxes."""
        found: dict[int, list[int]] = {}
        for page in self.pages:
            for number, _ in self.marks.get(page, ()):
                pages = found.setdefault(number, [])
                if page not in pages:
                    pages.append(page)
        return found


def lay_out(item: ReportItem, fields: Sequence[Evidence], pages: Pages) -> Layout:
    """Return what is shown of a document.

    Args:
        item: The result.
        fields: Its fields.
        pages: Its document.

    Raises:
        InputError: The document lacks a page that was sent.
    """
    chosen = _chosen(item, pages)
    marks: dict[int, list[tuple[int, Mark]]] = {page: [] for page in chosen}
    sizes: dict[int, tuple[int, int] | None] = {}

    def is_visible(box: EvidenceBox, page: int) -> bool:
        if not is_placed(box, pages, page):
            return False
        # Pages are opened only if their size matters.
        if box.is_relative or box.page_size is not None:
            return is_inside(box, (1, 1))
        if page not in sizes:
            sizes[page] = _size(pages, page)
        size = sizes[page]
        return size is not None and is_inside(box, size)

    for number, field in enumerate(in_source(fields, pages)):
        for box in field.boxes:
            page = 0 if box.page is None and len(pages) == 1 else box.page
            if page in marks and is_visible(box, page):
                marks[page].append((number, Mark(field, box)))
    return Layout(chosen, marks, len(pages) == 1)


def _size(pages: Pages, page: int) -> tuple[int, int] | None:
    try:
        return pages.image(page).size
    except InputError:  # it is damaged
        return None


def _chosen(item: ReportItem, pages: Pages) -> Sequence[int]:
    if item.pages is None:
        return range(len(pages))
    for page in item.pages:
        if page >= len(pages):
            raise InputError(f"{pages.label} has no page {page}, which was sent")
    return item.pages
