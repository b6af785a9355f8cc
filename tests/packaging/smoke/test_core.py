"""The extra `testing`: both clients with the mock server, through the fixtures of the plugin."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from vlmrun_api.api.models import list_models

from vlmrun import AsyncVLMRun, VLMRun, errors
from vlmrun.client.types import AgentExecutionConfig, AgentSkill
from vlmrun.testing import Server
from vlmrun.types import FileUrl, MessageContent

SKILL = "---\nname: patient-referral\ndescription: Reads referrals\n---\n\nRead the referral.\n"
URL = "https://example.com/referral.pdf"


@pytest.fixture
def skill(tmp_path: Path) -> Path:
    """Create a skill directory."""
    folder = tmp_path / "my-skill"
    folder.mkdir()
    (folder / "SKILL.md").write_text(SKILL, "utf-8")
    return folder


def job(skill: Path) -> dict[str, Any]:
    """Return the arguments of the first example of the README."""
    return {
        "inputs": {"file": MessageContent(type="file_url", file_url=FileUrl(url=URL))},
        "config": AgentExecutionConfig(
            prompt="Read the referral", skills=[AgentSkill.from_directory(skill)]
        ),
        "batch": True,
    }


def test_example_of_the_readme(vlmrun_client: VLMRun, skill: Path) -> None:
    response = vlmrun_client.agent.execute(**job(skill))
    prediction = vlmrun_client.predictions.wait(response.id)
    assert prediction.status == "completed"
    assert [each["name"] for each in prediction.response["skills"]] == ["patient-referral"]


def test_example_of_the_readme_async(vlmrun_async_client: AsyncVLMRun, skill: Path) -> None:
    async def use() -> None:
        async with vlmrun_async_client as client:
            response = await client.agent.execute(**job(skill))
            prediction = await client.predictions.wait(response.id)
            assert prediction.status == "completed"

    asyncio.run(use())


def test_files_are_uploaded_and_found(vlmrun_client: VLMRun, tmp_path: Path) -> None:
    path = tmp_path / "referral.txt"
    path.write_bytes(b"Refer Ms Doe to cardiology.")
    file = vlmrun_client.files.upload(path)
    assert vlmrun_client.files.get(file.id).bytes == len(path.read_bytes())
    assert vlmrun_client.files.get_cached_file(path).id == file.id
    assert [each.id for each in vlmrun_client.files.list()] == [file.id]


def test_files_async(vlmrun_async_client: AsyncVLMRun, tmp_path: Path) -> None:
    path = tmp_path / "referral.txt"
    path.write_bytes(b"Refer Ms Doe to cardiology.")

    async def use() -> None:
        async with vlmrun_async_client as client:
            file = await client.files.upload(path, method="presigned-url")
            assert (await client.files.get(file.id)).filename == "referral.txt"

    asyncio.run(use())


def test_skills_are_stored_and_downloaded(
    vlmrun_client: VLMRun, skill: Path, tmp_path: Path
) -> None:
    stored = vlmrun_client.skills.create_from_directory(skill)
    vlmrun_client.skills.download(stored.skill_id, to=tmp_path / "copy")
    assert (tmp_path / "copy" / "SKILL.md").read_text("utf-8") == SKILL


def test_predictions(vlmrun_client: VLMRun, vlmrun_server: Server) -> None:
    vlmrun_server.on_predict(lambda run: {"invoice_id": "7"})
    prediction = vlmrun_client.document.generate(url=URL, domain="document.invoice")
    assert vlmrun_client.predictions.get(prediction.id).response == {"invoice_id": "7"}
    assert len(vlmrun_client.predictions.list()) == 1


def test_structured_responses_of_a_json_schema(vlmrun_client: VLMRun) -> None:
    schema = {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}
    execution = vlmrun_client.agent.execute(prompt="Add up", response_model=schema, batch=False)
    assert isinstance(execution.response["total"], (int, float))


def test_low_level(vlmrun_client: VLMRun) -> None:
    models = list_models.sync(client=vlmrun_client.low_level)  # type: ignore[arg-type]
    assert models


def test_low_level_async(vlmrun_async_client: AsyncVLMRun) -> None:
    async def use() -> None:
        async with vlmrun_async_client as client:
            assert await list_models.asyncio(client=client.low_level)  # type: ignore[arg-type]

    asyncio.run(use())


def test_errors(vlmrun_client: VLMRun) -> None:
    with pytest.raises(errors.ResourceNotFoundError):
        vlmrun_client.executions.get("no-such-id")


@pytest.mark.vlmrun_server(polls=0)
def test_settings_of_the_plugin(vlmrun_client: VLMRun) -> None:
    assert vlmrun_client.agent.execute(prompt="Read it").status == "completed"
