"""`client.agent.completions`: the openai package's resource, with the service's own arguments."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from pydantic import BaseModel, Field

import vlmrun.testing
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import ConfigurationError, DependencyError, InputError
from vlmrun.testing import Server
from vlmrun.types import AgentSkill, FileUrl, ImageRef, MessageContent

CALLS: dict[str, Any] = {
    "create_chat_completion": lambda client, data: [
        completions.create(
            model="vlmrun-orion-1:auto",
            messages=[{"role": "user", "content": [MessageContent(type="text", text="Hello")]}],
            skills=[AgentSkill(skill_id=data.skill)],
            toolsets=["document"],
            models=["depth-anything-3"],
            session_id="a-session",
        )
        for completions in (client.agent.completions, client.gateway.completions)
    ],
    "list_chat_models": lambda client, data: (client.agent.chat_models(), client.gateway.models()),
    "get_chat_model": lambda client, data: client.agent.chat_model("vlmrun-orion-1:auto"),
}

MODEL = "vlmrun-orion-1:auto"
HELLO: Any = [{"role": "user", "content": "Hello"}]


class Invoice(BaseModel):
    """The schema of a response."""

    invoice_id: str
    total: float = Field(ge=0)
    picture: ImageRef | None = None


class TestRequests:
    def test_p14_skills_as_objects_and_dicts_in_all_three_methods(
        self, client: Any, server: Server, skill_directory: Path
    ) -> None:
        server.add_skill("patient-referral")
        skills = [
            AgentSkill(skill_name="patient-referral", skill_version="latest"),
            {"skill_name": "patient-referral"},
            AgentSkill.from_directory(skill_directory),
        ]
        client.agent.completions.create(model=MODEL, messages=HELLO, skills=skills)
        client.agent.completions.parse(
            model=MODEL, messages=HELLO, skills=skills, response_format=Invoice
        )
        list(
            client.agent.completions.create(model=MODEL, messages=HELLO, skills=skills, stream=True)
        )
        sent = [request.json["skills"] for request in server.requests]
        assert sent[0] == sent[1] == sent[2]
        reference = {"type": "skill_reference", "skill_name": "patient-referral"}
        assert sent[0][:2] == [{**reference, "skill_version": "latest"}, reference]
        assert sent[0][2]["type"] == "inline"
        assert sent[0][2]["source"]["media_type"] == "application/zip"

    def test_own_arguments_override_the_same_names_in_extra_body(
        self, client: Any, server: Server
    ) -> None:
        client.agent.completions.create(
            model=MODEL,
            messages=HELLO,
            toolsets=["image"],
            session_id="mine",
            extra_body={"toolsets": ["web"], "models": ["depth-anything-3"], "session_id": "other"},
        )
        assert server.requests[-1].json == {
            "model": MODEL,
            "messages": HELLO,
            "toolsets": ["image"],
            "models": ["depth-anything-3"],
            "session_id": "mine",
        } | ({"stream": False} if "stream" in server.requests[-1].json else {})

    def test_p24_own_arguments_that_are_not_passed_are_not_sent(
        self, client: Any, server: Server
    ) -> None:
        client.agent.completions.create(model=MODEL, messages=HELLO)
        assert set(server.requests[-1].json) - {"stream"} == {"model", "messages"}

    def test_messages_may_contain_own_types_and_openai_s(self, client: Any, server: Server) -> None:
        first = client.agent.completions.create(model=MODEL, messages=HELLO)
        url = FileUrl(url="https://example.com/a.pdf")
        content = [
            {"type": "text", "text": "And this?"},
            MessageContent(type="file_url", file_url=url),
            {"type": "video_url", "video_url": {"url": "data:video/mp4;base64,AAAA"}},
        ]
        messages = [*HELLO, first.choices[0].message, {"role": "user", "content": content}]
        client.agent.completions.create(model=MODEL, messages=messages)
        sent = server.requests[-1].json["messages"]
        assert sent[1]["role"] == "assistant"
        assert sent[2]["content"][1] == {"type": "file_url", "file_url": {"url": url.url}}
        assert sent[2]["content"][2] == content[2]

    @pytest.mark.parametrize(
        "response_format",
        [
            {"type": "json_schema", "schema": Invoice.model_json_schema()},
            {"type": "json_schema", "json_schema": Invoice.model_json_schema()},
            {
                "type": "json_schema",
                "json_schema": {"name": "invoice", "schema": Invoice.model_json_schema()},
            },
        ],
        ids=["fireworks", "bare", "openai"],
    )
    def test_every_form_of_response_format_is_sent_unchanged(
        self, client: Any, server: Server, response_format: dict[str, Any]
    ) -> None:
        answer = client.agent.completions.create(
            model=MODEL, messages=HELLO, response_format=response_format
        )
        assert server.requests[-1].json["response_format"] == response_format
        Invoice.model_validate_json(answer.choices[0].message.content)

    def test_headers_of_the_client_and_of_the_call_are_merged(
        self, connect: Any, server: Server
    ) -> None:
        client = connect().with_options(headers={"x-team": "a", "x-trace": "1"})
        client.agent.completions.create(
            model=MODEL, messages=HELLO, extra_headers={"x-trace": "2"}, extra_query={"debug": "1"}
        )
        request = server.requests[-1]
        assert (request.headers["x-team"], request.headers["x-trace"]) == ("a", "2")
        assert request.query == {"debug": "1"}

    def test_requests_have_no_headers_about_the_openai_package(
        self, client: Any, server: Server
    ) -> None:
        client.agent.completions.create(model=MODEL, messages=HELLO)
        client.models.list()
        chat, other = (request.headers for request in server.requests)
        assert chat["user-agent"] == other["user-agent"]
        assert chat.keys() - other.keys() == {"content-type", "content-length"}

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            (
                {"skills": [AgentSkill(skill_name="a"), {"skill_nam": "b"}]},
                r"skills\[1\].*skill_nam",
            ),
            ({"skills": "a-b"}, r"skills\[0\] .*AgentSkill\(skill_name='a-b'\)"),
            ({"skills": 5}, "skills must be a list"),
            ({"models": "depth-anything-3"}, "models must be a list"),
            ({"session_id": "../x"}, "session_id"),
            ({"messages": "Hello"}, "messages must be a list"),
        ],
    )
    def test_p08_invalid_argument_is_refused_before_sending(
        self, client: Any, server: Server, wrong: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(InputError, match=message):
            client.agent.completions.create(**{"model": MODEL, "messages": HELLO, **wrong})
        assert server.requests == []


class TestResponses:
    def test_completion_has_the_documented_fields(self, client: Any) -> None:
        answer = client.agent.completions.create(model=MODEL, messages=HELLO)
        assert answer.choices[0].message.role == "assistant"
        assert answer.choices[0].finish_reason == "stop"
        assert answer.usage.total_tokens > 0
        assert answer.usage.credits_used == 0
        again = client.agent.completions.create(
            model=MODEL, messages=HELLO, extra_body={"session_id": answer.session_id}
        )
        assert again.session_id == answer.session_id
        assert again.id != answer.id

    def test_parse_returns_an_instance_of_the_model(self, client: Any) -> None:
        answer = client.agent.completions.parse(
            model=MODEL, messages=HELLO, response_format=Invoice
        )
        assert isinstance(answer.choices[0].message.parsed, Invoice)

    def test_stream_has_the_session_in_each_chunk_and_the_usage_in_the_last(
        self, client: Any
    ) -> None:
        chunks = list(client.agent.completions.create(model=MODEL, messages=HELLO, stream=True))
        whole = client.agent.completions.create(model=MODEL, messages=HELLO)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        assert text == whole.choices[0].message.content
        assert len({chunk.session_id for chunk in chunks}) == 1
        assert [chunk.usage is not None for chunk in chunks] == [False] * (len(chunks) - 1) + [True]

    def test_stream_helper_of_the_sync_client(self, server: Server) -> None:
        with (
            VLMRun(api_key="test-key", base_url=server.url) as client,
            client.agent.completions.stream(
                model=MODEL, messages=HELLO, response_format=Invoice, toolsets=["image"]
            ) as stream,
        ):
            types = {event.type for event in stream}
            parsed: Any = stream.get_final_completion().choices[0].message.parsed
        assert {"chunk", "content.delta", "content.done"} <= types
        assert isinstance(parsed, Invoice)
        assert server.requests[-1].json["toolsets"] == ["image"]

    def test_stream_helper_of_the_async_client(
        self, server: Server, run: Callable[[Any], Any]
    ) -> None:
        async def chat() -> Any:
            async with AsyncVLMRun(api_key="test-key", base_url=server.url) as client:
                manager = client.agent.completions.stream(
                    model=MODEL, messages=HELLO, response_format=Invoice, toolsets=["image"]
                )
                async with manager as stream:
                    types = {event.type async for event in stream}
                    return types, await stream.get_final_completion()

        types, completion = run(chat())
        assert {"chunk", "content.delta", "content.done"} <= types
        assert isinstance(completion.choices[0].message.parsed, Invoice)
        assert server.requests[-1].json["toolsets"] == ["image"]

    def test_raw_and_streaming_responses_of_the_openai_package_work(self, server: Server) -> None:
        with VLMRun(api_key="test-key", base_url=server.url) as client:
            chat = client.agent.completions
            raw = chat.with_raw_response.create(model=MODEL, messages=HELLO, toolsets=["image"])
            assert raw.headers["x-request-id"] == server.requests[-1].id
            assert raw.elapsed.total_seconds() > 0
            assert raw.parse().choices[0].message.content
            with chat.with_streaming_response.create(model=MODEL, messages=HELLO) as response:
                assert json.loads(response.read())["object"] == "chat.completion"


class TestAsyncCompletions:
    def test_p38_async_completions_of_a_sync_client_in_several_event_loops(
        self, server: Server, run: Callable[[Any], Any]
    ) -> None:
        client = VLMRun(api_key="test-key", base_url=f"{server.url}/")

        async def chats() -> Any:
            chat = client.agent.async_completions
            return await asyncio.gather(
                *(chat.create(model=MODEL, messages=HELLO) for _ in range(10))
            )

        ids = {answer.id for _ in range(3) for answer in run(chats())}
        assert len(ids) == 30
        assert {request.path for request in server.requests} == {"/v1/openai/chat/completions"}
        client.close()

    def test_closing_a_sync_client_ends_its_async_completions(
        self, server: Server, run: Callable[[Any], Any]
    ) -> None:
        client = VLMRun(api_key="test-key", base_url=server.url)

        async def chat() -> Any:
            return await client.agent.async_completions.create(model=MODEL, messages=HELLO)

        client.agent.completions.create(model=MODEL, messages=HELLO)
        run(chat())
        client.close()
        with pytest.raises(ConfigurationError, match="closed"):
            client.agent.completions.create(model=MODEL, messages=HELLO)
        with pytest.raises(ConfigurationError, match="closed"):
            run(chat())

    def test_async_completions_of_a_closed_client_are_an_error(
        self, server: Server, run: Callable[[Any], Any]
    ) -> None:
        client = VLMRun(api_key="test-key", base_url=server.url)
        client.close()

        async def chat() -> Any:
            return await client.agent.async_completions.create(model=MODEL, messages=HELLO)

        with pytest.raises(ConfigurationError, match="closed"):
            run(chat())

    def test_one_pool_for_all_copies_of_a_client(self, connect: Any, server: Server) -> None:
        client = connect()
        for copy in (client, client.with_options(timeout=5), client.with_options(max_retries=0)):
            copy.agent.completions.create(model=MODEL, messages=HELLO)
            list(copy.agent.completions.create(model=MODEL, messages=HELLO, stream=True))
        client.models.list()
        assert len({request.connection for request in server.requests}) == 1

    def test_http_client_of_the_user_is_used_for_chat_and_stays_open(self, server: Server) -> None:
        with httpx.Client(headers={"x-proxy": "mine"}) as http:
            client = VLMRun(api_key="test-key", base_url=server.url, http_client=http)
            client.agent.completions.create(model=MODEL, messages=HELLO)
            client.close()
            assert not http.is_closed
            assert server.requests[-1].headers["x-proxy"] == "mine"
            with pytest.raises(ConfigurationError, match="AsyncVLMRun"):
                client.agent.async_completions

    def test_async_completions_of_the_async_client_are_its_completions(self) -> None:
        client = AsyncVLMRun("key")
        assert client.agent.async_completions is client.agent.completions
        assert inspect.iscoroutinefunction(client.agent.completions.create)
        assert not inspect.iscoroutinefunction(VLMRun("key").agent.completions.create)


def test_chat_models_are_listed(client: Any) -> None:
    models = client.agent.chat_models()
    assert MODEL in [model.id for model in models]
    assert client.agent.chat_model(MODEL).owned_by == "vlmrun"


def test_error_without_the_openai_package_names_the_extra(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openai", None)
    with pytest.raises(DependencyError, match=r"vlmrun\[openai\]"):
        client.agent.completions


def test_openai_package_alone_works_with_the_mock_server(server: Server) -> None:
    with openai.OpenAI(api_key="test-key", base_url=f"{server.url}/openai") as client:
        answer = client.chat.completions.create(model=MODEL, messages=HELLO)
        stream = client.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
        assert text == answer.choices[0].message.content
        assert MODEL in [model.id for model in client.models.list()]
        with pytest.raises(openai.UnprocessableEntityError):
            client.chat.completions.create(model=MODEL, messages=[1])  # type: ignore[list-item]


def test_documented_snippet_of_chat_with_a_skill(client: Any, server: Server) -> None:
    server.add_skill("patient-referral")
    response = client.agent.completions.create(
        model="vlmrun-orion-1:auto",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Extract the patient referral from this document"},
                    {"type": "file_url", "file_url": {"url": "https://example.com/referral.pdf"}},
                ],
            }
        ],
        skills=[AgentSkill(skill_name="patient-referral")],
        response_format={"type": "json_schema", "schema": Invoice.model_json_schema()},
        extra_body={"toolsets": ["document"]},
    )
    result = Invoice.model_validate_json(response.choices[0].message.content)
    assert result.total >= 0
    assert response.model == "vlmrun-orion-1:auto"


def test_on_chat_scripts_the_completion(client: Any, server: Server) -> None:
    seen: list[vlmrun.testing.Chat] = []

    @server.on_chat
    def answer(chat: vlmrun.testing.Chat) -> Any:
        seen.append(chat)
        return {"invoice_id": chat.model, "total": 12.5}

    parsed = client.agent.completions.parse(model=MODEL, messages=HELLO, response_format=Invoice)
    assert parsed.choices[0].message.parsed.total == 12.5
    assert seen[0].json_schema["title"] == "Invoice"
