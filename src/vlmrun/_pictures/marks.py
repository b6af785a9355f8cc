"""The regions of evidence that are on a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import attrs

from vlmrun._pictures.placement import Rectangle
from vlmrun._pictures.sources import Pages

if TYPE_CHECKING:
    from vlmrun.types.evidence import Evidence
    from vlmrun.types.evidence_boxes import EvidenceBox


class Mark(NamedTuple):
    """A region of a page, and the field that it is about."""

    evidence: Evidence
    box: EvidenceBox

    @property
    def level(self) -> str | None:
        """The level of the confidence."""
        return self.evidence.level


def in_source(fields: Iterable[Evidence], pages: Pages) -> list[Evidence]:
    """Return evidence with the boxes that are in a source, and the pages of this source.

    Boxes of other files are left out, and those of which nothing says which file they are in.
    """
    places: dict[tuple[str, int | None], int] = {}

    def find(box: EvidenceBox) -> EvidenceBox | None:
        if not box.files:
            return box
        if not places:
            places.update(_places(pages))
        number = places.get((box.files[0], box.page)) if len(box.files) == 1 else None
        return None if number is None else attrs.evolve(box, page=number, files=())

    found = []
    for field in fields:
        if any(box.files for box in field.boxes):
            boxes = tuple(box for box in map(find, field.boxes) if box is not None)
            field = attrs.evolve(field, page=boxes[0].page if boxes else None, boxes=boxes)
        found.append(field)
    return found


def _places(pages: Pages) -> Iterator[tuple[tuple[str, int | None], int]]:
    for number in range(len(pages)):
        place = pages.place(number)
        for name in place.names:
            yield (name, place.page), number
            if place.total == 1:  # where the service may leave the page out
                yield (name, None), number


def marks_on(fields: Iterable[Evidence], pages: Pages, page: int) -> list[Mark]:
    """Return the regions on a page; regions without a page are on the only one.

    Those whose place on it is not known are left out: see `is_placed`.
    """
    return [
        Mark(field, box)
        for field in fields
        for box in field.boxes
        if _is_on(box, pages, page) and is_placed(box, pages, page)
    ]


def unplaced_on(fields: Iterable[Evidence], pages: Pages, page: int) -> list[Evidence]:
    """Return the fields with regions on a page whose place on it is not known."""
    return [
        field
        for field in fields
        if any(_is_on(box, pages, page) and not is_placed(box, pages, page) for box in field.boxes)
    ]


def _is_on(box: EvidenceBox, pages: Pages, page: int) -> bool:
    return box.page == page or (box.page is None and len(pages) == 1)


def is_placed(box: EvidenceBox, pages: Pages, page: int) -> bool:
    """Return whether the place of a region is known.

    A region in pixels has a place on an image. On a page of a PDF, it has one if the service has
    sent how many pixels it read the page with.
    """
    return box.is_relative or box.page_size is not None or pages.has_pixels(page)


def is_inside(box: EvidenceBox, size: tuple[int, int]) -> bool:
    """Return whether any part of a box is on the page."""
    left, top, right, bottom = box.xyxy
    width, height = (1, 1) if box.is_relative else box.page_size or size
    return (
        min(left, right) < width
        and max(left, right) > 0
        and min(top, bottom) < height
        and max(top, bottom) > 0
    ) or ((left == right or top == bottom) and (0 <= left <= width and 0 <= top <= height))


def rectangle_of(box: EvidenceBox, size: tuple[int, int]) -> Rectangle:
    """Return a box in pixels of an image: at least one pixel, and the last ones are included."""
    left, top, right, bottom = box.pixels(size)
    left, top = min(left, size[0] - 1), min(top, size[1] - 1)
    return Rectangle(left, top, max(right - 1, left), max(bottom - 1, top))


def outlines_of(box: EvidenceBox, size: tuple[int, int]) -> list[list[tuple[float, float]]]:
    """Return the outlines of a region in pixels of an image, without those that are only a line."""
    return [
        [box.point_in_pixels(point, size) for point in outline]
        for outline in box.polygons
        if len(outline) > 2
    ]
