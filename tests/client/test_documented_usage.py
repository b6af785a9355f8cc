"""Code as the documentation of VLM Run and its notebooks write it, on the mock server.

What the documentation says of single resources is tested beside them; here stand the forms that
cut across: what is passed by position, what is read of a result, what is caught.
"""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pandas
import pydantic
import pytest

from tests.job_ids import without_job_id
from vlmrun.client import VLMRun
from vlmrun.client.exceptions import APIError, AuthenticationError, ResourceNotFoundError
from vlmrun.client.types import (
    AgentCreationConfig,
    AgentCreationResponse,
    AgentExecutionConfig,
    AgentExecutionResponse,
    AgentInfo,
    AgentSkill,
    CreditUsage,
    FileResponse,
    GenerationConfig,
    ModelInfo,
    PredictionResponse,
    PresignedUrlRequest,
    RequestMetadata,
    SkillDownloadResponse,
    SkillInfo,
)
from vlmrun.testing import Fault, Server
from vlmrun.types import FileUrl, ImageRef, MessageContent, VideoUrl

WHEN = "2026-01-02T03:04:05Z"


class Invoice(pydantic.BaseModel):
    invoice_id: str
    total: float


ANSWER = {"invoice_id": "INV-1", "total": 12.5}


class Inputs(pydantic.BaseModel):
    document: MessageContent
    pages: list[int] = []
    note: str | None = None


def sent(server: Server, operation: str = "execute_agent") -> Any:
    sent = (each.json for each in reversed(server.requests) if each.operation == operation)
    return without_job_id(next(sent))


def test_client_by_position(server: Server) -> None:
    with VLMRun("key", server.url, 30.0, 2, True) as client:
        assert (client.api_key, client.timeout, client.max_retries) == ("key", 30.0, 2)
        assert client.healthcheck() is True
    with VLMRun(api_key="", base_url=server.url, timeout=None, require_api_key=False) as client:
        assert client.api_key is None
        assert client.healthcheck() is True


def test_a_wrong_key_is_caught_around_construction_and_first_call(server: Server) -> None:
    server.inject(Fault("list_models", status=401, body={"detail": "Invalid API key"}))
    with pytest.raises(AuthenticationError, match="Invalid API key") as caught:
        VLMRun(api_key="wrong", base_url=server.url).models.list()
    assert caught.value.http_status == 401


def test_agent_by_position(client: Any, server: Server) -> None:
    server.add_agent("invoices")
    document = MessageContent(type="file_url", file_url=FileUrl(url="https://example.com/a.pdf"))
    execution = client.agent.execute(
        "invoices:1",
        Inputs(document=document, pages=[1]),
        True,
        AgentExecutionConfig(prompt="Read it"),
        RequestMetadata(session_id="s"),
        "https://example.com/hook",
        "vlmrun-orion-1:fast",
        ["document"],
    )

    assert sent(server) == {
        "name": "invoices:1",
        "inputs": {
            "document": {"type": "file_url", "file_url": {"url": "https://example.com/a.pdf"}},
            "pages": [1],
        },
        "batch": True,
        "config": {"prompt": "Read it"},
        "metadata": {"session_id": "s"},
        "callback_url": "https://example.com/hook",
        "model": "vlmrun-orion-1:fast",
        "toolsets": ["document"],
    }
    assert client.executions.get(execution.id).id == execution.id


def test_inputs_as_a_dict_of_every_documented_form(client: Any, server: Server) -> None:
    part = {"type": "file_url", "file_url": {"url": "https://example.com/a.pdf"}}
    video = MessageContent(type="video_url", video_url=VideoUrl(url="https://example.com/a.mp4"))
    inputs = {
        "part": part,
        "url": "https://example.com/a.pdf",
        "video": video,
        "deep": [{"clips": [video]}],
        "number": 3,
    }
    client.agent.execute(inputs=inputs, config=AgentExecutionConfig(prompt="Read it"))

    clip = {"type": "video_url", "video_url": {"url": "https://example.com/a.mp4"}}
    assert sent(server)["inputs"] == {**inputs, "video": clip, "deep": [{"clips": [clip]}]}


def test_an_uploaded_file_as_input(client: Any, server: Server, pdf: Path) -> None:
    file = client.files.upload(pdf, "assistants", "auto", 180, 86400, False)
    public = client.files.get(file.id, generate_public_url=True).public_url
    inputs = {
        "by_id": MessageContent(type="input_file", file_id=file.id),
        "by_url": MessageContent(type="file_url", file_url=FileUrl(url=public)),
    }
    client.agent.execute(inputs=inputs, config=AgentExecutionConfig(prompt="Read it"))

    assert sent(server)["inputs"]["by_id"] == {"type": "input_file", "file_id": file.id}
    assert sent(server)["inputs"]["by_url"]["file_url"]["url"] == public


