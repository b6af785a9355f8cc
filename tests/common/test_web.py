"""`vlmrun.common.utils`: downloads without a client and without an API key."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import vlmrun.common._web
from tests.faults.raw_server import Connection, RawServer, Responder, raw_server, response
from vlmrun.common.utils import download_artifact, download_image, remote_image
from vlmrun.errors import (
    APIError,
    InputError,
    MissingFileError,
    NetworkError,
    ResourceNotFoundError,
    ResponseDecodeError,
)


def image_file(mode: str = "RGB", format: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (3, 2)).save(buffer, format)
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of downloaded files."""
    monkeypatch.setenv("VLMRUN_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache/downloads"


@pytest.fixture
def web() -> Iterator[Callable[[Responder], RawServer]]:
    """Start servers that respond as a function determines."""
    entered: list[Any] = []

    def start(answer: Responder) -> RawServer:
        entered.append(raw_server(answer))
        server: RawServer = entered[-1].__enter__()
        return server

    yield start
    for each in entered:
        each.__exit__(None, None, None)


def sending(body: bytes, *headers: str) -> Responder:
    return lambda connection: connection.send(response(body, "200 OK", *headers))


@pytest.mark.parametrize(
    "content", [image_file("RGBA"), image_file("CMYK", "JPEG"), image_file("P")]
)
def test_each_function_reads_an_image_from_web_or_file(
    web: Any, tmp_path: Path, content: bytes
) -> None:
    server = web(sending(content))
    path = tmp_path / "image"
    path.write_bytes(content)
    images = [
        remote_image(f"{server.root}/a.png?x=1"),
        download_image(f"{server.root}/a"),
        download_artifact(f"{server.root}/a.txt", "image"),
        remote_image(path),
        remote_image(str(path)),
    ]
    assert {(image.mode, image.size) for image in images} == {("RGB", (3, 2))}


def test_transparent_pixels_become_white(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(image_file("RGBA"))
    assert remote_image(path).getpixel((0, 0)) == (255, 255, 255)


def test_content_that_is_not_an_image_raises_input_error(web: Any, pdf: Path) -> None:
    server = web(sending(b"<html>"))
    for call in (remote_image, download_image):
        with pytest.raises(InputError, match=r"127\.0\.0\.1 cannot be read as an image"):
            call(f"{server.root}/a.png?signature=0123456789")
    with pytest.raises(InputError, match=r"referral\.pdf cannot be read as an image"):
        remote_image(pdf)
    with pytest.raises(MissingFileError, match=r"no such file.*no\.png"):
        remote_image("no.png")


@pytest.mark.parametrize(
    "url", [7, None, "", "a.png", "ftp://a.b/c", "http://", "//a.b/c", b"http://a"]
)
def test_a_value_that_is_not_a_url_raises_input_error(url: Any) -> None:
    for call in (download_image, lambda url: download_artifact(url, "file")):
        with pytest.raises(InputError, match="url must"):
            call(url)


def test_an_unknown_format_raises_value_error() -> None:
    with pytest.raises(ValueError, match=r"format cannot be 'pdf'. Did you mean 'file'"):
        download_artifact("https://example.com/a.pdf", "pdf")  # type: ignore[call-overload]


def test_a_json_download_is_parsed(web: Any) -> None:
    server = web(sending(b'{"total": [1.5, null]}'))
    assert download_artifact(server.root, "json") == {"total": [1.5, None]}
    with pytest.raises(ValueError, match="is not valid JSON"):
        download_artifact(web(sending(b"<html>")).root, "json")


def test_p07_each_url_has_its_own_file(web: Any, downloads: Path) -> None:
    server = web(lambda connection: connection.send(response(str(connection.number).encode())))
    tails = ["/a.pdf", "/b/a.pdf", "/a.pdf?page=2", "/", "/%2e%2e%2f%2e%2e%2fx", "/A.pdf"]
    paths = [download_artifact(server.root + tail, "file") for tail in tails]
    assert [path.read_text() for path in paths] == ["0", "1", "2", "3", "4", "5"]
    assert {path.parent.parent for path in paths} == {downloads}
    assert len({path.parent.name for path in paths}) == 6
    assert [path.name for path in paths] == [
        "a.pdf",
        "a.pdf",
        "a.pdf",
        "download",
        "x",
        "A.pdf",
    ]
    again = download_artifact(server.root + "/a.pdf", "file")
    assert again == paths[0]
    assert again.read_text() == "6"


def test_p07_a_truncated_download_is_retried_and_never_stored(web: Any, downloads: Path) -> None:
    def answer(connection: Connection) -> None:
        connection.send(response(b"x" * 50, length=None if connection.number == 2 else 100))

    path = download_artifact(web(answer).root, "file")
    assert path.read_bytes() == b"x" * 50
    server = web(lambda connection: connection.send(response(b"x" * 50, length=100)))
    with pytest.raises(NetworkError):
        download_artifact(server.root, "file")
    assert list(downloads.rglob("*")) == [path.parent, path]
    assert len(server.requests) == 6


def test_http_errors_are_errors_of_this_package(web: Any, downloads: Path) -> None:
    server = web(lambda connection: connection.send(response(b"gone", "404 Not Found")))
    with pytest.raises(ResourceNotFoundError, match="gone"):
        download_artifact(server.root, "file")
    assert not downloads.exists()


def test_p18_p22_no_credentials_are_sent_and_redirects_are_followed(
    web: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1\nlogin thief\npassword word\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("VLMRUN_API_KEY", "sk-secret-0123456789abcdef")
    other = web(sending(b"1"))

    def answer(connection: Connection) -> None:
        headers = (f"Location: {other.root}/b", "Set-Cookie: a=b")
        connection.send(response(b"", "302 Found", *headers))

    first = web(answer)
    assert download_artifact(f"{first.root}/a", "json") == 1
    for request in (*first.requests, *other.requests):
        assert b"authorization" not in request.lower()
        assert b"cookie" not in request.lower()
        assert b"sk-secret" not in request


def test_endless_redirects_raise_api_error(web: Any) -> None:
    server = web(lambda connection: connection.send(response(b"", "302 Found", "Location: /a")))
    with pytest.raises(APIError, match="redirect"):
        download_artifact(server.root, "json")
    assert len(server.requests) == 6


def test_a_download_beyond_the_size_limit_is_aborted(
    web: Any, downloads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vlmrun.common._web, "MAX_IN_MEMORY", 1000)
    monkeypatch.setattr(vlmrun.common._web, "MAX_FILE_SIZE", 1000)
    server = web(sending(b"1" * 1001))
    for format in ("json", "image", "file"):
        with pytest.raises(ResponseDecodeError, match="longer than 1000 bytes"):
            download_artifact(server.root, format)
    assert not downloads.exists()
