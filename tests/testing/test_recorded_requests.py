"""Recorded requests: `server.requests`."""

from __future__ import annotations

import hashlib

import httpx

from tests.testing.conftest import KEY, upload
from vlmrun.testing import Fault, Server
from vlmrun.testing.recorded_requests import MAX_BODY


def test_request_is_recorded_as_it_was_on_the_wire(server: Server, http: httpx.Client) -> None:
    http.get("/files?skip=1&skip=2&odd=", headers=[("X-A", "1"), ("X-A", "2")])
    (request,) = server.requests
    assert (request.method, request.path) == ("GET", "/v1/files")
    assert request.query == {"skip": "2", "odd": ""}
    assert request.headers["x-a"] == "1, 2"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert (request.operation, request.status, request.fault) == ("list_files", 200, False)
    assert (request.body, request.json, request.size) == (b"", None, 0)


def test_body_is_recorded_even_if_the_request_is_rejected(
    server: Server, http: httpx.Client
) -> None:
    http.post("/agent/execute", json={"name": "x"}, headers={"Authorization": ""})
    http.post("/nothing", content=b"lost")
    first, second = server.requests
    assert (first.status, first.json) == (401, {"name": "x"})
    assert (second.status, second.operation, second.body) == (404, None, b"lost")


def test_large_body_is_recorded_as_size_and_digest(server: Server, http: httpx.Client) -> None:
    data = b"x" * (MAX_BODY + 1)
    http.post("/nothing", content=data)
    (request,) = server.requests
    assert (request.body, request.json, request.size) == (None, None, len(data))
    assert request.sha256 == hashlib.sha256(data).hexdigest()


def test_id_is_the_request_id_of_the_response(server: Server, http: httpx.Client) -> None:
    response = http.get("/files")
    assert server.requests[0].id == response.headers["x-request-id"]


def test_fault_is_recorded(server: Server, http: httpx.Client) -> None:
    server.inject(Fault(status=500))
    http.get("/files")
    assert (server.requests[0].fault, server.requests[0].status) == (True, 500)


def test_clear_forgets_requests_but_not_files(server: Server, http: httpx.Client) -> None:
    file = upload(http, "a.txt", b"x")
    server.clear()
    assert server.requests == []
    assert http.get(f"/files/{file['id']}").status_code == 200
    assert len(server.requests) == 1


def test_repr_does_not_show_the_body(server: Server, http: httpx.Client) -> None:
    http.post("/nothing", content=b"secret")
    assert "secret" not in repr(server.requests[0])
