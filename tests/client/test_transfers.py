"""P93 to P95: uploads and downloads read once, verified, and with progress."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.leaks import assert_shows_none_of
from vlmrun.errors import InputError, InputTypeError, ResponseDecodeError
from vlmrun.testing import Fault, Server

METHODS = ["direct", "presigned-url"]
LARGE = 9 * 1024 * 1024  # more than is held in memory

Progress = list[tuple[int, "int | None"]]


class Counted(io.BytesIO):
    """A file that counts the bytes read from it."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.count = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


@pytest.fixture
def recorded() -> Progress:
    return []


@pytest.fixture
def record(recorded: Progress) -> Callable[..., None]:
    return lambda done, total: recorded.append((done, total))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("size", "force", "reads"), [(10_000, False, 1), (LARGE, False, 2), (LARGE, True, 1)]
)
def test_p93_file_is_read_once_unless_it_is_large(
    client: Any, server: Server, method: str, size: int, force: bool, reads: int
) -> None:
    file = Counted(bytes(range(250)) * (size // 250))
    stored = client.files.upload(file, method=method, force=force, filename="a.bin")
    assert file.count == reads * len(file.getvalue())
    assert client.files.get_content(stored.id) == file.getvalue()


@pytest.mark.parametrize("method", METHODS)
def test_p93_retry_sends_the_content_in_memory_again(
    client: Any, server: Server, method: str
) -> None:
    operation = "upload_file" if method == "direct" else "put_object"
    server.inject(Fault(operation, status=503, headers={"Retry-After": "0"}))
    file = Counted(b"content " * 1000)
    stored = client.files.upload(file, method=method, filename="a.bin")
    assert file.count == len(file.getvalue())
    assert client.files.get_content(stored.id) == file.getvalue()


def test_p93_files_of_one_call_share_a_limit_of_memory(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tree in ("_sync", "_async"):
        monkeypatch.setattr(f"vlmrun.{tree}.http.uploader.MAX_KEPT", 250)
    files = [Counted(bytes([65 + number]) * 100) for number in range(4)]
    client.agent.execute(
        prompt="Read", inputs={f"f{number}": file for number, file in enumerate(files)}
    )
    assert [file.count for file in files] == [100, 100, 200, 200]


@pytest.mark.parametrize("method", METHODS)
def test_p94_progress_of_an_upload(
    client: Any, recorded: Progress, record: Callable[..., None], method: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 700_000)
    client.files.upload(path, method=method, on_progress=record)
    assert recorded[-1] == (700_000, 700_000)
    assert len(recorded) > 1
    assert recorded == sorted(recorded)
    recorded.clear()
    client.files.upload(path, on_progress=record)  # which the service has already
    assert recorded == [(700_000, 700_000)]


@pytest.mark.parametrize("method", METHODS)
def test_p94_progress_starts_again_with_each_attempt(
    client: Any,
    server: Server,
    recorded: Progress,
    record: Callable[..., None],
    pdf: Path,
    method: str,
) -> None:
    operation = "upload_file" if method == "direct" else "put_object"
    server.inject(Fault(operation, status=503, headers={"Retry-After": "0"}))
    client.files.upload(pdf, method=method, on_progress=record)
    size = pdf.stat().st_size
    assert [done for done, _ in recorded].count(size) == 2


@pytest.mark.parametrize("to", [False, True])
def test_p94_progress_of_a_download(
    client: Any, recorded: Progress, record: Callable[..., None], to: bool, tmp_path: Path
) -> None:
    data = b"y" * 700_000
    file = client.files.upload(data, filename="a.bin")
    target = {"to": tmp_path / "b.bin"} if to else {}
    client.files.get_content(file.id, on_progress=record, **target)
    assert recorded[-1] == (len(data), len(data))
    assert recorded == sorted(recorded)


def test_p94_progress_of_an_artifact(
    client: Any, server: Server, recorded: Progress, record: Callable[..., None], tmp_path: Path
) -> None:
    run = "12345678-1234-4234-8234-123456789abc"
    server.add_artifact(run, b"%PDF" + b"z" * 300_000, "doc_0a1b2c")
    client.artifacts.download(
        "doc_0a1b2c", execution_id=run, to=tmp_path / "a.pdf", on_progress=record
    )
    assert recorded[-1] == (300_004, 300_004)
    assert recorded == sorted(recorded)


def test_p94_progress_of_all_artifacts_is_their_sum(
    client: Any, server: Server, recorded: Progress, record: Callable[..., None], tmp_path: Path
) -> None:
    run = "12345678-1234-4234-8234-123456789abc"
    for number in range(5):
        server.add_artifact(run, b"%PDF" + b"z" * 300_000, f"doc_0a1b2{number}")
    paths = client.artifacts.download_all(run, to=tmp_path / "all", on_progress=record)
    assert len(paths) == 5
    assert recorded[-1] == (5 * 300_004, 5 * 300_004)
    assert recorded == sorted(recorded, key=lambda pair: pair[0])
    assert recorded[0][1] is None

    def fail(done: int, total: int | None) -> None:
        raise Stop

    with pytest.raises(Stop):
        client.artifacts.download_all(run, to=tmp_path / "none", on_progress=fail)
    assert not (tmp_path / "none").exists()


def test_p94_progress_of_a_skill(
    client: Any, server: Server, recorded: Progress, record: Callable[..., None], tmp_path: Path
) -> None:
    server.add_skill("totals")
    (skill,) = client.skills.list()
    client.skills.download(skill.id, to=tmp_path / "totals", on_progress=record)
    done, total = recorded[-1]
    assert done == total
    assert (tmp_path / "totals/SKILL.md").exists()
    with pytest.raises(InputTypeError, match="on_progress"):
        client.skills.download(skill.id, to=tmp_path / "other", on_progress=5)


class Stop(Exception):
    pass


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("cause", [Stop("enough"), ValueError("enough"), OSError("enough")])
def test_p94_exception_of_the_callback_ends_the_transfer(
    client: Any, server: Server, pdf: Path, tmp_path: Path, method: str, cause: Exception
) -> None:
    def fail(done: int, total: int | None) -> None:
        raise cause

    with pytest.raises(type(cause), match="enough") as caught:
        client.files.upload(pdf, method=method, force=True, on_progress=fail)
    assert caught.value is cause
    file = client.files.upload(pdf)
    server.clear()
    with pytest.raises(type(cause), match="enough"):
        client.files.get_content(file.id, to=tmp_path / "a.pdf", on_progress=fail)
    assert [request.operation for request in server.requests] == ["get_file", "get_object"]
    assert list(tmp_path.iterdir()) == []
    assert client.files.get_content(file.id) == pdf.read_bytes()


def test_p94_callback_that_cannot_be_called_is_refused(
    client: Any, server: Server, pdf: Path
) -> None:
    async def later(done: int, total: int | None) -> None:
        pass

    for callback in (7, later):
        with pytest.raises(InputTypeError, match="on_progress"):
            client.files.upload(pdf, on_progress=callback)
        with pytest.raises(InputTypeError, match="on_progress"):
            client.files.get_content("file_1", on_progress=callback)
    assert server.requests == []


@pytest.mark.parametrize("data", [b"content", bytearray(b"content"), memoryview(b"content")])
def test_p93_bytes_are_uploaded(client: Any, server: Server, data: Any) -> None:
    file = client.files.upload(data, filename="note.txt")
    assert (file.filename, file.bytes) == ("note.txt", 7)
    assert client.files.get_content(file.id) == b"content"
    assert client.files.get_cached_file(data) == client.files.get_cached_file(
        io.BytesIO(b"content")
    )
    with pytest.raises(InputError, match=r"no name.*filename="):
        client.files.upload(data)
    with pytest.raises(InputError, match="empty"):
        client.files.upload(b"", filename="note.txt")


def test_p93_content_is_stored_in_a_file(client: Any, tmp_path: Path) -> None:
    file = client.files.upload(b"content", filename="note.txt")
    for to, expected in (
        (tmp_path / "copy.txt", "copy.txt"),
        (str(tmp_path), "note.txt"),
        (f"{tmp_path}/new/", "new/note.txt"),
    ):
        path = client.files.get_content(file.id, to=to)
        assert path == tmp_path / expected
        assert path.read_bytes() == b"content"
    client.files.get_content(file.id, to=tmp_path / "copy.txt")
    hostile = client.files.upload(b"other", filename="../../up.txt")
    assert client.files.get_content(hostile.id, to=tmp_path).parent == tmp_path


def test_p93_target_is_checked_before_anything_is_sent(client: Any, server: Server) -> None:
    with pytest.raises(InputError, match="to"):
        client.files.get_content("file_1", to="")
    assert server.requests == []


def test_p95_stored_size_must_be_that_of_the_file(client: Any, server: Server, pdf: Path) -> None:
    body = {"id": "file_1", "filename": "a.pdf", "bytes": 7}
    server.inject(Fault("upload_file", status=200, body=body))
    server.inject(Fault("verify_upload", status=200, body=body))
    for method in METHODS:
        with pytest.raises(ResponseDecodeError, match=r"stored 7 of \d+ bytes as file_1") as caught:
            client.files.upload(pdf, method=method, force=True)
        assert caught.value.raw == body


def digests(data: bytes) -> list[dict[str, str]]:
    def encoded(name: str) -> str:
        return base64.b64encode(hashlib.new(name, data).digest()).decode()

    return [
        {"Content-MD5": encoded("md5")},
        {"x-goog-hash": f"crc32c=AAAAAA==,md5={encoded('md5')}"},
        {"x-amz-checksum-sha256": encoded("sha256")},
        {"Content-Digest": f"sha-256=:{encoded('sha256')}:"},
        {"Content-Digest": f"sha-512=:{encoded('sha512')}:, sha-256=:AAAA:"},
    ]


@pytest.mark.parametrize("number", range(5))
def test_p95_download_must_have_the_digest_of_its_headers(
    client: Any, server: Server, tmp_path: Path, number: int
) -> None:
    file = client.files.upload(b"content", filename="a.txt")
    server.inject(Fault("get_object", headers=digests(b"content")[number]))
    assert client.files.get_content(file.id) == b"content"
    server.inject(Fault("get_object", headers=digests(b"other")[number]))
    with pytest.raises(ResponseDecodeError, match="is not the one that its headers have"):
        client.files.get_content(file.id, to=tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-MD5": "garbage"},
        {"Content-MD5": "AAAA"},
        {"x-goog-hash": "md5"},
        {"x-amz-checksum-sha256": "AAAA-3"},
        {"Content-Digest": "unknown=:AAAA:"},
    ],
    ids=repr,
)
def test_p95_digest_that_cannot_be_read_is_ignored(
    client: Any, server: Server, headers: dict[str, str]
) -> None:
    file = client.files.upload(b"content", filename="a.txt")
    server.inject(Fault("get_object", headers=headers))
    assert client.files.get_content(file.id) == b"content"


@pytest.mark.parametrize(
    "url",
    [
        "http://storage.example/a?signature=secret-0123456789",
        "HTTP://storage.example/a",
        "http://127.0.0.1.example/a",
        "http://localhost.example/a",
        "http://[::2]/a",
        "http://[::1/a",
    ],
)
def test_p95_storage_url_must_be_https(client: Any, server: Server, pdf: Path, url: str) -> None:
    server.inject(
        Fault("get_file", status=200, body={"id": "f", "public_url": url}),
        Fault("create_presigned_url", status=200, body={"id": "f", "url": url}),
    )
    with pytest.raises(ResponseDecodeError, match="is not https") as caught:
        client.files.get_content("f")
    assert_shows_none_of(caught.value, "secret-0123456789")
    with pytest.raises(ResponseDecodeError, match="is not https"):
        client.files.upload(pdf, method="presigned-url", force=True)
    assert [request.operation for request in server.requests] == [
        "get_file",
        "create_presigned_url",
    ]


def test_p95_http_is_for_the_host_of_a_base_url_that_is_http() -> None:
    from vlmrun._validation import is_encrypted_or_local

    own = "http://vlm.internal:9000/v1"
    assert is_encrypted_or_local("http://vlm.internal/a", own)
    assert not is_encrypted_or_local("http://other.internal/a", own)
    assert not is_encrypted_or_local("http://api.vlm.run/a", "https://api.vlm.run/v1")
    for url in ("http://localhost:1/a", "http://[::1]/a", "http://127.8.8.8/a", "https://a/b"):
        assert is_encrypted_or_local(url, "https://api.vlm.run/v1")


def test_p93_iterate_stops_at_a_limit(client: Any, server: Server) -> None:
    for number in range(5):
        client.files.upload(str(number).encode(), filename=f"{number}.txt", force=True)
    names = [f"{number}.txt" for number in (4, 3, 2, 1, 0)]
    for limit in (0, 1, 3, 5, 9, None):
        server.clear()
        found = [file.filename for file in client.files.iterate(limit=limit, page_size=2)]
        assert found == names[:limit]
        assert len(server.requests) == {0: 0, 1: 1, 3: 2, 5: 3, 9: 4, None: 4}[limit]
    with pytest.raises(InputError, match="limit"):
        list(client.files.iterate(limit=-1))


def test_p93_every_iterate_has_a_limit(client: Any, skill_directory: Path) -> None:
    client.skills.create_from_directory(skill_directory)
    for number in range(3):
        client.agent.execute(prompt=str(number))
    assert len(list(client.executions.iterate(limit=2))) == 2
    assert list(client.predictions.iterate(limit=2)) == []
    assert len(list(client.skills.iterate(limit=1))) == 1
    assert list(client.fine_tuning.iterate(limit=1)) == []
    assert list(client.fine_tuning.iterate_models(limit=1)) == []
    assert list(client.feedback.iterate("e1", limit=0)) == []
