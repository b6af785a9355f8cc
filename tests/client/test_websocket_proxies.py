"""P91: sessions over WebSockets use the proxy and the certificates of the client, too."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.leaks import assert_shows_none_of
from tests.sync_async import AsyncClientFactory, entered
from tests.tunnels import Relay, relay, socks_relay
from vlmrun.errors import ConfigurationError, NetworkError, VLMRunError
from vlmrun.testing import Server

PASSWORD = "hunter2-hunter2"


@pytest.fixture
def open_session(connect: Callable[..., Any]) -> Callable[..., Any]:
    def open_session(url: str, **settings: Any) -> None:
        client = connect(**{"gateway_url": url, "max_retries": 0, **settings})
        questions = {"is_open": {"type": "noul"}}
        with entered(client.gateway.systemone.stream(questions, transport="ws")) as stream:
            assert stream.limits["max_inflight"]

    return open_session


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
def test_p91_proxies(
    open_session: Callable[..., Any],
    tls: Relay,
    server: Server,
    server_context: ssl.SSLContext,
    ca_file: Path,
    factory_type: type,
    scheme: str,
) -> None:
    if scheme == "https" and factory_type is AsyncClientFactory and sys.version_info < (3, 11):
        with pytest.raises(ConfigurationError, match="needs Python"):
            open_session(f"https://{tls.address}/v1", verify=ca_file, proxy="https://127.0.0.1:9")
        return
    running = (
        socks_relay()
        if scheme == "socks5"
        else relay(context=server_context if scheme == "https" else None)
    )
    with running as proxy:
        for url in (f"https://{tls.address}/v1", server.gateway_url):
            open_session(url, verify=ca_file, proxy=f"{scheme}://{proxy.address}")
        assert len(proxy.heads) == 2
    assert [each.status for each in server.requests] == [101, 101]


def test_p91_other_certificates_are_not_trusted(
    open_session: Callable[..., Any], tls: Relay, server: Server
) -> None:
    with pytest.raises(NetworkError, match="certificate"):
        open_session(f"https://{tls.address}/v1")
    assert server.requests == []


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
def test_p91_environment(
    open_session: Callable[..., Any],
    server: Server,
    proxy: Relay,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """The same variables as for requests, which the one for https is not for http."""
    monkeypatch.setenv(name, f"http://{proxy.address}")
    open_session(server.gateway_url)
    assert len(proxy.heads) == (name != "HTTPS_PROXY")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    open_session(server.gateway_url)
    assert len(proxy.heads) == (name != "HTTPS_PROXY")


@pytest.mark.parametrize(
    ("proxy", "error", "message"),
    [
        ("socks5://user:{password}@proxy:1", ConfigurationError, "Install python-socks"),
        ("http://user:{password}@{address}", NetworkError, "The proxy does not connect .* 407"),
        ("http://user:{password}@127.0.0.1:9", NetworkError, "could not be opened"),
    ],
)
def test_p91_proxy_that_cannot_be_used(
    open_session: Callable[..., Any],
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    proxy: str,
    error: type[VLMRunError],
    message: str,
) -> None:
    monkeypatch.setitem(sys.modules, "python_socks", None)
    with relay(credentials="somebody:else") as running:
        url = proxy.format(password=PASSWORD, address=running.address)
        with pytest.raises(error, match=message) as caught:
            open_session(server.gateway_url, proxy=url)
    assert_shows_none_of(caught.value, "test-key-0123456789", PASSWORD)
    assert server.requests == []
