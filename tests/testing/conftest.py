"""A plain HTTP client for the mock server; `tests/contract_watch.py` checks each response."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.plain_http import PLAIN
from vlmrun.testing import Server

KEY = "test-key-0123456789"


@pytest.fixture
def connected() -> Iterator[Callable[[Server], httpx.Client]]:
    """Create HTTP clients of a server, with an API key; they are closed after the test."""
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
    """An HTTP client of the default server."""
    return connected(server)


def upload(http: httpx.Client, name: str, data: bytes) -> dict[str, Any]:
    """Upload a file and return its JSON."""
    response = http.post("/files", files={"file": (name, data)})
    assert response.status_code == 201, response.text
    return dict(response.json())


def skill_zip(**files: str) -> bytes:
    """Return the zip archive of a skill: SKILL.md, and more files by name."""
    contents = {"SKILL.md": "---\nname: demo\ndescription: Does it\n---\nDo it.\n", **files}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def poll_until_finished(http: httpx.Client, execution: dict[str, Any]) -> dict[str, Any]:
    """Poll an execution twice, which completes it by default, and return it."""
    for _ in range(2):
        execution = http.get(f"/agent/executions/{execution['id']}").json()
    return execution
