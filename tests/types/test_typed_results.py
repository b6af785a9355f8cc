"""The class of `.parsed` follows from `response_model`, for type checkers and at run time.

`make check-types` checks the calls of `assert_type`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from vlmrun import AsyncVLMRun, VLMRun, webhooks
from vlmrun.errors import JobNotCompletedError, ResponseDecodeError
from vlmrun.testing import Outcome, Server
from vlmrun.types import (
    AgentExecutionConfig,
    AgentExecutionResponse,
    GenerationConfig,
    PredictionResponse,
)

if TYPE_CHECKING:
    from typing_extensions import assert_type
else:

    def assert_type(value: Any, _: Any) -> Any:
        return value


class Invoice(pydantic.BaseModel):
    total: float


@pytest.fixture
def typed_client(server: Server) -> Iterator[VLMRun]:
    with VLMRun(base_url=server.url, api_key="test") as client:
        yield client


def test_execute_and_generate_return_the_class(server: Server, typed_client: VLMRun) -> None:
    server.on_execute(lambda run: {"total": 1})
    server.on_predict(lambda run: {"total": 2})
    execution = typed_client.agent.execute(prompt="a", response_model=Invoice, batch=False)
    assert assert_type(execution.parsed, Invoice) == Invoice(total=1)
    prediction = typed_client.image.generate(
        "document.invoice", urls=["https://example.com/a.png"], response_model=Invoice
    )
    assert assert_type(prediction.parsed, Invoice) == Invoice(total=2)
    document = typed_client.document.generate(
        url="https://example.com/a.pdf", domain="document.invoice", response_model=Invoice
    )
    assert assert_type(document.parsed, Invoice) == Invoice(total=2)


def test_the_class_may_be_in_the_config(server: Server, typed_client: VLMRun) -> None:
    server.on_execute(lambda run: {"total": 1})
    server.on_predict(lambda run: {"total": 2})
    execution = typed_client.agent.execute(
        prompt="a", config=AgentExecutionConfig(response_model=Invoice), batch=False
    )
    assert assert_type(execution.parsed, Invoice) == Invoice(total=1)
    config = GenerationConfig(response_model=Invoice, detail="hi")
    prediction = typed_client.image.generate(
        "document.invoice", urls=["https://example.com/a.png"], config=config
    )
    assert assert_type(prediction.parsed, Invoice) == Invoice(total=2)
    document = typed_client.document.generate(
        url="https://example.com/a.pdf",
        domain="document.invoice",
        config=config.model_copy(update={"detail": "lo"}),
    )
    assert assert_type(document.parsed, Invoice) == Invoice(total=2)


def test_a_config_without_a_class_leaves_it_to_the_argument(
    server: Server, typed_client: VLMRun
) -> None:
    server.on_execute(lambda run: {"total": 1})
    execute = typed_client.agent.execute
    config = AgentExecutionConfig(prompt="a")
    execution = execute(config=config, response_model=Invoice, batch=False)
    assert assert_type(execution.parsed, Invoice) == Invoice(total=1)
    execution = execute(config={"prompt": "a"}, response_model=Invoice, batch=False)
    assert assert_type(execution.parsed, Invoice) == Invoice(total=1)
    assert assert_type(execute(config=config, batch=False).parsed, Any) is None


def test_the_class_in_a_dict_is_unknown_to_type_checkers(
    server: Server, typed_client: VLMRun
) -> None:
    server.on_execute(lambda run: {"total": 1})
    execution = typed_client.agent.execute(
        config={"prompt": "a", "response_model": Invoice}, batch=False
    )
    assert assert_type(execution.parsed, Any) == Invoice(total=1)


def test_a_json_schema_in_the_config_has_no_class(server: Server, typed_client: VLMRun) -> None:
    server.on_execute(lambda run: {"total": 1})
    config = AgentExecutionConfig(prompt="a", response_model=Invoice.model_json_schema())
    execution = typed_client.agent.execute(config=config, batch=False)
    assert assert_type(execution.parsed, Any) == {"total": 1}


def test_get_and_wait_return_the_class(server: Server, typed_client: VLMRun) -> None:
    server.on_execute(lambda run: {"total": 1})
    submitted = typed_client.agent.execute(prompt="a")
    done = typed_client.executions.wait(submitted.id, response_model=Invoice)
    assert assert_type(done.parsed, Invoice) == Invoice(total=1)
    got = typed_client.executions.get(submitted.id, response_model=Invoice)
    assert assert_type(got.parsed, Invoice) == Invoice(total=1)
    polled = typed_client.predictions.get(submitted.id, response_model=Invoice)
    assert assert_type(polled.parsed, Invoice) == Invoice(total=1)


def test_the_async_client_returns_the_class(server: Server) -> None:
    server.on_execute(lambda run: {"total": 1})

    async def execute() -> AgentExecutionResponse[Invoice]:
        async with AsyncVLMRun(base_url=server.url, api_key="test") as client:
            return await client.agent.execute(prompt="a", response_model=Invoice, batch=False)

    assert assert_type(asyncio.run(execute()).parsed, Invoice) == Invoice(total=1)


def test_the_async_client_returns_the_class_in_the_config(server: Server) -> None:
    server.on_execute(lambda run: {"total": 1})
    server.on_predict(lambda run: {"total": 2})

    async def extract() -> tuple[Invoice, Invoice]:
        async with AsyncVLMRun(base_url=server.url, api_key="test") as client:
            execution = await client.agent.execute(
                prompt="a", config=AgentExecutionConfig(response_model=Invoice), batch=False
            )
            prediction = await client.video.generate(
                url="https://example.com/a.mp4",
                domain="video.transcription",
                config=GenerationConfig(response_model=Invoice),
            )
            return assert_type(execution.parsed, Invoice), assert_type(prediction.parsed, Invoice)

    assert asyncio.run(extract()) == (Invoice(total=1), Invoice(total=2))


def test_without_a_response_model_nothing_is_parsed(typed_client: VLMRun) -> None:
    execution = typed_client.agent.execute(prompt="a", batch=False)
    assert assert_type(execution, AgentExecutionResponse[Any]).parsed is None


def test_webhooks_return_the_class() -> None:
    body = b'{"id": "e", "name": "a", "status": "completed", "response": {"total": 1}}'
    job = webhooks.parse(body, response_model=Invoice)
    assert isinstance(job, AgentExecutionResponse)
    assert assert_type(job.parsed, Invoice) == Invoice(total=1)


@pytest.mark.parametrize("cls", [AgentExecutionResponse, PredictionResponse])
@pytest.mark.parametrize("status", ["enqueued", "paused", "some-new-status"])
def test_a_job_in_progress_has_nothing_to_parse(cls: Any, status: str) -> None:
    job = cls(id="e-1", status=status).with_response_model(Invoice)
    with pytest.raises(JobNotCompletedError, match=rf"e-1 has not completed.*status {status}") as e:
        _ = job.parsed
    assert e.value.job is job


def test_a_failed_job_has_nothing_to_parse(server: Server, typed_client: VLMRun) -> None:
    server.on_execute(lambda run: Outcome.failure("the page is blank"))
    submitted = typed_client.agent.execute(prompt="a", response_model=Invoice)
    while not (
        job := typed_client.executions.get(submitted.id, response_model=Invoice)
    ).is_finished:
        pass
    with pytest.raises(JobNotCompletedError, match=r"has failed.*the page is blank"):
        _ = job.parsed


def test_a_completed_job_with_a_null_response_does_not_fit() -> None:
    job = AgentExecutionResponse(id="e", status="completed").with_response_model(Invoice)
    with pytest.raises(ResponseDecodeError, match="does not fit Invoice"):
        _ = job.parsed


def test_the_types_can_be_parametrized_at_run_time() -> None:
    execution = AgentExecutionResponse[Invoice](id="e")
    assert type(execution) is AgentExecutionResponse


class Job(pydantic.BaseModel):
    execution: AgentExecutionResponse[Invoice]


def test_parametrized_types_are_fields_of_pydantic_models() -> None:
    job = Job.model_validate({"execution": {"id": "e"}})
    assert job.execution == AgentExecutionResponse(id="e")
