"""Media types: by the first bytes of a content, by a suffix, and in data URLs."""

from __future__ import annotations

import mimetypes
import os
from pathlib import Path
from urllib.parse import urlsplit

from vlmrun import _validation
from vlmrun._images import data_url as _data_url
from vlmrun._validation import check_file

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
MAGIC_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
)
# The third word of a RIFF file, and the brand of an ISO media file.
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_UNKNOWN = "application/octet-stream"


def sniff_mime(data: bytes) -> str | None:
    """The media type that the first bytes of a content show; None where they show none.

    Example:
        >>> sniff_mime(b"%PDF-1.7")
        'application/pdf'
    """
    for signature, mime in MAGIC_SIGNATURES:
        if data.startswith(signature):
            return mime
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12])
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    return None


def guess_mime(path: str | os.PathLike[str], data: bytes | None = None) -> str:
    """A file's media type: by its content, else by its suffix, else `application/octet-stream`.

    Args:
        path: The file; it is read only where `data` is not given, and then its first bytes.
        data: Its content, or the beginning of it.

    Raises:
        MissingFileError: There is no such file, and no `data` (a `FileNotFoundError`).
    """
    if data is None:
        with check_file("path", path).open("rb") as file:
            data = file.read(16)
    return sniff_mime(data) or _of_suffix(Path(path).suffix)


def mime_from_url(url: str) -> str:
    """The media type that the suffix of a URL or path stands for.

    Example:
        >>> mime_from_url("https://example.com/a.PNG?size=2")
        'image/png'
    """
    return _of_suffix(suffix_from_url(url))


def suffix_from_url(url: str) -> str:
    """The suffix of a URL or path, in lower case and with its dot; empty without one."""
    return Path(urlsplit(url).path).suffix.lower()


def is_http_url(value: str) -> bool:
    """Whether a text is a URL of http or https."""
    return _validation.is_http_url(value)


def normalize_mime(mime: str) -> str:
    """A media type in lower case and under its registered name."""
    lower = mime.strip().lower()
    return MIME_ALIASES.get(lower, lower)


def data_url(data: bytes, mime: str) -> str:
    """Bytes as a data URL."""
    return _data_url(normalize_mime(mime), data)


def file_data_url(path: str | os.PathLike[str]) -> tuple[str, str, int]:
    """A file as a data URL, its media type, and how many bytes it has.

    Raises:
        MissingFileError: There is no such file (a `FileNotFoundError`).
    """
    content = check_file("path", path).read_bytes()
    mime = guess_mime(path, content)
    return data_url(content, mime), mime, len(content)


def _of_suffix(suffix: str) -> str:
    return normalize_mime(mimetypes.guess_type(f"a{suffix}")[0] or _UNKNOWN)
