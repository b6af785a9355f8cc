"""Chat sends the client's API key or none, and nothing that is meant for another service."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vlmrun import VLMRun
from vlmrun.errors import ConfigurationError
from vlmrun.testing import Server

HELLO: Any = [{"role": "user", "content": "Hello"}]
OTHER = "sk-of-another-vendor"
OTHER_SERVICES = {
    "OPENAI_API_KEY": OTHER,
    "OPENAI_ADMIN_KEY": f"{OTHER}-admin",
    "OPENAI_ORG_ID": f"{OTHER}-org",
    "OPENAI_ORGANIZATION": f"{OTHER}-organization",
    "OPENAI_PROJECT_ID": f"{OTHER}-project",
    "OPENAI_WEBHOOK_SECRET": f"{OTHER}-secret",
    "OPENAI_BASE_URL": f"https://{OTHER}.example/v1",
    "OPENAI_CUSTOM_HEADERS": f"x-custom: {OTHER}\nAuthorization: Bearer {OTHER}",
    "AZURE_OPENAI_API_KEY": OTHER,
}


@pytest.fixture(autouse=True)
def settings_for_another_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Set everything that the openai package and netrc would read from this machine."""
    for name, value in OTHER_SERVICES.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".netrc").write_text(f"machine 127.0.0.1\nlogin thief\npassword {OTHER}\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))


def every_call(client: Any) -> None:
    client.agent.completions.create(model="vlmrun-orion-1:auto", messages=HELLO)
    list(client.agent.completions.create(model="vlmrun-orion-1:auto", messages=HELLO, stream=True))
    client.gateway.completions.create(model="zai-org/glm-ocr", messages=HELLO)
    client.gateway.embeddings.create(model="qwen/qwen3-vl-embedding-2b", input="a")
    client.gateway.transcriptions.create(model="nvidia/parakeet-tdt-0.6b-v3", file=("a", b"a"))
    client.gateway.models()
    client.gateway.health()


def test_p17_p18_requests_have_the_client_s_api_key_and_no_other(
    connect: Callable[..., Any], server: Server
) -> None:
    every_call(connect(api_key="our-key"))
    assert len(server.requests) == 7
    for request in server.requests:
        assert request.headers["authorization"] == "Bearer our-key"
        assert OTHER not in str(request.headers)
        assert not any(name.startswith("openai-") for name in request.headers)


def test_p17_p18_requests_of_a_client_without_an_api_key_have_none(
    connect: Callable[..., Any], server: Server
) -> None:
    every_call(connect(api_key=None, require_api_key=False))
    assert len(server.requests) == 7
    for request in server.requests:
        assert "authorization" not in request.headers
        assert OTHER not in str(request.headers)


def test_p17_copy_of_the_openai_client_ignores_the_environment_too(server: Server) -> None:
    client: Any = VLMRun("our-key", server.url).agent.completions._client.with_options(timeout=5)
    client.chat.completions.create(model="vlmrun-orion-1:auto", messages=HELLO)
    (request,) = server.requests
    assert request.headers["authorization"] == "Bearer our-key"
    assert OTHER not in str(request.headers)


def test_authorization_in_extra_headers_replaces_the_api_key(client: Any, server: Server) -> None:
    client.agent.completions.create(
        model="vlmrun-orion-1:auto", messages=HELLO, extra_headers={"Authorization": "Bearer mine"}
    )
    assert server.requests[-1].headers["authorization"] == "Bearer mine"


def test_p22_openai_client_sends_nothing_outside_of_the_base_url(server: Server) -> None:
    client: Any = VLMRun("our-key", "https://vlmrun.invalid/v1").agent.completions._client
    with pytest.raises(ConfigurationError, match="only"):
        client.post(f"{server.url}/openai/chat/completions", cast_to=object, body={})
    assert server.requests == []
