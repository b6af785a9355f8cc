"""P07: a disturbed download ends with the complete file, or without one."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.raw_server import Connection, RawServer, Responder, raw_server, response
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import (
    APIError,
    InputError,
    NetworkError,
    RequestTimeoutError,
    ResourceNotFoundError,
    ResponseDecodeError,
)
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

RUN = "run-1"
CONTENT = bytes(range(256)) * 2048  # 512 KiB, more than one piece
DISTURBANCES: dict[str, dict[str, Any]] = {
    "503": {"status": 503},
    "429": {"status": 429},
    "reset before reading": {"reset": "before_reading"},
    "reset in the body": {"reset": "in_body"},
    "body cut off": {"truncate": 100_000},
    "nothing of the body": {"truncate": 0},
}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A path in a new folder; neither exists yet."""
    return tmp_path / "out/report.pdf"


@pytest.fixture
def link(server: Server) -> Iterator[Any]:
    """Make the artifact doc_0a1b2c, and url_0a1b2c that leads to where `answer` answers."""
    servers: list[Any] = []

    def make(answer: Responder) -> RawServer:
        entered = raw_server(answer)
        servers.append(entered)
        raw = entered.__enter__()
        server.add_artifact(RUN, f"{raw.root}/files/a.bin?signature=0123456789", "url_0a1b2c")
        return raw

    server.add_artifact(RUN, CONTENT, "doc_0a1b2c")
    yield make
    for each in servers:
        each.__exit__(None, None, None)


@pytest.mark.usefixtures("link")
@pytest.mark.parametrize("disturbance", DISTURBANCES.values(), ids=DISTURBANCES)
def test_p07_each_attempt_starts_the_file_again(
    client: Any, server: Server, target: Path, disturbance: dict[str, Any]
) -> None:
    server.inject(Fault("get_artifact", times=2, **disturbance))
    assert client.artifacts.download("doc_0a1b2c", execution_id=RUN, to=target) == target
    assert target.read_bytes() == CONTENT
    assert os.listdir(target.parent) == ["report.pdf"]
    assert len(server.requests) == 3


@pytest.mark.usefixtures("link")
@pytest.mark.parametrize("disturbance", DISTURBANCES.values(), ids=DISTURBANCES)
def test_p07_download_that_never_succeeds_leaves_the_old_file(
    connect: Any, server: Server, target: Path, disturbance: dict[str, Any]
) -> None:
    client = connect(max_retries=1)
    server.inject(Fault("get_artifact", times=None, **disturbance))
    with pytest.raises(APIError):
        client.artifacts.download("doc_0a1b2c", execution_id=RUN, to=target)
    assert not target.parent.exists()
    target.parent.mkdir()
    target.write_bytes(b"old")
    with pytest.raises(APIError):
        client.artifacts.download("doc_0a1b2c", execution_id=RUN, to=target)
    assert os.listdir(target.parent) == ["report.pdf"]
    assert target.read_bytes() == b"old"


@pytest.mark.usefixtures("link")
@pytest.mark.parametrize("disturbance", DISTURBANCES.values(), ids=DISTURBANCES)
def test_p28_download_into_memory_is_retried_from_its_start(
    client: Any, server: Server, disturbance: dict[str, Any]
) -> None:
    server.inject(Fault("get_artifact", times=2, **disturbance))
    content = client.artifacts.get("doc_0a1b2c", execution_id=RUN, raw_response=True)
    assert content == CONTENT


def test_p07_chunked_body_that_breaks_off_leaves_no_file(
    client: Any, link: Any, target: Path
) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    def answer(connection: Connection) -> None:
        connection.send(head, b"5\r\nhello\r\n", b"" if connection.number < 2 else b"0\r\n\r\n")

    raw = link(answer)
    assert client.artifacts.download("url_0a1b2c", execution_id=RUN, to=target) == target
    assert target.read_bytes() == b"hello"
    assert len(raw.requests) == 3


def test_p07_compressed_body_that_breaks_off_leaves_no_file(
    connect: Any, link: Any, target: Path
) -> None:
    import gzip

    packed = gzip.compress(CONTENT)

    def answer(connection: Connection) -> None:
        connection.send(
            response(packed[:-200], "200 OK", "Content-Encoding: gzip", length=len(packed))
        )

    link(answer)
    with pytest.raises(NetworkError):
        connect(max_retries=1).artifacts.download("url_0a1b2c", execution_id=RUN, to=target)
    assert not target.parent.exists()


def test_p07_timeout_within_the_body_leaves_no_file(connect: Any, link: Any, target: Path) -> None:
    link(lambda connection: connection.drip(response(b"x" * 10_000)))
    client = connect(max_retries=0)
    with pytest.raises(RequestTimeoutError):
        client.artifacts.download(
            "url_0a1b2c", execution_id=RUN, to=target, options={"timeout": 0.4}
        )
    assert not target.parent.exists()


