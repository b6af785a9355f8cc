"""Fixtures of all tests: a stand-in server, and both twins behind one face."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import vlmrun.testing
from tests.conformance import watching
from tests.twins import AsyncTwin, SyncTwin, Twin

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the key, base URLs or proxy of whoever runs it."""
    for name in (
        "VLMRUN_API_KEY",
        "VLMRUN_BASE_URL",
        "VLMRUN_GATEWAY_BASE_URL",
        "VLMRUN_GATEWAY_URL",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(autouse=True)
def complaints() -> Iterator[list[str]]:
    """Answers of stand-in servers that are not what openapi.yaml says: a test with any fails."""
    with watching() as complaints:
        yield complaints
    assert complaints == []


@pytest.fixture
def server() -> Iterator[vlmrun.testing.Server]:
    """A stand-in server on a port of its own, with no state."""
    with vlmrun.testing.serve() as server:
        yield server


@pytest.fixture(params=[SyncTwin, AsyncTwin], ids=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> type[Twin]:
    """Each of the twins in turn."""
    kind: type[Twin] = request.param
    return kind


@pytest.fixture
def connect(kind: type[Twin], server: vlmrun.testing.Server) -> Iterator[Callable[..., Any]]:
    """Make a client of the twin in turn for the stand-in server; closed after the test."""
    twin = kind()

    def make(**settings: Any) -> Any:
        there = {"base_url": server.url, "gateway_url": server.url}
        return twin.client(**{"api_key": "test-key-0123456789", **there, **settings})

    yield make
    twin.close()


@pytest.fixture
def client(connect: Callable[..., Any]) -> Any:
    """A client of the twin in turn, whose calls are all written as those of `VLMRun`."""
    return connect()


@pytest.fixture
def pdf() -> Path:
    """A real PDF of two pages."""
    return EXAMPLES / "inputs/referral.pdf"


@pytest.fixture
def skill_directory() -> Path:
    """A real skill directory."""
    return EXAMPLES / "skills/patient-referral"


@pytest.fixture
def run() -> Callable[[Any], Any]:
    """Run a coroutine in an event loop of its own."""
    return asyncio.run


@pytest.fixture
def without_pydantic(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """pydantic is not installed."""
    from vlmrun.types._class_parts import parts

    monkeypatch.setitem(sys.modules, "pydantic", None)
    parts.cache_clear()
    yield
    parts.cache_clear()
