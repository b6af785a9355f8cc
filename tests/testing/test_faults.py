"""Injected faults as a client sees them, over real connections."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import vlmrun.testing
from tests.plain_http import PLAIN
from tests.testing.conftest import upload
from vlmrun.errors import InputError, InputTypeError
from vlmrun.testing import Fault, Server

PROMPT = {"config": {"prompt": "Read it"}}


def count_executions(http: httpx.Client) -> int:
    return len(http.get("/agent/executions").json())


def test_status_replaces_the_operation(server: Server, http: httpx.Client) -> None:
    server.inject(Fault("execute_agent", status=503, headers={"Retry-After": "2"}))
    response = http.post("/agent/execute", json=PROMPT)
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert response.json() == {"detail": "Injected fault: status 503"}
    assert response.headers["x-request-id"]
    assert count_executions(http) == 0
    assert http.post("/agent/execute", json=PROMPT).status_code == 201


@pytest.mark.parametrize(
    ("body", "content", "media_type"),
    [
        ({"error": {"message": "m", "type": "t", "id": "i"}}, None, "application/json"),
        ("<html>", b"<html>", "text/plain; charset=utf-8"),
        (b"\x00\xff", b"\x00\xff", "application/octet-stream"),
    ],
)
def test_body_can_be_json_str_or_bytes(
    server: Server, http: httpx.Client, body: Any, content: bytes | None, media_type: str
) -> None:
    server.inject(Fault(status=502, body=body))
    response = http.get("/files")
    assert response.content == (json.dumps(body).encode() if content is None else content)
    assert response.headers["content-type"] == media_type


@pytest.mark.parametrize("status", [204, 307, 418, 520, 599])
def test_any_status_can_be_injected(server: Server, http: httpx.Client, status: int) -> None:
    server.inject(Fault(status=status, headers={"Location": "https://example.com/"}))
    assert http.get("/files").status_code == status


def test_body_without_status_replaces_the_real_body(server: Server, http: httpx.Client) -> None:
    server.inject(Fault("execute_agent", body='{"id": '))
    response = http.post("/agent/execute", json=PROMPT)
    assert (response.status_code, response.content) == (201, b'{"id": ')
    assert response.headers["content-type"] == "application/json"
    assert count_executions(http) == 1


def test_headers_are_added_to_the_real_response(server: Server, http: httpx.Client) -> None:
    server.inject(Fault(headers={"X-Odd": "1", "Content-Type": "text/html"}))
    response = http.get("/files")
    assert (response.json(), response.headers["x-odd"]) == ([], "1")
    assert response.headers["content-type"] == "text/html"


@pytest.mark.parametrize(
    ("point", "executions"),
    [("before_reading", 0), ("after_reading", 0), ("after_handling", 1), ("in_body", 1)],
)
def test_reset_before_or_after_the_operation(
    server: Server, http: httpx.Client, point: Any, executions: int
) -> None:
    server.inject(Fault("execute_agent", reset=point))
    # If the client is still writing when it is reset, httpx reports a missing response instead.
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        http.post("/agent/execute", json=PROMPT)
    assert count_executions(http) == executions
    assert server.requests[0].json == (None if point == "before_reading" else PROMPT)


def raw_response(server: Server, method: str = "GET", body: bytes = b"") -> tuple[bytes, bool]:
    """Return all bytes of the response of `/v1/health`, and whether they end with a reset."""
    url = httpx.URL(server.url)
    head = f"{method} /v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    received = b""
    with socket.create_connection((url.host, url.port or 80), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        try:
            while block := connection.recv(65536):
                received += block
        except ConnectionResetError:
            return received, True
    return received, False


@pytest.mark.parametrize("point", ["before_reading", "after_reading", "after_handling"])
def test_reset_sends_no_bytes(server: Server, point: Any) -> None:
    server.inject(Fault(reset=point))
    assert raw_response(server) == (b"", True)


def test_reset_in_the_body_sends_half_of_it(server: Server) -> None:
    server.inject(Fault(reset="in_body"))
    received, is_reset = raw_response(server)
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"Content-Length: 15" in head
    assert (body, is_reset) == (b'{"statu', True)


def test_truncated_response_has_the_full_content_length(server: Server) -> None:
    server.inject(Fault(truncate=3))
    received, is_reset = raw_response(server)
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"Content-Length: 15" in head
    assert (body, is_reset) == (b'{"s', False)


def test_httpx_detects_a_truncated_response(server: Server, http: httpx.Client) -> None:
    server.inject(Fault(truncate=3))
    with pytest.raises(httpx.RemoteProtocolError, match="received 3 bytes, expected 15"):
        http.get("/health")


def test_truncation_at_the_full_length_has_no_effect(server: Server, http: httpx.Client) -> None:
    server.inject(Fault(truncate=15))
    assert http.get("/health").json() == {"status": "ok"}


def test_download_is_truncated(server: Server, http: httpx.Client) -> None:
    file = upload(http, "a.bin", b"x" * 100_000)
    server.inject(Fault("get_object", truncate=50_000))
    with pytest.raises(httpx.RemoteProtocolError, match="received 50000 bytes, expected 100000"):
        httpx.get(file["public_url"], **PLAIN)


def test_upload_is_read_before_the_injected_response(server: Server, http: httpx.Client) -> None:
    server.inject(Fault("upload_file", status=503))
    data = b"x" * 5_000_000
    response = http.post("/files", files={"file": ("a.bin", data)})
    assert response.status_code == 503
    assert server.requests[0].size > len(data)


def test_delayed_request_gets_the_real_response(server: Server, http: httpx.Client) -> None:
    server.inject(Fault("check_health", delay=0.01))
    assert http.get("/health").json() == {"status": "ok"}


def test_delay_blocks_one_request_until_the_server_closes(
    connected: Callable[[Server], httpx.Client],
) -> None:
    received = threading.Event()
    errors: list[Exception] = []

    class SignallingFault(Fault):
        def applies_to(self, request: vlmrun.testing.Request) -> bool:
            received.set()
            return super().applies_to(request)

    def send(url: str) -> None:
        try:
            httpx.get(url, timeout=60, **PLAIN)
        except httpx.HTTPError as error:
            errors.append(error)

    with vlmrun.testing.serve() as server:
        server.inject(SignallingFault(delay=3600))
        thread = threading.Thread(target=send, args=[f"{server.url}/health"])
        thread.start()
        assert received.wait(30)
        assert connected(server).get("/files").status_code == 200
        assert server.requests[0].status is None
    thread.join(30)
    assert not thread.is_alive()
    assert len(errors) == 1


def test_fault_matches_by_operation_method_path_skip_and_times(
    server: Server, http: httpx.Client
) -> None:
    server.inject(
        Fault("list_files", status=500, times=2, skip=1),
        Fault(path="/v1/agent/*", method="get", status=501, times=None),
    )
    assert [http.get("/files").status_code for _ in range(4)] == [200, 500, 500, 200]
    assert [http.get("/agent/executions").status_code for _ in range(3)] == [501] * 3
    assert http.post("/agent/lookup", json={"id": "x"}).status_code == 404
    assert http.get("/agent").status_code == 200
    server.clear()
    assert http.get("/agent/executions").status_code == 200


def test_at_most_one_fault_applies_to_a_request(server: Server, http: httpx.Client) -> None:
    server.inject(Fault(status=500), Fault(status=502))
    assert [http.get("/files").status_code for _ in range(3)] == [500, 502, 200]


def test_fault_in_the_object_storage(server: Server, http: httpx.Client) -> None:
    slot = http.post("/files/presigned-url", json={"filename": "a.txt"}).json()
    server.inject(Fault("put_object", reset="after_reading"))
    headers = {"Content-Type": slot["content_type"]}
    with pytest.raises(httpx.ReadError):
        httpx.put(slot["url"], content=b"hello", headers=headers, **PLAIN)
    assert server.requests[-1].body == b"hello"
    assert http.get(f"/files/verify-upload/{slot['id']}").status_code == 404


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"reset": "later"}, "reset must be one of before_reading, .* got 'later'"),
        ({"status": 199}, "status must be 200 to 599, got 199"),
        ({"times": 0}, "times must be 1 or more, got 0"),
        ({"skip": -1}, "skip must be 0 or more"),
        ({"delay": -1}, "delay cannot be -1"),
        ({"truncate": -1}, "truncate must be 0 or more"),
        ({"headers": ["x"]}, "headers must be a mapping"),
    ],
)
def test_invalid_faults_are_rejected(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Fault(**settings)


def test_inject_rejects_unknown_operations_and_other_types(server: Server) -> None:
    with pytest.raises(InputError, match=r"'execute_agents'\. Did you mean 'execute_agent'"):
        server.inject(Fault("execute_agents", status=500))
    with pytest.raises(InputTypeError, match="inject takes Fault objects, got 503"):
        server.inject(503)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"reset": "before_reading"}, httpx.ReadError),
        ({"reset": "after_handling"}, httpx.ReadError),
        ({"reset": "in_body"}, httpx.ReadError),
        ({"truncate": 3}, httpx.RemoteProtocolError),
    ],
)
def test_broken_connection_of_the_asgi_app_raises_an_httpx_error(
    run: Callable[[Any], Any], fault: dict[str, Any], error: type[Exception]
) -> None:
    app = vlmrun.testing.asgi_app()
    app.server.inject(Fault(**fault))

    async def ask() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            await client.get(f"{app.server.url}/health")

    with pytest.raises(error):
        run(ask())
