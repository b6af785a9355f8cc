"""Typed parts and artifact references."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from vlmrun import types
from vlmrun.errors import InputError
from vlmrun.types import MessageContent

URL = "https://example.com/a"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "hello"),
        ("text", ""),
        ("image_url", {"url": URL, "detail": "high"}),
        ("video_url", {"url": URL}),
        ("audio_url", {"url": URL}),
        ("file_url", {"url": URL}),
    ],
)
def test_a_part_requires_the_field_that_its_type_names(kind: Any, value: Any) -> None:
    part = {"type": kind, kind: value}

    assert MessageContent(**part).to_dict() == part
    with pytest.raises(InputError, match=f"needs {kind}="):
        MessageContent(type=kind)


def test_an_input_file_requires_an_id_or_a_url() -> None:
    file_id = UUID(int=7)

    assert MessageContent(type="input_file", file_id=file_id).to_dict() == {
        "type": "input_file",
        "file_id": str(file_id),
    }
    assert MessageContent(type="input_file", file_url={"url": URL}).to_dict() == {
        "type": "input_file",
        "file_url": {"url": URL},
    }
    with pytest.raises(InputError, match=r"needs file_id=\.\.\. or file_url="):
        MessageContent(type="input_file", text="x")


@pytest.mark.parametrize("name", ["ImageUrl", "FileUrl", "VideoUrl", "AudioUrl", "DocumentUrl"])
@pytest.mark.parametrize(
    "url", ["", "a.pdf", "/a.pdf", "ftp://a", "https://", "file:///a", "x http://a"]
)
def test_a_url_must_be_http_or_https(name: str, url: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}\.url must start with http:// or https://"):
        getattr(types, name)(url=url)


def test_all_file_url_types_are_file_urls() -> None:
    for cls in (types.VideoUrl, types.AudioUrl, types.DocumentUrl):
        assert issubclass(cls, types.FileUrl)


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("ImageRef", "img"),
        ("VideoRef", "vid"),
        ("AudioRef", "aud"),
        ("DocumentRef", "doc"),
        ("ReconRef", "recon"),
        ("UrlRef", "url"),
        ("ArrayRef", "arr"),
    ],
)
def test_references_have_their_prefix_and_six_word_characters(name: str, prefix: str) -> None:
    cls = getattr(types, name)

    assert cls(id=f"{prefix}_a1B2_3").id == f"{prefix}_a1B2_3"
    for wrong in (f"{prefix}_12345", f"{prefix}_1234567", f"{prefix}-123456", f"{prefix}_123456\n"):
        with pytest.raises(ValueError, match=rf"{name}\.id must match \^{prefix}_"):
            cls(id=wrong)
    with pytest.raises(ValueError, match="must match"):
        cls(id="xyz_123456")
