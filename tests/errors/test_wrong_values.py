"""Values of a wrong kind, unit or origin; none of these mistakes is on the list of a review.

As in `test_likely_mistakes.py`, each message names mistake, value and remedy.
"""

from __future__ import annotations

import datetime
import enum
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import attrs
import httpx
import numpy as np
import pandas as pd
import pydantic
import pytest

from tests.errors.test_likely_mistakes import CHAT, PDF, message_of
from tests.errors.test_mistakes_of_habit import document, execute, image, settings
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import ConfigurationError
from vlmrun.testing import Fault, Server, serve
from vlmrun.types import FileUrl

SKILL = "examples/skills/patient-referral"
PNG = Path(__file__).parents[2] / "examples/inputs/invoice.png"


class Invoice(pydantic.BaseModel):
    total: float


class Domain(enum.Enum):
    INVOICE = "document.invoice"


class Total(NamedTuple):
    total: float


class Plain:
    total: float


Call = Callable[[Any, Server], Any]


def model(response_model: Any) -> Call:
    return execute(response_model=response_model)


def chat(messages: Any) -> Call:
    return lambda client, _: client.agent.completions.create(messages=messages, **CHAT)


def wait_for_an_async_call(client: VLMRun, server: Server) -> None:
    pending = AsyncVLMRun("test", base_url=server.url).agent.execute(prompt="a")
    try:
        client.executions.wait(pending)  # type: ignore[arg-type]
    finally:
        pending.close()


