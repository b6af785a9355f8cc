"""P01: a disturbed upload ends with exactly the bytes of the file, or with an error."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.plain_http import download
from vlmrun.errors import APIError, InputError, InputTypeError, NetworkError
from vlmrun.testing import Fault, Request, Server

pytestmark = pytest.mark.slow

CONTENT = bytes(range(256)) * 2048  # 512 KiB, more than one piece either way
LEAD = b"not sent|"
SENDS = {"direct": "upload_file", "presigned-url": "put_object"}
DISTURBANCES = {
    "503": {"status": 503},
    "429": {"status": 429},
    "500": {"status": 500},
    "reset before reading": {"reset": "before_reading"},
    "reset after reading": {"reset": "after_reading"},
    "reset after handling": {"reset": "after_handling"},
}


@pytest.fixture(params=SENDS)
def method(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture(params=["path", "open file from an offset", "in memory"])
def file(request: pytest.FixtureRequest, path: Path) -> Iterator[Any]:
    """The same content in each form that can be uploaded."""
    if request.param == "path":
        yield path
    elif request.param == "in memory":
        yield io.BytesIO(CONTENT)
    else:
        path.write_bytes(LEAD + CONTENT)
        with path.open("rb") as opened:
            opened.seek(len(LEAD))
            yield opened


def sends(server: Server, method: str) -> list[Request]:
    return [each for each in server.requests if each.operation == SENDS[method]]


def stored(file: Any) -> bytes:
    return download(file.public_url)


@pytest.mark.parametrize("disturbance", DISTURBANCES.values(), ids=DISTURBANCES)
def test_p01_each_attempt_sends_the_file_whole(
    client: Any, server: Server, file: Any, method: str, disturbance: dict[str, Any]
) -> None:
    server.inject(Fault(SENDS[method], times=2, **disturbance))
    response = client.files.upload(file, method=method, filename="data.bin", force=True)
    assert response.bytes == len(CONTENT)
    assert stored(response) == CONTENT
    attempts = sends(server, method)
    assert len(attempts) == 3
    assert {int(each.headers["content-length"]) - each.size for each in attempts[2:]} == {0}
    assert len({each.headers["content-length"] for each in attempts}) == 1


def test_p01_upload_is_retried_after_a_timeout(
    client: Any, server: Server, path: Path, method: str
) -> None:
    server.inject(Fault(SENDS[method], delay=60))
    response = client.files.upload(path, method=method, timeout=1.5, force=True)
    assert stored(response) == CONTENT
    assert len(sends(server, method)) == 2


def test_p01_upload_that_never_succeeds_is_an_error_and_stores_nothing(
    connect: Any, server: Server, path: Path, method: str
) -> None:
    client = connect(max_retries=2)
    server.inject(Fault(SENDS[method], status=503, times=None))
    with pytest.raises(APIError) as caught:
        client.files.upload(path, method=method, force=True)
    assert caught.value.http_status == 503
    assert len(sends(server, method)) == 3
    server.clear()
    assert client.files.list() == []


def test_p01_open_file_of_the_caller_is_never_closed(
    connect: Any, server: Server, path: Path, method: str
) -> None:
    server.inject(Fault(SENDS[method], reset="after_reading", times=None))
    with path.open("rb") as opened:
        with pytest.raises(NetworkError):
            connect(max_retries=1).files.upload(opened, method=method, force=True)
        assert not opened.closed


def test_p01_file_that_shrinks_meanwhile_is_an_error(
    client: Any, server: Server, method: str
) -> None:
    class Shrinking(io.BytesIO):
        """Loses its second half before it is read for the second time."""

        readings = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.readings += self.tell() == 0
            if self.readings > 1:
                self.truncate(len(CONTENT) // 2)
            return super().read(size)

    server.inject(Fault(SENDS[method], status=503))
    with pytest.raises(InputError, match="shorter"):
        client.files.upload(Shrinking(CONTENT), method=method, filename="data.bin", force=True)
    server.clear()
    assert client.files.list() == []


def test_p01_p60_file_that_grows_meanwhile_is_an_error(
    client: Any, server: Server, method: str
) -> None:
    class Growing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            if data:
                stands = self.tell()
                self.seek(0, io.SEEK_END)
                self.write(b"more")
                self.seek(stands)
            return data

    with pytest.raises(InputError, match=r"file: data\.bin became longer"):
        client.files.upload(Growing(CONTENT), method=method, filename="data.bin", force=True)
    assert client.files.list() == []


def test_p01_file_at_eof_is_refused(client: Any, server: Server, method: str) -> None:
    written = io.BytesIO()
    written.write(CONTENT)
    with pytest.raises(InputError, match=r"at its end.*seek\(0\)"):
        client.files.upload(written, method=method, filename="data.bin")
    written.seek(1, io.SEEK_END)
    with pytest.raises(InputError, match="at its end"):
        client.files.upload(written, method=method, filename="data.bin")
    assert server.requests == []


def test_p01_spooled_temporary_file_is_uploaded_from_its_position(client: Any, method: str) -> None:
    with tempfile.SpooledTemporaryFile(max_size=len(CONTENT) // 2) as spooled:
        spooled.write(LEAD + CONTENT)
        spooled.seek(len(LEAD))
        response = client.files.upload(spooled, method=method, filename="data.bin")
    assert stored(response) == CONTENT


def test_file_in_text_mode_is_refused(client: Any, server: Server) -> None:
    with (
        tempfile.NamedTemporaryFile("w+") as text,
        pytest.raises(InputTypeError, match="binary mode"),
    ):
        client.files.upload(text)
    assert server.requests == []


def test_closed_file_is_refused(client: Any, server: Server) -> None:
    closed = io.BytesIO(CONTENT)
    closed.close()
    with pytest.raises(InputError, match="closed"):
        client.files.upload(closed, filename="data.bin")
    assert server.requests == []


def test_p01_upload_of_a_skill_bundle_is_retried(
    client: Any, server: Server, skill_directory: Path, tmp_path: Path
) -> None:
    server.inject(Fault("upload_file", status=503, times=2))
    skill = client.skills.create_from_directory(skill_directory)
    client.skills.download(skill.skill_id, to=tmp_path / "copy")
    assert (tmp_path / "copy/SKILL.md").read_bytes() == (skill_directory / "SKILL.md").read_bytes()


def test_p01_upload_of_a_path_among_the_inputs_is_retried(
    client: Any, server: Server, path: Path
) -> None:
    server.inject(Fault("upload_file", reset="after_reading", times=2))
    client.agent.execute(prompt="Describe it", inputs={"file": path})
    (file,) = client.files.list()
    assert stored(file) == CONTENT
