"""Files of the mock server: uploads, presigned uploads, and the object storage behind them."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import pytest

from tests.plain_http import PLAIN
from tests.testing.conftest import KEY, upload
from vlmrun.testing import Server


def reserve(http: httpx.Client, filename: str = "scan.pdf", **body: Any) -> dict[str, Any]:
    response = http.post("/files/presigned-url", json={"filename": filename, **body})
    assert response.status_code == 201
    return dict(response.json())


def put(url: str, content: bytes, media_type: str, **headers: str) -> httpx.Response:
    headers["Content-Type"] = media_type
    return httpx.put(url, content=content, headers=headers, **PLAIN)


def test_upload_is_stored_with_name_size_and_purpose(http: httpx.Client) -> None:
    response = http.post("/files?purpose=vision", files={"file": ("ü.txt", b"hello")})
    file = response.json()
    assert response.status_code == 201
    assert (file["filename"], file["bytes"], file["purpose"]) == ("ü.txt", 5, "vision")
    assert http.get(f"/files/{file['id']}").json() == file


def test_default_purpose_is_assistants(http: httpx.Client) -> None:
    assert upload(http, "a.txt", b"")["purpose"] == "assistants"


def test_public_url_needs_no_key(http: httpx.Client) -> None:
    file = upload(http, "a.txt", b"hello")
    response = httpx.get(file["public_url"], **PLAIN)
    assert response.content == b"hello"
    assert response.headers["content-type"].startswith("text/plain")
    assert response.headers["content-length"] == "5"


def test_public_url_is_returned_on_request_only(http: httpx.Client) -> None:
    response = http.post("/files?generate_public_url=false", files={"file": ("a", b"x")})
    assert response.json()["public_url"] is None
    path = f"/files/{response.json()['id']}"
    assert http.get(path, params={"generate_public_url": False}).json()["public_url"] is None
    assert http.get(path).json()["public_url"]


def test_list_is_newest_first_and_paged(http: httpx.Client) -> None:
    for number in range(12):
        upload(http, f"{number}.txt", b"x")
    names = [file["filename"] for file in http.get("/files").json()]
    assert names == [f"{number}.txt" for number in range(11, 1, -1)]
    page = http.get("/files?skip=10&limit=1").json()
    assert [file["filename"] for file in page] == ["1.txt"]


def test_file_is_found_by_its_md5(http: httpx.Client) -> None:
    file = upload(http, "a.txt", b"hello")
    digest = hashlib.md5(b"hello").hexdigest()
    assert http.get(f"/files/hash/{digest}").json()["id"] == file["id"]
    assert http.get(f"/files/hash/{'0' * 32}").status_code == 404


def test_deleted_file_is_not_found_anywhere(http: httpx.Client) -> None:
    file = upload(http, "a.txt", b"hello")
    assert http.delete(f"/files/{file['id']}").json()["id"] == file["id"]
    assert http.get(f"/files/{file['id']}").status_code == 404
    assert http.delete(f"/files/{file['id']}").status_code == 404
    assert http.get(f"/files/hash/{hashlib.md5(b'hello').hexdigest()}").status_code == 404
    assert httpx.get(file["public_url"], **PLAIN).status_code == 404
    assert http.get("/files").json() == []


def test_presigned_upload_becomes_a_file_when_it_is_verified(http: httpx.Client) -> None:
    slot = reserve(http, purpose="batch", expiration=60)
    assert slot["content_type"] == "application/pdf"
    assert (slot["method"], slot["expiration"]) == ("PUT", 60)
    assert http.get(f"/files/verify-upload/{slot['id']}").status_code == 404
    assert put(slot["url"], b"hello", slot["content_type"]).status_code == 200
    assert http.get(f"/files/{slot['id']}").status_code == 404
    file = http.get(f"/files/verify-upload/{slot['id']}").json()
    assert (file["id"], file["bytes"], file["purpose"]) == (slot["id"], 5, "batch")
    assert http.get(f"/files/{slot['id']}").json() == file
    assert http.get(f"/files/verify-upload/{slot['id']}").json() == file


def test_presigned_upload_can_be_repeated_until_it_is_verified(http: httpx.Client) -> None:
    slot = reserve(http)
    put(slot["url"], b"hel", slot["content_type"])
    put(slot["url"], b"hello", slot["content_type"])
    assert http.get(f"/files/verify-upload/{slot['id']}").json()["bytes"] == 5


def test_presigned_url_expires(http: httpx.Client) -> None:
    slot = reserve(http, expiration=0)
    assert put(slot["url"], b"x", slot["content_type"]).status_code == 403


def test_presigned_upload_must_have_the_signed_content_type(http: httpx.Client) -> None:
    slot = reserve(http)
    response = put(slot["url"], b"x", "text/plain")
    assert response.status_code == 403
    assert "'application/pdf'" in response.json()["detail"]
    assert http.get(f"/files/verify-upload/{slot['id']}").status_code == 404


def test_p18_p22_storage_rejects_and_records_requests_with_a_key(
    http: httpx.Client, server: Server
) -> None:
    slot = reserve(http)
    response = put(slot["url"], b"x", slot["content_type"], Authorization=f"Bearer {KEY}")
    assert response.status_code == 400
    assert KEY not in response.text
    assert server.requests[-1].operation == "put_object"
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"


def test_storage_urls_are_outside_of_the_api(http: httpx.Client, server: Server) -> None:
    assert not reserve(http)["url"].startswith(server.url)


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_unknown_storage_urls_are_404(server: Server, method: str) -> None:
    for kind in ("uploads", "files", "skills"):
        url = server.url.removesuffix("/v1") + f"/storage/{kind}/nothing"
        assert httpx.request(method, url, **PLAIN).status_code in (404, 405)


def test_large_upload_is_downloaded_unchanged(http: httpx.Client) -> None:
    data = bytes(range(256)) * 20_000
    file = upload(http, "big.bin", data)
    assert httpx.get(file["public_url"], **PLAIN).content == data
