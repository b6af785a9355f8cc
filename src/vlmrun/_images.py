"""Encode images and videos as data URLs, and decode downloaded images.

PIL is imported when it is needed, and comes with the extra `images`.
"""

from __future__ import annotations

import base64
import os
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from vlmrun._files.media_types import HEAD, sniff
from vlmrun._files.open_files import check_binary, lock_of
from vlmrun._files.paths import check_file, file_errors, format_path, open_file_errors
from vlmrun._files.upload_source import source_of
from vlmrun._image_pages import import_pil, only_page, unreadable, upright
from vlmrun._messages import short_repr, type_and_repr
from vlmrun._validation import check_choice, check_int
from vlmrun.constants import SUPPORTED_VIDEO_FILETYPES
from vlmrun.errors import InputError, InputTypeError, ResponseDecodeError, VLMRunError

if TYPE_CHECKING:
    from PIL import Image

ImageFormat = Literal["PNG", "JPEG", "binary"]

MAX_INLINE_VIDEO = 50 * 1024 * 1024

_PROBLEM = "cannot be read as an image"

# The modes of PIL with more than eight bits per channel, which a conversion would truncate:
# https://pillow.readthedocs.io/en/stable/handbook/concepts.html#concept-modes
_DEEP_MODES = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
_TRANSPARENT_MODES = ("RGBA", "RGBa", "LA", "La", "PA")


def is_image(value: Any) -> bool:
    """Return whether a value is a PIL image, without importing PIL."""
    return type(value).__module__.partition(".")[0] == "PIL" or any(
        base.__module__ == "PIL.Image" for base in type(value).__mro__
    )


def encode_image(
    image: Image.Image | str | os.PathLike[str] | bytes | BinaryIO,
    format: ImageFormat = "PNG",
    quality: int = 90,
) -> str | bytes:
    """Encode an image as a data URL, or as the bytes of a PNG file.

    Args:
        image: A PIL image in any mode, the path of a file, the bytes of a file, or a file that is
            open in binary mode. The EXIF orientation is applied, also to PIL images, transparent
            pixels become white, and channels of more than 8 bits are scaled to 8.
        format: "PNG" or "JPEG" for a data URL of that type, "binary" for the bytes of a PNG file.
        quality: The quality of a JPEG, 1 to 100 (default 90).

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
        InputError: It is not an image, it has several pages or contradictory orientations, or an
            argument is out of range (also a `ValueError`).
        DependencyError: The extra `images` is not installed.

    Example:
        >>> encode_image("examples/inputs/invoice.png", "JPEG")[:23]
        'data:image/jpeg;base64,'
    """
    check_choice("format", format, ("PNG", "JPEG", "binary"))
    check_int("quality", quality, 1, 100)
    if format == "binary":
        return _encode("image", image, "PNG", quality)
    return data_url(f"image/{format.lower()}", _encode("image", image, format, quality))


def image_url(name: str, image: Any) -> str:
    """Encode an image as a JPEG data URL; `name` is the argument that errors refer to."""
    return data_url("image/jpeg", _encode(name, image, "JPEG", 90))


def encode_jpeg(name: str, image: Any, quality: int) -> bytes:
    """Encode an image as a JPEG; `name` is the argument that errors refer to."""
    return _encode(name, image, "JPEG", quality)


def video_url(name: str, path: Any) -> str:
    """Encode a video file as a data URL; `name` is the argument that errors refer to."""
    file = check_file(name, path)
    suffix = file.suffix.lower()
    if suffix not in SUPPORTED_VIDEO_FILETYPES:
        known = ", ".join(SUPPORTED_VIDEO_FILETYPES)
        raise VideoError(f"{name}: {file.name} is not a video; its suffix must be one of {known}")
    source = source_of(file, None, name)
    if source.size > MAX_INLINE_VIDEO:
        raise VideoError(
            f"{name}: {file.name} has {source.size} bytes, "
            f"but inline videos have at most {MAX_INLINE_VIDEO}",
            suggestion="Upload it: client.files.upload(path)",
        )
    kind = "quicktime" if suffix == ".mov" else suffix[1:]
    with source.reader() as reader:
        return data_url(f"video/{kind}", reader.read())


def encode_frame(frame: Any, quality: int = 85) -> str:
    """Encode a video frame, an RGB array of shape (height, width, 3), as a JPEG data URL.

    Raises:
        InputError: It is not such an array.
        DependencyError: The extra `images` is not installed.
    """
    pil = import_pil()
    try:
        image = pil.fromarray(frame)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise InputTypeError(
            f"frame must be an RGB array, got {short_repr(frame)}: {error}"
        ) from None
    return str(encode_image(image, "JPEG", quality))


def encode_video(path: str | os.PathLike[str]) -> str:
    """Encode a video file of at most 50 MiB as a data URL.

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
        VideoError: The suffix is not that of a video, or the file is too large (also an `OSError`).
    """
    return video_url("path", path)


class VideoError(InputError, OSError):
    """A video that cannot be sent inline."""


