"""Whether a file can be read: PDFs are parsed, images are decoded, no file may be empty."""

from __future__ import annotations

import logging
from typing import Any, BinaryIO

from vlmrun.common.mime import sniff_mime

_silent = logging.NullHandler()

_PDF = "application/pdf"
_UNKNOWN = ("", "application/octet-stream")
# Other images (SVG, HEIC) may be readable although Pillow cannot decode them.
_DECODED = frozenset(f"image/{name}" for name in ("bmp", "gif", "jpeg", "png", "tiff", "webp"))


class UnreadableFile(Exception):
    """A file that no model could read.

    Attributes:
        facts: What is known nevertheless.
    """

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.facts = facts


def facts_of_content(
    file: BinaryIO, name: str, media_type: str, *, must_be_image: bool = False
) -> dict[str, Any]:
    """Return what the content of a file says without a model: the page count of a PDF, or a note.

    Args:
        file: The file, at its start.
        name: What messages call it.
        media_type: The declared media type; an empty str if there is none.
        must_be_image: Whether it is read as an image even if its media type is unknown.

    Raises:
        UnreadableFile: It is empty, a PDF that cannot be parsed, or an image that cannot be
            decoded.
    """
    head = file.read(16)
    file.seek(0)
    if not head:
        raise UnreadableFile(f"{name} is empty")
    by_content = sniff_mime(head)
    if _PDF in (by_content, media_type):
        return {"pages": _count_pages(file, name)}
    if media_type in _UNKNOWN:
        media_type = by_content or ""
    if media_type in _DECODED or (must_be_image and by_content in (None, *_DECODED)):
        return _decode(file, name)
    return {}


def _count_pages(file: BinaryIO, name: str) -> int:
    # Imported here: it takes longer than the rest of the server together.
    import pypdf

    # Its lines about a damaged file would stand between those about requests, which say as much:
    # without any handler, Python prints them to standard error.
    logging.getLogger("pypdf").addHandler(_silent)
    try:
        count = len(pypdf.PdfReader(file).pages)
    except Exception as error:  # pypdf raises many kinds of errors for corrupt files
        message = f"{name} is not a readable PDF: it is corrupt or encrypted"
        raise UnreadableFile(message, pages=None) from error
    if not count:
        raise UnreadableFile(f"{name} is a PDF without pages", pages=0)
    return count


def _decode(file: BinaryIO, name: str) -> dict[str, Any]:
    # The extra of the mock server does not install Pillow.
    try:
        import PIL.Image
    except ImportError:
        return {"note": "the image was not decoded, which needs pip install 'vlmrun[images]'"}
    try:
        with PIL.Image.open(file) as image:
            image.load()
    # A warning is an exception where warnings are errors, as in many test suites.
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning):
        return {"note": "the image was not decoded: it is very large"}
    except Exception as error:  # Pillow raises many kinds of errors for corrupt files
        raise UnreadableFile(f"{name} is not an image that can be decoded") from error
    return {}
