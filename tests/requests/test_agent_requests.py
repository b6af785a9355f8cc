"""The bodies of agent requests: what the caller set, and nothing else."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pydantic
import pytest

from tests.job_ids import without_job_id
from vlmrun._requests.agent import creation_body, execution_body, resolve_config
from vlmrun._requests.common import job_fields
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types import (
    AgentCreationConfig,
    AgentExecutionConfig,
    AgentSkill,
    GenerationConfig,
    RequestMetadata,
)

NOTHING: dict[str, Any] = dict.fromkeys(
    (
        "name",
        "config",
        "metadata",
        "callback_url",
        "model",
        "toolsets",
        "priority",
        "id",
        "created_at",
    )
)
SKILL = AgentSkill(skill_name="invoices")
SENT_SKILL = {"type": "skill_reference", "skill_name": "invoices"}


def body(**given: Any) -> dict[str, Any]:
    """The body for the given arguments."""
    return execution_body(**{**NOTHING, **given})


def test_p24_nothing_is_sent_that_was_not_set() -> None:
    assert without_job_id(body()) == {"batch": True}
    empty = body(config=AgentExecutionConfig(), metadata=RequestMetadata())
    assert without_job_id(empty) == {"batch": True}


def test_everything_that_was_set_is_sent() -> None:
    assert body(
        name="invoices:2",
        config=AgentExecutionConfig(skills=[SKILL]),
        metadata={"allow_training": False},
        callback_url="https://example.com/hook",
        model="a-model-of-tomorrow",
        toolsets=("core", "world-gen"),
        priority="a-word-of-tomorrow",
        id="mine",
        created_at=datetime(2026, 1, 2, tzinfo=timezone.utc),
    ) == {
        "batch": True,
        "name": "invoices:2",
        "config": {"skills": [SENT_SKILL]},
        "metadata": {"allow_training": False},
        "callback_url": "https://example.com/hook",
        "model": "a-model-of-tomorrow",
        "toolsets": ["core", "world-gen"],
        "priority": "a-word-of-tomorrow",
        "id": "mine",
        "created_at": "2026-01-02T00:00:00+00:00",
    }


@pytest.mark.parametrize(
    ("passed", "sent"),
    [
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00"),
        (datetime(2026, 1, 2), "2026-01-02T00:00:00"),
    ],
)
def test_created_at_is_sent_with_an_offset_only_if_it_has_one(passed: Any, sent: str) -> None:
    assert job_fields(created_at=passed)["created_at"] == sent


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": ""}, "name is empty"),
        ({"name": 5}, "name must be a str, got int 5"),
        ({"model": 5}, "model must be a str"),
        ({"metadata": {"enviroment": "dev"}}, "metadata has no field 'enviroment'. Did you mean"),
        ({"metadata": "dev"}, "metadata must be RequestMetadata or a dict, got str 'dev'"),
        ({"callback_url": "example.com"}, "callback_url must start with http:// or https://"),
        ({"toolsets": "core"}, "toolsets must be a list of str, got 'core'"),
        ({"created_at": 5}, "created_at must be a datetime or an ISO 8601 str, got int 5"),
        ({"created_at": "today"}, "created_at is not an ISO 8601 date and time: 'today'"),
    ],
)
def test_invalid_argument_is_named(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        body(**given)

    assert message in str(caught.value)


@pytest.mark.parametrize("config", [None, {}, AgentExecutionConfig(), {"mode": "agent"}])
@pytest.mark.parametrize("skills", [SKILL, [SKILL], ({"skill_name": "invoices"},), SENT_SKILL])
def test_shortcuts_fill_the_configuration(config: Any, skills: Any) -> None:
    filled = resolve_config(AgentExecutionConfig, config, "Read it", skills, {"type": "object"})

    assert filled is not None
    expected = {
        "prompt": "Read it",
        "skills": [SENT_SKILL],
        "json_schema": {"type": "object"},
        **({"mode": "agent"} if config == {"mode": "agent"} else {}),
    }
    assert filled.to_dict() == expected


def test_without_shortcuts_the_configuration_stays() -> None:
    assert resolve_config(AgentExecutionConfig, None, None, None, None) is None
    config = resolve_config(GenerationConfig, {"prompt": "x"}, None, None, None)
    assert config == GenerationConfig(prompt="x")


def test_a_shortcut_does_not_change_the_callers_configuration() -> None:
    config = AgentExecutionConfig(mode="agent")

    resolve_config(AgentExecutionConfig, config, "x", None, None)

    assert config == AgentExecutionConfig(mode="agent")


@pytest.mark.parametrize(
    ("config", "shortcuts", "message"),
    [
        ({"prompt": "a"}, ("b", None, None), "prompt=... or config.prompt, not both"),
        ({"skills": [SKILL]}, (None, SKILL, None), "skills=... or config.skills, not both"),
        ({"json_schema": {}}, (None, None, {}), "response_model or json_schema, not both"),
        ({"promt": "a"}, (None, None, None), "config has no field 'promt'"),
        (None, (5, None, None), "prompt must be str"),
        (None, (None, "invoices", None), "skills[0] must be AgentSkill or a dict"),
    ],
)
def test_contradictory_arguments_are_an_input_error(
    config: Any, shortcuts: Any, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        resolve_config(AgentExecutionConfig, config, *shortcuts)

    assert message in str(caught.value)


def test_configuration_of_another_call_is_an_input_error() -> None:
    with pytest.raises(InputTypeError, match="config must be AgentExecutionConfig or a dict"):
        resolve_config(AgentExecutionConfig, AgentCreationConfig(prompt="x"), None, None, None)


def test_creating_an_agent_requires_a_prompt() -> None:
    sent = creation_body(
        config={"prompt": "x", "skills": [{"skill_name": "invoices"}]}, name="a", callback_url=None
    )

    assert sent == {"config": {"prompt": "x", "skills": [SENT_SKILL]}, "name": "a"}
    for config in (None, {}, AgentCreationConfig(prompt=" ")):
        with pytest.raises(ValueError, match=r"config\.prompt is missing"):
            creation_body(config=config, name=None, callback_url=None)


def test_the_schema_of_a_response_model_is_built_once_for_a_call() -> None:
    built = []

    class Invoice(pydantic.BaseModel):
        total: float

        @classmethod
        def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
            built.append(cls)
            return super().model_json_schema(*args, **options)

    config = resolve_config(
        AgentExecutionConfig, AgentExecutionConfig(response_model=Invoice), "Read it", None, None
    )
    sent = body(config=config)["config"]
    assert sent["json_schema"]["title"] == "Invoice"
    assert built == [Invoice]

    sent["json_schema"].clear()
    assert body(config=config)["config"]["json_schema"]["title"] == "Invoice"
