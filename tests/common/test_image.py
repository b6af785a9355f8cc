"""Encoding of images, frames and videos: all modes, orientations and kinds of invalid files."""

from __future__ import annotations

import base64
import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import vlmrun.common.image
from vlmrun._images import encode_frame, encode_image, encode_video, image_url, is_image
from vlmrun.errors import DependencyError, InputError, InputTypeError, MissingFileError

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def decode_url(url: Any) -> Any:
    head, _, data = str(url).partition(",")
    content = base64.b64decode(data, validate=True)
    image = Image.open(io.BytesIO(content))
    assert head == f"data:image/{str(image.format).lower()};base64"
    return image


def is_close(one: Any, other: Any) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(one, other, strict=True))


def encode_file(image: Any, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def rotated_file(orientation: int, format: str = "JPEG") -> bytes:
    """Encode a wide image, red on its left, with an EXIF orientation."""
    image = Image.new("RGB", (40, 20), BLUE)
    image.paste(RED, (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encode_file(image, format, exif=exif)


def test_each_format_is_encoded(tmp_path: Path) -> None:
    image = Image.new("RGB", (4, 6), RED)
    assert decode_url(encode_image(image)).format == "PNG"
    assert decode_url(encode_image(image, "JPEG", 50)).format == "JPEG"
    binary = encode_image(image, format="binary")
    assert isinstance(binary, bytes)
    assert Image.open(io.BytesIO(binary)).getpixel((0, 0)) == RED
    assert vlmrun.common.image.encode_image is encode_image


def test_all_kinds_of_image_arguments_are_encoded_identically(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encode_file(Image.new("RGB", (4, 6), RED), "PNG"))
    expected = encode_image(Image.new("RGB", (4, 6), RED))
    content = path.read_bytes()
    for form in (path, str(path), content, bytearray(content), memoryview(content)):
        assert encode_image(form) == expected  # type: ignore[arg-type]
    with path.open("rb") as file:
        assert encode_image(file) == expected
        assert file.tell() == 0
        assert not file.closed
    shifted = io.BytesIO(b"head" + content)
    shifted.seek(4)
    assert encode_image(shifted) == expected
    assert shifted.tell() == 4


def test_a_stream_that_is_not_seekable_can_be_encoded() -> None:
    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.left = io.BytesIO(encode_file(Image.new("RGB", (4, 6), RED), "PNG"))

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            return self.left.readinto(buffer)

    assert decode_url(encode_image(Stream())).size == (4, 6)  # type: ignore[arg-type]


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (40, 20), (5, 10)),
        (2, (40, 20), (35, 10)),
        (3, (40, 20), (35, 10)),
        (6, (20, 40), (10, 5)),
        (8, (20, 40), (10, 35)),
        (99, (40, 20), (5, 10)),
    ],
)
def test_the_exif_orientation_is_applied(
    format: str, orientation: int, size: tuple[int, int], red_at: tuple[int, int]
) -> None:
    content = rotated_file(orientation, format)
    for form in (content, Image.open(io.BytesIO(content))):
        image = decode_url(image_url("images[0]", form))
        assert image.size == size
        assert image.getpixel(red_at)[0] > 200
        assert not image.getexif()


MODES = {
    "RGB": Image.new("RGB", (4, 4), RED),
    "RGBA, opaque": Image.new("RGBA", (4, 4), (*RED, 255)),
    "RGBX": Image.new("RGBX", (4, 4), (*RED, 0)),
    "CMYK": Image.new("CMYK", (4, 4), (0, 255, 255, 0)),
    "YCbCr": Image.new("RGB", (4, 4), RED).convert("YCbCr"),
    "HSV": Image.new("RGB", (4, 4), RED).convert("HSV"),
    "P": Image.new("RGB", (4, 4), RED).convert("P"),
}


@pytest.mark.parametrize("mode", MODES)
def test_colors_are_preserved_in_every_mode(mode: str) -> None:
    before = MODES[mode].copy()
    image = decode_url(encode_image(MODES[mode], "JPEG"))
    assert image.mode == "RGB"
    assert is_close(image.getpixel((1, 1)), RED)
    assert MODES[mode].tobytes() == before.tobytes()


def palette_with_transparency() -> Any:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([0, 0, 0, *RED])
    image.info["transparency"] = 0
    return image


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGBA", (4, 4), (*RED, 0)),
        Image.new("LA", (4, 4), (0, 0)),
        Image.new("RGBA", (4, 4), (0, 0, 0, 0)).convert("RGBa"),
        Image.new("LA", (4, 4), (0, 0)).convert("La"),
        palette_with_transparency(),
        Image.open(io.BytesIO(encode_file(palette_with_transparency(), "GIF", transparency=0))),
        Image.open(io.BytesIO(encode_file(Image.new("L", (4, 4), 0), "PNG", transparency=0))),
    ],
    ids=["RGBA", "LA", "RGBa", "La", "P", "GIF", "L"],
)
def test_transparent_pixels_become_white(image: Any) -> None:
    for format in ("PNG", "JPEG"):
        assert decode_url(encode_image(image, format)).getpixel((1, 1)) == WHITE


def test_half_transparent_pixels_are_blended_with_white() -> None:
    image = decode_url(encode_image(Image.new("RGBA", (4, 4), (*RED, 128))))
    assert is_close(image.getpixel((1, 1)), (255, 127, 127))


def grayscale(values: list[int], dtype: str) -> Any:
    return Image.fromarray(np.array([values] * 2, dtype=dtype))


