"""The pages of a document, with the boxes of its fields on them."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from vlmrun._pictures.drawing import tint_masks
from vlmrun._pictures.marks import Mark, outlines_of, rectangle_of
from vlmrun._report.html import text
from vlmrun._report.items import THUMBNAIL_SIDE

if TYPE_CHECKING:
    from PIL import Image

    from vlmrun.types.evidence import Evidence

# Of all pages of a report together, which is a third more in base64. A file of this size can be
# sent by mail, and opens at once.
_BUDGET = 32 * 1024**2
_QUALITIES = (82, 70, 55, 40)


def largest_side(count: int) -> int:
    """Return the width or height in pixels of the pages, of which there are `count`."""
    return 1800 if count <= 20 else 1400 if count <= 60 else 1100


def page_figure(
    prefix: str,
    page: int,
    image: Image.Image,
    problem: str,
    marks: Sequence[tuple[int, Mark]],
    count: int,
    linked: set[int],
) -> Iterator[str]:
    """Yield a page with its boxes.

    Args:
        prefix: The beginning of the ids of elements, such as "r0".
        page: The number of the page, from 0.
        image: The page.
        problem: Why it cannot be shown; "" if it can.
        marks: What is on it, each with the number of its field.
        count: The number of pages in the whole report, which share the size of the file.
        linked: The fields that have a box on the pages before; those of this page are added.
    """
    tint_masks(image, [mark for _, mark in marks])
    # Boxes are in the coordinates of the page, whatever size its image gets.
    width, height = size = image.size
    caption = f"Page {page + 1}: {problem}" if problem else f"Page {page + 1}"
    image.thumbnail((largest_side(count), largest_side(count)))
    yield (
        f'<figure id="{prefix}p{page}"><figcaption>{text(caption)}</figcaption>'
        f'<div class="sheet"><img alt="Page {page + 1}" width="{width}" height="{height}" '
        f'src="data:image/jpeg;base64,'
    )
    yield base64.b64encode(_jpeg(image, _BUDGET // max(count, 1))).decode()
    yield f'"><svg viewBox="0 0 {width} {height}" preserveAspectRatio="none">'
    # Large boxes come first, so that the pointer reaches smaller ones inside them.
    for number, mark in sorted(marks, key=lambda each: -_area(each[1])):
        # The first box of a field is the target of the link in the list.
        identity = "" if number in linked else f' id="{prefix}b{number}"'
        linked.add(number)
        yield _region(prefix, number, mark, size, identity)
    yield "</svg></div></figure>\n"


def thumbnail(image: Image.Image) -> str:
    """Return a small image as a data URL."""
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return f"data:image/jpeg;base64,{base64.b64encode(_jpeg(image, 100_000)).decode()}"


def _jpeg(image: Image.Image, budget: int) -> bytes:
    """Return an image as a JPEG file that is not much larger than the budget."""
    content = b""
    for quality in _QUALITIES:
        buffer = BytesIO()
        image.save(buffer, "JPEG", quality=quality, optimize=True)
        content = buffer.getvalue()
        if len(content) <= budget:
            return content
    smaller = image.resize((max(image.width * 2 // 3, 1), max(image.height * 2 // 3, 1)))
    return content if image.width < 300 else _jpeg(smaller, budget)


def _region(prefix: str, number: int, mark: Mark, size: tuple[int, int], identity: str) -> str:
    box = mark.box
    field: Evidence = mark.evidence
    shape = ""
    for outline in outlines_of(box, size):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in outline)
        shape += f'<polygon class="mark" points="{points}"/>'
    if not shape:
        left, top, right, bottom = rectangle_of(box, size)
        shape = (
            f'<rect class="mark" x="{left}" y="{top}" width="{right - left + 1}" '
            f'height="{bottom - top + 1}"/>'
        )
    for point in box.keypoints:
        x, y = box.point_in_pixels(point[:2], size)
        shape += f'<circle class="mark point" cx="{x:.1f}" cy="{y:.1f}" r="{max(size) / 250:.1f}"/>'
    return (
        f'<a href="#{prefix}f{number}" data-n="{number}" class="{field.level or "none"}" '
        f'tabindex="-1"{identity}><title>{text(_title(field))}</title>{shape}</a>'
    )


def _area(mark: Mark) -> float:
    _, _, width, height = mark.box.xywh
    return abs(width * height)


def _title(field: Evidence) -> str:
    value: Any = field.value
    shown = str(value) if value is not None else ""
    return f"{field.field or 'response'}: {shown[:200]}"
