"""Files of the stand-in: uploads, presigned uploads, the storage behind them."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import pytest

from tests.testing.conftest import KEY, PLAIN, upload
from vlmrun.testing import Server


def reserve(http: httpx.Client, filename: str = "scan.pdf", **body: Any) -> dict[str, Any]:
    response = http.post("/files/presigned-url", json={"filename": filename, **body})
    assert response.status_code == 201
    return dict(response.json())


def put(url: str, content: bytes, media_type: str, **headers: str) -> httpx.Response:
    headers["Content-Type"] = media_type
    return httpx.put(url, content=content, headers=headers, **PLAIN)


def test_an_upload_is_kept_with_its_facts(http: httpx.Client) -> None:
    response = http.post("/files?purpose=vision", files={"file": ("ü.txt", b"hello")})
    file = response.json()
    assert response.status_code == 201
    assert (file["filename"], file["bytes"], file["purpose"]) == ("ü.txt", 5, "vision")
    assert http.get(f"/files/{file['id']}").json() == file


def test_the_purpose_is_assistants_where_nothing_is_said(http: httpx.Client) -> None:
    assert upload(http, "a.txt", b"")["purpose"] == "assistants"


def test_a_public_url_needs_no_key(http: httpx.Client) -> None:
    file = upload(http, "a.txt", b"hello")
    response = httpx.get(file["public_url"], **PLAIN)
    assert response.content == b"hello"
    assert response.headers["content-type"].startswith("text/plain")
    assert response.headers["content-length"] == "5"


def test_a_public_url_is_made_only_if_wanted(http: httpx.Client) -> None:
    response = http.post("/files?generate_public_url=false", files={"file": ("a", b"x")})
    assert response.json()["public_url"] is None
    path = f"/files/{response.json()['id']}"
    assert http.get(path, params={"generate_public_url": False}).json()["public_url"] is None
    assert http.get(path).json()["public_url"]


def test_files_are_listed_page_by_page_the_newest_first(http: httpx.Client) -> None:
    for number in range(12):
        upload(http, f"{number}.txt", b"x")
    names = [file["filename"] for file in http.get("/files").json()]
    assert names == [f"{number}.txt" for number in range(11, 1, -1)]
    piece = http.get("/files?skip=10&limit=1").json()
    assert [file["filename"] for file in piece] == ["1.txt"]


def test_a_file_is_found_by_its_md5(http: httpx.Client) -> None:
    file = upload(http, "a.txt", b"hello")
    digest = hashlib.md5(b"hello").hexdigest()
    assert http.get(f"/files/hash/{digest}").json()["id"] == file["id"]
    assert http.get(f"/files/hash/{'0' * 32}").status_code == 404


def test_a_deleted_file_is_gone_everywhere(http: httpx.Client) -> None:
    file = upload(http, "a.txt", b"hello")
    assert http.delete(f"/files/{file['id']}").json()["id"] == file["id"]
    assert http.get(f"/files/{file['id']}").status_code == 404
    assert http.delete(f"/files/{file['id']}").status_code == 404
    assert http.get(f"/files/hash/{hashlib.md5(b'hello').hexdigest()}").status_code == 404
    assert httpx.get(file["public_url"], **PLAIN).status_code == 404
    assert http.get("/files").json() == []


def test_a_presigned_upload_is_a_file_once_it_is_verified(http: httpx.Client) -> None:
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


def test_an_interrupted_presigned_upload_may_be_repeated(http: httpx.Client) -> None:
    slot = reserve(http)
    put(slot["url"], b"hel", slot["content_type"])
    put(slot["url"], b"hello", slot["content_type"])
    assert http.get(f"/files/verify-upload/{slot['id']}").json()["bytes"] == 5


def test_a_presigned_upload_is_over_with_its_time(http: httpx.Client) -> None:
    slot = reserve(http, expiration=0)
    assert put(slot["url"], b"x", slot["content_type"]).status_code == 403


def test_a_presigned_upload_has_the_content_type_that_was_promised(http: httpx.Client) -> None:
    slot = reserve(http)
    response = put(slot["url"], b"x", "text/plain")
    assert response.status_code == 403
    assert "'application/pdf'" in response.json()["detail"]
    assert http.get(f"/files/verify-upload/{slot['id']}").status_code == 404


def test_p18_p22_the_storage_refuses_a_key_and_shows_that_it_came(
    http: httpx.Client, server: Server
) -> None:
    slot = reserve(http)
    response = put(slot["url"], b"x", slot["content_type"], Authorization=f"Bearer {KEY}")
    assert response.status_code == 400
    assert KEY not in response.text
    assert server.requests[-1].operation == "put_object"
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"


def test_the_storage_is_outside_of_the_api(http: httpx.Client, server: Server) -> None:
    assert not reserve(http)["url"].startswith(server.url)


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_unknown_places_of_the_storage(server: Server, method: str) -> None:
    for kind in ("uploads", "files", "skills"):
        url = server.url.removesuffix("/v1") + f"/storage/{kind}/nothing"
        assert httpx.request(method, url, **PLAIN).status_code in (404, 405)


def test_what_is_uploaded_is_what_is_read(http: httpx.Client) -> None:
    data = bytes(range(256)) * 20_000
    file = upload(http, "big.bin", data)
    assert httpx.get(file["public_url"], **PLAIN).content == data
