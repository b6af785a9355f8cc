"""Media types: recognized by the first bytes of a file, or by its name."""

from __future__ import annotations

import mimetypes

UNKNOWN = "application/octet-stream"

# Viewers accept a PDF whose header is anywhere in these: ISO 32000-1, annex H, note 13.
HEAD = 1024

SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    # MP3 files without an ID3 tag begin with the sync word of their first frame.
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"\x93NUMPY", "application/x-npy"),
)

# Bytes 8 to 12 of a RIFF file ("RIFF" and a length come first) name its format.
_RIFF_FORMATS = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}

# An ISO media file begins with a box "ftyp", whose bytes 8 to 12 are the major brand:
# https://mp4ra.org/registered-types/brands
_ISO_BRANDS = {
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"mif1": "image/heic",
    b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime",
}

# Not mimetypes.guess_extension: its results depend on the system's registry.
_SUFFIXES = {
    "application/pdf": ".pdf",
    "application/x-npy": ".npy",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "image/avif": ".avif",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tiff",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-msvideo": ".avi",
}


def sniff(head: bytes) -> str | None:
    """Return the media type of a content by its first bytes, or None if they are unknown.

    Args:
        head: At least 16 bytes; `HEAD` bytes also show a PDF that begins with something else.
    """
    for signature, media_type in SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head[:4] == b"RIFF":
        return _RIFF_FORMATS.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _ISO_BRANDS.get(head[8:12], "video/mp4")
    return "application/pdf" if b"%PDF-" in head[:HEAD] else None


def suffix_for(media_type: str | None) -> str:
    """Return the usual file suffix of a media type, with its dot, or an empty str."""
    return _SUFFIXES.get(media_type or "", "")


def media_type_of_name(name: str) -> str:
    """Return the media type that the suffix of a file name stands for."""
    media_type, compression = mimetypes.guess_type(name)
    if compression:  # media_type is then that of the uncompressed content
        media_type = "application/gzip" if compression == "gzip" else None
    return media_type or UNKNOWN
