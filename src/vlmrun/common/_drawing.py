"""Images for a notebook: opened, scaled, with boxes drawn on them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from vlmrun._images import data_url, is_image
from vlmrun._messages import short_repr, type_and_repr
from vlmrun._optional_imports import import_optional
from vlmrun._validation import check_file, check_int
from vlmrun.common._boxes import get_boxes_from_response
from vlmrun.errors import InputError, InputTypeError

if TYPE_CHECKING:
    from PIL import Image

Color = tuple[int, int, int]
DEFAULT_BOX_COLOR: Color = (255, 0, 0)
DEFAULT_BOX_THICKNESS = 2
DEFAULT_IMAGE_FORMAT = "PNG"

_WHAT = "Showing an image"
_LONGEST_LABEL = 60


def ensure_image(image: Image.Image | str | os.PathLike[str]) -> Image.Image:
    """An image of PIL as it is, or that of a file, turned as its EXIF says.

    Raises:
        MissingFileError: There is no such file (a `FileNotFoundError`).
        InputError: It is no image (a `ValueError`).
        DependencyError: The extra `viz` is not installed.
    """
    opener: Any = import_optional("PIL.Image", "viz", _WHAT)
    ops: Any = import_optional("PIL.ImageOps", "viz", _WHAT)
    if is_image(image):
        return image  # type: ignore[return-value]
    if not isinstance(image, (str, os.PathLike)):
        raise InputTypeError(f"image must be a PIL image or a path, got {type_and_repr(image)}")
    path = check_file("image", image)
    try:
        with opener.open(path) as opened:
            turned: Image.Image = ops.exif_transpose(opened)
            turned.load()
            return turned
    except (OSError, ValueError, SyntaxError, opener.DecompressionBombError) as error:
        raise InputError(f"image: {path} cannot be read as an image: {error}") from None


def render_image(image: Image.Image | str | os.PathLike[str], width: int | None = None) -> str:
    """An image as an `<img>` element that holds it whole.

    Args:
        image: An image of PIL, or the path of a file.
        width: Its width in pixels, the height following; None leaves the size alone.

    Raises:
        InputError: It is no image, or `width` is below 1 (a `ValueError`).
        DependencyError: The extra `viz` is not installed.
    """
    return _as_element(_scaled(ensure_image(image), width))


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
    """An image with the boxes of a grounded result drawn on it.

    Args:
        image: An image of PIL, or the path of a file; it is left as it is.
        response: The result, in any form that `get_boxes_from_response` takes.
        width: Width in pixels of what is returned; None for that of the image.
        return_base64: Return an `<img>` element as text.
        box_color: Red, green and blue, 0 to 255.
        box_thickness: Of the lines, in pixels.
        show_content: Write the text of each box beside it.
        show_confidence: Write how sure the service is of it.

    Raises:
        InputError: It is no image, or an option is out of bounds (a `ValueError`).
        DependencyError: The extra `viz` is not installed.

    Example:
        >>> render_bbox_image("invoice.png", prediction.response, show_confidence=True).show()
    """
    check_color("box_color", box_color)
    check_int("box_thickness", box_thickness, 1)
    drawn = _scaled(ensure_image(image), width).convert("RGB")
    draw = import_optional("PIL.ImageDraw", "viz", _WHAT).Draw(drawn)
    for box in get_boxes_from_response(response):
        corners = _corners(box["bbox"], drawn.width, drawn.height)
        draw.rectangle(corners, outline=tuple(box_color), width=box_thickness)
        label = _label(box, show_content, show_confidence)
        if label:
            _write(draw, corners, label, box_color)
    return _as_element(drawn) if return_base64 else drawn


def check_color(name: str, value: Any) -> None:
    """Raise `InputError` for what is not red, green and blue."""
    if not isinstance(value, (list, tuple)) or len(value) != 3:
        raise InputTypeError(f"{name} must be (red, green, blue), got {short_repr(value)}")
    for part in value:
        check_int(name, part, 0, 255)


def _scaled(image: Image.Image, width: int | None) -> Image.Image:
    if width is None:
        return image.copy()
    check_int("width", width, 1)
    return image.resize((width, max(1, round(image.height * width / image.width))))


def _as_element(image: Image.Image) -> str:
    if image.mode not in ("RGB", "RGBA", "L"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    buffer = BytesIO()
    image.save(buffer, DEFAULT_IMAGE_FORMAT)
    return f'<img src="{data_url("image/png", buffer.getvalue())}"/>'


def _corners(box: Iterable[float], width: int, height: int) -> tuple[int, int, int, int]:
    """The box in pixels, kept inside the image and the right way round."""
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in box)
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
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"


def _write(draw: Any, corners: tuple[int, int, int, int], label: str, color: Color) -> None:
    font: Any = import_optional("PIL.ImageFont", "viz", _WHAT).load_default()
    try:
        left, top, right, bottom = draw.textbbox((0, 0), label, font=font)
    except UnicodeEncodeError:  # the font that comes without FreeType has Latin letters only
        label = label.encode("latin-1", "replace").decode("latin-1")
        left, top, right, bottom = draw.textbbox((0, 0), label, font=font)
    x, y = corners[0], max(0, corners[1] - int(bottom) - 1)
    draw.rectangle((x + left, y + top, x + right, y + bottom), fill=tuple(color))
    draw.text((x, y), label, fill="white", font=font)
