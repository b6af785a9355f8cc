"""The API key is sent to the service only; errors and logs show neither it nor signed URLs."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import vlmrun.testing
from tests.sync_async import SyncClientFactory
from vlmrun.errors import APIError, VLMRunError
from vlmrun.testing import Fault, Server

KEY = "sk-secret-0123456789abcdef"
BEARER = f"Bearer {KEY}"
SIGNATURE = "0123456789abcdef"


@pytest.fixture
def other() -> Iterator[Server]:
    """Another host, which must not receive the API key."""
    with vlmrun.testing.serve() as server:
        yield server


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set credentials for the server's host in a .netrc file."""
    for name in (".netrc", "_netrc"):
        (tmp_path / name).write_text("machine 127.0.0.1\nlogin thief\npassword word\n")
        (tmp_path / name).chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))


@pytest.mark.usefixtures("netrc")
def test_p18_netrc_neither_replaces_nor_adds_credentials(
    connect: Callable[..., Any], server: Server, pdf: Path
) -> None:
    client = connect(api_key=KEY)
    client.files.upload(pdf, method="presigned-url")
    by_operation = {each.operation: each.headers.get("authorization") for each in server.requests}
    assert by_operation == {
        "get_file_by_hash": BEARER,
        "create_presigned_url": BEARER,
        "put_object": None,
        "verify_upload": BEARER,
    }


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", ["get", "post"])
def test_p22_redirect_to_another_host_is_not_followed(
    connect: Callable[..., Any], server: Server, other: Server, status: int, call: str
) -> None:
    fault = {"headers": {"Location": f"{other.url}/models"}, "body": b"", "times": None}
    operation = "list_models" if call == "get" else "execute_agent"
    server.inject(Fault(operation, status=status, **fault))
    client = connect(api_key=KEY)
    with pytest.raises(APIError, match="redirect") as caught:
        client.models.list() if call == "get" else client.agent.execute(prompt="a")
    assert caught.value.http_status == status
    assert len(server.requests) == 1
    assert other.requests == []


def test_p22_storage_host_gets_no_api_key_no_cookie_and_no_custom_header(
    connect: Callable[..., Any], server: Server, other: Server, pdf: Path
) -> None:
    url = f"{other.url.removesuffix('/v1')}/storage/uploads/token?X-Signature=signed-by-the-service"
    slot = {"id": "f", "url": url, "content_type": "application/pdf"}
    server.inject(Fault("create_presigned_url", status=200, body=slot))
    client = connect(api_key=KEY, max_retries=0).with_options(headers={"x-team": "mine"})
    with pytest.raises(APIError):
        client.files.upload(pdf, method="presigned-url", force=True)
    (put,) = other.requests
    assert put.method == "PUT"
    assert not {"authorization", "cookie", "x-team"} & set(put.headers)


def test_p22_credentials_of_the_user_s_http_client_are_not_sent_to_the_storage(
    server: Server, pdf: Path
) -> None:
    headers = {"Authorization": "Bearer the-caller-s-own", "Cookie": "session=1"}
    factory = SyncClientFactory()
    with httpx.Client(headers=headers, auth=("user", "word")) as http:
        client = factory.client(api_key=KEY, base_url=server.url, http_client=http)
        client.files.upload(pdf, method="presigned-url", force=True)
        factory.close()
    reserve, put, verify = server.requests
    assert reserve.headers["authorization"] == verify.headers["authorization"] == BEARER
    assert not {"authorization", "cookie"} & set(put.headers)


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        ("create_presigned_url", {"status": 401}),
        ("create_presigned_url", {"status": 500, "body": "<html>broken</html>"}),
        ("create_presigned_url", {"status": 200, "body": b"no json"}),
        ("create_presigned_url", {"reset": "after_reading"}),
        ("put_object", {"status": 403, "body": f"<Signature>{SIGNATURE}</Signature>"}),
        ("put_object", {"reset": "after_reading"}),
        ("put_object", {"delay": 60}),
    ],
)
def test_p22_p23_errors_and_logs_show_neither_api_key_nor_signature(
    connect: Callable[..., Any],
    server: Server,
    pdf: Path,
    caplog: pytest.LogCaptureFixture,
    operation: str,
    fault: dict[str, Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    client = connect(api_key=KEY, max_retries=0)
    slot = client.files.generate_presigned_url({"filename": "a.pdf"}).to_dict()
    slot["url"] += f"?X-Signature={SIGNATURE}"
    server.inject(Fault(operation, times=None, **fault))
    server.inject(Fault("create_presigned_url", status=200, body=slot))
    options = {"timeout": 0.5} if "delay" in fault else {}
    with pytest.raises(VLMRunError) as caught:
        client.files.upload(pdf, method="presigned-url", force=True, options=options)
    error = caught.value
    shown = [str(error), repr(error), str(vars(error)), *traceback.format_exception(error)]
    shown += [record.getMessage() for record in caplog.records]
    assert {"vlmrun", "httpx"} <= {record.name for record in caplog.records}
    assert not any(KEY in text or SIGNATURE in text for text in shown)


def test_p22_the_log_of_httpcore_does_not_show_the_signature_of_a_redirect(
    client: Any, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "httpcore")
    to_storage = {"Location": f"https://storage.example.com/a.pdf?X-Signature={SIGNATURE}"}
    server.inject(Fault("get_execution", status=307, headers=to_storage))
    with pytest.raises(VLMRunError):
        client.executions.get("e1")
    logged = [record.getMessage() for record in caplog.records]
    assert any("storage.example.com/a.pdf" in text for text in logged)
    assert not any(SIGNATURE in text for text in logged)


def test_p23_bodies_are_not_logged(
    connect: Callable[..., Any], server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "vlmrun")
    server.on_execute(lambda _: {"diagnosis": "confidential"})
    connect(api_key=KEY).agent.execute(prompt="a private question", batch=False)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "/v1/agent/execute: 20" in logged
    assert "private question" not in logged
    assert "confidential" not in logged


def test_p25_file_cannot_forge_a_field(client: Any, server: Server, tmp_path: Path) -> None:
    forged = (
        b'line1\r\n--+++\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nHACKED\r\n--+++--'
    )
    path = tmp_path / "forged.txt"
    path.write_bytes(forged)
    boundaries = set()
    for _ in range(2):
        server.clear()
        file = client.files.upload(path, force=True)
        (request,) = server.requests
        boundaries.add(request.headers["content-type"])
        assert file.purpose == "assistants"
        assert file.bytes == len(forged)
        assert client.files.get_content(file.id) == forged
    assert len(boundaries) == 2
