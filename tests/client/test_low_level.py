"""The generated functions with the API key, the retries and the errors of the client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import Any, cast

import pytest
from vlmrun_api.api.executions import get_execution
from vlmrun_api.api.hub import get_hub_info
from vlmrun_api.api.models import list_models
from vlmrun_api.client import AuthenticatedClient
from vlmrun_api.models import ModelInfo

from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import ResourceNotFoundError, ServerError
from vlmrun.testing import Fault, Server


@pytest.fixture
def low_level(server: Server) -> Any:
    with VLMRun("key-0123456789", server.url) as client:
        yield cast(AuthenticatedClient, client.low_level)


def test_generated_function_returns_generated_models(low_level: Any, server: Server) -> None:
    models = list_models.sync(client=low_level)
    assert models
    assert all(isinstance(model, ModelInfo) for model in models)
    assert server.requests[0].headers["authorization"] == "Bearer key-0123456789"


def test_low_level_uses_the_retries_and_errors_of_the_client(
    low_level: Any, server: Server
) -> None:
    server.inject(Fault("list_models", status=503))
    assert list_models.sync(client=low_level)
    assert len(server.requests) == 2
    with pytest.raises(ResourceNotFoundError):
        get_execution.sync(client=low_level, id="nothing")


def test_p30_error_page_is_an_error_of_its_status(low_level: Any, server: Server) -> None:
    page = "<html><title>Bad gateway</title></html>"
    server.inject(Fault("get_execution", status=520, body=page, times=None))
    client = VLMRun("key-0123456789", server.url, max_retries=0)
    with pytest.raises(ServerError, match="Bad gateway") as caught:
        get_execution.sync(client=client.low_level, id="a")
    assert caught.value.http_status == 520


def test_operation_that_is_not_implemented_is_a_server_error(
    low_level: Any, server: Server
) -> None:
    assert get_hub_info.sync(client=low_level).version == "1.0.0"
    server.inject(Fault("get_hub_info", status=501))
    with pytest.raises(ServerError) as caught:
        get_hub_info.sync(client=low_level)
    assert caught.value.http_status == 501


# As generated code passes a form, and a file that is the whole body.
BODIES: dict[str, Callable[[], dict[str, Any]]] = {
    "user=me&scope=a&scope=b": lambda: {"data": {"user": "me", "scope": ["a", "b"]}},
    "a file": lambda: {"content": BytesIO(b"a file")},
}


@pytest.mark.parametrize("kind", [VLMRun, AsyncVLMRun])
@pytest.mark.parametrize("body", BODIES)
def test_form_and_file_bodies_are_sent_again_on_retry(
    server: Server, run: Callable[[Any], Any], kind: type[Any], body: str
) -> None:
    server.inject(Fault("list_models", status=503))
    made = {"method": "get", "url": "/models", **BODIES[body]()}

    async def send() -> None:
        async with AsyncVLMRun("key", server.url) as client:
            await client.low_level.request(**made)

    if kind is AsyncVLMRun:
        run(send())
    else:
        with VLMRun("key", server.url) as client:
            client.low_level.request(**made)
    assert [request.body.decode() for request in server.requests] == [body, body]


def test_generated_functions_in_the_async_client(server: Server, run: Callable[[Any], Any]) -> None:
    async def look() -> Any:
        async with AsyncVLMRun("key", server.url) as client:
            return await asyncio.gather(
                *(list_models.asyncio(client=cast(Any, client.low_level)) for _ in range(3))
            )

    assert len(run(look())) == 3
