"""The sync client where `select` has no `poll`, as on Windows."""

from __future__ import annotations

import os
import select
from pathlib import Path
from typing import Any

import pytest

from tests.faults.connection_counter import count_connections
from tests.faults.raw_server import raw_server, response
from tests.tunnels import Relay
from vlmrun import VLMRun
from vlmrun.errors import NetworkError, RequestTimeoutError
from vlmrun.testing import Server

KEY = "test-key-0123456789"
LARGE = os.urandom(8_000_000)


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Remove `poll`, and collect the calls of `select`."""
    calls: list[object] = []
    original = select.select

    def counted(*args: Any) -> Any:
        calls.append(args)
        return original(*args)

    monkeypatch.delattr(select, "poll", raising=False)
    monkeypatch.setattr(select, "select", counted)
    return calls


def test_connection_is_used_again() -> None:
    with count_connections() as connections, VLMRun(KEY, connections.url) as client:
        for _ in range(3):
            client.healthcheck()
        assert connections.opened == 1


def test_large_request(server: Server, tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(LARGE)
    with VLMRun(KEY, server.url) as client:
        assert client.files.upload(tmp_path / "large.bin").bytes == len(LARGE)


def test_large_request_over_tls(tls: Relay, ca_file: Path, tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(LARGE)
    with VLMRun(KEY, f"https://{tls.address}/v1", verify=str(ca_file)) as client:
        assert client.files.upload(tmp_path / "large.bin").bytes == len(LARGE)


def test_large_response() -> None:
    body = b'{"status": "%s"}' % (b"a" * len(LARGE))
    with raw_server(lambda connection: connection.send(response(body))) as server:
        client = VLMRun(KEY, server.url)
        with client:
            assert client.healthcheck()


def test_response_that_does_not_arrive(waits: list[object]) -> None:
    with raw_server(lambda connection: connection.over.wait()) as server:
        client = VLMRun(KEY, server.url, timeout=0.2, max_retries=0)
        with client, pytest.raises(RequestTimeoutError):
            client.healthcheck()
    assert waits


def test_server_that_closes_the_connection() -> None:
    with raw_server(lambda connection: None) as server:
        client = VLMRun(KEY, server.url, max_retries=0)
        with client, pytest.raises(NetworkError):
            client.healthcheck()
