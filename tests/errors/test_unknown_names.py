"""Names of other packages, for arguments, fields and attributes, get the name they have here."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vlmrun import AgentSkill, AsyncVLMRun, VLMRun
from vlmrun._messages import short_repr
from vlmrun._synonyms import SYNONYMS
from vlmrun.errors import InputError
from vlmrun.testing import Server
from vlmrun.types import (
    AgentExecutionConfig,
    AgentExecutionResponse,
    FileResponse,
    GenerationConfig,
    PredictionResponse,
)

FILE = Path("a.pdf")

ARGUMENTS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "timeout": (
        lambda client: client.agent.execute(prompt="a", timeout=60),
        r"agent.execute .*'timeout'.*options=\{'timeout': ...\}.*wait_timeout",
    ),
    "deadline": (
        lambda client: client.files.list(deadline=60),
        r"files.list .*'deadline'.*options=\{'deadline': ...\}",
    ),
    "schema": (
        lambda client: client.agent.execute(prompt="a", schema={}),
        "'schema'.*mean 'response_model'",
    ),
    "output_schema": (
        lambda client: client.image.generate("document.invoice", images=[FILE], output_schema={}),
        "image.generate .*'output_schema'.*mean 'response_model'",
    ),
    "file_path": (
        lambda client: client.document.generate(file_path=FILE, domain="document.invoice"),
        "document.generate .*'file_path'.*mean 'file'",
    ),
    "file of execute": (
        lambda client: client.agent.execute(prompt="a", file=FILE),
        r"'file'.*inputs=\{'file': Path\(...\)\}",
    ),
    "messages": (
        lambda client: client.agent.execute(messages=[{"role": "user", "content": "a"}]),
        "'messages'.*mean 'prompt'",
    ),
    "wait": (
        lambda client: client.agent.execute(prompt="a", wait=True),
        "'wait'.*mean 'batch=False'",
    ),
    "webhook_url": (
        lambda client: client.agent.execute(prompt="a", webhook_url="https://example.com"),
        "'webhook_url'.*mean 'callback_url'",
    ),
    "poll_interval": (
        lambda client: client.executions.wait("id", poll_interval=1),
        "executions.wait .*'poll_interval'.*mean 'sleep'",
    ),
    "per_page of iterate": (
        lambda client: client.predictions.iterate(per_page=5),
        "predictions.iterate .*'per_page'.*mean 'page_size'",
    ),
    "idempotency_key": (
        lambda client: client.agent.execute(prompt="a", idempotency_key="x"),
        "'idempotency_key'.*mean 'id'",
    ),
    "spelling": (
        lambda client: client.agent.execute(promt="a"),
        "'promt'.*mean 'prompt'",
    ),
    "nothing similar": (
        lambda client: client.files.delete("id", xyz=1),
        "files.delete has no argument 'xyz'. Known: file_id, options",
    ),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_an_argument_that_a_method_does_not_have(client: Any, server: Server, name: str) -> None:
    call, message = ARGUMENTS[name]
    with pytest.raises(TypeError, match=f"client.*{message}") as caught:
        call(client)
    assert isinstance(caught.value, InputError)
    assert server.requests == []


@pytest.mark.parametrize("cls", [VLMRun, AsyncVLMRun])
@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        ({"apikey": "sk-secret"}, "'api_key'"),
        ({"token": "sk-secret"}, "'api_key'"),
        ({"retries": 3}, "'max_retries'"),
        ({"proxies": {}}, r"'http_client=httpx.Client\(...\)'"),
        ({"default_headers": {}}, r"with_options\(headers=...\)"),
        ({"base_ulr": ""}, "'base_url'"),
    ],
)
def test_an_argument_that_a_client_does_not_have(cls: Any, arguments: Any, meant: str) -> None:
    name = next(iter(arguments))
    with pytest.raises(TypeError, match=f"{cls.__name__} .*'{name}'.*mean {meant}") as caught:
        cls(**arguments)
    frames = inspect.getinnerframes(caught.tb)[1:]
    shown = [short_repr(each) for frame in frames for each in frame.frame.f_locals.values()]
    assert frames
    assert [each for each in shown if "sk-secret" in each] == []


def test_the_signatures_are_those_of_the_methods() -> None:
    assert "response_model" in inspect.signature(VLMRun("k").agent.execute).parameters
    assert list(inspect.signature(VLMRun).parameters)[:2] == ["api_key", "base_url"]
    assert inspect.iscoroutinefunction(AsyncVLMRun("k").agent.execute)
    assert not inspect.iscoroutinefunction(VLMRun("k").agent.execute)


@pytest.mark.parametrize(
    ("cls", "field", "meant"),
    [
        (AgentExecutionConfig, "schema", "response_model"),
        (AgentExecutionConfig, "instructions", "prompt"),
        (GenerationConfig, "outputSchema", "response_model"),
        (GenerationConfig, "pages", "page_indices"),
        (AgentSkill, "id", "skill_id"),
    ],
)
def test_a_field_that_a_type_does_not_have(cls: Any, field: str, meant: str) -> None:
    with pytest.raises(InputError, match=f"{cls.__name__} has no field '{field}'.*'{meant}'"):
        cls(**{field: None})


EXECUTION = AgentExecutionResponse(id="e")
ATTRIBUTES: list[tuple[Callable[[Any], Any], str, str, str]] = [
    (lambda client: client, "VLMRun", "responses", "agent.completions"),
    (lambda client: client, "VLMRun", "embeddings", "gateway.embeddings"),
    (lambda client: client, "VLMRun", "jobs", "executions"),
    (lambda client: client.agent, "client.agent", "run", "execute"),
    (lambda client: client.document, "client.document", "extract", "generate"),
    (lambda client: client.executions, "client.executions", "retrieve", "get"),
    (lambda client: client.files, "client.files", "create", "upload"),
    (lambda client: client.files, "client.files", "uploads", "upload"),
    (lambda client: client.skills, "client.skills", "retrieve", "get"),
    (lambda _: EXECUTION, "AgentExecutionResponse", "output", "response"),
    (lambda _: EXECUTION, "AgentExecutionResponse", "job_id", "id"),
    (lambda _: EXECUTION, "AgentExecutionResponse", "state", "status"),
    (lambda _: PredictionResponse(id="p"), "PredictionResponse", "result", "response"),
    (lambda _: FileResponse(id="f"), "FileResponse", "file_id", "id"),
]


@pytest.mark.parametrize(
    ("of", "owner", "name", "meant"),
    ATTRIBUTES,
    ids=[f"{each[1]}.{each[2]}" for each in ATTRIBUTES],
)
def test_an_attribute_that_does_not_exist(of: Any, owner: str, name: str, meant: str) -> None:
    message = f"{owner} has no attribute '{name}'. Did you mean '{meant}'?"
    with pytest.raises(AttributeError, match=re.escape(message)):
        getattr(of(VLMRun("key")), name)


def test_a_field_that_is_newer_than_this_version() -> None:
    execution = AgentExecutionResponse.model_validate({"id": "e", "stage": 3})
    with pytest.raises(
        AttributeError, match=r"'stage' yet, but it was sent: model_extra\['stage'\]"
    ):
        _ = execution.stage


def test_an_attribute_like_no_other_gets_the_list_of_attributes() -> None:
    with pytest.raises(AttributeError, match=r"'choices'. Known: .*response, .*to_json"):
        _ = EXECUTION.choices
    with pytest.raises(AttributeError, match=r"client.skills .*'delete'. Known: create, .*update"):
        _ = VLMRun("key").skills.delete


@pytest.mark.parametrize("name", ["__wrapped__", "_repr_svg_", "nothing_like_it"])
def test_other_attributes_are_missing_as_usual(name: str) -> None:
    for each in (VLMRun("key"), VLMRun("key").files, EXECUTION):
        assert not hasattr(each, name)


def test_the_names_are_in_the_form_that_they_are_looked_up_by() -> None:
    assert [name for name in SYNONYMS if re.sub("[^a-z0-9]", "", name) != name] == []
