"""The orientation is the same in what the user sees, what is sent and what is drawn."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.pictures.documents import MARK, MARK_XYWH, RED, SIZE, STORE, WHITE, stored, tiff, upright
from vlmrun import viz
from vlmrun.common.viz import render_bbox_image
from vlmrun.testing import Server

RESPONSE = {"mark": 1, "mark_metadata": {"confidence": "hi", "bboxes": [{"xywh": MARK_XYWH}]}}

FORMS: dict[str, Callable[[Path], Any]] = {
    "path": lambda path: path,
    "str": str,
    "bytes": lambda path: path.read_bytes(),
    "open file": lambda path: io.BytesIO(path.read_bytes()),
    "PIL image": lambda path: Image.open(io.BytesIO(path.read_bytes())),
    "list": lambda path: [path],
}


def is_like(image: Image.Image, expected: Image.Image) -> bool:
    """Compare images; JPEG changes colors a little, near edges more."""
    difference = ImageChops.difference(image.convert("RGB"), expected)
    return image.size == expected.size and max(ImageStat.Stat(difference).mean) < 5


@pytest.mark.parametrize("orientation", STORE)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("form", FORMS)
def test_p70_a_box_is_drawn_on_a_mark_in_all_orientations(
    tmp_path: Path, form: str, format: str, orientation: int
) -> None:
    path = tmp_path / "photo.img"
    path.write_bytes(stored(format, orientation))
    source = FORMS[form](path)

    drawn = viz.draw(source, RESPONSE, labels=False)
    assert drawn.size == SIZE
    left, top, right, bottom = MARK
    for x, y in [(left, top), (right - 1, top), (left, bottom - 1), (right - 1, bottom - 1)]:
        pixel: Any = drawn.getpixel((x, y))
        red, green, _ = pixel
        assert red < 100 < green  # the line of the box
    outside: Any = drawn.getpixel((left - 2, top - 2)), drawn.getpixel((right + 1, bottom + 1))
    assert all(min(pixel) > 200 for pixel in outside)
    assert is_like(viz.crop(source, RESPONSE, "mark", padding=0), upright().crop(MARK))
    assert is_like(next(viz.pages(source)), upright())


@pytest.mark.parametrize("form", ["path", "bytes", "PIL image", "open file"])
def test_p70_the_images_that_are_sent_are_those_that_are_drawn_on(
    client: Any, server: Server, tmp_path: Path, form: str
) -> None:
    paths = [tmp_path / f"{orientation}.jpg" for orientation in STORE]
    for path in paths:
        path.write_bytes(stored("JPEG", int(path.stem)))
    client.image.generate("document.invoice", images=[FORMS[form](path) for path in paths])
    for path, url in zip(paths, server.requests[-1].json["images"], strict=True):
        sent = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
        assert is_like(sent, upright())
        assert is_like(sent, next(viz.pages(path)))


@pytest.mark.parametrize("orientation", STORE)
def test_p70_the_pages_of_a_tiff_are_upright_too(orientation: int) -> None:
    second = upright((4, 20, 20, 36))
    content = tiff([upright(), second], orientation)

    first_page, second_page = viz.pages(content)
    assert is_like(first_page, upright())
    assert is_like(second_page, second)
    with Image.open(io.BytesIO(content)) as opened:
        assert is_like(list(viz.pages(opened))[1], second)
        assert opened.tell() == 0


@pytest.mark.parametrize("orientation", STORE)
def test_render_bbox_image_draws_at_the_same_place(orientation: int) -> None:
    drawn: Any = render_bbox_image(stored("PNG", orientation), RESPONSE, box_thickness=1)
    assert drawn.size == SIZE
    left, top, right, bottom = MARK
    assert drawn.getpixel((left, top)) == drawn.getpixel((right - 1, bottom - 1)) == RED
    assert drawn.getpixel((left - 1, top)) == drawn.getpixel((right, bottom - 1)) == WHITE
