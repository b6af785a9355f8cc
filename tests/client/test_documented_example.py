"""The documented example, in each of its variants, with both clients."""

from __future__ import annotations

import base64
import dataclasses
from pathlib import Path
from typing import Any

import attrs
import pydantic
import pytest

from tests.job_ids import without_job_id
from vlmrun import skills
from vlmrun.client.types import AgentExecutionConfig, AgentSkill, InlineSkillSource
from vlmrun.testing import Server
from vlmrun.types import FileUrl, MessageContent

URL = "https://example.com/referral.pdf"
PART = {"type": "file_url", "file_url": {"url": URL}}
STORED = {
    "type": "skill_reference",
    "skill_name": "patient-referral",
    "skill_version": "20260219-abc123",
}


class PydanticInputs(pydantic.BaseModel):
    file: MessageContent
    note: str | None = None


@dataclasses.dataclass
class DataclassInputs:
    file: MessageContent


@attrs.frozen
class AttrsInputs:
    file: MessageContent


def message() -> MessageContent:
    return MessageContent(type="file_url", file_url=FileUrl(url=URL))


@pytest.fixture(autouse=True)
def stored_skill(server: Server, skill_directory: Path) -> None:
    server.add_skill("patient-referral", "20260219-abc123")


def sent(server: Server) -> dict[str, Any]:
    (request,) = (each for each in server.requests if each.operation == "execute_agent")
    return without_job_id(request.json)


def test_example_of_the_mission(client: Any, server: Server, skill_directory: Path) -> None:
    response = client.agent.execute(
        inputs={"file": MessageContent(type="file_url", file_url=FileUrl(url=URL))},
        config=AgentExecutionConfig(
            skills=[
                AgentSkill(skill_name="patient-referral", skill_version="20260219-abc123"),
                AgentSkill.from_directory(skill_directory),
            ]
        ),
        batch=True,
    )
    assert response.status in ("pending", "enqueued")
    assert response.response is None

    prediction = client.predictions.get(response.id)

    assert prediction.id == response.id
    inline = {
        "type": "inline",
        "name": "patient-referral",
        "description": skills.read(skill_directory).description,
        "source": {
            "type": "base64",
            "media_type": "application/zip",
            "data": skills.bundle(skill_directory).base64,
        },
    }
    assert sent(server) == {
        "batch": True,
        "inputs": {"file": PART},
        "config": {"skills": [STORED, inline]},
    }


@pytest.mark.parametrize(
    "inputs",
    [
        {"file": message()},
        {"file": PART},
        PydanticInputs(file=message()),
        DataclassInputs(file=message()),
        AttrsInputs(file=message()),
    ],
    ids=["MessageContent", "dict", "pydantic", "dataclass", "attrs"],
)
def test_inputs_of_each_form_are_the_same_on_the_wire(
    client: Any, server: Server, inputs: Any
) -> None:
    client.agent.execute(inputs=inputs, prompt="Read it")
    assert sent(server)["inputs"] == {"file": PART}


@pytest.mark.parametrize(
    "stored",
    [
        AgentSkill(skill_name="patient-referral", skill_version="20260219-abc123"),
        AgentSkill(skill_name="patient-referral", version="20260219-abc123"),
        {"skill_name": "patient-referral", "skill_version": "20260219-abc123"},
    ],
    ids=["AgentSkill", "old spelling", "dict"],
)
def test_one_stored_skill_in_each_spelling(client: Any, server: Server, stored: Any) -> None:
    client.agent.execute(config=AgentExecutionConfig(skills=[stored]))
    assert sent(server)["config"] == {"skills": [STORED]}


def test_stored_skill_by_id(client: Any, server: Server) -> None:
    id = client.skills.get(name="patient-referral").id
    client.agent.execute(skills=AgentSkill(skill_id=id))
    assert sent(server)["config"] == {"skills": [{"type": "skill_reference", "skill_id": id}]}


@pytest.mark.parametrize("form", ["source", "dict", "bundle"])
def test_inline_skill_built_by_hand(
    client: Any, server: Server, skill_directory: Path, form: str
) -> None:
    data = base64.b64encode(skills.bundle(skill_directory).data).decode()
    source: dict[str, Any] = {
        "source": {"source": InlineSkillSource(data=data)},
        "dict": {"source": {"type": "base64", "media_type": "application/zip", "data": data}},
        "bundle": {"bundle": data},
    }[form]
    skill = AgentSkill(type="inline", name="by-hand", description="Made by hand", **source)

    client.agent.execute(skills=[skill])

    assert sent(server)["config"]["skills"] == [
        {
            "type": "inline",
            "name": "by-hand",
            "description": "Made by hand",
            "source": {"type": "base64", "media_type": "application/zip", "data": data},
        }
    ]


def test_p13_without_batch_execute_waits_until_the_execution_is_completed(
    client: Any, server: Server, pdf: Path
) -> None:
    seen: list[str] = []
    execution = client.agent.execute(
        inputs={"file": pdf},
        skills=[AgentSkill(skill_name="patient-referral")],
        batch=False,
        on_update=lambda execution: seen.append(execution.status),
    )
    assert execution.status == "completed"
    assert execution.response is not None
    assert seen[-1] == "completed"
    assert sent(server)["batch"] is True


def test_polling_through_predictions_finds_the_finished_execution(client: Any, pdf: Path) -> None:
    response = client.agent.execute(inputs={"file": pdf}, prompt="Read it")
    prediction = client.predictions.wait(response.id, timeout=30)
    assert prediction.status == "completed"
    assert prediction.response == client.executions.get(response.id).response
    assert prediction.response.model_dump() == dict(prediction.response)


def test_result_of_the_mock_server_reports_facts_about_the_file(client: Any, pdf: Path) -> None:
    execution = client.agent.execute(inputs={"file": pdf}, prompt="Read it", batch=False)
    facts = str(execution.response)
    assert "application/pdf" in facts
    assert str(pdf.stat().st_size) in facts
