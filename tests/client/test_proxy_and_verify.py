"""P91: `proxy` and `verify` apply to all requests of a client, and mistakes name the argument."""

from __future__ import annotations

import gc
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import trustme

from tests.faults.early_server import RESET
from tests.leaks import assert_shows_none_of
from tests.tunnels import Relay, relay, socks_relay
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun._runtime import tls_context
from vlmrun.errors import ConfigurationError, NetworkError, RequestTimeoutError, VLMRunError
from vlmrun.testing import Server

KEY = "sk-secret-0123456789"
PASSWORD = "hunter2-hunter2"


def base_url(tls: Relay) -> str:
    return f"https://{tls.address}/v1"


def failure_of(client: Any, kind: type[VLMRunError] = ConfigurationError) -> VLMRunError:
    with pytest.raises(kind) as caught:
        client.models.list()
    assert_shows_none_of(caught.value, KEY, PASSWORD)
    return caught.value


@pytest.mark.parametrize("form", ["str", "path", "context", "directory", "false"])
def test_p91_verify_trusts_a_private_authority(
    connect: Callable[..., Any], tls: Relay, authority: trustme.CA, ca_file: Path, form: str
) -> None:
    verify: Any = str(ca_file)
    if form == "path":
        verify = ca_file
    elif form == "context":
        verify = ssl.create_default_context()
        authority.configure_trust(verify)
    elif form == "directory":
        # OpenSSL finds a certificate by a hash of its subject; `openssl rehash` creates the names.
        verify = ca_file.parent / "certificates"
        verify.mkdir()
        (verify / f"{subject_hash(ca_file)}.0").write_bytes(ca_file.read_bytes())
    elif form == "false":
        verify = False
    client = connect(base_url=base_url(tls), verify=verify)
    assert client.healthcheck()
    assert client.with_options(timeout=5).models.list() is not None


