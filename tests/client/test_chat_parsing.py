"""Completions that cannot be parsed were billed, so their errors have them."""

from __future__ import annotations

import asyncio
import json
import pickle
from typing import Any

import openai
import pydantic
import pytest

from vlmrun import AsyncVLMRun, VLMRun, errors
from vlmrun.testing import Fault, Server

MODEL = "vlmrun-orion-1:auto"
HELLO: Any = [{"role": "user", "content": "Hello"}]
SECRET = "Jane Doe"


class Invoice(pydantic.BaseModel):
    """The schema of a response."""

    total: float
    patient: str = ""

    @pydantic.field_validator("patient")
    @classmethod
    def _known(cls, value: str) -> str:
        if value == "crash":
            raise RuntimeError("a user's own validator")
        return value


def completion(content: str | None, finish: str = "stop", **message: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, **message}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [choice],
        "usage": usage,
    }


def events(whole: dict[str, Any]) -> bytes:
    (choice,) = whole["choices"]
    parts = [
        {"delta": choice["message"], "finish_reason": None},
        {"delta": {}, "finish_reason": choice["finish_reason"]},
    ]
    chunks = [
        {**whole, "object": "chat.completion.chunk", "choices": [{"index": 0, **part}]}
        for part in parts
    ]
    lines = [f"data: {json.dumps(each)}\n\n" for each in chunks]
    return "".join([*lines, "data: [DONE]\n\n"]).encode()


def parse(client: Any, server: Server, whole: dict[str, Any]) -> Any:
    server.inject(Fault("create_chat_completion", status=200, body=whole))
    return client.agent.completions.parse(model=MODEL, messages=HELLO, response_format=Invoice)


def stream(client: Any, server: Server, whole: dict[str, Any]) -> Any:
    headers = {"Content-Type": "text/event-stream"}
    server.inject(Fault("create_chat_completion", status=200, body=events(whole), headers=headers))
    manager = client.agent.completions.stream(model=MODEL, messages=HELLO, response_format=Invoice)
    is_sync = hasattr(manager, "__enter__")
    enter, leave = ("__enter__", "__exit__") if is_sync else ("__aenter__", "__aexit__")
    try:
        *_, done = [event for event in getattr(manager, enter)() if event.type == "content.done"]
    finally:
        getattr(manager, leave)(None, None, None)
    return done.parsed


UNFIT = {
    "text": completion(f"Not JSON, {SECRET}"),
    "other": completion(json.dumps({"total": SECRET})),
    "validator": completion(json.dumps({"total": 1, "patient": "crash"})),
}


@pytest.mark.parametrize("way", [parse, stream])
@pytest.mark.parametrize("whole", UNFIT.values(), ids=UNFIT.keys())
def test_p58_completion_that_does_not_fit_is_on_the_error(
    client: Any, server: Server, whole: dict[str, Any], way: Any
) -> None:
    with pytest.raises(errors.ResponseDecodeError, match="cannot be parsed") as caught:
        way(client, server, whole)
    error: Any = caught.value
    assert isinstance(error, openai.APIResponseValidationError)
    content = whole["choices"][0]["message"]["content"]
    assert error.completion.choices[0].message.content == content
    assert error.raw["choices"][0]["message"]["content"] == content
    assert error.outcome == "accepted"
    assert SECRET not in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert len(server.requests) == 1


@pytest.mark.parametrize("way", [parse, stream])
@pytest.mark.parametrize(
    ("finish", "theirs"),
    [
        ("length", openai.LengthFinishReasonError),
        ("content_filter", openai.ContentFilterFinishReasonError),
    ],
)
def test_p58_completion_that_was_cut_off_is_on_the_error(
    client: Any, server: Server, finish: str, theirs: type[Exception], way: Any
) -> None:
    with pytest.raises(theirs) as caught:
        way(client, server, completion('{"total": 1', finish))
    error: Any = caught.value
    assert isinstance(error, errors.ResponseDecodeError)
    assert error.completion.choices[0].message.content == '{"total": 1'
    assert error.outcome == "accepted"


@pytest.mark.parametrize("whole", [*UNFIT.values(), completion('{"total": 1', "length")])
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_p58_final_completion_that_does_not_fit_is_on_the_error(
    server: Server, whole: dict[str, Any], kind: str
) -> None:
    headers = {"Content-Type": "text/event-stream"}
    server.inject(Fault("create_chat_completion", status=200, body=events(whole), headers=headers))
    arguments: Any = {"model": MODEL, "messages": HELLO, "response_format": Invoice}

    async def ask() -> None:
        async with (
            AsyncVLMRun("test", server.url) as client,
            client.agent.completions.stream(**arguments) as stream,
        ):
            await stream.get_final_completion()

    def ask_in_sync() -> None:
        with (
            VLMRun("test", server.url) as client,
            client.agent.completions.stream(**arguments) as stream,
        ):
            stream.get_final_completion()

    with pytest.raises(errors.ResponseDecodeError, match="cannot be parsed") as caught:
        asyncio.run(ask()) if kind == "async" else ask_in_sync()
    error: Any = caught.value
    assert error.completion.choices[0].message.content == whole["choices"][0]["message"]["content"]


@pytest.mark.parametrize("way", [parse, stream])
def test_completion_that_fits_is_parsed(client: Any, server: Server, way: Any) -> None:
    invoice = {"total": 3, "patient": SECRET}
    answer = way(client, server, completion(json.dumps(invoice)))
    parsed = answer if way is stream else answer.choices[0].message.parsed
    assert parsed == Invoice(total=3, patient=SECRET)


@pytest.mark.parametrize(
    "message",
    [
        {"tool_calls": 7},
        {"tool_calls": [7]},
        {"tool_calls": [{"id": "t", "type": "function", "function": "f"}]},
        {"content": ["a"]},
        {"content": {"deep": json.loads("[" * 150 + "]" * 150)}},
    ],
)
def test_p54_odd_message_is_a_decode_error(
    client: Any, server: Server, message: dict[str, Any]
) -> None:
    with pytest.raises(errors.ResponseDecodeError) as caught:
        parse(client, server, completion(**{"content": None, **message}))
    assert isinstance(caught.value, openai.APIResponseValidationError)


def test_types_of_parse_and_stream_without_a_response_format(server: Server) -> None:
    """Type checkers need no annotation for the results; see the check of the tests' types."""
    with VLMRun("test", server.url) as client:
        parsed = client.agent.completions.parse(model=MODEL, messages=HELLO)
        assert parsed.choices[0].message.parsed is None
        manager = client.agent.completions.stream(model=MODEL, messages=HELLO)
        with manager as opened:
            text = opened.get_final_completion().choices[0].message.content
        assert text
