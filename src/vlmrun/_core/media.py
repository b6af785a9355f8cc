"""Images and videos as the data URLs that requests carry. Needs the extra `images`."""

from __future__ import annotations

import base64
import os
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from vlmrun._core.checks import check_choice, check_file, check_whole
from vlmrun._extras import require
from vlmrun._wording import show
from vlmrun.constants import SUPPORTED_VIDEO_FILETYPES
from vlmrun.errors import InputError, InputTypeError

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
    image: Image.Image | str | os.PathLike[str],
    format: ImageFormat = "PNG",
    quality: int = 90,
) -> str | bytes:
    """An image as a data URL, or as the bytes of a PNG file.

    Args:
        image: An image of PIL in any mode, or the path of a file. It is turned as its EXIF says,
            and what is transparent becomes white.
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
    check_whole("quality", quality, 1, 100)
    opaque = _opaque(_opened(image))
    buffer = BytesIO()
    if format == "JPEG":
        opaque.save(buffer, "JPEG", quality=quality)
    else:
        opaque.save(buffer, "PNG")
    if format == "binary":
        return buffer.getvalue()
    return data_url(f"image/{format.lower()}", buffer.getvalue())


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


def _opened(image: Any) -> Any:
    pil = require("PIL.Image", "images", _WHAT)
    ops = require("PIL.ImageOps", "images", _WHAT)
    if is_image(image):
        return ops.exif_transpose(image)
    if not isinstance(image, (str, os.PathLike)):
        raise InputTypeError(
            f"image must be an image of PIL or a path, got {type(image).__name__} {show(image)}"
        )
    path = check_file("image", image)
    try:
        with pil.open(path) as opened:
            return ops.exif_transpose(opened)
    except (OSError, ValueError, SyntaxError) as error:
        raise InputError(f"image: {path} cannot be read as an image: {error}") from None


def _opaque(image: Any) -> Any:
    if image.mode == "RGB":
        return image
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        pil = require("PIL.Image", "images", _WHAT)
        layer = image.convert("RGBA")
        ground = pil.new("RGBA", layer.size, "white")
        return pil.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")