def data_url(media_type: str, content: bytes) -> str:
    """Encode bytes as a data URL (RFC 2397)."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _encode(name: str, image: Any, format: str, quality: int) -> bytes:
    buffer = BytesIO()
    try:
        flat = flatten(to_eight_bits(_open(name, image)))
        flat.save(buffer, format, quality=quality)
    except VLMRunError:
        raise
    except Exception as error:  # PIL's decoders raise many types for a broken file
        raise unreadable(f"{name}: {_label(image)} {_PROBLEM}", error) from None
    return buffer.getvalue()


def _open(name: str, image: Any) -> Any:
    """Return the image upright, and the only one of its file."""
    pil = import_pil()
    if is_image(image):
        return only_page(image, name)
    if isinstance(image, (str, os.PathLike)):
        path = check_file(name, image)
        with file_errors(name, path):
            source: Any = path.open("rb")
    elif isinstance(image, (bytes, bytearray, memoryview)):
        source = BytesIO(image)
    else:
        source = BytesIO(read_open_file(name, image, "a PIL image, a path, bytes"))
    with source:
        head = source.read(HEAD)
        if sniff(head) == "application/pdf":
            raise InputError(
                f"{name}: {_label(image)} {_PROBLEM}: it is a PDF",
                suggestion="Use client.document.generate, or vlmrun.common.pdf.pdf_images",
            )
        if not head:
            raise InputError(f"{name}: {_label(image)} is empty", suggestion="Check the file")
        source.seek(0)
        try:
            opened = pil.open(source)
        except Exception as error:  # PIL's decoders raise many types for a broken file
            raise unreadable(f"{name}: {_label(image)} {_PROBLEM}", error, head) from None
        with opened:
            return only_page(opened, f"{name}: {_label(image)}")


def _label(image: Any) -> str:
    """Return what an error message calls an image: its path, but nothing of its content."""
    if isinstance(image, (str, os.PathLike)):
        return format_path(image)
    return f"the {type(image).__name__}"


def read_open_file(name: str, file: Any, kinds: str, limit: int = -1) -> bytes:
    """Read an open file to its end, and restore its position if it is seekable.

    Args:
        name: The argument that errors refer to.
        file: The file.
        kinds: What the argument may also be, for the error message.
        limit: The number of bytes to read at most; negative for all.
    """
    if not hasattr(file, "read"):
        raise InputTypeError(
            f"{name} must be {kinds} or an open file, got {type_and_repr(file)}",
            suggestion="Pass several as images=[...]" if isinstance(file, (list, tuple)) else None,
        )
    check_binary(name, file, kinds)
    with lock_of(file), open_file_errors(name, file):
        start = file.tell() if file.seekable() else None
        content = file.read(limit)
        if start is not None:
            file.seek(start)
    if not isinstance(content, bytes):
        raise InputTypeError(
            f"{name} must be open in binary mode", suggestion="Pass open(path, 'rb')"
        )
    return content


def to_eight_bits(image: Any) -> Any:
    """Scale a single channel of more than 8 bits to grayscale; PIL would clip it to white."""
    if not (image.mode.startswith("I") or image.mode == "F"):
        return image
    low, high = image.getextrema()
    if image.mode != "F" and low >= 0:
        low, high = 0, next(top for top in (255, 65535, 2**32 - 1) if high <= top)
    scale = 255 / (high - low) if high > low else 0
    # For these modes, Image.point accepts only functions of the form `x * scale + offset`.
    levels = image.convert("I").convert("F") if image.mode != "F" else image
    return levels.point(lambda level: level * scale - low * scale).convert("L")


def flatten(image: Any) -> Any:
    """Return the image in mode RGB, with transparent pixels on white."""
    if image.mode == "RGB":
        return image
    if not _is_transparent(image):
        return image.convert("RGB")
    # PIL converts premultiplied alpha to RGBA only through the straight mode.
    straight = {"La": "LA", "RGBa": "RGBA"}.get(image.mode)
    layer = (image.convert(straight) if straight else image).convert("RGBA")
    background = import_pil().new("RGBA", layer.size, "white")
    return import_pil().alpha_composite(background, layer).convert("RGB")


def _is_transparent(image: Any) -> bool:
    return image.mode in _TRANSPARENT_MODES or "transparency" in image.info


def decode_image(content: bytes, source: str) -> Image.Image:
    """Decode an image, upright, in mode RGB, or RGBA if it has transparency.

    Of an animation, the first frame is returned. An image of more than eight bits per channel keeps
    its mode.

    Args:
        content: The bytes of the file.
        source: Where they are from, for error messages.

    Raises:
        ResponseDecodeError: PIL cannot decode it; the error's `raw` is the bytes.
        DependencyError: The extra `images` is not installed.
    """
    pil = import_pil()
    try:
        image: Image.Image = upright(pil.open(BytesIO(content)), source)
    except Exception as error:  # PIL has no common base class for invalid files
        raise ResponseDecodeError(
            unreadable(f"{source} {_PROBLEM}", error).message,
            suggestion="`.raw` of this error has its bytes",
            raw=content,
        ) from None
    if image.mode in ("RGB", "RGBA", *_DEEP_MODES):
        return image
    return image.convert("RGBA" if _is_transparent(image) else "RGB")