def test_p07_cancelled_download_leaves_no_file(
    server: Server, link: Any, target: Path, run: Callable[[Any], Any]
) -> None:
    begun = threading.Event()

    def answer(connection: Connection) -> None:
        connection.send(response(b"x" * 1000, length=10_000))
        begun.set()
        connection.over.wait()

    async def cancel() -> list[str]:
        async with AsyncVLMRun("key-0123456789", server.url) as client:
            download = client.artifacts.download("url_0a1b2c", execution_id=RUN, to=target)
            task = asyncio.create_task(download)
            await asyncio.to_thread(begun.wait)
            names = os.listdir(target.parent)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return names

    link(answer)
    (name,) = run(cancel())
    assert name.endswith(".part")
    assert not target.parent.exists()


def test_p22_redirects_of_a_download_are_followed_without_the_api_key(
    client: Any, link: Any, target: Path
) -> None:
    def answer(connection: Connection) -> None:
        if connection.number < 3:
            connection.send(response(b"moved", "302 Found", f"Location: /hop/{connection.number}"))
        else:
            connection.send(response(b"content"))

    raw = link(answer)
    client.artifacts.download("url_0a1b2c", execution_id=RUN, to=target)
    assert target.read_bytes() == b"content"
    paths = [request.split()[1] for request in raw.requests]
    assert paths[1:] == [b"/hop/0", b"/hop/1", b"/hop/2"]
    assert not any(b"authorization" in request.lower() for request in raw.requests)


@pytest.mark.parametrize("location", ["/again", "file:///etc/passwd", "ftp://a.b/c", "http://["])
def test_endless_or_downgrading_redirects_are_errors(
    connect: Any, link: Any, target: Path, location: str
) -> None:
    raw = link(
        lambda connection: connection.send(response(b"", "302 Found", f"Location: {location}"))
    )
    with pytest.raises(APIError) as caught:
        connect(max_retries=0).artifacts.download("url_0a1b2c", execution_id=RUN, to=target)
    assert "0123456789" not in str(caught.value)
    assert not target.parent.exists()
    assert len(raw.requests) <= 6


def test_p22_redirect_of_the_service_itself_is_not_followed(
    client: Any, server: Server, link: Any, target: Path
) -> None:
    raw = link(lambda connection: connection.send(response(b"content")))
    location = {"Location": f"{raw.root}/elsewhere"}
    server.inject(Fault("get_artifact", status=302, headers=location, times=None))
    for call in (client.artifacts.get, client.artifacts.download):
        with pytest.raises(APIError, match="redirect"):
            call("doc_0a1b2c", execution_id=RUN)
    assert raw.requests == []


def test_endless_url_artifact_is_read_up_to_a_limit(
    client: Any, server: Server, target: Path
) -> None:
    server.add_artifact(RUN, "https://example.com/" + "x" * 100_000, "url_ffffff")
    with pytest.raises(ResponseDecodeError, match="longer than 65536 bytes"):
        client.artifacts.download("url_ffffff", execution_id=RUN, to=target)


def test_error_of_the_storage_does_not_show_the_signature(
    connect: Any, link: Any, target: Path
) -> None:
    body = b'{"detail": "signature 0123456789 has expired"}'
    link(lambda connection: connection.send(response(body, "403 Forbidden")))
    with pytest.raises(APIError, match="has expired") as caught:
        connect().artifacts.download("url_0a1b2c", execution_id=RUN, to=target)
    assert "0123456789" not in f"{caught.value} {caught.value.body}"


@pytest.mark.usefixtures("link")
def test_p07_concurrent_downloads_of_one_artifact_leave_whole_files(
    server: Server, target: Path
) -> None:
    seen: list[bytes] = []
    with VLMRun("key-0123456789", server.url) as client:

        def download() -> None:
            path = client.artifacts.download("doc_0a1b2c", execution_id=RUN, to=target)
            seen.append(path.read_bytes())

        threads = [threading.Thread(target=download) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(seen) == 12
    assert set(seen) == {CONTENT}
    assert os.listdir(target.parent) == ["report.pdf"]


@pytest.mark.usefixtures("link")
def test_target_that_cannot_be_written_is_an_error(
    client: Any, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file/below", tmp_path / ("x" * 300)):
        with pytest.raises(InputError, match=r"to: nothing can be stored|to cannot be"):
            client.artifacts.download("doc_0a1b2c", execution_id=RUN, to=place)
    assert os.listdir(tmp_path) == ["file"]
    assert server.requests == []


def test_p07_failure_in_the_middle_of_a_list_keeps_whole_files_only(
    connect: Any, server: Server, tmp_path: Path
) -> None:
    client = connect(max_retries=0)
    link = client.files.upload(io.BytesIO(CONTENT), filename="a.pdf").public_url
    server.add_artifact(RUN, CONTENT, "doc_000000")
    server.add_artifact(RUN, link, "url_000001")
    server.add_artifact(RUN, CONTENT, "doc_000002")
    # Downloads run concurrently, so only a request of its own kind is certain to be the second's.
    server.inject(Fault("get_object", truncate=1000))
    with pytest.raises(NetworkError):
        client.artifacts.download_all(RUN, to=tmp_path)
    assert os.listdir(tmp_path) == ["doc_000000.pdf"]
    assert (tmp_path / "doc_000000.pdf").read_bytes() == CONTENT


def test_list_of_an_unknown_run(client: Any, tmp_path: Path) -> None:
    with pytest.raises(ResourceNotFoundError):
        client.artifacts.download_all("unknown", to=tmp_path / "out")
    assert os.listdir(tmp_path) == []
