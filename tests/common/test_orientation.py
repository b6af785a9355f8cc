"""P70: images are upright everywhere, and none stands for another of its file."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageSequence
from PIL.PngImagePlugin import PngInfo

from vlmrun.common.image import encode_image
from vlmrun.common.utils import download_artifact, download_image, remote_image
from vlmrun.common.viz import ensure_image, render_bbox_image
from vlmrun.errors import InputError, ResponseDecodeError
from vlmrun.testing import Server

RED, BLUE = (255, 0, 0), (0, 0, 255)
ORIENTATION = 0x0112
FORMATS = ["JPEG", "PNG", "TIFF", "WEBP"]
BOX = {"a": 1, "a_metadata": {"bboxes": [{"xywh": [0, 0, 1, 0.5]}]}}


def stored(format: str, orientation: int | None = 6, xmp: int | None = None) -> bytes:
    """An image of 8 by 4 pixels, red on the left; turned by orientation 6, it is red on top."""
    image = Image.new("RGB", (8, 4), BLUE)
    image.paste(RED, (0, 0, 4, 4))
    options: dict[str, Any] = {"quality": 100} if format == "JPEG" else {}
    if format == "WEBP":
        options["lossless"] = True
    exif = Image.Exif()
    if orientation is not None:
        exif[ORIENTATION] = orientation
        options["exif"] = exif
    if xmp is not None:
        packet = f'<x:xmpmeta><rdf:Description tiff:Orientation="{xmp}"/></x:xmpmeta>'
        if format == "PNG":
            options["pnginfo"] = PngInfo()
            options["pnginfo"].add_itxt("XML:com.adobe.xmp", packet)
        elif format == "TIFF":
            options["tiffinfo"] = {700: packet.encode(), **dict(exif)}
        else:
            options["xmp"] = packet.encode()
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def is_upright(image: Image.Image) -> bool:
    pixel: Any = image.convert("RGB").getpixel((2, 1))
    other: Any = image.convert("RGB").getpixel((2, 6)) if image.size == (4, 8) else pixel
    return image.size == (4, 8) and pixel[0] > 200 > pixel[2] and other[2] > 200 > other[0]


def decode_url(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))


LOCAL: dict[str, Callable[[Path], Image.Image]] = {
    "encode_image(path)": lambda path: decode_url(str(encode_image(path))),
    "encode_image(bytes)": lambda path: decode_url(str(encode_image(path.read_bytes()))),
    "encode_image(PIL)": lambda path: decode_url(str(encode_image(Image.open(path)))),
    "remote_image": remote_image,
    "ensure_image(path)": ensure_image,
    "ensure_image(PIL)": lambda path: ensure_image(Image.open(path)),
    "render_bbox_image(PIL)": lambda path: render_bbox_image(Image.open(path), {}),  # type: ignore[dict-item, return-value]
}


@pytest.mark.parametrize("read", LOCAL.values(), ids=LOCAL)
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(("exif", "xmp"), [(6, None), (6, 6)], ids=["EXIF", "EXIF and XMP"])
def test_p70_a_local_image_is_upright(
    tmp_path: Path, read: Any, format: str, exif: int, xmp: int | None
) -> None:
    path = tmp_path / "scan.img"
    path.write_bytes(stored(format, exif, xmp))
    image = read(path)
    assert is_upright(image)
    # It is turned once: neither reading it again nor encoding it turns it back or further.
    assert is_upright(decode_url(str(encode_image(image))))


@pytest.mark.parametrize("format", FORMATS)
def test_p70_a_downloaded_image_is_upright(client: Any, server: Server, format: str) -> None:
    content = stored(format)
    url = client.files.upload(io.BytesIO(content), filename="a.img").public_url
    for read in (remote_image, download_image, lambda url: download_artifact(url, "image")):
        assert is_upright(read(url))
    server.add_artifact("run-1", content, "img_0a1b2c")
    assert is_upright(client.artifacts.get("img_0a1b2c", execution_id="run-1"))


@pytest.mark.parametrize("form", ["path", "bytes", "PIL", "open file"])
def test_p70_a_sent_image_is_upright(
    client: Any, server: Server, tmp_path: Path, form: str
) -> None:
    path = tmp_path / "scan.jpg"
    path.write_bytes(stored("JPEG"))
    with path.open("rb") as file:
        image = {"path": path, "bytes": path.read_bytes(), "open file": file}.get(form)
        client.image.generate("document.invoice", images=[image or Image.open(path)])
    assert is_upright(decode_url(server.requests[-1].json["images"][0]))


def test_p70_boxes_fit_the_image_that_was_sent(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(stored("PNG"))
    from_path: Any = render_bbox_image(path, BOX, width=40)
    from_image: Any = render_bbox_image(Image.open(path), BOX, width=40)
    assert from_path.size == from_image.size == (40, 80)
    assert from_path.tobytes() == from_image.tobytes()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(("exif", "xmp"), [(6, 8), (1, 6), (3, 1)])
def test_p70_contradictory_orientations_are_refused(
    client: Any, server: Server, tmp_path: Path, format: str, exif: int, xmp: int
) -> None:
    path = tmp_path / "scan.img"
    path.write_bytes(stored(format, exif, xmp))
    for use in (encode_image, ensure_image, remote_image):
        with pytest.raises(InputError, match=r"scan\.img .*contradictory orientations"):
            use(path)
    with pytest.raises(InputError, match=r"images\[0\]: .*scan\.img has contradictory"):
        client.image.generate("document.invoice", images=[path])
    server.add_artifact("run-1", path.read_bytes(), "img_0a1b2c")
    with pytest.raises(ResponseDecodeError, match="contradictory"):
        client.artifacts.get("img_0a1b2c", execution_id="run-1")


@pytest.mark.parametrize("orientation", [None, 0, 1, 9])
def test_p70_an_image_without_a_valid_orientation_is_not_changed(orientation: int | None) -> None:
    image = Image.open(io.BytesIO(stored("JPEG", orientation)))
    assert ensure_image(image) is image
    assert image.size == (8, 4)


def pages(format: str, count: int = 3) -> bytes:
    images = [Image.new("RGB", (8, 4), (level * 60, 0, 0)) for level in range(count)]
    buffer = io.BytesIO()
    images[0].save(buffer, format, save_all=True, append_images=images[1:])
    return buffer.getvalue()


@pytest.mark.parametrize("format", ["TIFF", "GIF", "WEBP", "PNG"])
@pytest.mark.parametrize("form", ["path", "bytes", "PIL", "open file", "file="])
def test_p70_further_pages_are_refused(
    client: Any, server: Server, tmp_path: Path, format: str, form: str
) -> None:
    path = tmp_path / "scan.img"
    path.write_bytes(pages(format))
    with path.open("rb") as file, Image.open(path) as opened:
        image = {"bytes": path.read_bytes(), "open file": file, "PIL": opened}.get(form, path)
        arguments: Any = {"file": image} if form == "file=" else {"images": [image]}
        with pytest.raises(InputError, match=r"(images\[0\]|file).* has 3 pages or frames"):
            client.image.generate("document.invoice", **arguments)
    assert server.requests == []


def test_p70_pages_can_be_sent_one_by_one(client: Any, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "scan.tiff"
    path.write_bytes(pages("TIFF"))
    with Image.open(path) as opened:
        images = [page.copy() for page in ImageSequence.Iterator(opened)]
    client.image.generate("document.invoice", images=images)
    sent = [decode_url(url).getpixel((0, 0)) for url in server.requests[-1].json["images"]]
    assert [round(pixel[0] / 60) for pixel in sent] == [0, 1, 2]  # type: ignore[index]


def test_p70_a_thumbnail_is_no_page() -> None:
    buffer = io.BytesIO()
    thumbnail = Image.new("RGB", (2, 1))
    thumbnail.encoderinfo = {"tiffinfo": {254: 1}}  # type: ignore[attr-defined]
    Image.new("RGB", (8, 4)).save(buffer, "TIFF", save_all=True, append_images=[thumbnail])
    with Image.open(buffer) as opened:
        opened.seek(1)
        if not opened.tag_v2.get(254):  # type: ignore[attr-defined]
            pytest.skip("this Pillow writes no thumbnails")
        opened.seek(0)
        assert str(encode_image(opened)).startswith("data:image/png")
