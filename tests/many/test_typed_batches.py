"""The class of `.result.parsed` follows from `response_model`, for type checkers too."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pydantic

from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.testing import Server
from vlmrun.types import AgentExecutionConfig, BatchItem

if TYPE_CHECKING:
    from typing_extensions import assert_type
else:

    def assert_type(value: Any, _: Any) -> Any:
        return value


class Invoice(pydantic.BaseModel):
    total: float


URLS = ["https://example.com/a.pdf"]


def test_sync_batches_are_typed(server: Server) -> None:
    server.on_execute(lambda run: {"total": 1})
    server.on_predict(lambda run: {"total": 2})
    with VLMRun(base_url=server.url, api_key="test") as client:
        for item in client.agent.execute_many(URLS, prompt="a", response_model=Invoice):
            assert_type(item, BatchItem[Invoice])
            assert item.result is not None
            assert assert_type(item.result.parsed, Invoice) == Invoice(total=1)
        config = AgentExecutionConfig(prompt="a", response_model=Invoice)
        for item in client.agent.execute_many(URLS, config=config):
            assert_type(item, BatchItem[Invoice])
        predictions = client.document.generate_many(URLS, "document.invoice")
        for prediction in predictions:
            assert_type(prediction, BatchItem[Any])
            assert prediction.result is not None
            assert prediction.result.parsed is None
        predictions.close()


def test_async_batches_are_typed(server: Server) -> None:
    server.on_predict(lambda run: {"total": 2})

    async def main() -> list[Invoice]:
        async with AsyncVLMRun(base_url=server.url, api_key="test") as client:
            items = client.image.generate_many(URLS, "document.invoice", response_model=Invoice)
            found = [item.result async for item in items]
            await items.aclose()
            return [assert_type(result.parsed, Invoice) for result in found if result is not None]

    assert asyncio.run(main()) == [Invoice(total=2)]