def test_documented_attributes_of_an_execution(client: Any, server: Server) -> None:
    server.on_execute(lambda request: ANSWER)
    submitted = client.agent.execute(
        config=AgentExecutionConfig(prompt="Read it", response_model=Invoice)
    )
    assert submitted.status in ("pending", "enqueued", "running")
    assert submitted.response is None

    done = client.executions.wait(submitted.id, timeout=20, sleep=1)
    assert done.status == "completed"
    payload = done.response or {}
    assert payload["invoice_id"] == "INV-1"
    assert Invoice.model_validate(done.response) == Invoice(**done.response) == done.parsed
    assert isinstance(done.created_at, datetime)
    assert isinstance(done.completed_at, datetime)
    assert done.usage.credits_used is None or done.usage.credits_used >= 0
    assert isinstance(done.id, str)
    assert isinstance(done.name, str)
    assert "INV-1" in str(done)
    assert json.loads(done.model_dump_json(indent=2))["response"] == ANSWER
    assert None not in done.model_dump(exclude_none=True).values()


def test_documented_attributes_of_a_prediction(client: Any, server: Server) -> None:
    prediction = client.predictions.wait(server.add_prediction(ANSWER), 300)

    assert prediction.response["invoice_id"] == "INV-1"
    assert prediction.response.get("segments", []) == []
    assert isinstance(prediction.response, dict)
    assert json.loads(json.dumps(prediction.response)) == ANSWER
    assert prediction.response.model_dump() == ANSWER
    assert json.loads(prediction.response.model_dump_json(indent=2)) == ANSWER
    assert Invoice(**prediction.response).total == 12.5
    assert prediction.type is None
    assert pandas.json_normalize(prediction.response)["total"][0] == 12.5


def test_a_failed_execution_is_caught_as_the_notebooks_do(client: Any, server: Server) -> None:
    submitted = client.agent.execute(prompt="Read it")
    server.inject(Fault("get_execution", body={"id": submitted.id, "status": "failed"}))

    with pytest.raises(Exception, match="failed") as caught:
        client.executions.wait(submitted.id, timeout=600, sleep=5)
    assert caught.value.job.status == "failed"


def test_agents_are_created_found_and_listed(client: Any) -> None:
    config = AgentCreationConfig(prompt="Read it", skills=[{"skill_name": "invoices"}])
    made = client.agent.create(config, "invoices", {"a": 1}, "https://example.com/hook")
    assert isinstance(made, AgentCreationResponse)

    found = client.agent.get("invoices")
    assert found.id == client.agent.get_by_id(made.id).id == made.id
    assert (found.name, found.prompt) == ("invoices", "Read it")
    assert isinstance(found.created_at, datetime)
    assert [agent.id for agent in client.agent.list(0, 10)] == [made.id]
    with pytest.raises(ResourceNotFoundError):
        client.agent.get(name="none")


def test_skills_are_found_by_each_documented_argument(
    client: Any, server: Server, skill_directory: Path
) -> None:
    reference = client.skills.create_from_directory(str(skill_directory), "mine", "What it does")
    assert isinstance(reference, AgentSkill)
    for skill in (
        client.skills.get("mine"),
        client.skills.get(id=reference.skill_id),
        client.skills.get(name="mine", skill_version="latest"),
        client.skills.get("mine", version="latest"),
    ):
        assert (skill.id, skill.name) == (reference.skill_id, "mine")
    assert client.skills.download(reference.skill_id).download_url.startswith("http")
    assert [skill.name for skill in client.skills.list(25, 0, "created_at", True, False)] == [
        "mine"
    ]
    updated = client.skills.update(reference.skill_id, description="More")
    assert updated.name == "mine"


def test_errors_are_caught_by_the_documented_names(client: Any) -> None:
    with pytest.raises(APIError) as caught:
        client.executions.get("no-such-id")
    error = caught.value
    assert isinstance(error, ResourceNotFoundError)
    assert (error.http_status, type(error.headers)) == (404, dict)
    assert error.request_id
    assert error.message in str(error)
    assert "404" in str(error)
    assert error.suggestion in str(error)
    with pytest.raises(ValueError, match="Pass exactly one of name, id, prompt"):
        client.agent.get()
    with pytest.raises(FileNotFoundError):
        client.files.upload("no such file.pdf")
    with pytest.raises(TimeoutError):
        client.executions.wait(client.agent.execute(prompt="Read it").id, timeout=0)


