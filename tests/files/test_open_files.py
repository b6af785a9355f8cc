"""Open files: two uploads of one file, asynchronous and endless files, and content that changes."""

from __future__ import annotations

import asyncio
import io
import os
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.plain_http import download
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import FileAccessError, InputError, InputTypeError
from vlmrun.testing import Server

KEY = "test-key-0123456789"
CONTENT = bytes(range(256)) * 4096


def stored(file: Any) -> bytes:
    return download(file.public_url)


@pytest.mark.parametrize("method", ["direct", "presigned-url"])
def test_p60_one_open_file_in_several_threads(server: Server, tmp_path: Path, method: Any) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(b"skipped" + CONTENT)
    start = threading.Barrier(4)
    with (
        path.open("rb") as file,
        VLMRun(api_key=KEY, base_url=server.url) as client,
        ThreadPoolExecutor(4) as pool,
    ):
        file.seek(len(b"skipped"))

        def upload(_: int) -> bytes:
            start.wait()
            return stored(client.files.upload(file, method=method, force=True))

        assert set(pool.map(upload, range(4))) == {CONTENT}
        assert file.tell() == len(b"skipped")


@pytest.mark.parametrize("method", ["direct", "presigned-url"])
def test_p60_one_open_file_in_several_tasks(server: Server, method: Any) -> None:
    async def upload_twice() -> list[bytes]:
        file = io.BytesIO(CONTENT)
        async with AsyncVLMRun(api_key=KEY, base_url=server.url) as client:
            calls = [
                client.files.upload(file, method=method, force=True, filename=f"{number}.bin")
                for number in range(4)
            ]
            return [stored(each) for each in await asyncio.gather(*calls)]

    assert set(asyncio.run(upload_twice())) == {CONTENT}


class AsyncFile:
    """A file as aiofiles, anyio and Starlette have it."""

    name = "a.pdf"

    async def read(self, size: int = -1) -> bytes:
        raise AssertionError

    async def seek(self, offset: int) -> None:
        raise AssertionError


USES: dict[str, Callable[[Any, Any], Any]] = {
    "files.upload": lambda client, file: client.files.upload(file),
    "files.get_cached_file": lambda client, file: client.files.get_cached_file(file),
    "document.generate": lambda client, file: client.document.generate(file=file, domain="a.b"),
    "image.generate": lambda client, file: client.image.generate("a.b", file=file),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_an_asynchronous_file_is_refused(client: Any, server: Server, use: Any) -> None:
    with pytest.raises(InputTypeError, match=r"file is an asynchronous file.*Pass its path"):
        use(client, AsyncFile())
    assert server.requests == []


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("content", [b"", io.BytesIO()], ids=["bytes", "open file"])
def test_p60_nothing_is_not_sent(client: Any, server: Server, use: Any, content: Any) -> None:
    if isinstance(content, bytes) and use in list(USES.values())[:2]:
        content = io.BytesIO(content)
    with pytest.raises(InputError, match=r"file.* is empty"):
        use(client, content)
    assert server.requests == []


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("A long text. " * 40, "file: no such file: .*too long for a path.*content as bytes"),
        ("Please read this", "file: no such file: Please read this"),
        ("data:application/pdf;base64," + "A" * 5000, "file is a data URL, not a path"),
        ("DATA:text/plain,A", "file is a data URL, not a path"),
        ("~nobodyhere/a.pdf", "file: ~nobodyhere/a.pdf cannot be used: ~nobodyhere has no home"),
        ("a\0.pdf", "file cannot be 'a.*NUL"),
        ("a/\udcff.pdf", "file: no such file"),
    ],
    ids=["text", "short text", "data URL", "DATA URL", "home", "NUL", "not UTF-8"],
)
def test_a_str_that_is_no_path_is_refused(
    client: Any, server: Server, use: Any, file: str, message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        use(client, file)
    assert len(str(caught.value)) < 500
    assert server.requests == []


def test_a_name_that_begins_with_a_tilde_is_a_name(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("~$report.docx").write_bytes(b"x")
    assert client.files.upload("~$report.docx").filename == "~$report.docx"


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="this system has no /dev/zero")
@pytest.mark.parametrize("name", ["/dev/zero", "/proc/self/status"])
def test_p60_an_open_file_without_a_size_is_refused(client: Any, server: Server, name: str) -> None:
    with (
        open(name, "rb") as file,
        pytest.raises(InputError, match=r"file: .*(a size of 0|read twice)"),
    ):
        client.files.upload(file)
    assert server.requests == []


def test_p60_a_read_error_in_the_middle_is_an_error_with_the_path(
    client: Any, server: Server
) -> None:
    class Failing(io.BytesIO):
        name = "scan.pdf"

        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 0:
                raise OSError(5, "Input/output error")
            return super().read(min(size or 0, 1000))

    with pytest.raises(InputError, match=r"file: scan\.pdf cannot be read: Input/output error"):
        client.files.upload(Failing(CONTENT), force=True)
    assert client.files.list() == []


@pytest.mark.parametrize("beginning", [0, 1000], ids=["when measured", "when read"])
@pytest.mark.parametrize("error", [EOFError("cut off"), KeyError("k"), zlib.error("z")])
def test_p60_whatever_a_file_raises_is_an_error_with_its_name(
    client: Any, error: Exception, beginning: int
) -> None:
    class Failing(io.BytesIO):
        name = "scan.pdf"

        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= beginning:
                raise error
            return super().read(min(size or 0, 1000))

    with pytest.raises(FileAccessError, match=r"file: scan\.pdf cannot be read: ") as caught:
        client.files.upload(Failing(CONTENT), force=True)
    assert caught.value.__cause__ is error
    assert client.files.list() == []


def test_p60_a_file_that_is_closed_meanwhile_is_an_error(client: Any) -> None:
    class Closing(io.BytesIO):
        name = "scan.pdf"

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(min(size or 0, 1000))
            if self.tell() >= 2000:
                self.close()
            return data

    with pytest.raises(InputError, match=r"file: scan\.pdf was closed while it was sent"):
        client.files.upload(Closing(CONTENT), force=True)
