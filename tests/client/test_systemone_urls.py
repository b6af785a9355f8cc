"""URLs of System One."""

from __future__ import annotations

import pytest

from vlmrun.client.systemone import (
    VLMRUN_TYPESAFE_BASE_URL,
    VLMRUN_TYPESAFE_WEBSOCKET_URL,
    typesafe_base_url,
    typesafe_websocket_url,
)
from vlmrun.errors import ConfigurationError


@pytest.fixture(autouse=True)
def no_addresses_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TYPESAFE_BASE_URL", "VLMRUN_GATEWAY_BASE_URL", "VLMRUN_GATEWAY_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("gateway", "expected"),
    [
        (None, "https://gateway.vlm.run/typesafe"),
        ("", "https://gateway.vlm.run/typesafe"),
        ("https://example.com/v1", "https://example.com/typesafe"),
        ("https://example.com/v1/", "https://example.com/typesafe"),
        ("https://example.com", "https://example.com/typesafe"),
        ("https://example.com/behind/v1", "https://example.com/behind/typesafe"),
        ("https://example.com/env1", "https://example.com/env1/typesafe"),
    ],
)
def test_base_url(gateway: str | None, expected: str) -> None:
    assert typesafe_base_url(gateway) == expected
    socket = "ws" + expected.removeprefix("http") + "/ws"
    assert typesafe_websocket_url(gateway_url=gateway) == socket


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("http://127.0.0.1:8000/typesafe", "ws://127.0.0.1:8000/typesafe/ws"),
        ("https://example.com/typesafe/", "wss://example.com/typesafe/ws"),
        ("wss://example.com/typesafe", "wss://example.com/typesafe/ws"),
        ("wss://example.com/typesafe/ws", "wss://example.com/typesafe/ws"),
        ("HTTPS://example.com", "wss://example.com/ws"),
    ],
)
def test_socket_url(base: str, expected: str) -> None:
    assert typesafe_websocket_url(base) == expected


@pytest.mark.parametrize("base", ["ftp://example.com", "example.com/typesafe", "https://", "//a"])
def test_what_is_no_url(base: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url must start with http://"):
        typesafe_websocket_url(base)


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLMRUN_GATEWAY_URL", "https://second.example.com/v1")
    assert typesafe_base_url() == "https://second.example.com/typesafe"
    monkeypatch.setenv("VLMRUN_GATEWAY_BASE_URL", "https://first.example.com/v1")
    assert typesafe_websocket_url() == "wss://first.example.com/typesafe/ws"
    monkeypatch.setenv("TYPESAFE_BASE_URL", "https://own.example.com/typesafe")
    assert typesafe_websocket_url() == "wss://own.example.com/typesafe/ws"
    assert typesafe_websocket_url("http://given.example.com") == "ws://given.example.com/ws"
    monkeypatch.setenv("TYPESAFE_BASE_URL", "")
    assert typesafe_websocket_url() == "wss://first.example.com/typesafe/ws"
    assert VLMRUN_TYPESAFE_BASE_URL == "https://gateway.vlm.run/typesafe"
    assert VLMRUN_TYPESAFE_WEBSOCKET_URL == "wss://gateway.vlm.run/typesafe/ws"