def test_asyncio_run_again_and_again_on_one_client(server: Server) -> None:
    from vlmrun import AsyncVLMRun

    client = AsyncVLMRun(api_key="test", base_url=server.url)

    async def several() -> int:
        lists = await asyncio.gather(*(client.models.list() for _ in range(3)))
        return len(lists)

    assert [asyncio.run(several()) for _ in range(3)] == [3, 3, 3]


@pytest.mark.parametrize(
    ("cls", "values"),
    [
        (PredictionResponse, {"id": "p", "status": "completed", "domain": "document.invoice"}),
        (AgentExecutionResponse, {"id": "e", "name": "n", "status": "running", "usage": {}}),
        (
            AgentInfo,
            {"id": "a", "name": "n", "description": "", "prompt": "", "status": "completed"},
        ),
        (AgentCreationResponse, {"id": "a", "name": "n", "status": "pending", "updated_at": WHEN}),
        (FileResponse, {"id": "f", "filename": "a.pdf", "bytes": 1, "purpose": "assistants"}),
        (SkillInfo, {"id": "s", "name": "n", "version": "v1"}),
    ],
)
def test_responses_built_by_hand(cls: Any, values: dict[str, Any]) -> None:
    made = cls(**values, created_at=WHEN)

    assert made.created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    assert cls.model_validate(made.model_dump()) == made
    assert cls.model_validate_json(made.model_dump_json()) == made
    assert json.loads(cls.model_validate(made.model_dump()).to_json())["created_at"]
    if cls is SkillInfo:
        assert made.skill_version == "v1"
    if cls is FileResponse:
        assert (made.object, made.url) == ("file", None)


def test_validated_values_may_contain_instances() -> None:
    usage = CreditUsage(credits_used=0.5)
    made = PredictionResponse.model_validate({"id": "p", "usage": usage, "response": {"a": 1}})

    assert made.usage is usage
    assert made.to_dict() == {"id": "p", "usage": usage.model_dump(), "response": {"a": 1}}


FIELDS = {
    AgentCreationConfig: "prompt response_model json_schema skills service_tier orchestration_mode",
    AgentCreationResponse: "id name created_at updated_at status",
    AgentExecutionConfig: (
        "prompt response_model json_schema skills service_tier orchestration_mode mode"
    ),
    AgentExecutionResponse: (
        "id name created_at completed_at response execution_mode status usage"
    ),
    AgentInfo: "id name description prompt json_schema json_sample created_at updated_at status",
    AgentSkill: "type skill_id skill_name skill_version name description source bundle",
    CreditUsage: "elements_processed element_type credits_used steps message duration_seconds",
    FileResponse: "id filename bytes purpose created_at object public_url url",
    GenerationConfig: (
        "prompt response_model json_schema gql_stmt max_retries max_tokens temperature detail "
        "confidence grounding video_segment_duration video_frames_per_segment page_indices "
        "service_tier skills"
    ),
    MessageContent: "type text image_url video_url audio_url file_url file_id",
    ModelInfo: "model domain",
    PredictionResponse: "id created_at completed_at response status usage domain type",
    PresignedUrlRequest: "filename purpose",
    RequestMetadata: "environment session_id allow_training",
    SkillDownloadResponse: "download_url expires_in",
    SkillInfo: "id name description skill_version version created_at updated_at status is_public",
}


@pytest.mark.parametrize("cls", FIELDS)
def test_documented_fields_can_be_read(cls: type) -> None:
    fields = {*cls.__annotations__, *(name for base in cls.__mro__ for name in vars(base))}
    for base in cls.__mro__:
        fields |= set(getattr(base, "__annotations__", ()))

    assert set(FIELDS[cls].split()) <= fields


def test_configurations_are_checked_and_dumped_as_documented() -> None:
    schema = Invoice.model_json_schema()
    config = GenerationConfig(detail="hi", page_indices=[0], response_model=Invoice)
    assert config.model_dump() == {"detail": "hi", "page_indices": [0], "json_schema": schema}
    agent = AgentExecutionConfig(prompt="Read it", response_model=Invoice)
    assert agent.model_dump(exclude_none=True) == {"prompt": "Read it", "json_schema": schema}
    for wrong in ({"detail": 5}, {"response_model": Invoice, "json_schema": schema}):
        with pytest.raises(ValueError, match="GenerationConfig"):
            GenerationConfig(**wrong)
    assert ImageRef.model_json_schema()["properties"]["id"]["pattern"] == r"^img_\w{6}$"
