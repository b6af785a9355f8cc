"""Images for notebooks: opening, scaling, and drawing boxes."""

from __future__ import annotations

import os
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

import attrs

from vlmrun._files.paths import check_file, file_errors, format_path
from vlmrun._image_pages import unreadable, upright
from vlmrun._images import data_url, is_image
from vlmrun._messages import short_repr, type_and_repr
from vlmrun._optional_imports import import_optional
from vlmrun._pictures.drawing import Style, draw_marks
from vlmrun._pictures.marks import Mark
from vlmrun._pictures.sources import open_pages
from vlmrun._validation import check_int
from vlmrun._warnings import warn_caller
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types.evidence import EvidenceMap
from vlmrun.viz._marks import as_evidence, choose_page, of_source, placed_marks

if TYPE_CHECKING:
    from PIL import Image

Color = tuple[int, int, int]
DEFAULT_BOX_COLOR: Color = (255, 0, 0)
DEFAULT_BOX_THICKNESS = 2
DEFAULT_IMAGE_FORMAT = "PNG"

_FEATURE = "Showing an image"  # named by the error if PIL is not installed


def ensure_image(image: Image.Image | str | os.PathLike[str]) -> Image.Image:
    """Return a PIL image, or open an image file.

    The EXIF orientation is applied; a PIL image without one is returned unchanged.

    Args:
        image: A PIL image, or the path of a file.

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
        InputError: It is not an image (also a `ValueError`).
        DependencyError: The extra `viz` is not installed.

    Example:
        >>> ensure_image("examples/inputs/invoice.png").size
        (800, 600)
    """
    pil: Any = import_optional("PIL.Image", "viz", _FEATURE)
    if is_image(image):
        return upright(image, "image")  # type: ignore[no-any-return]
    if not isinstance(image, (str, os.PathLike)):
        raise InputTypeError(f"image must be a PIL image or a path, got {type_and_repr(image)}")
    path = check_file("image", image)
    with file_errors("image", path):
        file = path.open("rb")
    try:
        with file, pil.open(file) as opened:
            # Cameras store pixels as the sensor has them; viewers apply this tag, PIL does not:
            # https://pillow.readthedocs.io/en/stable/reference/ImageOps.html
            return upright(opened, f"image: {format_path(path)}")  # type: ignore[no-any-return]
    except InputError:
        raise
    # Pillow's plugins raise SyntaxError for some invalid headers.
    except (OSError, ValueError, SyntaxError, pil.DecompressionBombError) as error:
        raise unreadable(f"image: {path} cannot be read as an image", error) from None


def render_image(image: Image.Image | str | os.PathLike[str], width: int | None = None) -> str:
    """Return an image as an `<img>` element with a data URL.

    Args:
        image: A PIL image, or the path of a file.
        width: The width in pixels; the height is scaled accordingly. None keeps the size.

    Raises:
        InputError: It is not an image, or `width` is below 1 (also a `ValueError`).
        DependencyError: The extra `viz` is not installed.

    Example:
        >>> render_image("examples/inputs/invoice.png", width=200)[:31]
        '<img src="data:image/png;base64'
    """
    return _to_element(_scale(ensure_image(image), width))


