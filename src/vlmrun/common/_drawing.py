"""Images for notebooks: opening, scaling, and drawing boxes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from vlmrun._files.paths import check_file, file_errors, format_path
from vlmrun._image_pages import upright
from vlmrun._images import data_url, is_image
from vlmrun._messages import short_repr, type_and_repr
from vlmrun._optional_imports import import_optional
from vlmrun._validation import check_int
from vlmrun.common._box_formats import get_boxes_from_response
from vlmrun.errors import InputError, InputTypeError

if TYPE_CHECKING:
    from PIL import Image

Color = tuple[int, int, int]
DEFAULT_BOX_COLOR: Color = (255, 0, 0)
DEFAULT_BOX_THICKNESS = 2
DEFAULT_IMAGE_FORMAT = "PNG"

_FEATURE = "Showing an image"  # named by the error if PIL is not installed
_MAX_LABEL_LENGTH = 60


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
        raise InputError(f"image: {path} cannot be read as an image: {error}") from None


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
    image: Image.Image | str | os.PathLike[str],
    response: Any,
    width: int | None = None,
    return_base64: bool = False,
    box_color: Color = DEFAULT_BOX_COLOR,
    box_thickness: int = DEFAULT_BOX_THICKNESS,
    show_content: bool = False,
    show_confidence: bool = False,
) -> Image.Image | str:
    """Draw the boxes of a grounded result on a copy of an image.

    Args:
        image: A PIL image, or the path of a file.
        response: The result, in any form that `get_boxes_from_response` accepts.
        width: The width of the copy in pixels; None keeps the size of the image.
        return_base64: Return an `<img>` element with a data URL instead of a PIL image.
        box_color: Red, green and blue, 0 to 255 (default red).
        box_thickness: The line width in pixels (default 2).
        show_content: Label each box with the text inside it.
        show_confidence: Label each box with its confidence.

    Raises:
        InputError: It is not an image, or an option is out of range (also a `ValueError`).
        DependencyError: The extra `viz` is not installed.

    Example:
        >>> render_bbox_image("invoice.png", prediction.response).save("boxes.png")
    """
    check_color("box_color", box_color)
    check_int("box_thickness", box_thickness, 1)
    copy = _scale(ensure_image(image), width).convert("RGB")
    draw = import_optional("PIL.ImageDraw", "viz", _FEATURE).Draw(copy)
    for box in get_boxes_from_response(response):
        corners = _to_pixels(box["bbox"], copy.width, copy.height)
        draw.rectangle(corners, outline=tuple(box_color), width=box_thickness)
        label = _label(box, show_content, show_confidence)
        if label:
            _draw_label(draw, corners, label, box_color)
    return _to_element(copy) if return_base64 else copy


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


def _to_pixels(box: Iterable[float], width: int, height: int) -> tuple[int, int, int, int]:
    """Convert a box to pixels inside the image."""
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in box)
    # Sorted, because a model may return a negative width, and ImageDraw rejects x1 < x0.
    xs = sorted(round(edge * (width - 1)) for edge in (left, right))
    ys = sorted(round(edge * (height - 1)) for edge in (top, bottom))
    return xs[0], ys[0], xs[1], ys[1]


def _label(box: Mapping[str, Any], content: bool, confidence: bool) -> str:
    parts = []
    if content and box["content"] is not None:
        parts.append(str(box["content"]))
    if confidence and box["confidence"] is not None:
        parts.append(f"({box['confidence']})")
    text = " ".join(" ".join(parts).split())
    return text if len(text) <= _MAX_LABEL_LENGTH else f"{text[: _MAX_LABEL_LENGTH - 1]}…"


def _draw_label(draw: Any, corners: tuple[int, int, int, int], label: str, color: Color) -> None:
    font: Any = import_optional("PIL.ImageFont", "viz", _FEATURE).load_default()
    try:
        left, top, right, bottom = draw.textbbox((0, 0), label, font=font)
    except UnicodeEncodeError:
        # Pillow without FreeType, and Pillow 10.0, fall back to a bitmap font for Latin-1 only.
        label = label.encode("latin-1", "replace").decode("latin-1")
        left, top, right, bottom = draw.textbbox((0, 0), label, font=font)
    x, y = corners[0], max(0, corners[1] - int(bottom) - 1)
    draw.rectangle((x + left, y + top, x + right, y + bottom), fill=tuple(color))
    draw.text((x, y), label, fill="white", font=font)
