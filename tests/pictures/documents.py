"""Documents with marks at known places."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter

ORIENTATION = 0x0112
RED, WHITE = (255, 0, 0), (255, 255, 255)

# What turns an upright image into the pixels of a file with an EXIF orientation.
STORE = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}

# A mark near the top right corner of an upright image of 80 by 40 pixels.
SIZE = (80, 40)
MARK = (56, 4, 72, 12)
MARK_XYWH = [56 / 80, 4 / 40, 16 / 80, 8 / 40]


def upright(mark: tuple[int, int, int, int] = MARK, size: tuple[int, int] = SIZE) -> Image.Image:
    """Return an image with a red mark; `mark` is left, top, right and bottom."""
    image = Image.new("RGB", size, WHITE)
    image.paste(RED, mark)
    return image


def stored(format: str, orientation: int) -> bytes:
    """Return a file that a viewer shows as `upright()`."""
    turn = STORE[orientation]
    image = upright() if turn is None else upright().transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options: dict[str, Any] = {"JPEG": {"quality": 100, "subsampling": 0}}.get(format, {})
    if format == "WEBP":
        options["lossless"] = True
    buffer = io.BytesIO()
    image.save(buffer, format, exif=exif, **options)
    return buffer.getvalue()


def tiff(images: list[Image.Image], orientation: int = 1) -> bytes:
    """Return a TIFF with several pages, all stored in the same orientation."""
    turn = STORE[orientation]
    turned = images if turn is None else [image.transpose(turn) for image in images]
    buffer = io.BytesIO()
    turned[0].save(
        buffer,
        "TIFF",
        save_all=True,
        append_images=turned[1:],
        tiffinfo={ORIENTATION: orientation},
    )
    return buffer.getvalue()


def pdf(count: int, rotation: int = 0, password: str | None = None) -> bytes:
    """Return a PDF whose page N has a black square in its column N of ten, at the top.

    The pages have 200 by 100 points, as they are shown; they are stored with a rotation.
    """
    writer = PdfWriter()
    for number in range(count):
        page = Image.new("RGB", (400, 200), WHITE)
        ImageDraw.Draw(page).rectangle(square(number), fill="black")
        single = io.BytesIO()
        page.rotate(rotation, expand=True).save(single, "PDF", resolution=144)
        writer.append(PdfReader(single))
        writer.pages[number].rotate(rotation)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def square(number: int) -> tuple[int, int, int, int]:
    """Return the corners of the square of a page in pixels of 400 by 200."""
    left = 40 * (number % 10)
    return left + 4, 4, left + 35, 35


def square_xywh(number: int) -> list[float]:
    """Return the place of the square of a page as fractions."""
    left, top, right, bottom = square(number)
    return [left / 400, top / 200, (right + 1 - left) / 400, (bottom + 1 - top) / 200]


def grounded(**pages: int | None) -> dict[str, Any]:
    """Return a response with a field for each name, at the square of its page."""
    response: dict[str, Any] = {}
    for name, page in pages.items():
        item: dict[str, Any] = {"bbox": {"xywh": square_xywh(page or 0)}, "content": name}
        if page is not None:
            item["page"] = page
        response[name] = name.upper()
        response[f"{name}_metadata"] = {"confidence": "hi", "bboxes": [item]}
    return response
