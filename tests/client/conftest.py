"""Fixtures for clients behind proxies, and for servers with certificates of a private authority."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from tests.tunnels import Relay, relay
from vlmrun.testing import Server


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture
def server_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def tls(server: Server, server_context: ssl.SSLContext) -> Iterator[Relay]:
    """The mock server behind TLS, with a certificate of a private authority."""
    url = urlsplit(server.url)
    with relay((str(url.hostname), int(url.port or 0)), server_context) as running:
        yield running


@pytest.fixture
def proxy() -> Iterator[Relay]:
    with relay() as running:
        yield running
