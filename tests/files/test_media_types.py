"""Media types by content: one table for mime, uploads and artifacts."""

from __future__ import annotations

import pytest

from vlmrun._files.media_types import SIGNATURES, media_type_of_name, sniff, suffix_for

RIFF = b"RIFF\x00\x00\x00\x00"


@pytest.mark.parametrize(
    ("head", "media_type", "suffix"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg", ".jpg"),
        (b"%PDF-1.7\n", "application/pdf", ".pdf"),
        (b"ID3\x04", "audio/mpeg", ".mp3"),
        (b"\xff\xfb\x90\x00", "audio/mpeg", ".mp3"),
        (RIFF + b"WAVE", "audio/wav", ".wav"),
        (RIFF + b"WEBP", "image/webp", ".webp"),
        (b"\x00\x00\x00\x18ftypM4A ", "audio/mp4", ".m4a"),
        (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime", ".mov"),
        (b"\x00\x00\x00\x18ftypisom", "video/mp4", ".mp4"),
        (b"\x00\x00\x00\x18ftypavif", "image/avif", ".avif"),
        (b"\x1aE\xdf\xa3", "video/webm", ".webm"),
        (b"\x93NUMPY\x01\x00", "application/x-npy", ".npy"),
        (RIFF + b"ACON", None, ""),
        (b"hello", None, ""),
        (b"", None, ""),
    ],
)
def test_sniff_recognizes_the_first_bytes(head: bytes, media_type: str | None, suffix: str) -> None:
    assert sniff(head) == media_type
    assert suffix_for(media_type) == suffix


def test_every_media_type_has_a_suffix() -> None:
    assert [media_type for _, media_type in SIGNATURES if not suffix_for(media_type)] == []


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.pdf", "application/pdf"),
        ("a.tar.gz", "application/gzip"),
        ("a.csv.bz2", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_media_type_of_name(name: str, media_type: str) -> None:
    assert media_type_of_name(name) == media_type
