"""Places for labels beside boxes, where they do not overlap each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

# How many rows above and below a box are searched for a free place, and how far to the sides.
_ROWS = 12
_SHIFTS = (0.0, -0.5, 0.5, -1.0, 1.0)


class Rectangle(NamedTuple):
    """A rectangle in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """The number of pixels, at least 1."""
        return max((self.right - self.left) * (self.bottom - self.top), 1)

    def overlap(self, other: Rectangle) -> int:
        """Return the number of pixels in both."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return width * height if width > 0 and height > 0 else 0


def place_labels(
    boxes: Sequence[Rectangle],
    sizes: Sequence[tuple[int, int] | None],
    page: tuple[int, int],
) -> tuple[list[Rectangle | None], float]:
    """Return a place for the label of each box, or None, and how much they hide.

    That is the sum of the hidden fractions of boxes, and 1 for each label without room.

    A place beside the box is preferred, then one in it, then one nearby; and among those, one that
    hides the least of the boxes.

    Args:
        boxes: The boxes.
        sizes: The width and height of the label of each box; None if it has none.
        page: The width and height of the page.
    """
    placed: list[Rectangle] = []
    places: list[Rectangle | None] = []
    hidden = 0.0
    for box, size in zip(boxes, sizes, strict=True):
        if size is None or size[0] > page[0] or size[1] > page[1]:
            places.append(None)
            continue
        place, cost = _best(_beside(box, size), boxes, placed, page)
        if place is None:
            place, cost = _best(_nearby(box, size), boxes, placed, page)
        places.append(place)
        hidden += cost
        if place is not None:
            placed.append(place)
    return places, hidden


def _best(
    candidates: Iterator[tuple[int, int, int, int]],
    boxes: Sequence[Rectangle],
    placed: Sequence[Rectangle],
    page: tuple[int, int],
) -> tuple[Rectangle | None, float]:
    best: Rectangle | None = None
    least = 1.0
    for left, top, width, height in candidates:
        x, y = min(max(left, 0), page[0] - width), min(max(top, 0), page[1] - height)
        place = Rectangle(x, y, x + width, y + height)
        if any(place.overlap(label) for label in placed):
            continue
        # As fractions: a label should not hide a short number beside a long text.
        hidden = sum(place.overlap(box) / box.area for box in boxes)
        if not hidden:
            return place, 0.0
        if best is None or hidden < least:
            best, least = place, hidden
    return best, least


def _beside(box: Rectangle, size: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    width, height = size
    for left, top in (
        (box.left, box.top - height),
        (box.left, box.bottom),
        (box.right - width, box.top - height),
        (box.right - width, box.bottom),
        (box.right, box.top),
        (box.left - width, box.top),
        (box.left, box.top),
        (box.left, box.bottom - height),
    ):
        yield left, top, width, height


def _nearby(box: Rectangle, size: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    width, height = size
    for row in range(1, _ROWS + 1):
        for shift in _SHIFTS:
            left = box.left + round(shift * width)
            yield left, box.top - (row + 1) * height, width, height
            yield left, box.bottom + row * height, width, height
