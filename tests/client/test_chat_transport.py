"""The HTTP transport for the openai package, of whichever release is installed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import httpx
import openai
import pytest

from vlmrun import AsyncVLMRun, VLMRun, errors
from vlmrun.testing import Fault, Server

MODEL = "vlmrun-orion-1:auto"
HELLO: Any = [{"role": "user", "content": "Hello"}]


@pytest.mark.parametrize(
    ("cls", "http_cls", "transport_cls"),
    [
        (VLMRun, httpx.Client, httpx.BaseTransport),
        (AsyncVLMRun, httpx.AsyncClient, httpx.AsyncBaseTransport),
    ],
)
def test_openai_gets_httpx_s_own_client_with_our_transport(
    cls: type[Any], http_cls: type[Any], transport_cls: type[Any]
) -> None:
    openai_client = cls("key").agent.completions._client
    assert isinstance(openai_client, openai.OpenAI | openai.AsyncOpenAI)
    http = openai_client._client
    assert type(http) is http_cls
    assert isinstance(http._transport, transport_cls)
    assert type(http._transport).__module__.startswith("vlmrun.")
    assert not http.trust_env


def test_json_of_a_completion_is_decoded_once(
    client: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.agent.completions.create(model=MODEL, messages=HELLO)
    decoded: list[Any] = []
    loads = json.loads

    def counted(content: Any, **options: Any) -> Any:
        value = loads(content, **options)
        # The mock server checks its responses, too, in a thread of its own.
        is_client = threading.current_thread() is threading.main_thread()
        if is_client and isinstance(value, dict) and "choices" in value:
            decoded.append(value)
        return value

    monkeypatch.setattr(json, "loads", counted)
    completion = client.agent.completions.create(model=MODEL, messages=HELLO)
    assert completion.choices[0].message.content
    assert [each["id"] for each in decoded] == [completion.id]


def test_body_and_query_arrive_as_openai_built_them(client: Any, server: Server) -> None:
    content = [{"type": "text", "text": 'A "quoted" ünïcode text, and "stream": true'}]
    client.agent.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": content}],
        extra_query={"a": ["1", "2"], "b": "ü &"},
    )
    (request,) = server.requests
    assert request.json["messages"][0]["content"] == content
    assert int(request.headers["content-length"]) == request.size
    assert request.query["b"] == "ü &"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_redirect_is_an_error_and_not_followed(
    connect: Callable[..., Any], server: Server, stream: bool
) -> None:
    headers = {"Location": f"{server.url}/openai/chat/completions"}
    server.inject(Fault("create_chat_completion", status=307, headers=headers))
    with pytest.raises(openai.APIStatusError, match="redirect") as caught:
        connect().agent.completions.create(model=MODEL, messages=HELLO, stream=stream)
    assert caught.value.status_code == 307
    assert len(server.requests) == 1


def test_events_for_a_request_that_did_not_ask_for_them_are_an_error(
    client: Any, server: Server
) -> None:
    fault = Fault(
        "create_chat_completion",
        headers={"content-type": "text/event-stream"},
        body="data: [DONE]\n\n",
    )
    server.inject(fault)
    with pytest.raises(openai.APIResponseValidationError, match="not valid JSON"):
        client.agent.completions.create(model=MODEL, messages=HELLO)


def test_p50_failure_of_the_transport_itself_does_not_pass_for_an_unsendable_request(
    client: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise ValueError("a defect")

    for each in ("vlmrun._async", "vlmrun._sync"):
        monkeypatch.setattr(f"{each}.http.openai_transport._Exchange._checked", fail)
    with pytest.raises(errors.OutcomeUnknownError, match="ValueError: a defect") as caught:
        client.agent.completions.create(model=MODEL, messages=HELLO)
    assert isinstance(caught.value, openai.APIConnectionError)
    assert caught.value.outcome == "unknown"
    assert len(server.requests) == 1
