"""Images and videos as the data URLs that requests carry. Needs the extra `images`."""

from __future__ import annotations

import base64
import os
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from vlmrun._messages import show
from vlmrun._optional_imports import require
from vlmrun._validation import check_choice, check_file, check_int
from vlmrun.constants import SUPPORTED_VIDEO_FILETYPES
from vlmrun.errors import InputError, InputTypeError, VLMRunError

if TYPE_CHECKING:
    from PIL import Image

ImageFormat = Literal["PNG", "JPEG", "binary"]

LARGEST_INLINE_VIDEO = 50 * 1024 * 1024
_WHAT = "An image"


def is_image(value: Any) -> bool:
    """Whether a value is an image of PIL; never imports PIL."""
    return type(value).__module__.partition(".")[0] == "PIL" or any(
        base.__module__ == "PIL.Image" for base in type(value).__mro__
    )


def encode_image(
    image: Image.Image | str | os.PathLike[str] | bytes | BinaryIO,
    format: ImageFormat = "PNG",
    quality: int = 90,
) -> str | bytes:
    """An image as a data URL, or as the bytes of a PNG file.

    Args:
        image: An image of PIL in any mode, the path of a file, or the bytes of one, or a file open
            in binary mode. It is turned as its EXIF says, what is transparent becomes white, and
            more than 8 bits a channel become 8.
        format: "PNG" or "JPEG" for a data URL of that kind, "binary" for a PNG file's bytes.
        quality: Of a JPEG, 1 to 100.

    Raises:
        MissingFileError: The path is not there (a `FileNotFoundError`).
        InputError: It is no image, or an argument is out of bounds (a `ValueError`).
        DependencyError: The extra `images` is not installed.

    Example:
        >>> encode_image("examples/inputs/invoice.png", "JPEG")[:23]
        'data:image/jpeg;base64,'
    """
    check_choice("format", format, ("PNG", "JPEG", "binary"))
    check_int("quality", quality, 1, 100)
    if format == "binary":
        return _encoded("image", image, "PNG", quality)
    return data_url(f"image/{format.lower()}", _encoded("image", image, format, quality))


def image_url(name: str, image: Any) -> str:
    """An image as the JPEG data URL that requests carry; errors call it by this name."""
    return data_url("image/jpeg", _encoded(name, image, "JPEG", 90))


def encode_frame(frame: Any, quality: int = 85) -> str:
    """A frame of a video, an RGB array of shape (height, width, 3), as a JPEG data URL.

    Raises:
        InputError: It is no such array.
        DependencyError: The extra `images` is not installed.
    """
    pil = require("PIL.Image", "images", _WHAT)
    try:
        image = pil.fromarray(frame)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise InputTypeError(f"frame must be an RGB array, got {show(frame)}: {error}") from None
    return str(encode_image(image, "JPEG", quality))


def encode_video(path: str | os.PathLike[str]) -> str:
    """A video file of at most 50 MB as a data URL.

    Raises:
        MissingFileError: The path is not there (a `FileNotFoundError`, so an `OSError`).
        VideoError: It has another suffix than a video's, or is too large (an `OSError` too).
    """
    file = check_file("path", path)
    suffix = file.suffix.lower()
    if suffix not in SUPPORTED_VIDEO_FILETYPES:
        known = ", ".join(SUPPORTED_VIDEO_FILETYPES)
        raise VideoError(f"path: {file.name} is no video; its suffix must be one of {known}")
    size = file.stat().st_size
    if size > LARGEST_INLINE_VIDEO:
        raise VideoError(
            f"path: {file.name} has {size} bytes; at most {LARGEST_INLINE_VIDEO} travel inline",
            suggestion="Upload it: client.files.upload(path)",
        )
    kind = "quicktime" if suffix == ".mov" else suffix[1:]
    return data_url(f"video/{kind}", file.read_bytes())


class VideoError(InputError, OSError):
    """A video that cannot travel inline."""


def data_url(media_type: str, content: bytes) -> str:
    """Bytes as a data URL."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _encoded(name: str, image: Any, format: str, quality: int) -> bytes:
    buffer = BytesIO()
    try:
        opaque = _opaque(_eight_bits(_opened(name, image)))
        opaque.save(buffer, format, quality=quality)
    except VLMRunError:
        raise
    except Exception as error:  # a broken file can get anything out of PIL's decoders
        what = image if isinstance(image, os.PathLike) else show(image)
        raise InputError(f"{name}: {what} cannot be read as an image: {error}") from None
    return buffer.getvalue()


def _opened(name: str, image: Any) -> Any:
    """The image, turned as its EXIF says."""
    pil = require("PIL.Image", "images", _WHAT)
    ops = require("PIL.ImageOps", "images", _WHAT)
    if is_image(image):
        return ops.exif_transpose(image)
    if isinstance(image, (str, os.PathLike)):
        source: Any = check_file(name, image)
    elif isinstance(image, (bytes, bytearray, memoryview)):
        source = BytesIO(image)
    else:
        source = BytesIO(_content(name, image))
    with pil.open(source) as opened:
        return ops.exif_transpose(opened)


def _content(name: str, file: Any) -> bytes:
    """What an open file holds from where it stands; it is put back there, if it can be."""
    read = getattr(file, "read", None)
    if not callable(read):
        raise InputTypeError(
            f"{name} must be an image of PIL, a path, bytes or an open file, "
            f"got {type(file).__name__} {show(file)}"
        )
    start = file.tell() if file.seekable() else None
    content = read()
    if start is not None:
        file.seek(start)
    if not isinstance(content, bytes):
        raise InputTypeError(f"{name} must be open in binary mode", suggestion="open(path, 'rb')")
    return content


def _eight_bits(image: Any) -> Any:
    """An image of one channel of more than 8 bits as a grey one: PIL would clip it to white."""
    if not (image.mode.startswith("I") or image.mode == "F"):
        return image
    low, high = image.getextrema()
    if image.mode != "F" and low >= 0:
        low, high = 0, next(top for top in (255, 65535, 2**32 - 1) if high <= top)
    scale = 255 / (high - low) if high > low else 0
    # A linear function is all that PIL applies to these modes.
    levels = image.convert("I").convert("F") if image.mode != "F" else image
    return levels.point(lambda level: level * scale - low * scale).convert("L")


def _opaque(image: Any) -> Any:
    if image.mode == "RGB":
        return image
    if image.mode in ("RGBA", "RGBa", "LA", "La", "PA") or "transparency" in image.info:
        pil = require("PIL.Image", "images", _WHAT)
        straight = {"La": "LA", "RGBa": "RGBA"}.get(image.mode)
        layer = (image.convert(straight) if straight else image).convert("RGBA")
        ground = pil.new("RGBA", layer.size, "white")
        return pil.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")