@pytest.mark.parametrize(
    ("image", "levels"),
    [
        (grayscale([0, 32768, 65535], "uint16"), [0, 127, 255]),
        (grayscale([0, 1000, 2000], "uint16"), [0, 4, 8]),
        (grayscale([0, 128, 255], "uint16"), [0, 128, 255]),
        (grayscale([0, 128, 255], "int32"), [0, 128, 255]),
        (grayscale([0, 32768, 65535], "int32"), [0, 127, 255]),
        (grayscale([-10, 0, 10], "int32"), [0, 127, 255]),
        (grayscale([0, 0, 0], "int32"), [0, 0, 0]),
        (grayscale([0, 1, 2], "float32"), [0, 127, 255]),
        (grayscale([7, 7, 7], "float32"), [0, 0, 0]),
        (grayscale([0, 1, 1], "bool"), [0, 255, 255]),
    ],
)
def test_channels_of_more_than_eight_bits_are_scaled(image: Any, levels: list[int]) -> None:
    read = decode_url(encode_image(image))
    for column, level in enumerate(levels):
        assert is_close(read.getpixel((column, 0)), (level,) * 3)


def test_a_png_file_of_sixteen_bits_is_scaled(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(encode_file(grayscale([0, 32768, 65535], "uint16"), "PNG"))
    assert is_close(decode_url(encode_image(path)).getpixel((1, 0)), (127,) * 3)


def decompression_bomb() -> bytes:
    """Create a PNG of a few bytes that declares 60,000 by 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def unknown_pixel_format() -> bytes:
    """Create a DDS file with a pixel format for which PIL raises NotImplementedError."""
    content = bytearray(encode_file(Image.new("RGBA", (4, 4)), "DDS"))
    content[80:84] = b"\x99\0\0\0"
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        b"no image",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"%PDF-1.7",
        b"\x00" * 10_000,
        encode_file(Image.effect_noise((64, 64), 50), "PNG")[:-200],
        encode_file(Image.effect_noise((64, 64), 50), "JPEG")[:200],
        decompression_bomb(),
        unknown_pixel_format(),
    ],
    ids=[
        "text",
        "png",
        "jpeg",
        "pdf",
        "zeros",
        "cut png",
        "cut jpeg",
        "decompression_bomb",
        "odd",
    ],
)
def test_content_that_is_not_an_image_raises_input_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "garbage.png"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"images\[2\].*garbage\.png.*cannot be read as an image"):
        image_url("images[2]", path)
    with pytest.raises(ValueError, match=r"^image: .*cannot be read as an image"):
        encode_image(content)


def test_a_closed_or_empty_image_raises_input_error() -> None:
    closed = Image.new("RGB", (4, 4))
    closed.close()
    for image in (closed, Image.new("RGB", (0, 4))):
        with pytest.raises(InputError, match="cannot be read as an image"):
            encode_image(image, "JPEG")


def test_an_image_too_wide_for_jpeg_raises_input_error() -> None:
    with pytest.raises(InputError, match="cannot be read as an image"):
        encode_image(Image.new("RGB", (70_000, 1)), "JPEG")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((3,), InputTypeError, "image must be"),
        ((None,), InputTypeError, "image must be"),
        ((Image,), InputTypeError, "image must be"),
        ((io.StringIO("x"),), InputTypeError, "binary mode"),
        (("no.png",), MissingFileError, "no such file"),
        ((Path("/"),), InputError, "not a file"),
        ((Image.new("RGB", (1, 1)), "GIF"), InputError, "format cannot be 'GIF'"),
        ((Image.new("RGB", (1, 1)), "JPEG", 0), InputError, "quality must be 1 to 100"),
        ((Image.new("RGB", (1, 1)), "JPEG", 101), InputError, "quality"),
        ((Image.new("RGB", (1, 1)), "JPEG", "90"), InputTypeError, "quality"),
    ],
)
def test_an_invalid_argument_raises(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        encode_image(*arguments)


@pytest.mark.slow
def test_is_image_does_not_import_pil() -> None:
    class Mine(Image.Image):
        pass

    assert is_image(Image.new("RGB", (1, 1)))
    assert is_image(Mine())
    assert not any(map(is_image, (3, None, "PIL", Path(), Image.Image)))
    program = (
        "import sys; from vlmrun._requests.media import images_of; "
        "images_of(None, ['https://a.b/c']); print('PIL' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"


def test_without_pil_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(DependencyError, match=r"vlmrun\[images\]"):
        encode_image(b"x")


def test_a_video_frame_is_encoded_and_other_values_raise() -> None:
    frame = np.zeros((4, 6, 3), np.uint8)
    frame[:, :, 0] = 255
    image = decode_url(encode_frame(frame))
    assert (image.size, image.format) == ((6, 4), "JPEG")
    assert is_close(image.getpixel((0, 0)), RED)
    for bad in (None, "x", np.zeros((2, 2, 2, 2)), np.zeros((4, 4, 3))):
        with pytest.raises(InputError, match="frame must be an RGB array"):
            encode_frame(bad)


def test_a_video_file_is_encoded_and_other_files_raise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for suffix, kind in ((".mp4", "mp4"), (".MOV", "quicktime"), (".webm", "webm")):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(b"film")
        assert encode_video(path) == f"data:video/{kind};base64,ZmlsbQ=="
        assert encode_video(str(path)) == encode_video(path)
    with pytest.raises(FileNotFoundError):
        encode_video("no.mp4")
    text = tmp_path / "a.txt"
    text.write_bytes(b"x")
    with pytest.raises(OSError, match="is not a video"):
        encode_video(text)
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    with pytest.raises(OSError, match="at most 52428800"):
        encode_video(large)
