"""Lifecycle of the server: sockets, threads, in-process use, the command, and cleanup."""

from __future__ import annotations

import gc
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import vlmrun.testing
from tests.plain_http import PLAIN
from tests.testing.conftest import upload
from vlmrun.errors import DependencyError
from vlmrun.testing import Fault, Server
from vlmrun.testing.http import uvicorn_server

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_server_is_reachable_until_the_block_ends() -> None:
    with vlmrun.testing.serve() as server:
        assert httpx.get(f"{server.url}/health", **PLAIN).json() == {"status": "ok"}
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/health", **PLAIN)


def test_the_date_of_a_response_is_the_current_one(monkeypatch: pytest.MonkeyPatch) -> None:
    dates = iter(["Mon, 30 Nov 2026 10:00:00 GMT", "Mon, 30 Nov 2026 10:00:07 GMT"])
    with vlmrun.testing.serve() as server:
        monkeypatch.setattr(uvicorn_server, "formatdate", lambda usegmt: next(dates))
        for second in (0, 7):
            headers = httpx.get(f"{server.url}/health", **PLAIN).headers
            assert headers.get_list("Date") == [f"Mon, 30 Nov 2026 10:00:{second:02} GMT"]


def test_server_ends_with_open_connections_and_leaves_no_thread(
    connected: Callable[[Server], httpx.Client],
) -> None:
    before = set(threading.enumerate())
    with vlmrun.testing.serve() as server:
        connected(server).get("/health")
    # anyio tells the worker threads of handlers to end, but does not wait for them.
    left = set(threading.enumerate()) - before
    assert [thread for thread in left if thread.name == "vlmrun-mock-server"] == []
    for thread in left:
        thread.join(30)
    assert set(threading.enumerate()) <= before


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
def test_no_file_is_left_open(
    connected: Callable[[Server], httpx.Client], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    large = b"x" * 3_000_000
    with vlmrun.testing.serve() as server:
        http = connected(server)
        upload(http, "large.bin", large)
        slot = http.post("/files/presigned-url", json={"filename": "a.bin"}).json()
        headers = {"Content-Type": slot["content_type"]}
        httpx.put(slot["url"], content=large, headers=headers, **PLAIN)
        files = [("file", ("a.bin", large)), ("file", ("b.bin", large)), ("x", ("c.bin", large))]
        assert http.post("/files", files=files).json()["filename"] == "b.bin"
        assert http.post("/files?purpose=none", files=files).status_code == 422
        assert http.post("/files", files=files, headers={"Authorization": ""}).status_code == 401
        server.inject(Fault(reset="after_handling"))
        with pytest.raises(httpx.ReadError):
            upload(http, "no-response.bin", large)
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_exception_in_the_block_ends_the_server() -> None:
    with pytest.raises(RuntimeError, match="mine"), vlmrun.testing.serve() as server:
        raise RuntimeError("mine")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/health", **PLAIN)


def test_servers_share_no_state(connected: Callable[[Server], httpx.Client]) -> None:
    with vlmrun.testing.serve() as one, vlmrun.testing.serve() as other:
        upload(connected(one), "a.txt", b"x")
        assert connected(other).get("/files").json() == []


def test_port_can_be_reused_but_not_shared() -> None:
    with vlmrun.testing.serve() as server:
        port = httpx.URL(server.url).port or 0
        with pytest.raises(OSError, match="in use"), vlmrun.testing.serve(port=port):
            pass
    with vlmrun.testing.serve(port=port) as server:
        assert httpx.URL(server.url).port == port


def test_server_listens_on_loopback_only(server: Server) -> None:
    assert httpx.URL(server.url).host == "127.0.0.1"


def test_requests_of_several_threads_create_distinct_executions(
    server: Server, connected: Callable[[Server], httpx.Client]
) -> None:
    def work(http: httpx.Client) -> None:
        for _ in range(20):
            assert http.post("/agent/execute", json={"config": {"prompt": "x"}}).status_code == 201

    threads = [threading.Thread(target=work, args=[connected(server)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    http = connected(server)
    assert len({each["id"] for each in http.get("/agent/executions?limit=1000").json()}) == 80


def test_disconnect_in_the_middle_of_a_request_is_not_logged_as_an_error(
    server: Server, caplog: pytest.LogCaptureFixture, connected: Callable[[Server], httpx.Client]
) -> None:
    url = httpx.URL(server.url)
    head = (
        "PUT /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port or 80)) as connection:
        connection.sendall(head.replace("PUT", "POST").encode() + b"--b\r\n")
    assert connected(server).get("/files").json() == []
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


def test_no_logger_is_changed() -> None:
    names = ("uvicorn", "uvicorn.error", "uvicorn.access", "pypdf")
    before = [
        (logging.getLogger(n).level, logging.getLogger(n).handlers, logging.getLogger(n).propagate)
        for n in names
    ]
    with vlmrun.testing.serve():
        after = [
            (
                logging.getLogger(n).level,
                logging.getLogger(n).handlers,
                logging.getLogger(n).propagate,
            )
            for n in names
        ]
    assert before == after


def test_asgi_app_serves_without_sockets(run: Callable[[Any], Any], pdf: Path) -> None:
    app = vlmrun.testing.asgi_app(polls=0)
    content = pdf.read_bytes()

    async def use() -> Any:
        headers = {"Authorization": "Bearer x"}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            base_url=app.server.url, transport=transport, headers=headers
        ) as client:
            files = {"file": ("a.pdf", content)}
            file = (await client.post("/files", files=files)).json()
            del client.headers["Authorization"]
            public = await client.get(file["public_url"])
            client.headers.update(headers)
            part = {"type": "input_file", "file_id": file["id"]}
            body = {"config": {"prompt": "x"}, "inputs": {"it": part}}
            return public, (await client.post("/agent/execute", json=body)).json()

    public, execution = run(use())
    assert public.content == content
    assert execution["response"]["inputs"]["it"]["pages"] == 2
    assert [each.operation for each in app.server.requests] == [
        "upload_file",
        "get_object",
        "execute_agent",
    ]
    app.server.close()


@pytest.mark.slow
def test_command_serves_until_sigterm() -> None:
    skill = str(EXAMPLES / "skills/patient-referral")
    command = [sys.executable, "-W", "error", "-m", "vlmrun.testing", "--port", "0"]
    with subprocess.Popen(
        [*command, "--skill", skill, "--skill", "other", "--polls", "0", "--api-key", "k"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip().rpartition("=")[2]
        headers = {"Authorization": "Bearer k"}
        listed = httpx.get(f"{url}/skills", headers=headers, **PLAIN).json()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert {each["name"] for each in listed} == {"patient-referral", "other"}
    assert process.returncode == 0
    assert re.fullmatch(r"\d\d:\d\d:\d\d GET /v1/skills list_skills: 200 in \d+ ms\n", errors)


@pytest.mark.slow
def test_command_reports_a_used_port(server: Server) -> None:
    port = str(httpx.URL(server.url).port)
    command = [sys.executable, "-m", "vlmrun.testing", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "Address already in use" in done.stderr


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "pypdf" else real(name)
    )
    for start in (vlmrun.testing.serve, vlmrun.testing.asgi_app):
        with pytest.raises(DependencyError, match=r"needs pypdf.*pip install 'vlmrun\[testing\]'"):
            start()


@pytest.mark.slow
def test_import_does_not_import_the_extra() -> None:
    code = (
        "import sys, vlmrun.testing, vlmrun.testing.pytest_plugin\n"
        "heavy = {'starlette', 'uvicorn', 'jsonschema_rs', 'pypdf', 'anyio', 'httpx', 'yaml'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == "[]"


def test_public_names_are_documented() -> None:
    for name in vlmrun.testing.__all__:
        assert getattr(vlmrun.testing, name).__doc__
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        vlmrun.testing.nothing
