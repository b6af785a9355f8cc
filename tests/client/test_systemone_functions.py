"""Functions of `vlmrun.client.systemone` that read and fetch images without a client."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from tests.faults.raw_server import raw_server, response
from vlmrun.client.systemone import build_content, probe_url_mime
from vlmrun.errors import InputError, ServerError

IMAGE = Path(__file__).parents[2] / "examples/inputs/invoice.png"
PDF = Path(__file__).parents[2] / "examples/inputs/referral.pdf"


@pytest.mark.parametrize(
    "arguments",
    [
        {"images": [IMAGE, IMAGE.read_bytes()], "detail": "high"},
        {"document": PDF, "images": [IMAGE], "text": ["One", "", "Two"]},
        {"document": "https://example.com/a.pdf"},
    ],
)
def test_content_is_that_of_a_request(client: Any, arguments: dict[str, Any]) -> None:
    questions = {"is_paid": {"type": "noul"}}
    body = client.gateway.systemone.build_request("", questions, **arguments)
    assert build_content(**arguments) == body["content"]


def test_no_content() -> None:
    assert build_content() is build_content(images=[], text="") is None
    with pytest.raises(InputError, match="images has 9 images"):
        build_content(images=[IMAGE] * 9)


def test_images_at_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    content = IMAGE.read_bytes()
    with raw_server(lambda connection: connection.send(response(content))) as web:
        url = f"{web.root}/a"
        for function in (lambda: build_content(images=[url]), lambda: probe_url_mime(url)):
            with pytest.raises(InputError, match="which is not a public address"):
                function()
        monkeypatch.setenv("VLMRUN_ALLOW_PRIVATE_URLS", "1")
        parts = build_content(images=[url])
        assert parts is not None
        assert b64decode(parts[0]["image_url"]["url"].partition(",")[2]) == content
        assert probe_url_mime(url) == "image/png"


@pytest.mark.parametrize(
    ("content", "headers", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n....", ["Content-Type: text/plain"], "image/png"),
        (b"?", ["Content-Type: Video/MP4; codecs=avc1"], "video/mp4"),
        (b"", [], None),
    ],
)
def test_media_types(
    content: bytes, headers: list[str], expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLMRUN_ALLOW_PRIVATE_URLS", "1")
    reply = response(content, "200 OK", *headers)
    with raw_server(lambda connection: connection.send(reply)) as web:
        assert probe_url_mime(web.root) == expected


def test_a_url_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLMRUN_ALLOW_PRIVATE_URLS", "1")
    reply = response(b"", "503 Service Unavailable")
    with (
        raw_server(lambda connection: connection.send(reply)) as web,
        pytest.raises(ServerError, match="503"),
    ):
        build_content(images=[web.root])
