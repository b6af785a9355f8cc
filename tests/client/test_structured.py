"""The form of the answer: what `response_model` may be, what is sent of it, and `.parsed`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, TypedDict

import attrs
import pydantic
import pytest

import vlmrun.testing
from vlmrun.client.types import AgentExecutionConfig
from vlmrun.errors import InputError, JobNotCompletedError, ResponseDecodeError
from vlmrun.testing import Server

ANSWER = {"total": 12.5, "lines": [{"text": "paper"}]}
SCHEMA = {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}


class PydanticLine(pydantic.BaseModel):
    text: str


class PydanticInvoice(pydantic.BaseModel):
    total: float
    lines: list[PydanticLine]


@dataclasses.dataclass
class DataclassLine:
    text: str


@dataclasses.dataclass
class DataclassInvoice:
    total: float
    lines: list[DataclassLine]


@attrs.define
class AttrsInvoice:
    total: float
    lines: list[DataclassLine]


class TypedDictInvoice(TypedDict):
    total: float
    lines: list[DataclassLine]


@pytest.fixture
def server() -> Iterator[Server]:
    """A server whose executions have completed at the first look."""
    with vlmrun.testing.serve(polls=1) as server:
        yield server


@pytest.fixture(autouse=True)
def answer(server: Server) -> None:
    server.on_execute(lambda _: ANSWER)


def sent_schema(server: Server) -> dict[str, Any]:
    (request,) = (each for each in server.requests if each.operation == "execute_agent")
    schema: dict[str, Any] = request.json["config"]["json_schema"]
    return schema


@pytest.mark.parametrize("model", [PydanticInvoice, DataclassInvoice, AttrsInvoice])
def test_parsed_is_an_instance_and_response_stays_plain(
    client: Any, server: Server, model: Any
) -> None:
    execution = client.agent.execute(prompt="Add up", response_model=model, batch=False)
    assert isinstance(execution.parsed, model)
    assert execution.parsed.total == 12.5
    assert execution.parsed.lines[0].text == "paper"
    assert execution.response == ANSWER
    assert type(execution.response) is dict
    schema = sent_schema(server)
    assert schema["type"] == "object"
    assert set(schema["properties"]) == {"total", "lines"}


def test_typed_dict(client: Any, server: Server) -> None:
    execution = client.agent.execute(prompt="a", response_model=TypedDictInvoice, batch=False)
    assert execution.parsed["total"] == 12.5
    assert execution.parsed["lines"][0] == DataclassLine("paper")
    assert sent_schema(server)["required"] == ["lines", "total"]


def test_json_schema_is_sent_unchanged_and_parsed_is_the_response(
    client: Any, server: Server
) -> None:
    execution = client.agent.execute(prompt="a", response_model=SCHEMA, batch=False)
    assert sent_schema(server) == SCHEMA
    assert execution.parsed == ANSWER


def test_without_a_response_model_there_is_nothing_parsed(client: Any) -> None:
    execution = client.agent.execute(prompt="a", batch=False)
    assert execution.parsed is None
    assert execution.response == ANSWER


def test_in_the_config_as_in_the_shortcut(client: Any, server: Server) -> None:
    config = AgentExecutionConfig(prompt="a", response_model=PydanticInvoice)
    execution = client.agent.execute(config=config, batch=False)
    assert isinstance(execution.parsed, PydanticInvoice)
    assert sent_schema(server) == PydanticInvoice.model_json_schema()


@pytest.mark.parametrize("how", ["executions.get", "executions.wait", "predictions.wait"])
def test_client_remembers_the_model_of_what_it_submitted(client: Any, how: str) -> None:
    id = client.agent.execute(prompt="a", response_model=PydanticInvoice).id
    client.executions.wait(id)
    resource, method = how.split(".")
    found = getattr(getattr(client, resource), method)(id)
    assert isinstance(found.parsed, PydanticInvoice)


def test_another_client_needs_the_response_model(client: Any, connect: Callable[..., Any]) -> None:
    id = client.agent.execute(prompt="a", response_model=PydanticInvoice).id
    other = connect()
    assert other.executions.wait(id).parsed is None
    found = other.executions.get(id, response_model=DataclassInvoice)
    assert isinstance(found.parsed, DataclassInvoice)


def test_unfinished_execution_has_nothing_parsed(client: Any) -> None:
    submitted = client.agent.execute(prompt="a", response_model=PydanticInvoice)
    with pytest.raises(JobNotCompletedError, match=submitted.id):
        _ = submitted.parsed


def test_response_that_does_not_fit_is_in_the_error(client: Any, server: Server) -> None:
    server.on_execute(lambda _: {"total": "a lot"})
    execution = client.agent.execute(prompt="a", response_model=PydanticInvoice, batch=False)
    assert execution.response == {"total": "a lot"}
    with pytest.raises(ResponseDecodeError, match="PydanticInvoice") as caught:
        print(execution.parsed)
    assert caught.value.raw == {"total": "a lot"}


def test_documented_code_keeps_working(client: Any) -> None:
    execution = client.agent.execute(prompt="a", response_model=PydanticInvoice, batch=False)
    assert PydanticInvoice.model_validate(execution.response).total == 12.5
    assert PydanticInvoice(**execution.response).total == 12.5
    assert (execution.response or {})["total"] == 12.5


def test_both_forms_of_a_schema_are_an_input_error(client: Any, server: Server) -> None:
    with pytest.raises(InputError, match="response_model or json_schema"):
        client.agent.execute(config={"json_schema": SCHEMA}, response_model=PydanticInvoice)
    assert server.requests == []


def test_mock_server_fills_a_schema_with_a_marked_sample(client: Any, server: Server) -> None:
    server.on_execute(None)
    execution = client.agent.execute(prompt="a", response_model=PydanticInvoice, batch=False)
    assert isinstance(execution.parsed, PydanticInvoice)
    assert "not read from the inputs" in execution.usage.message
