"""Detection of media types, and data URLs."""

from __future__ import annotations

from pathlib import Path

import pytest

from vlmrun.common import mime
from vlmrun.errors import MissingFileError


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"RIFF\0\0\0\0????", None),
        (b"%PDF-1.7", "application/pdf"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"\0\0\0\x18ftypavif", "image/avif"),
        (b"\0\0\0\x18ftypqt  ", "video/quicktime"),
        (b"hello", None),
        (b"", None),
    ],
)
def test_the_media_type_follows_from_the_first_bytes(data: bytes, expected: str | None) -> None:
    assert mime.sniff_mime(data) == expected


def test_the_content_takes_precedence_over_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "picture.JPG"
    path.write_bytes(b"%PDF-1.7")

    assert mime.guess_mime(path) == "application/pdf"
    assert mime.guess_mime(path, b"hello") == "image/jpeg"
    assert mime.guess_mime("none#1?.png", b"") == "image/png"
    assert mime.guess_mime("none", b"") == "application/octet-stream"
    assert mime.file_data_url(str(path)) == (
        "data:application/pdf;base64,JVBERi0xLjc=",
        "application/pdf",
        8,
    )
    with pytest.raises(MissingFileError):
        mime.guess_mime(tmp_path / "none.png")
    with pytest.raises(MissingFileError):
        mime.file_data_url(tmp_path / "none.png")


def test_urls_and_names_of_media_types_are_normalized() -> None:
    assert mime.mime_from_url("https://example.com/a.PNG?size=2#x") == "image/png"
    assert mime.mime_from_url("https://example.com/a") == "application/octet-stream"
    assert mime.suffix_from_url("https://example.com/a.tar.GZ?b.c") == ".gz"
    assert mime.suffix_from_url("https://example.com") == ""
    assert mime.is_http_url("HTTPS://example.com")
    assert not mime.is_http_url("file:///a")
    assert mime.normalize_mime(" Image/JPG ") == "image/jpeg"
    assert mime.data_url(b"x", "image/jpg") == "data:image/jpeg;base64,eA=="
    assert "image/png" in mime.IMAGE_MIME_TYPES