MISTAKES: dict[str, tuple[Call, tuple[str, ...]]] = {
    # units and kinds of times
    "str": (settings(timeout="30"), ("timeout", "'30'", "a number, such as 60")),
    "pair of requests": (settings(timeout=(3, 30)), ("timeout", "(3, 30)", "a number, such as 60")),
    "timedelta of a wait": (
        lambda client, _: client.executions.wait("a", timeout=datetime.timedelta(minutes=5)),
        ("timeout", "timedelta(seconds=300)", "total_seconds()"),
    ),
    "timestamp": (
        settings(deadline=1796000000),
        ("deadline", "from now", "1796000000", "datetime.fromtimestamp"),
    ),
    "time without a zone": (
        settings(deadline=datetime.datetime(2030, 1, 1)),
        ("deadline", "datetime(2030, 1, 1", "Pass", "timezone.utc"),
    ),
    "rate": (settings(rate_limit=10), ("rate_limit", "10", 'Pass "10/minute"')),
    # kinds of values
    "bytes as key": (settings(api_key=b"abc"), ("api_key", "bytes", "api_key=x.decode()")),
    "number as URL": (settings(base_url=8000), ("base_url", "int", "https://api.vlm.run/v1")),
    "URL of httpx": (settings(base_url=httpx.URL("http://a/v1")), ("base_url", "URL", "str")),
    "prompt in a file": (
        execute(prompt=Path("prompt.txt")),
        ("prompt", "prompt.txt", "prompt=path.read_text()"),
    ),
    "no prompt": (execute(prompt=None), ("Pass name, config.prompt or config.skills", "422")),
    "member of an Enum": (
        document(file=PDF, domain=Domain.INVOICE),
        ("domain", "'document.invoice'", "domain=Domain.INVOICE.value"),
    ),
    "options by position": (
        lambda client, _: client.with_options({"timeout": 5}),
        ("client.with_options", "{'timeout': 5}", "Name the other arguments"),
    ),
    "budget by position": (
        lambda client, _: client.usage(100),
        ("client.usage", "100", "Name the other arguments"),
    ),
    "autocast": (document(file=PDF, autocast="yes"), ("autocast must be a bool", "'yes'")),
    # ids
    "number as id": (
        lambda client, _: client.executions.get(123),
        ("id must be a str", "int 123", "as the service returned it"),
    ),
    "forgotten await": (wait_for_an_async_call, ("id", "coroutine", "Await it: id=await ...")),
    # response models
    "X | None": (model(Invoice | None), ("Invoice | None", "response_model=Invoice")),
    "Annotated": (model(Annotated[Invoice, "a"]), ("Annotated[", "response_model=Invoice")),
    "Enum": (model(Domain), ("must describe an object", "Domain", "value: Domain")),
    "NamedTuple": (model(Total), ("must describe an object", "Total", "value: Total")),
    "Any": (model(Any), ("must describe an object", "Any", "value: Any")),
    "dict[]": (model(dict[str, float]), ("dict[str, float]", "value: dict[str, float]")),
    "list of a class": (model([Invoice]), ("Invoice", "items: list[Invoice]")),
    "JSON": (model('{"type": "object"}'), ('\'{"type"', "response_model=json.loads(")),
    "name of a class": (model("Invoice"), ("'Invoice'", "Pass the class itself")),
    "schema in a file": (model(Path("a.json")), ("a.json", "json.loads(path.read_text())")),
    "TypeAdapter": (
        model(pydantic.TypeAdapter(Invoice)),
        ("TypeAdapter", "response_model=x.json_schema()"),
    ),
    "type of Python in a list": (
        model(
            {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "float"}}}}
        ),
        ("['properties']['a']['items'] has the type 'float'", "'number'"),
    ),
    "required as str": (
        model({"type": "object", "required": "total"}),
        ("response_model['required'] must be a list", "'total'", "Pass ['total']"),
    ),
    "list of properties": (
        model({"type": "object", "properties": ["total"]}),
        ("response_model['properties'] must be a dict", "['total']", "Pass a schema such as"),
    ),
    "RootModel of a list": (
        model(pydantic.RootModel[list[int]]),
        ("must describe an object", "RootModel[list[int]]", "value: RootModel[list[int]]"),
    ),
    "attrs class without types": (
        model(attrs.make_class("Amount", ["total"])),
        ("Amount has no JSON schema", "'total'", "pydantic model class"),
    ),
    "class without fields": (model(Plain), ("Plain", "fields are unknown", "pydantic model class")),
    # files
    "URL as path": (
        lambda client, _: client.files.upload("https://example.com/a.pdf"),
        ("file is a URL", "'https://example.com/a.pdf'", "url=..."),
    ),
    "name and content": (
        document(file=("a.pdf", b"%PDF")),
        ("file", "'a.pdf'", "file=content, filename="),
    ),
    "several files": (document(file=[PDF]), ("file", "referral.pdf", "generate_many")),
    "array as file": (document(file=np.zeros((3, 3))), ("ndarray", "client.image.generate")),
    "text stream": (document(file=io.StringIO("a")), ("StringIO", "Pass open(path, 'rb')")),
    "no images": (image(images=[]), ("images is empty", "at least one")),
    "array as image": (
        image(images=[np.zeros((4, 4, 3), "uint8")]),
        ("images[0]", "ndarray", "PIL.Image.fromarray(array)"),
    ),
    "broken image": (image(images=[b"abc"]), ("images[0]", "the bytes cannot be read as an image")),
    "pages backwards": (document(file=PDF, pages="2-1"), ("2-1", "lower number first")),
    "number of NumPy": (execute(inputs={"a": np.int64(3)}), ("inputs['a']", "3", "x.item()")),
    "data frame": (
        execute(inputs={"a": pd.DataFrame({"b": [1]})}),
        ("inputs['a']", "DataFrame", "x.to_dict('records')"),
    ),
    "date without a time": (
        execute(created_at=datetime.date(2026, 1, 2)),
        ("created_at must be a datetime", "date(2026, 1, 2)", "datetime.now(timezone.utc)"),
    ),
    "set in inputs": (execute(inputs={"a": {1, 2}}), ("inputs['a']", "{1, 2}", "list(x)")),
    "path as URL": (
        lambda _, __: FileUrl(url=PDF),  # type: ignore[arg-type]
        ("FileUrl.url", "referral.pdf", "client.files.upload(path)"),
    ),
    # objects
    "headers of the client": (
        lambda client, _: setattr(client, "headers", {"a": "b"}),
        ("client.headers cannot be changed", "with_options(headers=...)"),
    ),
    "proxy of the client": (
        lambda client, _: setattr(client, "proxy", "http://a:1"),
        ("client.proxy cannot be changed", "Create another client"),
    ),
    "result of an item": (
        lambda client, _: next(iter(client.agent.execute_many([{"a": 1}], prompt="a"))).parsed,
        ("BatchItem has no attribute 'parsed'", ".result.parsed"),
    ),
    "wait of a job": (
        lambda client, _: client.agent.execute(prompt="a").wait(),
        ("AgentExecutionResponse", "'wait'", "client.executions.wait(id)"),
    ),
    # mock server
    "status of a fault": (
        lambda _, __: Fault("execute_agent", status="500"),  # type: ignore[arg-type]
        ("status must be an int", "'500'"),
    ),
    "fault without effect": (
        lambda _, __: Fault("execute_agent"),
        ("of execute_agent has no effect", "status="),
    ),
    "port": (lambda _, __: serve(port="8000"), ("port must be an int", "'8000'")),  # type: ignore[arg-type]
    "skill of the mock server": (
        lambda _, __: serve(skills="invoices"),
        ("skills must be a list", "'invoices'", "skills=['invoices']"),
    ),
    # skills and chat
    "path of a skill": (
        execute(skills=[Path(SKILL)]),
        ("skills[0]", SKILL, f"AgentSkill.from_directory('{SKILL}')"),
    ),
    "path of a skill as str": (
        execute(skills=[SKILL]),
        ("skills[0]", f"AgentSkill.from_directory('{SKILL}')"),
    ),
    "no messages": (chat([]), ("messages is empty", '"role": "user"')),
    "text as messages": (chat("Hello"), ("messages", "'Hello'", "Pass messages=")),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_names_mistake_value_and_remedy(server: Server, name: str) -> None:
    call, contains = MISTAKES[name]
    message = message_of(server, call)
    assert [part for part in contains if part not in message] == [], message


