"""P43: environment variables that cannot be used are named, and so are proxies that fail."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer
from typing import Any

import pytest
from certifi import where

from tests.faults.raw_server import raw_server
from tests.leaks import assert_shows_none_of
from vlmrun._core.connection import Connection
from vlmrun._optional_imports import import_optional
from vlmrun._runtime.async_aiohttp import import_aiohttp
from vlmrun.errors import APIError, ConfigurationError, NetworkError

PASSWORD = "hunter2-hunter2"

# Each name also works in lower case.
PROXIES = {
    "ALL_PROXY": ["socks5://a:1", "socks://a:1", f"socks5h://user:{PASSWORD}@a:1", "ftp://a"],
    "HTTP_PROXY": ["http://a:port", f"http://user:{PASSWORD}@a:port", "quic://a", "http://[::1"],
    "HTTPS_PROXY": ["quic://a", f"user:{PASSWORD}@a:port"],
    "NO_PROXY": ["fd00::/8", "a,fd00::/8"],
}


@pytest.fixture(autouse=True)
def certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def error_of(client: Any) -> Exception:
    with pytest.raises((APIError, ConfigurationError)) as caught:
        client.healthcheck()
    assert_shows_none_of(caught.value, PASSWORD)
    return caught.value


@pytest.mark.parametrize("lower", [False, True], ids=["upper", "lower"])
@pytest.mark.parametrize(("name", "value"), [(k, v) for k in PROXIES for v in PROXIES[k]])
def test_p43_proxy_that_cannot_be_used_is_named(
    connect: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    lower: bool,
) -> None:
    name = name.lower() if lower else name
    monkeypatch.setenv(name, value)
    monkeypatch.setitem(sys.modules, "socksio", None)  # as without httpx[socks]
    error = error_of(connect(max_retries=0))
    assert isinstance(error, ConfigurationError)
    assert name in str(error)
    assert repr(value.replace(f"user:{PASSWORD}", "…"))[1:-1] in str(error)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"])
@pytest.mark.parametrize("kind", ["missing", "other", "directory"])
def test_p43_certificates_that_cannot_be_used_are_named(
    connect: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    kind: str,
) -> None:
    path = tmp_path / "missing/file"
    if kind != "missing":
        path = tmp_path / "other"
        path.write_text("no certificate") if kind == "other" else path.mkdir()
    monkeypatch.setenv(name, str(path))
    if (name, kind) in {("SSLKEYLOGFILE", "other"), ("SSL_CERT_DIR", "directory")}:
        assert connect().healthcheck()
        return
    error = error_of(connect(max_retries=0))
    assert isinstance(error, ConfigurationError)
    assert name in str(error)
    assert str(path)[:50] in str(error)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_p43_certificates_in_a_pipe_are_not_waited_for(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    url = "https://127.0.0.1:9/v1"
    with pytest.raises(ConfigurationError, match=r"verify is .* is a pipe"):
        connect(base_url=url, verify=str(pipe)).healthcheck()
    monkeypatch.setenv("SSL_CERT_FILE", str(pipe))
    for verify in (True, False):
        with pytest.raises(ConfigurationError, match=r"SSL_CERT_FILE is .* is a pipe"):
            connect(base_url=url, verify=verify).healthcheck()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("verify", ["default", "none", "file"])
def test_p43_key_log_in_a_pipe_is_not_waited_for(
    connect: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    verify: str,
) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    certificates = {"default": True, "none": False, "file": where()}[verify]
    client = connect(base_url="https://127.0.0.1:9/v1", verify=certificates, max_retries=0)
    monkeypatch.setenv("SSLKEYLOGFILE", str(pipe))
    with pytest.raises(ConfigurationError, match=r"SSLKEYLOGFILE is .* no process reads from"):
        client.healthcheck()
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert isinstance(error_of(client), NetworkError)
    finally:
        os.close(reader)


def test_p43_key_log_is_not_mistaken_for_the_certificates(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path))
    for path in (where(), os.path.dirname(where())):
        error = error_of(connect(base_url="https://127.0.0.1:9/v1", verify=path))
        assert isinstance(error, ConfigurationError)
        assert "SSLKEYLOGFILE is" in str(error)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_p43_package_that_would_read_certificates_from_a_pipe_is_not_imported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def waiting(name: str) -> Any:
        raise AssertionError(f"{name} was imported, and waits for the content of the pipe")

    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "pipe"))
    monkeypatch.setattr("vlmrun._optional_imports.import_module", waiting)
    monkeypatch.setattr("vlmrun._runtime.async_aiohttp.import_module", waiting)
    monkeypatch.setattr("vlmrun._runtime.async_aiohttp.is_installed", lambda: True)
    for importing in (
        lambda: import_optional("openai", "openai", "Chat"),
        lambda: Connection.create(None, True, None, aiohttp=True),
        lambda: import_aiohttp(Connection()),
    ):
        with pytest.raises(ConfigurationError, match=r"SSL_CERT_FILE is .* is a pipe"):
            importing()


def test_p43_package_that_cannot_create_its_tls_context_is_no_raw_error(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # aiohttp creates it when it is imported, and openai imports aiohttp.
    def failing(name: str) -> Any:
        raise IsADirectoryError(21, "Is a directory")

    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path))
    monkeypatch.setattr("vlmrun._optional_imports.import_module", failing)
    monkeypatch.setattr("vlmrun._runtime.async_aiohttp.import_module", failing)
    with pytest.raises(ConfigurationError, match="SSLKEYLOGFILE"):
        import_optional("openai", "openai", "Chat")
    monkeypatch.setattr("vlmrun._runtime.async_aiohttp.is_installed", lambda: True)
    with pytest.raises(ConfigurationError, match="SSLKEYLOGFILE"):
        import_aiohttp(Connection())


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_p43_proxy_that_is_down_is_named(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    with raw_server(lambda connection: None, listening=False) as down:
        variable = f"{scheme}_proxy".upper()
        monkeypatch.setenv(variable, down.root.replace("//", f"//user:{PASSWORD}@"))
        error = error_of(connect(base_url=f"{scheme}://service.example/v1", max_retries=0))
    assert isinstance(error, NetworkError)
    assert f"proxy {down.root}" in str(error)
    assert variable in str(error)


@pytest.mark.parametrize(
    ("status", "count"), [(b"403 Forbidden", 1), (b"407 Proxy Authentication Required", 1)]
)
def test_p43_proxy_that_refuses_is_named_and_not_asked_again(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, status: bytes, count: int
) -> None:
    head = b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n"
    with raw_server(lambda connection: connection.send(head)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.root)
        error = error_of(connect(base_url="https://service.example/v1", max_retries=3))
        assert len(proxy.requests) == count
    assert f"{proxy.root} refused to connect to service.example:443" in str(error)
    assert status.decode() in str(error)
    assert "HTTPS_PROXY" in str(error)


def test_p43_host_and_port_of_a_failed_connection_are_named(connect: Callable[..., Any]) -> None:
    with raw_server(lambda connection: None, listening=False) as down:
        error = error_of(connect(base_url=down.url, max_retries=0))
    assert down.root.removeprefix("http://") in str(error)
    assert os.strerror(111) in str(error) or "Connect call failed" in str(error)


def test_p43_tls_that_fails_is_not_tried_again(connect: Callable[..., Any]) -> None:
    """A server that does not speak TLS fails in the same way each time."""
    accepted = []

    class Plain(StreamRequestHandler):
        def handle(self) -> None:
            accepted.append(self.client_address)
            self.wfile.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            self.request.recv(65536)

    with TCPServer(("127.0.0.1", 0), Plain) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        url = f"https://127.0.0.1:{server.server_address[1]}/v1"
        error = error_of(connect(base_url=url, max_retries=3))
        server.shutdown()
        thread.join()
    assert len(accepted) == 1
    assert "No TLS connection to 127.0.0.1" in str(error)
    assert "SSL_CERT_FILE" in str(error)
