"""A plain HTTP client for the mock server; `tests/contract_watch.py` checks each response."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from vlmrun.testing import Server

# Without this, each call reads the certificates of the machine, and its proxies.
PLAIN: dict[str, Any] = {"verify": False, "trust_env": False}
KEY = "test-key-0123456789"


@pytest.fixture
def connected() -> Iterator[Callable[[Server], httpx.Client]]:
    """Make a client of a server, with a key."""
    clients: list[httpx.Client] = []

    def connect(server: Server) -> httpx.Client:
        client = httpx.Client(
            base_url=server.url,
            headers={"Authorization": f"Bearer {KEY}"},
            **PLAIN,
        )
        clients.append(client)
        return client

    yield connect
    for client in clients:
        client.close()


@pytest.fixture
def http(server: Server, connected: Callable[[Server], httpx.Client]) -> httpx.Client:
    """A client of the default server."""
    return connected(server)


def upload(http: httpx.Client, name: str, data: bytes) -> dict[str, Any]:
    """Upload a file, and return its JSON."""
    response = http.post("/files", files={"file": (name, data)})
    assert response.status_code == 201, response.text
    return dict(response.json())


def skill_zip(**files: str) -> bytes:
    """A skill's zip: SKILL.md, and further files by name."""
    contents = {"SKILL.md": "---\nname: demo\ndescription: Does it\n---\nDo it.\n", **files}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def finished(http: httpx.Client, execution: dict[str, Any]) -> dict[str, Any]:
    """The execution once two looks have taken it to its end."""
    for _ in range(2):
        execution = http.get(f"/agent/executions/{execution['id']}").json()
    return execution