VARIABLES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "misspelt": ("VLM_RUN_API_KEY", "abc", ("No API key", "VLM_RUN_API_KEY", "VLMRUN_API_KEY")),
    "lower case": ("vlmrun_api_key", "abc", ("No API key", "vlmrun_api_key", "VLMRUN_API_KEY")),
    "Bearer": ("VLMRUN_API_KEY", "Bearer abc", ("variable VLMRUN_API_KEY", "'Bearer '", "Set it")),
    "blank": (
        "VLMRUN_API_KEY",
        "  ",
        ("variable VLMRUN_API_KEY", "contains only whitespace", "Set it"),
    ),
    "quotes": ("VLMRUN_API_KEY", '"abc"', ("variable VLMRUN_API_KEY", "quotes", "Set it")),
    "URL": (
        "VLMRUN_BASE_URL",
        "localhost:8000",
        ("variable VLMRUN_BASE_URL", "'localhost:8000'", "http://"),
    ),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_errors_name_the_environment_variable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    variable, value, contains = VARIABLES[name]
    monkeypatch.delenv("VLMRUN_API_KEY", raising=False)
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        VLMRun("abc" if variable == "VLMRUN_BASE_URL" else None)
    assert [part for part in contains if part not in str(caught.value)] == [], caught.value


WARNINGS: dict[str, tuple[Call, tuple[str, ...]]] = {
    "milliseconds of a client": (settings(timeout=30_000), ("timeout is 30000", "timeout=30")),
    "milliseconds of a wait": (
        execute(batch=False, wait_timeout=60_000),
        ("wait_timeout is 60000", "16.7 hours", "wait_timeout=60"),
    ),
    "milliseconds in whole hours": (
        settings(deadline=1_800_000),
        ("deadline is 1800000 seconds", "500.0 hours", "pass deadline=1800"),
    ),
    "milliseconds of a pause": (
        lambda client, _: client.executions.wait(
            client.agent.execute(prompt="a", batch=False).id, sleep=5_000
        ),
        ("sleep is 5000", "sleep=5"),
    ),
    "path in a chat": (
        chat(
            [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": str(PNG)}}]}]
        ),
        ("['image_url']['url']", "invoice.png", "client.files.upload(path)"),
    ),
    "PDF as audio": (
        lambda client, _: client.audio.generate(PDF, domain="audio.transcription"),
        ("'referral.pdf'", "client.audio", "client.document.generate"),
    ),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_what_may_be_meant_is_sent_with_a_warning(server: Server, name: str) -> None:
    call, contains = WARNINGS[name]
    with (
        VLMRun("test", base_url=server.url) as client,
        pytest.warns(UserWarning, match=re.escape(contains[0])) as caught,
    ):
        call(client, server)
    (message,) = {str(each.message) for each in caught}
    assert [part for part in contains if part not in message] == [], message


def test_a_callback_to_this_machine_is_warned_of_if_the_service_is_elsewhere() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={"error": {"message": "wrong key"}})

    client = VLMRun("test", http_client=httpx.Client(transport=httpx.MockTransport(refuse)))
    with (
        pytest.warns(UserWarning, match=r"callback_url is 'http://localhost:8000.*tunnel"),
        pytest.raises(Exception, match="401"),
    ):
        client.agent.execute(prompt="a", callback_url="http://localhost:8000/done")


def test_times_of_whole_hours_and_ids_of_class_uuid_are_not_warned_of(server: Server) -> None:
    with VLMRun("test", base_url=server.url, deadline=86_400) as client:
        execution = client.agent.execute(prompt="a", id=str(UUID(int=7)))
        assert client.executions.wait(UUID(execution.id), timeout=36_000).status == "completed"  # type: ignore[arg-type]
