"""Running agents: what may be passed, and what is sent of it; creating and finding them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import shutil
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pydantic
import pytest

from tests.job_ids import without_job_id
from vlmrun.client.types import AgentCreationConfig, AgentExecutionConfig, RequestMetadata
from vlmrun.errors import (
    InputError,
    InputTypeError,
    MissingFileError,
    ResourceNotFoundError,
    ValidationError,
)
from vlmrun.testing import Server
from vlmrun.types import AgentSkill, FileUrl, ImageUrl, MessageContent

CALLS = {
    "create_agent": lambda client, data: client.agent.create(
        {"prompt": "Read"}, name="é", inputs={"file": data.pdf}
    ),
    "list_agents": lambda client, data: client.agent.list(),
    "lookup_agent": lambda client, data: client.agent.get(id=data.agent),
    "get_agent": lambda client, data: client.agent.get_by_id(data.agent),
    "execute_agent": lambda client, data: client.agent.execute(
        inputs={
            "url": MessageContent(type="file_url", file_url={"url": "https://a.b/c?d=ü"}),
            "path": data.pdf,
            "null": None,
            "number": 1.10,
        },
        prompt="Read",
        skills=[{"skill_id": data.skill}, AgentSkill.from_directory(data.skill_directory)],
        toolsets=["core"],
        batch=False,
        options={"headers": {"x-run": "7"}},
    ),
}


def sent(server: Server, operation: str = "execute_agent") -> dict[str, Any]:
    (request,) = (each for each in server.requests if each.operation == operation)
    return without_job_id(request.json)


def test_p24_nothing_is_sent_that_was_not_set(client: Any, server: Server) -> None:
    client.agent.execute(prompt="Read it")
    assert sent(server) == {"batch": True, "config": {"prompt": "Read it"}}


def test_empty_config_and_metadata_are_not_sent(client: Any, server: Server) -> None:
    client.agent.execute("reader", config=AgentExecutionConfig(), metadata=RequestMetadata())
    assert sent(server) == {"batch": True, "name": "reader"}


def test_every_argument_of_the_api_by_its_own_name(client: Any, server: Server) -> None:
    client.agent.execute(
        name="reader:2",
        inputs={"a": 1},
        batch=True,
        config=AgentExecutionConfig(
            prompt="Read it",
            json_schema={"type": "object"},
            service_tier="flex",
            orchestration_mode=False,
            mode="agent",
        ),
        metadata=RequestMetadata(environment="prod", session_id="s", allow_training=False),
        callback_url="https://example.com/hook",
        model="vlmrun-orion-2:pro",
        toolsets=["core", "image-gen"],
        priority="high",
        id="my-id",
        created_at=dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.timezone.utc),
    )
    body = sent(server)
    assert body.pop("created_at").startswith("2026-01-02T03:04:05")
    assert body == {
        "name": "reader:2",
        "inputs": {"a": 1},
        "batch": True,
        "config": {
            "prompt": "Read it",
            "json_schema": {"type": "object"},
            "service_tier": "flex",
            "orchestration_mode": False,
            "mode": "agent",
        },
        "metadata": {"environment": "prod", "session_id": "s", "allow_training": False},
        "callback_url": "https://example.com/hook",
        "model": "vlmrun-orion-2:pro",
        "toolsets": ["core", "image-gen"],
        "priority": "high",
        "id": "my-id",
    }


def test_config_and_metadata_as_dicts(client: Any, server: Server) -> None:
    client.agent.execute(config={"prompt": "Read it"}, metadata={"environment": "dev"})
    assert sent(server)["config"] == {"prompt": "Read it"}
    assert sent(server)["metadata"] == {"environment": "dev"}


def test_shortcuts_fill_the_config(client: Any, server: Server) -> None:
    client.agent.execute(
        config=AgentExecutionConfig(service_tier="flex"),
        prompt="Read it",
        skills={"skill_name": "invoices"},
        response_model={"type": "object", "properties": {}},
    )
    assert sent(server)["config"] == {
        "prompt": "Read it",
        "json_schema": {"type": "object", "properties": {}},
        "skills": [{"type": "skill_reference", "skill_name": "invoices"}],
        "service_tier": "flex",
    }


@pytest.fixture(autouse=True)
def stored_skill(server: Server) -> None:
    server.add_skill("invoices")
    server.add_agent("reader", "Read it")
    server.add_agent("reader", "Read it closely")


class Color(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Inner:
    when: dt.datetime
    part: MessageContent


@attrs.frozen
class AttrsInner:
    id: uuid.UUID


class Nested(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True, populate_by_name=True)

    invoice_date: dt.date = pydantic.Field(alias="invoiceDate")
    nothing: str | None = None
    explicit: str | None = None
    images: list[MessageContent] = []


def test_p11_inputs_keep_aliases_nulls_dates_and_ids(client: Any, server: Server) -> None:
    moment = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.timezone.utc)
    id = uuid.UUID("6b2f0c1e-0000-4000-8000-000000000000")
    image = MessageContent(
        type="image_url", image_url=ImageUrl(url="https://example.com/a.png", detail="high")
    )
    client.agent.execute(
        inputs={
            "model": Nested(invoiceDate=dt.date(2026, 1, 2), explicit=None, images=[image]),
            "deep": [{"inner": Inner(moment, image)}, AttrsInner(id)],
            "day": dt.date(2026, 1, 2),
            "amount": Decimal("1.10"),
            "color": Color.RED,
            "null": None,
            "tuple": (1, 2.5, True),
        },
        prompt="Read it",
    )
    part = {
        "type": "image_url",
        "image_url": {"url": "https://example.com/a.png", "detail": "high"},
    }
    assert sent(server)["inputs"] == {
        "model": {"invoiceDate": "2026-01-02", "explicit": None, "images": [part]},
        "deep": [
            {"inner": {"when": "2026-01-02T03:04:00+00:00", "part": part}},
            {"id": str(id)},
        ],
        "day": "2026-01-02",
        "amount": "1.10",
        "color": "red",
        "null": None,
        "tuple": [1, 2.5, True],
    }


def test_paths_at_any_depth_are_uploaded_once_and_replaced(
    client: Any, server: Server, pdf: Path, tmp_path: Path
) -> None:
    copy = shutil.copy(pdf, tmp_path / "copy.pdf")
    client.agent.execute(inputs={"one": pdf, "more": [{"two": pdf}, Path(copy)]}, prompt="a")
    uploads = [each for each in server.requests if each.operation == "upload_file"]
    assert len(uploads) == 1
    (file,) = client.files.list()
    part = {"type": "input_file", "file_id": file.id}
    assert sent(server)["inputs"] == {"one": part, "more": [{"two": part}, part]}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"inputs": {"a": {"b": [1, ...]}}}, r"inputs\['a'\]\['b'\]\[1\]"),
        ({"inputs": {"a": b"bytes"}}, r"inputs\['a'\].*bytes"),
        ({"inputs": {"a": {1, 2}}}, r"inputs\['a'\].*set"),
        ({"inputs": {"a": float("nan")}}, r"inputs\['a'\].*nan"),
        ({"inputs": {(1, 2): "a"}}, "key"),
        ({"inputs": "text"}, "inputs must be a dict"),
        ({"inputs": Nested}, "inputs"),
        ({"inputs": {"a": Path("not-there.pdf")}}, "no such file.*not-there.pdf"),
        ({"inputs": {"a": Path()}}, "not a file"),
        ({"config": {"promt": "x"}}, "promt.*prompt"),
        ({"config": "x"}, "config"),
        ({"metadata": {"enviroment": "dev"}}, "enviroment.*environment"),
        ({"callback_url": "example.com"}, "callback_url.*example.com"),
        ({"toolsets": "core"}, "toolsets"),
        ({"model": ""}, "model"),
        ({"skills": [{"skill_nam": "x"}]}, "skill_nam.*skill_name"),
        ({"skills": [{}]}, "skill_id"),
        ({"prompt": "a", "config": {"prompt": "b"}}, "prompt.*both"),
        ({"response_model": 7}, "response_model.*7"),
        ({"wait_timeout": -1, "batch": False}, "wait_timeout"),
    ],
    ids=str,
)
def test_p08_invalid_argument_is_named_before_anything_is_sent(
    client: Any, server: Server, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises((ValueError, TypeError), match=f"(?s){words}") as caught:
        client.agent.execute(**arguments)
    assert isinstance(caught.value, InputError)
    assert server.requests == []


def test_missing_file_is_a_file_not_found_error(client: Any, server: Server) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        client.agent.execute(inputs={"file": Path("no.pdf")}, prompt="Read it")
    assert isinstance(caught.value, MissingFileError)
    assert server.requests == []


def test_recursive_inputs_are_an_input_error(client: Any, server: Server) -> None:
    loop: dict[str, Any] = {}
    loop["loop"] = loop
    with pytest.raises(InputError, match="contains itself"):
        client.agent.execute(inputs=loop)
    assert server.requests == []


def test_execution_without_name_prompt_and_skills_is_left_to_the_service(client: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        client.agent.execute()
    assert caught.value.http_status == 422


def test_usage_and_name_of_an_execution(client: Any) -> None:
    execution = client.agent.execute("reader", inputs={"a": 1}, batch=False)
    assert execution.name.startswith("reader")
    assert execution.usage.credits_used == 0
    assert execution.completed_at >= execution.created_at
    assert execution.created_at.tzinfo is not None
    assert "credits_used" in execution.model_dump_json(indent=2)
    assert execution.raw["id"] == execution.id


def test_create_without_a_prompt_sends_nothing(client: Any, server: Server) -> None:
    for config in (
        AgentCreationConfig(),
        {"json_schema": {}},
        None,
        AgentCreationConfig(prompt=" "),
    ):
        with pytest.raises(ValueError, match=r"config\.prompt"):
            client.agent.create(config)
    assert server.requests == []


def test_create_then_find_by_name_id_and_prompt(client: Any, server: Server) -> None:
    created = client.agent.create(
        config=AgentCreationConfig(prompt="Sum it up", skills=[{"skill_name": "invoices"}]),
        name="summer",
        inputs={"file": MessageContent(type="file_url", file_url=FileUrl(url="https://a.b/c"))},
    )
    assert sent(server, "create_agent") == {
        "config": {
            "prompt": "Sum it up",
            "skills": [{"type": "skill_reference", "skill_name": "invoices"}],
        },
        "name": "summer",
        "inputs": {"file": {"type": "file_url", "file_url": {"url": "https://a.b/c"}}},
    }
    found = client.agent.get(name=created.name)
    assert found.id == created.id
    assert client.agent.get(id=created.id).prompt == "Sum it up"
    assert client.agent.get(prompt="Sum it up").name == found.name
    assert client.agent.get_by_id(created.id).id == created.id


def test_name_may_include_a_version(client: Any) -> None:
    assert client.agent.get("reader:1").prompt == "Read it"
    assert client.agent.get("reader").prompt == "Read it closely"


@pytest.mark.parametrize("arguments", [{}, {"name": "a", "id": "b"}, {"name": ""}, {"name": 7}])
def test_get_requires_exactly_one_argument(
    client: Any, server: Server, arguments: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"exactly one|name"):
        client.agent.get(**arguments)
    assert server.requests == []


def test_unknown_and_malformed_names(client: Any) -> None:
    with pytest.raises(ResourceNotFoundError):
        client.agent.get(name="nobody")
    with pytest.raises(ValidationError) as caught:
        client.agent.get(name="a:b:c")
    assert caught.value.http_status == 400


def test_list_and_its_documented_keywords(client: Any) -> None:
    everything = client.agent.list()
    assert len(everything) == 2
    assert client.agent.list(skip=1, limit=10) == everything[1:]
    assert client.agent.list(limit=1) == everything[:1]
    with pytest.raises(InputTypeError, match="limit"):
        client.agent.list(limit="10")


def test_agent_skills_are_the_client_s_skills(client: Any) -> None:
    assert [skill.name for skill in client.agent.skills.list()] == ["invoices"]
