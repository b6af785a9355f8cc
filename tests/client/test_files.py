"""Files: both ways to upload, what is sent, what is found again."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest

from tests.plain_http import download
from vlmrun.client.types import FileResponse, PresignedUrlRequest
from vlmrun.errors import (
    AuthenticationError,
    InputError,
    InputTypeError,
    MissingFileError,
    ResourceNotFoundError,
    ResponseDecodeError,
)
from vlmrun.testing import Fault, Server

CALLS = {
    "upload_file": lambda client, data: client.files.upload(data.pdf),
    "verify_upload": lambda client, data: client.files.upload(
        data.pdf, "vision", "presigned-url", force=True
    ),
    "create_presigned_url": lambda client, data: client.files.generate_presigned_url(
        {"filename": "a.pdf", "expiration": 60}
    ),
    "get_file_by_hash": lambda client, data: data.file and client.files.get_cached_file(data.pdf),
    "list_files": lambda client, data: client.files.list(limit=3),
    "get_file": lambda client, data: client.files.get(data.file, generate_public_url=False),
    "delete_file": lambda client, data: client.files.delete(data.file),
}


def operations(server: Server) -> list[str | None]:
    return [request.operation for request in server.requests]


@pytest.fixture
def stored(server: Server) -> Any:
    """The bytes behind a file's public URL."""
    return lambda file: download(file.public_url)


@pytest.mark.parametrize("method", ["direct", "presigned-url"])
@pytest.mark.parametrize("form", ["path", "text", "open", "memory"])
def test_each_upload_method_stores_the_same_bytes(
    client: Any, pdf: Path, stored: Any, method: str, form: str
) -> None:
    with pdf.open("rb") as opened:
        file: Any = {
            "path": pdf,
            "text": str(pdf),
            "open": opened,
            "memory": io.BytesIO(pdf.read_bytes()),
        }[form]
        named = {"filename": "referral.pdf"} if form == "memory" else {}
        response = client.files.upload(file, method=method, **named)
        assert not opened.closed
    assert isinstance(response, FileResponse)
    assert response.id
    assert response.filename == "referral.pdf"
    assert response.bytes == pdf.stat().st_size
    assert response.url == response.public_url
    assert stored(response) == pdf.read_bytes()


def test_p24_direct_upload_sends_the_file_and_no_more(
    client: Any, server: Server, pdf: Path
) -> None:
    client.files.upload(pdf)
    look_up, upload = server.requests
    assert look_up.path.endswith(hashlib.md5(pdf.read_bytes()).hexdigest())
    assert upload.query == {}
    assert upload.body is not None
    assert upload.body.count(b"Content-Disposition") == 1
    assert b'name="file"; filename="referral.pdf"' in upload.body
    assert b"Content-Type: application/pdf" in upload.body


def test_purpose_and_public_url_are_query_parameters(
    client: Any, server: Server, pdf: Path
) -> None:
    response = client.files.upload(pdf, "vision", generate_public_url=False)
    assert server.requests[-1].query == {"purpose": "vision", "generate_public_url": "false"}
    assert response.purpose == "vision"
    assert response.public_url is None


def test_presigned_upload_in_its_three_steps(client: Any, server: Server, pdf: Path) -> None:
    client.files.upload(pdf, method="presigned-url", purpose="batch", expiration=60, force=True)
    reserve, put, verify = server.requests
    assert reserve.json == {"filename": "referral.pdf", "purpose": "batch", "expiration": 60}
    assert put.method == "PUT"
    assert put.headers["content-length"] == str(pdf.stat().st_size)
    assert put.headers["content-type"] == "application/pdf"
    assert "authorization" not in put.headers
    assert verify.operation == "verify_upload"


def test_same_content_is_uploaded_once(client: Any, server: Server, pdf: Path) -> None:
    first = client.files.upload(pdf)
    second = client.files.upload(io.BytesIO(pdf.read_bytes()), filename="referral.pdf")
    assert second.id == first.id
    assert operations(server).count("upload_file") == 1
    assert client.files.get_cached_file(pdf).id == first.id