def subject_hash(path: Path) -> str:
    import subprocess

    command = ["openssl", "x509", "-noout", "-subject_hash", "-in", str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_p91_other_certificates_are_not_trusted(
    connect: Callable[..., Any], tls: Relay, server: Server, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    for verify in (True, other):
        error = failure_of(connect(base_url=base_url(tls), verify=verify), NetworkError)
        assert "verify" in str(error)
        assert "certificate" in str(error)
    assert server.requests == []


@pytest.mark.parametrize("kind", ["missing", "empty", "other", "key only"])
def test_p91_certificates_that_cannot_be_loaded_are_named(
    connect: Callable[..., Any], server: Server, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "ca.pem"
    if kind != "missing":
        path.write_text({"empty": "", "other": "no certificate", "key only": "-----BEGIN"}[kind])
    error = failure_of(connect(verify=path))
    assert f"verify is {path}, which" in str(error)
    assert "PEM format" in str(error)
    assert server.requests == []
    # The file may appear later, such as in a volume that is mounted late.
    trustme.CA().cert_pem.write_to_path(path)
    assert connect(verify=path).healthcheck()


def test_p91_relative_path_is_that_of_the_time_the_client_was_created(
    connect: Callable[..., Any], tls: Relay, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ca_file.parent)
    client = connect(base_url=base_url(tls), verify=ca_file.name)
    monkeypatch.chdir("/")
    assert client.healthcheck()


def test_p91_https_goes_through_the_proxy_in_a_tunnel(
    connect: Callable[..., Any], tls: Relay, proxy: Relay, ca_file: Path, pdf: Path
) -> None:
    client = connect(base_url=base_url(tls), proxy=f"http://{proxy.address}", verify=ca_file)
    assert client.files.upload(pdf).id
    assert len(proxy.heads) == 1
    assert proxy.heads[0].startswith(f"CONNECT {tls.address} ")
    assert "authorization" not in proxy.heads[0].lower()


def test_p91_storage_and_gateway_go_through_the_proxy(
    connect: Callable[..., Any], proxy: Relay, server: Server, pdf: Path
) -> None:
    client = connect(proxy=f"http://{proxy.address}")
    file = client.files.upload(pdf, method="presigned-url")
    assert client.files.get_content(file.id) == pdf.read_bytes()
    assert client.gateway.health()
    assert len(proxy.heads) == len(server.requests) > 4
    assert all(head.split(" ")[1].startswith("http://127.0.0.1:") for head in proxy.heads)


def test_p91_async_chat_of_a_sync_client_goes_through_the_proxy(
    tls: Relay, proxy: Relay, ca_file: Path, run: Callable[[Any], Any]
) -> None:
    async def chat(client: VLMRun) -> None:
        await client.agent.async_completions.create(
            model="vlmrun-orion-1:auto", messages=[{"role": "user", "content": "Hello"}]
        )

    url = f"http://{proxy.address}"
    with VLMRun(KEY, base_url(tls), proxy=url, verify=ca_file) as client:
        run(chat(client))
    assert [head.split(" ")[0] for head in proxy.heads] == ["CONNECT"]


def test_p91_credentials_are_sent_to_the_proxy_and_to_nobody_else(
    connect: Callable[..., Any], tls: Relay, server: Server, ca_file: Path
) -> None:
    with relay(credentials=f"user:{PASSWORD}") as proxy:
        url = f"http://user:{PASSWORD}@{proxy.address}"
        client = connect(base_url=base_url(tls), proxy=url, verify=ca_file)
        assert client.healthcheck()
    assert "proxy-authorization" not in server.requests[0].headers
    assert PASSWORD not in f"{client!r} {vars(client)}"


def test_p91_proxy_that_refuses_is_an_error_without_the_password(
    connect: Callable[..., Any], tls: Relay, server: Server
) -> None:
    with relay(credentials="somebody:else") as proxy:
        url = f"http://user:{PASSWORD}@{proxy.address}"
        error = failure_of(connect(base_url=base_url(tls), proxy=url), NetworkError)
        assert len(proxy.heads) == 1
    assert f"The proxy http://{proxy.address} refused" in str(error)
    assert "407" in str(error)
    assert "the proxy of the client" in str(error)
    assert server.requests == []


def test_p91_proxy_that_speaks_tls(
    connect: Callable[..., Any], tls: Relay, server_context: ssl.SSLContext, ca_file: Path
) -> None:
    """`verify` applies to the connection to the proxy, too."""
    with relay(context=server_context) as proxy:
        url = f"https://{proxy.address}"
        assert connect(base_url=base_url(tls), proxy=url, verify=ca_file).healthcheck()
        assert len(proxy.heads) == 1


def test_p91_proxy_is_preferred_to_the_environment(
    connect: Callable[..., Any], proxy: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert connect(proxy=f"http://{proxy.address}").healthcheck()
    assert len(proxy.heads) == 1


def test_p91_deadline_ends_a_proxy_that_does_not_respond(connect: Callable[..., Any]) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = connect(base_url="https://service.example/v1", proxy=url, deadline=0.2)
        error = failure_of(client, RequestTimeoutError)
    assert "deadline" in str(error)


@pytest.mark.parametrize("cls", [VLMRun, AsyncVLMRun])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("proxy", 7),
        ("proxy", ""),
        ("proxy", f"user:{PASSWORD}@proxy:3128"),
        ("proxy", f"ftp://user:{PASSWORD}@proxy"),
        ("proxy", "http://"),
        ("proxy", "http://proxy:port"),
        ("proxy", "http://proxy:70000"),
        ("proxy", "http://proxy/path"),
        ("proxy", "http://proxy?x=1"),
        ("proxy", "http://pro xy"),
        ("proxy", httpx.Proxy("http://proxy")),
        ("verify", None),
        ("verify", 1),
        ("verify", ""),
        ("verify", "a\0b"),
        ("verify", b"ca.pem"),
    ],
    ids=repr,
)
def test_p91_invalid_argument_is_refused_by_the_constructor(
    cls: Any, name: str, value: Any
) -> None:
    with pytest.raises(ConfigurationError, match=name) as caught:
        cls(KEY, **{name: value})
    assert_shows_none_of(caught.value, KEY, PASSWORD)


def test_p91_proxy_and_verify_cannot_be_combined_with_http_client() -> None:
    with httpx.Client() as http:
        for settings in ({"proxy": f"http://user:{PASSWORD}@proxy"}, {"verify": False}):
            with pytest.raises(ConfigurationError, match="combined with http_client") as caught:
                VLMRun(KEY, http_client=http, **settings)
            assert_shows_none_of(caught.value, KEY, PASSWORD)


def test_p91_proxy_that_needs_a_package_names_it(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    error = failure_of(connect(proxy=f"socks5://user:{PASSWORD}@proxy:1080"))
    assert "proxy is 'socks5://…@proxy:1080'" in str(error)
    assert "httpx[socks]" in str(error)


@contextmanager
def socks_proxy_that(serve: Callable[[socket.socket], Any]) -> Iterator[str]:
    """Run a function for each connection to a proxy; yields its URL."""

    def accept() -> None:
        with suppress(OSError):
            while True:
                accepted, _ = listener.accept()
                with accepted, suppress(OSError):
                    serve(accepted)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"socks5://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _reset(accepted: socket.socket) -> None:
    accepted.recv(100)
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def _replies(reply: bytes) -> Callable[[socket.socket], None]:
    def serve(accepted: socket.socket) -> None:
        accepted.recv(100)
        accepted.sendall(reply)
        accepted.shutdown(socket.SHUT_WR)
        while accepted.recv(100):
            pass

    return serve


@pytest.mark.parametrize(
    "serve",
    [_reset, *map(_replies, [b"", b"\x05", b"HTTP/1.1 400 Bad\r\n\r\n", b"\x05\x00\x05"])],
)
def test_p02_paid_request_is_not_sent_if_the_socks_proxy_breaks_off(
    connect: Callable[..., Any], serve: Callable[[socket.socket], Any]
) -> None:
    with socks_proxy_that(serve) as proxy:
        client = connect(base_url="http://127.0.0.1:9/v1", proxy=proxy, max_retries=0)
        with pytest.raises(NetworkError) as caught:
            client.agent.execute(prompt="Read it")
        gc.collect()  # a socket that was left open warns
    assert caught.value.outcome == "not_sent"


@pytest.mark.parametrize("reply", [b"", b"\x05\x00"])
def test_p27_timeout_ends_a_socks_proxy_that_does_not_respond(
    connect: Callable[..., Any], reply: bytes
) -> None:
    def serve(accepted: socket.socket) -> None:
        accepted.sendall(reply)
        while accepted.recv(100):
            pass

    with socks_proxy_that(serve) as proxy:
        client = connect(base_url="http://127.0.0.1:9/v1", proxy=proxy, max_retries=0, timeout=0.3)
        with pytest.raises(RequestTimeoutError):
            client.models.list()


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("setting", ["argument", "environment"])
def test_p91_requests_go_through_a_socks_proxy(
    connect: Callable[..., Any],
    tls: Relay,
    server: Server,
    ca_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    setting: str,
) -> None:
    url = base_url(tls) if scheme == "https" else server.url
    with socks_relay() as proxy:
        if setting == "argument":
            client = connect(base_url=url, verify=ca_file, proxy=f"socks5://{proxy.address}")
        else:
            monkeypatch.setenv("ALL_PROXY", f"socks5://{proxy.address}")
            client = connect(base_url=url, verify=ca_file)
        assert client.healthcheck()
        assert client.models.list() is not None
        assert proxy.heads == [str(urlsplit(url).netloc)]
    assert len(server.requests) == 2


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_p91_environment_sets_the_proxy(
    connect: Callable[..., Any],
    proxy: Relay,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv(name, f"http://{proxy.address}")
    assert connect().healthcheck()
    assert len(proxy.heads) == 1
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert connect().healthcheck()
    assert len(proxy.heads) == 1
    assert len(server.requests) == 2


def test_p91_environment_names_the_certificates(
    connect: Callable[..., Any], tls: Relay, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    assert connect(base_url=base_url(tls)).healthcheck()
    monkeypatch.delenv("SSL_CERT_FILE")
    failure_of(connect(base_url=base_url(tls)), NetworkError)


@pytest.mark.parametrize("named", [False, True], ids=["default", "SSL_CERT_FILE"])
def test_p91_certificates_are_loaded_for_https_only(
    connect: Callable[..., Any],
    server: Server,
    ca_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    named: bool,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.delenv("SSLKEYLOGFILE", raising=False)
    if named:
        monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    loaded: list[None] = []

    def create() -> ssl.SSLContext:
        loaded.append(None)
        return ssl.create_default_context(cafile=ca_file)

    tls_context._default_context.cache_clear()
    monkeypatch.setattr(httpx, "create_ssl_context", create)
    client = connect(max_retries=0)
    assert client.healthcheck()
    assert loaded == []
    assert len(server.requests) == 1
    client = connect(base_url="https://127.0.0.1:9/v1", max_retries=0)
    failure_of(client, NetworkError)
    failure_of(client, NetworkError)
    assert len(loaded) == 1
    tls_context._default_context.cache_clear()
