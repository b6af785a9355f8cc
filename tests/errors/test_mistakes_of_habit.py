"""Mistakes of developers who know other packages, and slips; none is on the list of a review.

As in `test_likely_mistakes.py`, each message names mistake, value and remedy.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pydantic
import pytest
from typing_extensions import TypedDict

from tests.errors.test_likely_mistakes import CHAT, PDF, message_of
from vlmrun import AgentSkill, AsyncVLMRun, VLMRun
from vlmrun.testing import Server
from vlmrun.types import AgentExecutionConfig, FileUrl, GenerationConfig, MessageContent

URL = "https://example.com/a.pdf"
INVOICE = "document.invoice"
SCHEMA = {"type": "json_schema", "json_schema": {"name": "invoice", "schema": {"type": "object"}}}
MESSAGES = [{"role": "user", "content": "Hello"}]


class Invoice(pydantic.BaseModel):
    total: float


class InvoiceDict(TypedDict):
    total: float


@dataclass
class Total:
    total: float


def execute(**arguments: Any) -> Callable[[Any, Server], Any]:
    return lambda client, _: client.agent.execute(**{"prompt": "a", **arguments})


def document(**arguments: Any) -> Callable[[Any, Server], Any]:
    return lambda client, _: client.document.generate(**{"domain": INVOICE, **arguments})


def image(**arguments: Any) -> Callable[[Any, Server], Any]:
    return lambda client, _: client.image.generate(**{"domain": INVOICE, **arguments})


def settings(**arguments: Any) -> Callable[[Any, Server], Any]:
    return lambda _, __: VLMRun(**{"api_key": "a", **arguments})


def done(client: Any) -> Any:
    return client.agent.execute(prompt="a", batch=False)


def answered(client: Any, server: Server, response_model: Any = None) -> Any:
    server.on_execute(lambda _: {"total": 12.5})
    return client.agent.execute(prompt="a", response_model=response_model, batch=False)


def with_statement(_: Any, __: Server) -> None:
    with AsyncVLMRun("key"):  # type: ignore[attr-defined]
        pass


def async_with_statement(client: VLMRun, _: Server) -> None:
    async def enter() -> None:
        async with client:  # type: ignore[attr-defined]
            pass

    asyncio.run(enter())


MISTAKES: dict[str, tuple[Callable[[Any, Server], Any], tuple[str, ...]]] = {
    # arguments under the name of another package
    "timeout": (execute(timeout=60), ("'timeout'", "options={'timeout': ...}", "wait_timeout")),
    "schema": (execute(output_schema=Invoice), ("'output_schema'", "'response_model'")),
    "json_schema": (execute(json_schema={}), ("'json_schema'", "config={'json_schema': ...}")),
    "grounding": (document(file=PDF, grounding=True), ("'grounding'", "config={'grounding': ")),
    "pages": (document(file=PDF, page_numbers=[0]), ("'page_numbers'", "Did you mean 'pages'")),
    "pages of execute": (
        lambda client, _: client.document.execute("a", file=PDF, pages=[0]),
        ("'pages'", "config={'page_indices': ...}"),
    ),
    "file_path": (document(file_path=PDF), ("'file_path'", "Did you mean 'file'")),
    "files": (execute(files=[PDF]), ("'files'", "inputs={'file': Path(...)}")),
    "images of execute": (execute(images=[PDF]), ("'images'", "inputs={'image': Path(...)}")),
    "wait": (execute(wait=True), ("'wait'", "batch=False")),
    "version": (execute(version="2"), ("'version'", "name='agent:version'")),
    "instructions": (
        lambda client, _: client.agent.execute(instructions="a"),
        ("'instructions'", "'prompt'"),
    ),
    "webhook": (execute(webhook_url=URL), ("'webhook_url'", "'callback_url'")),
    "tools": (execute(tools=["web"]), ("'tools'", "'toolsets'")),
    "skill": (execute(skill="x"), ("'skill'", "skills=[AgentSkill(skill_name=...)]")),
    "url of images": (image(url=URL), ("'url'", "'urls'")),
    "per_page of iterate": (
        lambda client, _: client.files.iterate(per_page=5),
        ("client.files.iterate", "'per_page'", "'page_size'"),
    ),
    "prompt of a chat": (
        lambda client, _: client.agent.completions.create(prompt="a", messages=MESSAGES, **CHAT),
        ("'prompt'", "'messages'"),
    ),
    "argument of the service in a chat": (
        lambda client, _: client.agent.completions.create(preview=True, messages=MESSAGES, **CHAT),
        ("'preview'", "extra_body={'preview': ...}"),
    ),
    "apikey": (lambda _, __: VLMRun(apikey="a"), ("VLMRun", "'apikey'", "'api_key'")),
    "default_headers": (
        settings(default_headers={}),
        ("'default_headers'", "with_options(headers=...)"),
    ),
    "proxies": (settings(proxies={}), ("'proxies'", "http_client=httpx.Client(...)")),
    # arguments by position
    "key and URL swapped": (settings(api_key=URL), ("api_key is a URL", "base_url=")),
    "domain as URL": (
        lambda client, _: client.document.generate(PDF, INVOICE),
        ("url must start with", "'document.invoice'", "domain="),
    ),
    "domain as file": (
        lambda client, _: client.audio.generate("audio.transcription", file="a.mp3"),
        ("client.audio.generate got file twice", "'audio.transcription'", "Name all arguments"),
    ),
    "too many": (
        lambda client, _: client.executions.wait("id", 60, 1, print),
        ("client.executions.wait", "<built-in function print>", "id, timeout, sleep"),
    ),
    "none": (lambda client, _: client.executions.get(), ("client.executions.get needs id=",)),
    # methods and attributes of other packages
    "responses": (lambda client, _: client.responses, ("'responses'", "'agent.completions'")),
    "predict": (lambda client, _: client.predict(PDF), ("'predict'", "'document.generate'")),
    "run": (lambda client, _: client.agent.run("a"), ("client.agent", "'run'", "'execute'")),
    "create": (
        lambda client, _: client.executions.create(),
        ("client.executions", "'create'", "client.agent.execute"),
    ),
    "retrieve": (lambda client, _: client.files.retrieve("a"), ("'retrieve'", "'get'")),
    "download": (lambda client, _: client.files.download("a"), ("'download'", "'get_content'")),
    "delete": (lambda client, _: client.skills.delete("a"), ("client.skills", "Known: create,")),
    "data": (lambda client, _: client.files.list().data, ("Page", "'data'", "is a list")),
    "output": (lambda client, _: done(client).output, ("'output'", "'response'")),
    "is_done": (lambda client, _: done(client).is_done, ("'is_done'", "'is_finished'")),
    "choices": (lambda client, _: done(client).choices, ("'choices'", "Known:", "response")),
    "subscript": (
        lambda client, _: done(client)["response"],
        ("AgentExecutionResponse is not a dict", "['response']", "to_dict()"),
    ),
    "field of the response": (
        lambda client, server: answered(client, server).total,
        ("'total'", "its response has: .response['total']"),
    ),
    "field of the response model": (
        lambda client, server: answered(client, server, Invoice).total,
        ("'total'", "its response has: .parsed.total"),
    ),
    "field of a TypedDict": (
        lambda client, server: answered(client, server, InvoiceDict)["total"],
        ("['total']", "Its response has it: .response['total']"),
    ),
    "subscript of a response model": (
        lambda client, server: answered(client, server, Invoice)["total"],
        ("['total']", "Its response has it: .parsed.total"),
    ),
    "subscript that no dict has": (
        lambda client, server: answered(client, server, Invoice)[["total"]],
        ("[['total']]", "to_dict()"),
    ),
    "with": (with_statement, ("AsyncVLMRun", "`with`", "async with")),
    "async with": (async_with_statement, ("VLMRun", "`async with`", "AsyncVLMRun()")),
    # values
    "response_format as schema": (
        execute(response_model=SCHEMA),
        ("response_model", "'json_schema'", "response_model['json_schema']['schema']"),
    ),
    "type of Python in a schema": (
        execute(response_model={"type": "object", "properties": {"total": {"type": "float"}}}),
        ("['properties']['total']", "'float'", "'number'"),
    ),
    "instance of a dataclass": (
        execute(response_model=Total(1)),
        ("instance of Total", "response_model=Total"),
    ),
    "list of models": (execute(response_model=list[Invoice]), ("list[", "class Result")),
    "toolset alone": (execute(toolsets="web"), ("toolsets", "'web'", "toolsets=['web']")),
    "name in place of a configuration": (
        lambda client, _: client.agent.create("Read it"),
        ("config", "'Read it'", "AgentCreationConfig(prompt='Read it')"),
    ),
    "configuration of another call": (
        execute(config=GenerationConfig(detail="hi")),
        ("config must be AgentExecutionConfig", "GenerationConfig"),
    ),
    "path in place of inputs": (execute(inputs=PDF), ("inputs", "inputs={'file': Path('a.pdf')}")),
    "URL in place of a part": (
        lambda _, __: MessageContent(type="image_url", image_url=URL),
        ("MessageContent.image_url", URL, f"ImageUrl(url='{URL}')"),
    ),
    "local path as URL": (
        lambda _, __: FileUrl(url="/tmp/a.pdf"),
        ("FileUrl.url", "'/tmp/a.pdf'", "client.files.upload"),
    ),
    "name of a stored skill": (
        lambda _, __: AgentSkill(name="invoices"),
        ("name='invoices'", "AgentSkill(skill_name='invoices')"),
    ),
    "several images as one": (image(file=[PDF]), ("file", "referral.pdf", "images=[...]")),
    "timestamp": (execute(created_at=1.5), ("created_at", "datetime", "float 1.5")),
    "timeout of httpx": (settings(timeout=httpx.Timeout(5)), ("timeout", "seconds", "Timeout(")),
    "timedelta": (
        settings(timeout=datetime.timedelta(seconds=5)),
        ("timeout must be seconds", "timedelta(seconds=5)"),
    ),
    "client of the other kind": (
        settings(http_client=httpx.AsyncClient()),
        ("http_client must be an httpx.Client", "AsyncClient"),
    ),
    "URL of another package": (
        lambda _, server: VLMRun("key", base_url=f"{server.url}/openai").healthcheck(),
        ("base URL", "must end with /v1", "/v1/openai"),
    ),
    "no domain": (document(domain=None, file=PDF), ("domain", "Pass domain=", "skills=")),
    "an object for its id": (
        lambda client, _: client.files.delete(client.files.upload(PDF)),
        ("file_id must be a str", "FileResponse", "file_id=x.id"),
    ),
    "execution as prediction": (
        lambda client, _: client.feedback.submit("no-such-id", notes="a"),
        ("request_id", "no-such-id", "agent_execution_id"),
    ),
    "text as response": (
        lambda client, _: client.feedback.submit("id", response="good"),
        ("response must be a dict", "'good'", "notes="),
    ),
    "file name as artifact": (
        lambda client, _: client.artifacts.get("plot.png", execution_id="a"),
        ("'plot.png'", "img_", "filename="),
    ),
    "field of the other configuration": (
        lambda _, __: AgentExecutionConfig(detail="hi"),
        ("AgentExecutionConfig", "'detail'", "Known: json_schema, mode"),
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_names_mistake_value_and_remedy(server: Server, name: str) -> None:
    call, contains = MISTAKES[name]
    message = message_of(server, call)
    assert [part for part in contains if part not in message] == [], message


def test_a_file_that_is_missing_is_reported_before_anything_is_sent(server: Server) -> None:
    missing = Path("no-such-file.pdf")
    for call in (document(file=missing), execute(inputs={"file": missing}), image(file=missing)):
        assert "no-such-file.pdf" in message_of(server, call)
    assert server.requests == []
