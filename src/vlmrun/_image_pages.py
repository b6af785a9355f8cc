"""The orientation of an image, and the pages of its file.

All images are upright: an orientation in the metadata of an image is applied wherever one is read,
encoded or shown, also to PIL images. So the boxes in a result, which refer to the image that was
sent, fit the image that a caller sees.
"""

from __future__ import annotations

import re
from typing import Any

from vlmrun._files.media_types import sniff
from vlmrun._optional_imports import import_optional
from vlmrun.errors import InputError

# Of EXIF, and of TIFF, from which EXIF has it: https://exiftool.org/TagNames/EXIF.html
_ORIENTATION = 0x0112
_SUBFILE_TYPE = 0x00FE
_XMP_ORIENTATION = re.compile(rb'tiff:Orientation(?:="|>)\s*(\d)')

# Formats whose further frames are not pages: previews, layers, and sizes of the same image.
_ONE_PAGE = ("MPO", "PSD", "ICO", "ICNS")

_HEIC_TYPE = "image/heic"
_HEIC = (
    "Pillow needs a package for the photographs of iPhones: pip install pillow-heif, and call "
    "pillow_heif.register_heif_opener()"
)
_CHECK = "Check the file; client.document.generate reads documents"
_REMEDY = (
    "Choose pages with images=list(vlmrun.viz.pages(image, '1')), or leave out '1' for all; "
    "or send the file by client.document.generate"
)


def import_pil() -> Any:
    """Import `PIL.Image`; raise `DependencyError` if it is not installed."""
    return import_optional("PIL.Image", "images", "An image")


def unreadable(problem: str, error: Exception, head: bytes = b"") -> InputError:
    """Return the error for what Pillow cannot read.

    Args:
        problem: What cannot be read, and as what.
        error: The error of Pillow.
        head: The first bytes of the file.
    """
    # The message of this one has nothing but the repr of a file object.
    cause = "" if type(error).__name__ == "UnidentifiedImageError" else f": {error}"
    remedy = _HEIC if sniff(head) == _HEIC_TYPE else _CHECK
    return InputError(f"{problem}{cause}", suggestion=remedy)


def only_page(image: Any, label: str) -> Any:
    """Return an image upright, if its file has no other.

    Args:
        image: A PIL image. One that was opened from a file stands for all of the file.
        label: What error messages call it.

    Raises:
        InputError: The file has more images, or its orientations contradict each other.
    """
    pages = len(page_frames(image))
    if pages > 1:
        raise InputError(
            f"{label} has {pages} pages or frames, of which only one would be sent",
            suggestion=_REMEDY,
        )
    return upright(image, label)


def upright(image: Any, label: str) -> Any:
    """Return an image turned as its metadata says, or itself if there is nothing to turn.

    Raises:
        InputError: EXIF and XMP contradict each other; `label` is what the message calls the image.
    """
    ops = import_optional("PIL.ImageOps", "images", "An image")
    stated = (_exif_orientation(image), _xmp_orientation(image))
    orientations = {orientation for orientation in stated if orientation is not None}
    if len(orientations) > 1:
        raise InputError(
            f"{label} has contradictory orientations in EXIF and XMP: "
            f"{' and '.join(map(str, sorted(orientations)))}",
            suggestion="Turn it upright, and save it without metadata",
        )
    # The EXIF of a PNG may follow its pixels; and Pillow turns a TIFF when it loads it.
    image.load()
    if (_valid(image.getexif().get(_ORIENTATION)) or 1) == 1:
        return image
    return ops.exif_transpose(image)


def _exif_orientation(image: Any) -> int | None:
    if hasattr(image, "tag_v2"):
        return _valid(image.tag_v2.get(_ORIENTATION))
    content = image.info.get("exif")
    if not isinstance(content, bytes):
        return None
    # Not `getexif`, which takes the orientation from XMP if EXIF has none.
    exif = import_pil().Exif()
    exif.load(content)
    return _valid(exif.get(_ORIENTATION))


def _xmp_orientation(image: Any) -> int | None:
    tags = getattr(image, "tag_v2", {})
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or tags.get(700)
    if isinstance(xmp, str):
        xmp = xmp.encode()
    found = _XMP_ORIENTATION.search(xmp) if isinstance(xmp, bytes) else None
    return _valid(int(found[1])) if found else None


def _valid(orientation: Any) -> int | None:
    # 0 is often written for an unknown orientation.
    return orientation if orientation in range(1, 9) else None


def page_frames(image: Any) -> list[int]:
    """Return the numbers of the frames of an image that are pages, not previews or layers."""
    frames = getattr(image, "n_frames", 1)
    if frames < 2 or image.format in _ONE_PAGE:
        return [image.tell()]
    if not hasattr(image, "tag_v2"):
        return list(range(frames))
    position = image.tell()
    pages = []
    for frame in range(frames):
        image.seek(frame)
        # Bit 0 marks a smaller version of another image, such as a thumbnail.
        if not (image.tag_v2.get(_SUBFILE_TYPE) or 0) & 1:
            pages.append(frame)
    image.seek(position)
    return pages or [0]