def render_bbox_image(
    image: Any,
    response: Any,
    width: int | None = None,
    return_base64: bool = False,
    box_color: Color = DEFAULT_BOX_COLOR,
    box_thickness: int = DEFAULT_BOX_THICKNESS,
    show_content: bool = False,
    show_confidence: bool = False,
    *,
    page: int | None = None,
) -> Image.Image | str:
    """Draw the boxes of a grounded result on a copy of an image, or on a page of a document.

    `vlmrun.viz.draw` also shows which fields the boxes belong to, and how certain they are.

    Args:
        image: An image, a TIFF or a PDF: a PIL image, a path, bytes or an open file.
        response: The result, in any form that `get_boxes_from_response` accepts.
        width: The width of the copy in pixels; None keeps the size of the image.
        return_base64: Return an `<img>` element with a data URL instead of a PIL image.
        box_color: Red, green and blue, 0 to 255 (default red).
        box_thickness: The line width in pixels (default 2).
        show_content: Label each box with the text inside it.
        show_confidence: Label each box with its confidence.
        page: The page, from 0; only its boxes are drawn. It can be left out if the document has one
            page, or boxes on one page only. A single image can show any page of a document.

    Raises:
        InputError: It is not an image, it has no such page, or an option is out of range (also a
            `ValueError`).
        DependencyError: The extra `viz` is not installed.

    Example:
        >>> render_bbox_image("invoice.pdf", prediction.response, page=1).save("boxes.png")
    """
    check_color("box_color", box_color)
    check_int("box_thickness", box_thickness, 1)
    evidence = as_evidence(response)
    copy, marks = _open_page(image, evidence, page)
    copy = _scale(copy, width)
    red, green, blue = box_color
    label = partial(_label, content=show_content, confidence=show_confidence)
    draw_marks(copy, marks, Style([label], (red, green, blue), box_thickness, fill=False))
    return _to_element(copy) if return_base64 else copy


def render_page(source: Any, width: int | None, page: int | None) -> str:
    """Return a page of a document, by default the only one, as `render_image` does."""
    copy, _ = _open_page(source, EvidenceMap(), page)
    return _to_element(_scale(copy, width))


def _open_page(
    source: Any, evidence: EvidenceMap, page: int | None
) -> tuple[Image.Image, list[Mark]]:
    """Return a page and what is on it."""
    with open_pages(source, name="image") as pages:
        evidence = of_source(evidence, pages)
        if page is None and len(pages) == 1:
            number = 0
            _warn_of_other_pages(evidence)
        else:
            number = choose_page(pages, evidence, page)
        marks = placed_marks(evidence, pages, number)
        image = pages.image(0 if pages.is_one_image else number)
        return image, [_of_size(mark, image.size) for mark in marks]


def _of_size(mark: Mark, size: tuple[int, int]) -> Mark:
    """Return a mark whose pixels are those of the page, also after that was scaled."""
    if mark.box.is_relative or mark.box.page_size is not None:
        return mark
    return mark._replace(box=attrs.evolve(mark.box, page_size=size))


def _warn_of_other_pages(evidence: EvidenceMap) -> None:
    others = [number for number in evidence.pages if number]
    if others:
        # A warning: until `page` existed, all boxes were drawn, whatever the image showed.
        warn_caller(
            f"boxes on page {', '.join(map(str, others))} are not drawn on page 0; pass page=... "
            "if the image shows another page",
            UserWarning,
        )


def check_color(name: str, value: Any) -> None:
    """Raise `InputError` unless the value is red, green and blue, each 0 to 255."""
    if not isinstance(value, (list, tuple)) or len(value) != 3:
        raise InputTypeError(f"{name} must be (red, green, blue), got {short_repr(value)}")
    for part in value:
        check_int(name, part, 0, 255)


def _scale(image: Image.Image, width: int | None) -> Image.Image:
    if width is None:
        return image.copy()
    check_int("width", width, 1)
    return image.resize((width, max(1, round(image.height * width / image.width))))


def _to_element(image: Image.Image) -> str:
    if image.mode not in ("RGB", "RGBA", "L"):  # PNG cannot store CMYK, YCbCr or F
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    buffer = BytesIO()
    image.save(buffer, DEFAULT_IMAGE_FORMAT)
    return f'<img src="{data_url("image/png", buffer.getvalue())}"/>'


def _label(mark: Mark, content: bool, confidence: bool) -> str:
    box, evidence = mark.box, mark.evidence
    parts = []
    if content:
        parts.append(box.text if box.text is not None else evidence.text or "")
    certainty = evidence.confidence if box.confidence is None else box.confidence
    if confidence and certainty is not None:
        parts.append(f"({certainty})")
    return " ".join(parts)
