"""Likely mistakes of new users: each message names the mistake, the value and the remedy."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from vlmrun import AgentSkill, AsyncVLMRun, VLMRun
from vlmrun.testing import Fault, Server
from vlmrun.types import AgentExecutionConfig

PDF = Path(__file__).parents[2] / "examples/inputs/referral.pdf"
CHAT: dict[str, Any] = {"model": "vlmrun-orion-1:auto"}


class Mistake(NamedTuple):
    """A wrong call, and what its error must contain: the mistake, the value, the remedy."""

    call: Callable[[Any, Server], Any]
    contains: tuple[str, ...]


def client_of(server: Server, **settings: Any) -> VLMRun:
    return VLMRun(**{"base_url": server.url, "api_key": "test", "max_retries": 0, **settings})


def wait_shortly(client: Any, server: Server) -> None:
    client.executions.wait(client.agent.execute(prompt="a").id, timeout=0)


def throttled(client: Any, server: Server) -> None:
    server.inject(Fault("list_executions", status=429, headers={"Retry-After": "99999"}))
    client.executions.list()


def get_prediction_as_execution(client: Any, server: Server) -> None:
    client.executions.get(server.add_prediction({"a": 1}, id="p-1"))


MISTAKES = {
    "M02 wait_timeout": Mistake(
        lambda client, server: client.agent.execute(prompt="a", batch=True, wait_timeout=5),
        ("wait_timeout", "batch=True", "batch=False"),
    ),
    "M02 on_update": Mistake(
        lambda client, server: client.agent.execute(prompt="a", on_update=print),
        ("on_update", "batch=True", "batch=False"),
    ),
    "M02 through_pause": Mistake(
        lambda client, server: client.document.generate(
            file=PDF, domain="document.invoice", batch=True, through_pause=True
        ),
        ("through_pause", "batch=True", "batch=False"),
    ),
    "M09 base URL without /v1": Mistake(
        lambda client, server: client_of(server, base_url=server.url[:-3]).healthcheck(),
        ("base URL", "no /v1", "http://127.0.0.1"),
    ),
    "M10 domain as file": Mistake(
        lambda client, server: client.document.generate("document.invoice", PDF),
        ("url must be a str", "referral.pdf", "file=", "domain="),
    ),
    "M11 file as domain": Mistake(
        lambda client, server: client.image.generate(PDF),
        ("domain must be a str", "PosixPath", "images="),
    ),
    "M15 a path in chat": Mistake(
        lambda client, server: client.agent.completions.create(
            messages=[{"role": "user", "content": PDF}], **CHAT
        ),
        ("messages", "referral.pdf", "client.files.upload"),
    ),
    "M17 prompt as name": Mistake(
        lambda client, server: client.agent.execute("Summarize this document"),
        ("No agent is named", "Summarize this document", "prompt="),
    ),
    "M18 nobody listens": Mistake(
        lambda client, server: client_of(server, base_url="http://127.0.0.1:9/v1").healthcheck(),
        ("connection", "127.0.0.1:9", "base URL"),
    ),
    "M19 Bearer": Mistake(
        lambda client, server: VLMRun(api_key="Bearer abc"),
        ("api_key", "Bearer", "key alone"),
    ),
    "M19 quotes": Mistake(
        lambda client, server: VLMRun(api_key='"abc"'), ("api_key", "quotes", "key alone")
    ),
    "M20 misspelt domain": Mistake(
        lambda client, server: client.document.generate(file=PDF, domain="document.invoce"),
        ("document.invoce", "Did you mean 'document.invoice'?"),
    ),
    "M22 wait timed out": Mistake(
        wait_shortly, ("not finished within 0 s", "client.executions.wait(")
    ),
    "M23 prediction as execution": Mistake(
        get_prediction_as_execution, ("No execution", "p-1", "client.predictions.get")
    ),
    "M24 job as id": Mistake(
        lambda client, server: client.executions.wait(client.agent.execute(prompt="a")),
        ("id must be a str", "AgentExecutionResponse", "id=x.id"),
    ),
    "M26 name as skills": Mistake(
        lambda client, server: client.agent.execute(prompt="a", skills="x"),
        ("skills", "str 'x'", "AgentSkill(skill_name='x')"),
    ),
    "M26 names as skills": Mistake(
        lambda client, server: client.agent.execute(prompt="a", skills=["x"]),
        ("skills[0]", "str 'x'", "AgentSkill(skill_name='x')"),
    ),
    "M26 names as skills of a configuration": Mistake(
        lambda client, server: AgentExecutionConfig(skills=["x"]),
        ("AgentExecutionConfig.skills[0]", "str 'x'", "AgentSkill(skill_name='x')"),
    ),
    "M26 name as skills of a chat": Mistake(
        lambda client, server: client.agent.completions.create(messages=[], skills="x", **CHAT),
        ("skills[0]", "str 'x'", "AgentSkill(skill_name='x')"),
    ),
    "M27 long Retry-After": Mistake(throttled, ("429", "99999 s")),
    "M28 PDF as image": Mistake(
        lambda client, server: client.image.generate("document.invoice", images=[PDF]),
        ("images[0]", "referral.pdf", "it is a PDF", "client.document.generate"),
    ),
    "M21 bytes in inputs": Mistake(
        lambda client, server: client.agent.execute(prompt="a", inputs={"file": b"abc"}),
        ("inputs['file']", "b'abc'", "('scan.pdf', data)"),
    ),
    "M04 an example as schema": Mistake(
        lambda client, server: client.agent.execute(prompt="a", response_model={"total": 12.5}),
        ("response_model", "'total'", "'type': 'number'"),
    ),
    "M08 positional argument": Mistake(
        lambda client, server: AgentSkill("x"), ("AgentSkill", "str 'x'", "skill_name=")
    ),
    "M13 a class in a schema": Mistake(
        lambda client, server: client.agent.execute(prompt="a", response_model={"total": float}),
        ("response_model['total']", "float", "'type': 'number'"),
    ),
    "M14 no object": Mistake(
        lambda client, server: client.agent.execute(prompt="a", response_model=str),
        ("response_model", "str", "class Result"),
    ),
    "M16 assignment": Mistake(
        lambda client, server: setattr(AgentSkill(skill_name="x"), "skill_name", "y"),
        ("AgentSkill.skill_name", "model_copy(update="),
    ),
    "F17 assignment to the client": Mistake(
        lambda client, server: setattr(client, "timeout", 5),
        ("client.timeout", "with_options(timeout=5)"),
    ),
    "M29 attribute of a dict": Mistake(
        lambda client, server: (
            client.document.generate(file=PDF, domain="document.invoice").response.invoice_id
        ),
        ("invoice_id", "response['invoice_id']", "autocast=True"),
    ),
    "M30 misspelt resource": Mistake(
        lambda client, server: client.agents, ("VLMRun", "'agents'", "Did you mean 'agent'?")
    ),
    "M30 chat of another SDK": Mistake(
        lambda client, server: client.chat, ("'chat'", "Did you mean 'agent.completions'")
    ),
}


def message_of(server: Server, call: Callable[[Any, Server], Any]) -> str:
    """Return the message of the error that a call raises."""
    with (
        client_of(server) as client,
        pytest.raises(Exception) as caught,  # noqa: PT011 - the message is what counts
    ):
        call(client, server)
    return str(caught.value)


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_names_mistake_value_and_remedy(server: Server, name: str) -> None:
    message = message_of(server, MISTAKES[name].call)
    assert [part for part in MISTAKES[name].contains if part not in message] == [], message


@contextmanager
def no_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_a_sync_call_in_an_event_loop_warns_with_the_line_of_the_caller(server: Server) -> None:
    async def call(client: VLMRun) -> None:
        client.healthcheck()

    with (
        client_of(server) as client,
        pytest.warns(RuntimeWarning, match=r"blocks the event loop.*AsyncVLMRun") as caught,
    ):
        asyncio.run(call(client))
    assert [Path(each.filename) for each in caught] == [Path(__file__)]


def test_calls_in_a_thread_and_of_the_async_client_do_not_warn(server: Server) -> None:
    async def call(client: VLMRun) -> None:
        await asyncio.to_thread(client.healthcheck)
        async with AsyncVLMRun(base_url=server.url, api_key="test") as async_client:
            await async_client.healthcheck()

    with client_of(server) as client, no_warning():
        asyncio.run(call(client))
    assert [request.operation for request in server.requests] == ["check_health"] * 2
