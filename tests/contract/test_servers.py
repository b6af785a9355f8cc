"""The servers of the contract are where requests go by default."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.sync_async import AsyncClientFactory, ClientFactory, SyncClientFactory, entered
from vlmrun._contract import METHODS, load_document
from vlmrun.constants import DEFAULT_GATEWAY_URL, DEFAULT_SYSTEMONE_URL
from vlmrun.testing import Server

DOCUMENT = load_document()
NODES = [
    item[method] for item in DOCUMENT["paths"].values() for method in METHODS if method in item
]


def default_url(holder: dict[str, Any]) -> str:
    url: str = holder["servers"][0]["url"]
    return url.rstrip("/")


BASES = (default_url(DOCUMENT), DEFAULT_GATEWAY_URL, DEFAULT_SYSTEMONE_URL)
CHAT = {"model": "zai-org/glm-ocr", "messages": [{"role": "user", "content": "Hi"}]}


def urls_sent(factory_type: type[ClientFactory]) -> list[str]:
    """The URLs of requests to the API, the gateway and System One, by a client without settings."""
    urls: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        urls.append(str(request.url))
        return httpx.Response(200, json={"data": [], "models": []})

    cls = httpx.Client if factory_type is SyncClientFactory else httpx.AsyncClient
    factory = factory_type()
    client = factory.client(api_key="key", http_client=cls(transport=httpx.MockTransport(respond)))
    client.healthcheck()
    client.gateway.models()
    client.gateway.systemone.models()
    factory.close()
    return urls


@pytest.mark.parametrize("factory_type", [SyncClientFactory, AsyncClientFactory])
def test_the_default_servers_of_the_contract_reach_the_wire(
    factory_type: type[ClientFactory], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VLMRUN_BASE_URL", "VLMRUN_GATEWAY_URL", "VLMRUN_GATEWAY_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    of_operations = {default_url(node) for node in NODES if "servers" in node}
    assert of_operations == {DEFAULT_GATEWAY_URL, DEFAULT_SYSTEMONE_URL}
    for url, base in zip(urls_sent(factory_type), BASES, strict=True):
        path = url.removeprefix(base)
        assert path in DOCUMENT["paths"], "Change the URL in src/vlmrun/constants.py"


def test_the_mock_server_has_the_paths_of_the_contract(client: Any, server: Server) -> None:
    client.healthcheck()
    client.gateway.health()
    client.gateway.models()
    completion = client.gateway.completion(client.gateway.completions.create(**CHAT).id)
    client.gateway.systemone.models()
    with entered(client.gateway.systemone.stream({"a": {"type": "noul"}}, transport="ws")):
        pass
    with entered(client.gateway.realtime(CHAT["model"])):
        pass
    base, gateway, systemone = (urlsplit(url).path for url in BASES)
    assert [request.path for request in server.requests] == [
        f"{base}/health",
        f"{gateway}/health",
        f"{gateway}/openai/models",
        f"{gateway}/openai/chat/completions",
        f"{gateway}/completions/{completion.id}",
        f"{systemone}/typesafe/v1/models",
        f"{gateway}/ws/systemone",
        f"{gateway}/ws",
    ]
    assert all(request.status in (101, 200) for request in server.requests)
