"""Drawing of evidence on the image of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import hypot
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmrun._optional_imports import import_optional
from vlmrun._pictures.colors import Color, color_of
from vlmrun._pictures.fonts import font_for
from vlmrun._pictures.marks import Mark, is_inside, outlines_of, rectangle_of
from vlmrun._pictures.placement import Rectangle, place_labels
from vlmrun.errors import InputError

if TYPE_CHECKING:
    from PIL import Image

    from vlmrun.types.evidence import Evidence

_MAX_LABEL_LENGTH = 48
_SMALLEST_TEXT = 11
_FILL = 40  # the opacity of masks and polygons, and of boxes a half of it, of 255


class Style(NamedTuple):
    """The style of marks.

    Attributes:
        labels: Functions that return the label of a mark, or None. A later one, and then smaller
            letters, are used on a page where the labels before would hide other boxes. None: no
            labels.
        color: The color of all marks; by default, that of their confidence.
        thickness: The width of lines in pixels; by default, it fits the size of the image.
        fill: Whether boxes are tinted.
    """

    labels: Sequence[Callable[[Mark], str | None]] = ()
    color: Color | None = None
    thickness: int | None = None
    fill: bool = True


def field_labels(marks: Sequence[Mark]) -> list[Callable[[Mark], str]]:
    """Return functions that name the field of a mark, with its confidence unless that is high.

    The path that all fields have in common is left out: it takes room and says nothing. The second
    function returns only the last name of the path.
    """
    fields = [mark.evidence.field for mark in marks]
    prefix = min(fields, default="").rpartition(".")[0]
    while prefix and not all(field.startswith(f"{prefix}.") for field in fields):
        prefix = prefix.rpartition(".")[0]
    start = len(f"{prefix}.") if prefix else 0
    return [
        lambda mark: _with_confidence(mark.evidence.field[start:], mark),
        lambda mark: _with_confidence(mark.evidence.field.rpartition(".")[2], mark),
    ]


def _with_confidence(name: str, mark: Mark) -> str:
    name = _label_in(mark.evidence) or name or "response"
    confidence = mark.evidence.confidence
    if confidence is None or mark.level == "hi":
        return name
    shown = confidence if isinstance(confidence, str) else f"{confidence:.2f}"
    return f"{name} ({shown})"


def _label_in(item: Evidence) -> str | None:
    """Return the label of a detected object, of which the path says only its number."""
    label = item.raw.get("label") if isinstance(item.raw, Mapping) else None
    return label if item.field.endswith("]") and isinstance(label, str) else None


def draw_marks(image: Image.Image, marks: Sequence[Mark], style: Style) -> None:
    """Draw marks on an RGB image.

    Boxes, polygons and keypoints are drawn with lines, polygons and masks are filled, and labels
    are put where they overlap no other label. What is outside of the image is not drawn.
    """
    drawn = [mark for mark in marks if is_inside(mark.box, image.size)]
    # The mode with transparency draws on an RGB image, and blends each pixel once.
    canvas = import_optional("PIL.ImageDraw", "viz", "Drawing evidence").Draw(image, "RGBA")
    thickness = style.thickness or max(2, round(min(image.size) / 500))
    for mark in drawn:
        color = style.color or color_of(mark.level)
        _draw_mask(image, mark, color)
        _draw_region(canvas, mark, image.size, color, thickness, style.fill)
    if style.labels and drawn:
        _draw_labels(image, canvas, drawn, style)


def tint_masks(image: Image.Image, marks: Sequence[Mark]) -> None:
    """Tint the masks of regions in the color of their confidence."""
    for mark in marks:
        _draw_mask(image, mark, color_of(mark.level))


def _draw_region(
    canvas: Any, mark: Mark, size: tuple[int, int], color: Color, thickness: int, fill: bool
) -> None:
    box = mark.box
    outlines = outlines_of(box, size)
    for outline in outlines:
        canvas.polygon(outline, fill=(*color, _FILL))
        canvas.line([*outline, outline[0]], fill=color, width=thickness, joint="curve")
    if not outlines:
        _draw_box(canvas, rectangle_of(box, size), color, thickness, fill)
    radius = thickness * 2
    for point in box.keypoints:
        x, y = box.point_in_pixels(point[:2], size)
        around = (x - radius, y - radius, x + radius, y + radius)
        canvas.ellipse(around, fill=color, outline="white", width=max(1, thickness // 2))


def _draw_box(canvas: Any, corners: Rectangle, color: Color, thickness: int, fill: bool) -> None:
    left, top, right, bottom = corners
    # Pillow draws lines that are wider than the box beyond its edges.
    if min(right - left, bottom - top) < 2 * thickness:
        canvas.rectangle(corners, fill=color)
    else:
        tint = (*color, _FILL // 2) if fill else None
        canvas.rectangle(corners, fill=tint, outline=color, width=thickness)


def _draw_mask(image: Image.Image, mark: Mark, color: Color) -> None:
    mask = mark.box.mask
    if mask is None:
        return
    try:
        whole = mask.to_image(image)
    except InputError:  # damaged, or of an unknown form; the box is drawn anyway
        return
    opacity = whole.point([level * 2 * _FILL // 255 for level in range(256)])
    image.paste(color, (0, 0, *image.size), opacity)


class _Label(NamedTuple):
    """The label of a mark.

    Attributes:
        font: Its font.
        text: Its text.
        size: Its width and height, with padding.
        origin: Where its text is drawn, so that the padding is the same on all sides.
    """

    font: Any
    text: str
    size: tuple[int, int]
    origin: tuple[float, float]


def _draw_labels(image: Image.Image, canvas: Any, marks: Sequence[Mark], style: Style) -> None:
    size = image.size
    boxes = [rectangle_of(mark.box, size) for mark in marks]
    best: tuple[float, list[_Label | None], list[Rectangle | None]] | None = None
    normal = max(_SMALLEST_TEXT, round(min(size) / 75))
    small = max(_SMALLEST_TEXT, round(normal * 0.7))
    variants = [*((normal, each) for each in style.labels), (small, style.labels[-1])]
    for text_size, label_of in variants:
        labels = [_shown(label_of(mark), text_size) for mark in marks]
        places, hidden = place_labels(boxes, [label and label.size for label in labels], size)
        if best is None or hidden < best[0]:
            best = hidden, labels, places
        if not hidden:
            break
    assert best is not None
    for mark, box, label, place in zip(marks, boxes, best[1], best[2], strict=True):
        if label is not None and place is not None:
            color = style.color or color_of(mark.level)
            _draw_leader(canvas, box, place, color)
            image.paste(_tile(label, color), (place.left, place.top))


@lru_cache(maxsize=256)
def _tile(label: _Label, color: Color) -> Any:
    """Return a label as an image; the same fields are often on many pages."""
    tile = import_optional("PIL.Image", "viz", "Drawing evidence").new("RGB", label.size, color)
    canvas = import_optional("PIL.ImageDraw", "viz", "Drawing evidence").Draw(tile)
    canvas.text(label.origin, label.text, "white", font=label.font)
    return tile


def _shown(label: str | None, text_size: int) -> _Label | None:
    """Return a label on one line, not too long, with a font that has its letters."""
    text = " ".join((label or "").split())
    text = "".join(character for character in text if character.isprintable())
    if len(text) > _MAX_LABEL_LENGTH:
        # The end of a path says more than its beginning.
        text = f"…{text[1 - _MAX_LABEL_LENGTH :]}"
    return _measured(text, text_size) if text else None


@lru_cache(maxsize=1024)
def _measured(text: str, text_size: int) -> _Label:
    padding = max(2, text_size // 5)
    font, shown = font_for(text, text_size)
    left, top, right, bottom = font.getbbox(shown)
    size = int(right - left) + 2 * padding + 1, int(bottom - top) + 2 * padding + 1
    return _Label(font, shown, size, (padding - left, padding - top))


def _draw_leader(canvas: Any, box: Rectangle, place: Rectangle, color: Color) -> None:
    """Draw a line to a label that is not beside its box."""
    x = min(max(place.left, box.left), box.right)
    y = min(max(place.top, box.top), box.bottom)
    to_x = min(max(x, place.left), place.right)
    to_y = min(max(y, place.top), place.bottom)
    if hypot(to_x - x, to_y - y) > 3:
        canvas.line((x, y, to_x, to_y), fill=color, width=1)
