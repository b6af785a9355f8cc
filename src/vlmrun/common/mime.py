"""Detection of media types, by content and by suffix, and data URLs."""

from __future__ import annotations

import mimetypes
import os
from pathlib import Path
from urllib.parse import urlsplit

from vlmrun import _validation
from vlmrun._files.media_types import SIGNATURES, UNKNOWN, sniff
from vlmrun._files.paths import check_file, file_errors, read_file
from vlmrun._images import data_url as _data_url

__all__ = [
    "IMAGE_MIME_TYPES",
    "MAGIC_SIGNATURES",
    "MIME_ALIASES",
    "data_url",
    "file_data_url",
    "guess_mime",
    "is_http_url",
    "mime_from_url",
    "normalize_mime",
    "sniff_mime",
    "suffix_from_url",
]

IMAGE_MIME_TYPES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
MIME_ALIASES = {"image/jpg": "image/jpeg"}
MAGIC_SIGNATURES = SIGNATURES


def sniff_mime(data: bytes) -> str | None:
    """Return the media type of content, by its first bytes, or None if they are not known.

    Args:
        data: The content, or its first bytes; 16 are enough.

    Example:
        >>> sniff_mime(b"%PDF-1.7")
        'application/pdf'
    """
    return sniff(data)


def guess_mime(path: str | os.PathLike[str], data: bytes | None = None) -> str:
    """Return the media type of a file: by its content, or else by its suffix.

    If both are unknown, the media type is `application/octet-stream`.

    Args:
        path: The path of the file. The file is only read if `data` is None.
        data: The content of the file, or its first bytes.

    Raises:
        MissingFileError: `data` is None and there is no file (also a `FileNotFoundError`).

    Example:
        >>> guess_mime("examples/inputs/invoice.png")
        'image/png'
    """
    if data is None:
        checked = check_file("path", path)
        with file_errors("path", checked), checked.open("rb") as file:
            data = file.read(16)
    return sniff_mime(data) or _mime_from_suffix(Path(path).suffix)


def mime_from_url(url: str) -> str:
    """Return the media type for the suffix of a URL or path.

    Example:
        >>> mime_from_url("https://example.com/a.PNG?size=2")
        'image/png'
    """
    return _mime_from_suffix(suffix_from_url(url))


def suffix_from_url(url: str) -> str:
    """Return the suffix of a URL or path in lower case, such as ".png", or an empty str.

    Example:
        >>> suffix_from_url("https://example.com/a.PNG?size=2")
        '.png'
    """
    return Path(urlsplit(url).path).suffix.lower()


def is_http_url(value: str) -> bool:
    """Return whether a str is an http or https URL."""
    return _validation.is_http_url(value)


def normalize_mime(mime: str) -> str:
    """Return a media type in lower case and under its registered name.

    Example:
        >>> normalize_mime("image/JPG")
        'image/jpeg'
    """
    lower = mime.strip().lower()
    return MIME_ALIASES.get(lower, lower)


def data_url(data: bytes, mime: str) -> str:
    """Encode bytes as a data URL (RFC 2397).

    Example:
        >>> data_url(b"x", "image/jpg")
        'data:image/jpeg;base64,eA=='
    """
    return _data_url(normalize_mime(mime), data)


def file_data_url(path: str | os.PathLike[str]) -> tuple[str, str, int]:
    """Return a file as a data URL, its media type, and its size in bytes.

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
    """
    content = read_file("path", check_file("path", path))
    mime = guess_mime(path, content)
    return data_url(content, mime), mime, len(content)


def _mime_from_suffix(suffix: str) -> str:
    return normalize_mime(mimetypes.guess_type(f"a{suffix}")[0] or UNKNOWN)