def test_p31_force_uploads_without_a_lookup(client: Any, server: Server, pdf: Path) -> None:
    first = client.files.upload(pdf)
    server.clear()
    second = client.files.upload(pdf, force=True)
    assert second.id != first.id
    assert operations(server) == ["upload_file"]


def test_known_file_with_another_purpose_is_uploaded_again(client: Any, pdf: Path) -> None:
    first = client.files.upload(pdf, purpose="assistants")
    assert client.files.upload(pdf, purpose="vision").id != first.id


def test_p31_failed_lookup_is_an_error(connect: Any, server: Server, pdf: Path) -> None:
    server.inject(Fault("get_file_by_hash", status=401, times=None))
    client = connect()
    with pytest.raises(AuthenticationError):
        client.files.upload(pdf)
    with pytest.raises(AuthenticationError):
        client.files.get_cached_file(pdf)
    assert "upload_file" not in operations(server)


@pytest.mark.parametrize("body", [b"", b"null", b'{"id": null, "filename": null}', b'{"id": ""}'])
def test_miss_without_a_404_is_a_miss(client: Any, server: Server, pdf: Path, body: bytes) -> None:
    server.inject(Fault("get_file_by_hash", body=body))
    assert client.files.get_cached_file(pdf) is None


@pytest.mark.parametrize("status", [200, 201, 202])
def test_p09_any_success_status_with_the_object_is_accepted(
    client: Any, server: Server, pdf: Path, status: int
) -> None:
    server.inject(Fault("upload_file", status=status, body={"id": "f", "filename": "a.pdf"}))
    assert client.files.upload(pdf).id == "f"


def test_p09_success_without_an_id_is_an_error(client: Any, server: Server, pdf: Path) -> None:
    server.inject(Fault("upload_file", body={"filename": "a.pdf"}))
    with pytest.raises(ResponseDecodeError, match="no id"):
        client.files.upload(pdf)


