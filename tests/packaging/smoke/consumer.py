"""A user's code, which strict mypy and strict pyright must accept. It is not run."""

from __future__ import annotations

from pathlib import Path

from typing_extensions import assert_type

import vlmrun
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.client.exceptions import APIError, ResourceNotFoundError
from vlmrun.client.types import AgentExecutionConfig, AgentSkill
from vlmrun.types import (
    AgentExecutionResponse,
    FileResponse,
    FileUrl,
    MessageContent,
    ModelInfo,
    Page,
    PredictionResponse,
)


def submit(client: VLMRun, folder: Path) -> str:
    """The first example of the README."""
    response = client.agent.execute(
        inputs={
            "file": MessageContent(type="file_url", file_url=FileUrl(url="https://example.com/a"))
        },
        config=AgentExecutionConfig(
            prompt="Read the referral",
            skills=[
                AgentSkill(skill_name="patient-referral", skill_version="20260219-abc123"),
                AgentSkill.from_directory(folder),
            ],
        ),
        batch=True,
    )
    assert_type(response, AgentExecutionResponse)
    return response.id


def poll(client: VLMRun, id: str) -> PredictionResponse | None:
    """Errors have attributes, and results have types."""
    try:
        return client.predictions.wait(id, timeout=60, on_update=lambda job: print(job.status))
    except ResourceNotFoundError as error:
        print(error.http_status, error.message, error.request_id)
    except APIError as error:
        print(error.suggestion)
    return None


def lists(client: VLMRun) -> None:
    """Pages are typed sequences; options are keywords."""
    assert_type(client.models.list(), Page[ModelInfo])
    assert_type(client.files.upload(Path("a.pdf"), options={"deadline": 60}), FileResponse)
    patient = client.with_options(timeout=30, deadline=600, max_retries=8)
    for execution in patient.executions.iterate(page_size=50):
        print(execution.id, execution.status)


async def asynchronous() -> str:
    """The same calls, awaited."""
    async with AsyncVLMRun(api_key="...") as client:
        file = await client.files.upload("referral.pdf")
        assert_type(file, FileResponse)
        execution = await client.agent.execute(prompt="Read it", inputs={"file": file})
        assert_type(execution, AgentExecutionResponse)
        async for each in client.executions.iterate():
            print(each.id)
        return (await client.executions.wait(execution.id)).id


def operations() -> dict[str, tuple[str, ...]]:
    """Operations have ids and calls."""
    return {each.id: each.calls for each in vlmrun.operations()}
