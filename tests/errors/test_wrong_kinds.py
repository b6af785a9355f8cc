"""Values of a wrong kind for each kind of argument, in both clients.

As in `test_likely_mistakes.py`, each message names mistake, value and remedy.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pydantic
import pytest

from tests.errors.test_likely_mistakes import CHAT, PDF
from vlmrun import AgentSkill, AsyncVLMRun, VLMRun
from vlmrun.errors import VLMRunError
from vlmrun.testing import Server
from vlmrun.types import AgentExecutionConfig, GenerationConfig

URL = "https://example.com/a.png"
MESSAGES = [{"role": "user", "content": "a"}]


class Invoice(pydantic.BaseModel):
    total: float


class Execute:
    """A call of `client.agent.execute` with some arguments."""

    defaults: ClassVar[dict[str, Any]] = {"prompt": "a"}

    def __init__(self, **arguments: Any) -> None:
        self.arguments = {**self.defaults, **arguments}

    def __call__(self, client: Any) -> Any:
        return client.agent.execute(**self.arguments)


class Document(Execute):
    """A call of `client.document.generate` with some arguments."""

    defaults: ClassVar[dict[str, Any]] = {"domain": "document.invoice"}

    def __call__(self, client: Any) -> Any:
        return client.document.generate(**self.arguments)


class Chat(Execute):
    """A call of `client.agent.completions.create` with some arguments."""

    defaults: ClassVar[dict[str, Any]] = {"messages": MESSAGES, **CHAT}

    def __call__(self, client: Any) -> Any:
        return client.agent.completions.create(**self.arguments)


def options(**values: Any) -> Execute:
    return Execute(options=values)


def content(value: Any) -> Chat:
    return Chat(messages=[{"role": "user", "content": value}])


MISTAKES: dict[str, tuple[Callable[[Any], Any], tuple[str, ...]]] = {
    # str
    "list as prompt": (Execute(prompt=["a", "b"]), ("prompt", "['a', 'b']", "prompt='...'")),
    "number as prompt": (Execute(prompt=1), ("prompt", "int 1", "prompt='1'")),
    "pair as name": (Execute(name=("a", "1")), ("name", "('a', '1')", "name='...'")),
    "class as model": (Execute(model=Invoice), ("model", "Invoice", "model='...'")),
    "empty model": (Execute(model=""), ("model is empty", "model='...'", "leave it out")),
    "list of one domain": (
        Document(file=PDF, domain=["document.invoice"]),
        ("domain", "['document.invoice']", "Pass one: domain='document.invoice'"),
    ),
    "list of one id": (
        lambda client: client.files.delete(["f-1"]),
        ("file_id must be a str", "['f-1']", "file_id='f-1'"),
    ),
    "function as callback": (
        Execute(callback_url=print),
        ("callback_url must be a str", "print", "callback_url='...'"),
    ),
    "path of a callback": (
        Execute(callback_url="/done"),
        ("callback_url", "'/done'", "https://example.com/path"),
    ),
    "number as priority": (Execute(priority=1), ("priority", "int 1", "Known: ", "high")),
    "number as toolset": (Execute(toolsets=[1]), ("toolsets", "int 1", "Known: ", "web")),
    # bool and numbers
    "str as batch": (Execute(batch="false"), ("batch", "'false'", "batch=True or batch=False")),
    "str as retries": (options(max_retries="3"), ("max_retries", "'3'", "max_retries=3")),
    "float as retries": (options(max_retries=1.5), ("max_retries", "1.5", "max_retries=1")),
    "str as limit": (
        lambda client: client.executions.list(limit="5"),
        ("limit must be an int", "'5'", "limit=5"),
    ),
    "str as temperature": (
        Document(file=PDF, config={"temperature": "0"}),
        ("config.temperature must be float", "'0'", "temperature=0.0"),
    ),
    "str as budget": (
        lambda client: client.usage(budget="5"),
        ("budget", "'5'", "budget=5.0"),
    ),
    # times
    "date as deadline": (
        options(deadline=datetime.date(2030, 1, 1)),
        ("deadline", "date(2030, 1, 1)", "datetime.now(timezone.utc) + timedelta("),
    ),
    "str as deadline": (
        options(deadline="2030-01-01"),
        ("deadline", "'2030-01-01'", "datetime.now(timezone.utc) + timedelta("),
    ),
    # dicts, lists and functions
    "number as options": (Execute(options=5), ("options must be a dict", "5", "{'timeout': 60}")),
    "text as headers": (options(headers="a"), ("headers must be a dict", "str", "'X-Name'")),
    "number in headers": (options(headers={"a": 1}), ("headers['a']", "int", "str(x)")),
    "lines in headers": (
        options(headers={"a": "x\ny"}),
        ("headers['a'] contains '\\n'", "on one line"),
    ),
    "number as key": (Execute(inputs={1: "a"}), ("inputs has the key 1", "Use '1'")),
    "name of a function": (
        Execute(batch=False, on_update="print"),
        ("on_update must be a function", "'print'", "on_update=print"),
    ),
    "folder as bool": (Execute(batch=False, save_to=True), ("save_to", "True", "save_to='...'")),
    "schema as str": (
        Document(file=PDF, config={"json_schema": "{}"}),
        ("json_schema must be a dict", "'{}'", "json.loads(x)"),
    ),
    "schema as class": (
        Document(file=PDF, config={"json_schema": Invoice}),
        ("json_schema must be a dict", "Invoice", "Pass response_model=Invoice"),
    ),
    "pages of a configuration": (
        lambda _: GenerationConfig(page_indices="1-2"),  # type: ignore[arg-type]
        ("page_indices must be a list", "'1-2'", "page_indices=[...]"),
    ),
    # classes, and instances of other classes
    "class as config": (
        Execute(config=AgentExecutionConfig),
        (
            "config",
            "AgentExecutionConfig",
            "instance of the class: AgentExecutionConfig(prompt=",
        ),
    ),
    "configuration of another call": (
        Document(file=PDF, config=AgentExecutionConfig(prompt="a")),
        ("config must be GenerationConfig", "AgentExecutionConfig", "Pass GenerationConfig("),
    ),
    "class of an open file": (
        lambda client: client.files.upload(io.BytesIO),
        ("file is the class BytesIO", "BytesIO(...)"),
    ),
    # skills
    "class as skill": (
        Execute(skills=[AgentSkill]),
        ("skills[0]", "AgentSkill", "AgentSkill(skill_name=...)"),
    ),
    "None as skill": (Execute(skills=[None]), ("skills[0]", "None", "AgentSkill(skill_name=...)")),
    "list in a list of skills": (
        Execute(skills=[[AgentSkill(skill_name="x")]]),
        ("skills[0]", "list", "Pass one AgentSkill"),
    ),
    "set of skills": (Execute(skills={"x"}), ("skills must be a list", "{'x'}", "list(x)")),
    "skills one by one": (
        Execute(skills=(AgentSkill(skill_name=each) for each in "ab")),
        ("skills must be a list", "generator", "skills=list(x)"),
    ),
    "directory of a skill": (
        Execute(skills=Path("a/b")),
        ("skills must be a list", "a/b", "AgentSkill.from_directory('a/b')"),
    ),
    "stored skill": (
        lambda client: client.agent.execute(prompt="a", skills=[client.skills.list()[0]]),
        ("skills[0]", "SkillInfo", "AgentSkill(skill_id=x.id)"),
    ),
    "directory of no skill": (
        lambda _: AgentSkill.from_directory(None),  # type: ignore[arg-type]
        ("path must be a str or a Path", "None", "path='...'"),
    ),
    # ids
    "URL as file_id": (
        lambda client: client.document.generate(file_id=URL, domain="document.invoice"),
        ("file_id is a URL", URL, "url=..."),
    ),
    "path as file_id": (
        lambda client: client.document.generate(file_id=PDF, domain="document.invoice"),
        ("file_id must be a str", "referral.pdf", "file=path"),
    ),
    "path as session": (
        lambda client: client.artifacts.list(PDF),
        ("session_id must be a str", "referral.pdf", "as the service returned it"),
    ),
    # chat
    "text as message": (
        Chat(messages=["hello"]),
        ("messages[0] must be a dict", "'hello'", '{"role": "user", "content": \'hello\'}'),
    ),
    "part as content": (
        content({"type": "text", "text": "a"}),
        ("messages[0]['content']", "'text': 'a'", "Pass a list"),
    ),
    "URL as image": (
        content([{"type": "image_url", "image_url": URL}]),
        ("messages[0]['content'][0]['image_url'] must be a dict", URL, '{"url": '),
    ),
    "misspelt argument of a chat": (Chat(max_token=5), ("'max_token'", "'max_tokens'")),
    "class as response_format": (
        Chat(response_format=Invoice),
        ("BaseModel", "client.agent.completions.parse("),
    ),
    "response_model of a chat": (
        Chat(response_model=Invoice),
        ("'response_model'", "'response_format'"),
    ),
    "chat without a model": (
        lambda client: client.agent.completions.create(messages=MESSAGES),
        ("'model'", "model='vlmrun-orion-1:auto'"),
    ),
    "list as extra_body": (Chat(extra_body=[1]), ("extra_body must be a dict", "list", "{'name'")),
    # attributes
    "parse": (
        lambda client: client.agent.execute(prompt="a", batch=False).parse,
        ("no attribute 'parse'", "Did you mean 'parsed'?"),
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_names_mistake_value_and_remedy(client: Any, server: Server, name: str) -> None:
    server.add_skill("x")
    call, contains = MISTAKES[name]
    with pytest.raises((VLMRunError, AttributeError)) as caught:
        call(client)
    message = str(caught.value)
    assert [part for part in contains if part not in message] == [], message


KEYS: dict[str, tuple[Any, str]] = {
    "line break": ("sk-1\n23", r"api_key contains '\n', which is not allowed"),
    "umlaut": ("sk-123ü", "api_key contains 'ü', which is not allowed"),
    "name": ("VLMRUN_API_KEY", "is the name of the environment variable"),
    "variable": ("${VLMRUN_API_KEY}", "is the name of the environment variable"),
    "assignment": ("VLMRUN_API_KEY=sk-123", "is the name of the environment variable"),
    "placeholder": ("<your API key>", "is a placeholder"),
    "tuple": (("sk-123",), "must be a str or a function, got tuple"),
}


@pytest.mark.parametrize("cls", [VLMRun, AsyncVLMRun])
@pytest.mark.parametrize("name", KEYS)
def test_the_message_about_a_key_does_not_show_it(cls: Any, name: str) -> None:
    key, problem = KEYS[name]
    with pytest.raises(VLMRunError) as caught:
        cls(key)
    message = str(caught.value)
    assert problem in message
    assert "Pass the key alone" in message or "Pass api_key='...'" in message
    assert "sk-1" not in message


@pytest.mark.parametrize("cls", [VLMRun, AsyncVLMRun])
def test_settings_of_a_client(cls: Any) -> None:
    with pytest.raises(VLMRunError, match=r"5 arguments by position, got 6.*deadline=\.\.\."):
        cls("key", "https://example.com/v1", 60, 5, True, 7)
    own = httpx.Client if cls is VLMRun else httpx.AsyncClient
    with pytest.raises(VLMRunError, match=rf"got type. Pass http_client=httpx.{own.__name__}\("):
        cls("key", http_client=own)