def test_open_file_is_sent_from_its_current_position(
    client: Any, tmp_path: Path, stored: Any
) -> None:
    path = tmp_path / "data.txt"
    path.write_bytes(b"skipped|sent")
    with path.open("rb") as file:
        file.seek(8)
        for method in ("direct", "presigned-url"):
            response = client.files.upload(file, method=method, force=True)
            assert response.bytes == 4
            assert stored(response) == b"sent"
            file.seek(8)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("no.pdf",), MissingFileError, "no such file.*no.pdf"),
        ((".",), InputError, "not a file"),
        ((7,), InputTypeError, "file must be a path.*int 7"),
        ((io.StringIO("text"),), InputTypeError, "binary mode"),
        ((io.BytesIO(b"data"),), InputError, "filename"),
        ((b"data",), InputError, "filename"),
    ],
    ids=["missing", "directory", "number", "text file", "no name", "bytes"],
)
def test_argument_that_is_not_a_file_sends_nothing(
    client: Any, server: Server, arguments: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=f"(?s){words}"):
        client.files.upload(*arguments)
    assert server.requests == []


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"method": "ftp"}, "method.*ftp"),
        ({"expiration": 0}, "expiration"),
        ({"timeout": -3}, "timeout.*-3"),
        ({"filename": ""}, "filename"),
    ],
)
def test_wrong_argument_is_named_before_anything_is_sent(
    client: Any, server: Server, pdf: Path, keywords: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        client.files.upload(pdf, **keywords)
    assert server.requests == []


def test_stream_that_cannot_seek_is_an_input_error(client: Any, server: Server) -> None:
    class Pipe(io.RawIOBase):
        name = "pipe"

        def readable(self) -> bool:
            return True

    with pytest.raises(InputError, match="cannot be read twice"):
        client.files.upload(Pipe())
    assert server.requests == []


def test_get_list_and_delete(client: Any, pdf: Path) -> None:
    file = client.files.upload(pdf)
    assert client.files.get(file.id).filename == "referral.pdf"
    assert client.files.get(file.id, generate_public_url=False).public_url is None
    assert [each.id for each in client.files.list(skip=0, limit=10)] == [file.id]
    assert client.files.delete(file.id).id == file.id
    with pytest.raises(ResourceNotFoundError):
        client.files.get(file.id)


@pytest.mark.parametrize("fault", [{"status": 204, "body": b""}, {"status": 200, "body": b"null"}])
def test_deletion_accepts_a_response_without_a_body(
    client: Any, server: Server, fault: dict[str, Any]
) -> None:
    server.inject(Fault("delete_file", **fault))
    assert client.files.delete("some-id").id == "some-id"


def test_generate_presigned_url(client: Any, server: Server) -> None:
    slot = client.files.generate_presigned_url(PresignedUrlRequest(filename="a.pdf"))
    assert slot.id
    assert slot.url.startswith("http")
    assert slot.content_type == "application/pdf"
    assert server.requests[0].json == {"filename": "a.pdf"}
    assert client.files.generate_presigned_url({"filename": "b.pdf"}).id != slot.id


def test_p22_signed_urls_are_in_no_repr(client: Any, pdf: Path) -> None:
    slot = client.files.generate_presigned_url({"filename": "a.pdf"})
    assert slot.url not in repr(slot)
    file = client.files.upload(pdf)
    assert file.public_url not in repr(file)


def test_no_temporary_file_is_left(
    client: Any, pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    client.files.upload(pdf, method="direct", force=True)
    client.files.upload(pdf, method="presigned-url", force=True)
    assert list(tmp_path.iterdir()) == []


def test_content_of_a_file(client: Any, server: Server, pdf: Path) -> None:
    file = client.files.upload(pdf, generate_public_url=False)
    server.clear()
    assert client.files.get_content(file.id) == pdf.read_bytes()
    look_up, fetch = server.requests
    assert look_up.query == {"generate_public_url": "true"}
    assert "authorization" not in fetch.headers


@pytest.mark.parametrize("url", [None, 7, "/relative", "ftp://a.b/c"])
def test_invalid_storage_url_is_a_decode_error(
    client: Any, server: Server, pdf: Path, url: Any
) -> None:
    server.inject(
        Fault("get_file", status=200, body={"id": "f", "public_url": url}),
        Fault("create_presigned_url", status=200, body={"id": "f", "url": url}),
    )
    with pytest.raises(ResponseDecodeError, match="public_url"):
        client.files.get_content("f")
    with pytest.raises(ResponseDecodeError, match="url"):
        client.files.upload(pdf, method="presigned-url", force=True)
    assert [request.operation for request in server.requests] == [
        "get_file",
        "create_presigned_url",
    ]


def test_media_type_of_a_reserved_upload_that_is_not_a_str_is_ignored(
    client: Any, server: Server, pdf: Path
) -> None:
    slot = client.files.generate_presigned_url({"filename": "a.pdf"})
    answer = {**slot.to_dict(), "content_type": 7}
    server.inject(Fault("create_presigned_url", status=200, body=answer))
    client.files.upload(pdf, method="presigned-url", force=True)
    (put,) = (each for each in server.requests if each.operation == "put_object")
    assert put.headers["content-type"] == "application/pdf"


@pytest.mark.parametrize("method", ["direct", "presigned-url"])
def test_file_name_that_is_not_utf_8_is_made_encodable(
    client: Any, tmp_path: Path, method: str
) -> None:
    path = tmp_path / "caf\udce9.pdf"
    try:
        path.write_bytes(b"%PDF-1.7")
    except (OSError, UnicodeEncodeError):
        return  # a system whose names are always texts
    assert client.files.upload(path, method=method).filename == "caf?.pdf"
    with path.open("rb") as file:
        assert client.files.upload(file, method=method, force=True).filename == "caf?.pdf"


def test_iterate_fetches_pages_as_they_are_needed(client: Any, server: Server) -> None:
    names = [f"{number}.txt" for number in range(5)]
    for name in names:
        client.files.upload(io.BytesIO(name.encode()), filename=name, force=True)
    found = client.files.iterate(skip=1, page_size=2)
    assert [file.filename for file in found] == names[-2::-1]
