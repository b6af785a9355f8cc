"""`client.gateway`: its own base URL, single models, health, and the cost of a call."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

import vlmrun.testing
from vlmrun import VLMRun, constants, errors
from vlmrun.testing import Fault, Server

EMBEDDER, LISTENER = "qwen/qwen3-vl-embedding-2b", "nvidia/parakeet-tdt-0.6b-v3"
HELLO: Any = [{"role": "user", "content": "Hello"}]

CALLS: dict[str, Any] = {
    "create_embeddings": lambda client, data: client.gateway.embeddings.create(
        model=EMBEDDER, input=["a", "b"], encoding_format="float"
    ),
    "create_transcription": lambda client, data: client.gateway.transcriptions.create(
        model=LISTENER, file=("call.mp3", b"sound")
    ),
    "get_completion": lambda client, data: client.gateway.completion(
        client.gateway.completions.create(model="zai-org/glm-ocr", messages=HELLO).id
    ),
}


@pytest.fixture
def gateway() -> Iterator[Server]:
    """Another host than the one of the other resources."""
    with vlmrun.testing.serve() as server:
        yield server


class TestBaseURL:
    def test_base_url_is_looked_up_in_the_documented_order(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def base_url(**settings: Any) -> str:
            return VLMRun("key", **settings).gateway.base_url

        assert base_url() == constants.DEFAULT_GATEWAY_URL
        assert base_url(base_url="https://own.example/v1") == constants.DEFAULT_GATEWAY_URL
        monkeypatch.setenv("VLMRUN_GATEWAY_URL", "https://second.example/v1/")
        assert base_url() == "https://second.example/v1"
        monkeypatch.setenv("VLMRUN_GATEWAY_BASE_URL", "https://first.example/v1//")
        assert base_url() == "https://first.example/v1"
        assert base_url(gateway_url="https://given.example/v1/") == "https://given.example/v1"
        monkeypatch.setenv("VLMRUN_GATEWAY_BASE_URL", "")
        client = VLMRun("key")
        assert client.gateway.openai_base_url == "https://second.example/v1/openai"
        assert client.with_options(timeout=1).gateway.base_url == "https://second.example/v1"

    @pytest.mark.parametrize("url", ["gateway.example", "https://user@gateway.example", 7])
    def test_invalid_gateway_url_is_refused_by_name(self, url: Any) -> None:
        with pytest.raises(errors.ConfigurationError, match="gateway_url"):
            VLMRun("key", gateway_url=url)

    def test_invalid_url_in_the_environment_fails_on_first_use_only(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VLMRUN_GATEWAY_URL", "gateway.example")
        client = VLMRun("key")
        with pytest.raises(errors.ConfigurationError, match="VLMRUN_GATEWAY_URL"):
            client.gateway.base_url

    def test_each_call_goes_to_its_own_host(
        self, connect: Callable[..., Any], server: Server, gateway: Server
    ) -> None:
        client = connect(gateway_url=gateway.url)
        client.gateway.completions.create(model="zai-org/glm-ocr", messages=HELLO)
        client.gateway.models()
        client.gateway.health()
        client.agent.completions.create(model="vlmrun-orion-1:auto", messages=HELLO)
        assert [each.operation for each in server.requests] == ["create_chat_completion"]
        operations = [each.operation for each in gateway.requests]
        assert operations == ["create_chat_completion", "list_chat_models", "check_health"]


class TestDocumentedCalls:
    def test_method_and_its_parameters_are_sent_in_extra_body(
        self, client: Any, server: Server
    ) -> None:
        response = client.gateway.completions.create(
            model="zai-org/glm-ocr",
            messages=[
                {
                    "role": "user",
                    "content": [
                        {"type": "document_url", "document_url": {"url": "https://x.org/a.pdf"}}
                    ],
                }
            ],
            extra_body={"method": "markdown", "method_params": {"tables": "html"}},
        )
        assert response.choices[0].message.content
        assert response.served_model_id == "zai-org/glm-ocr"
        assert response.usage.cost == 0
        assert server.requests[-1].json["method"] == "markdown"
        assert server.requests[-1].json["method_params"] == {"tables": "html"}

    def test_embeddings(self, client: Any) -> None:
        found = client.gateway.embeddings.create(model=EMBEDDER, input=["a", "b", "a"])
        vectors = [each.embedding for each in found.data]
        assert len(vectors[0]) == 256
        assert vectors[0] == vectors[2] != vectors[1]
        parts = [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]
        one = client.gateway.embeddings.create(model=EMBEDDER, input=[parts], dimensions=8)
        assert len(one.data[0].embedding) == 8

    def test_transcriptions(self, client: Any, tmp_path: Path, server: Server) -> None:
        path = tmp_path / "call.mp3"
        path.write_bytes(b"sound" * 1000)
        with open(path, "rb") as file:
            heard = client.gateway.transcriptions.create(model=LISTENER, file=file)
        assert "5000 bytes" in heard.text
        for form in ("text", "srt", "vtt"):
            text = client.gateway.transcriptions.create(
                model=LISTENER, file=path, response_format=form
            )
            assert "5000 bytes" in text

    def test_p01_throttled_transcription_is_sent_again_completely(
        self, client: Any, server: Server
    ) -> None:
        headers = {"Retry-After": "0.01"}
        server.inject(Fault("create_transcription", status=429, headers=headers, times=2))
        heard = client.gateway.transcriptions.create(model=LISTENER, file=io.BytesIO(b"s" * 5000))
        assert "5000 bytes" in heard.text
        assert len({(each.size, each.sha256) for each in server.requests}) == 1
        assert len(server.requests) == 3

    def test_p25_multipart_boundaries_are_random(self, client: Any, server: Server) -> None:
        for _ in range(2):
            client.gateway.transcriptions.create(model=LISTENER, file=("a.mp3", b"--+++\r\n"))
        assert len({each.headers["content-type"] for each in server.requests}) == 2

    def test_models_have_metadata(self, client: Any) -> None:
        models = {model.id: model for model in client.gateway.models()}
        assert models[EMBEDDER].model_extra["task"] == models[EMBEDDER].task == "embed"
        assert "markdown" in models["zai-org/glm-ocr"].methods
        assert "id" not in models[EMBEDDER].model_extra

    def test_completion_record(self, client: Any) -> None:
        answer = client.gateway.completions.create(model="zai-org/glm-ocr", messages=HELLO)
        record = client.gateway.completion(answer.id)
        assert (record.id, record.cost, record.model) == (answer.id, 0, "zai-org/glm-ocr")
        assert record.usage.total_tokens == answer.usage.total_tokens
        with pytest.raises(errors.ResourceNotFoundError, match="No completion"):
            client.gateway.completion("chatcmpl-unknown")

    def test_async_completions_of_a_sync_client(self, server: Server) -> None:
        client = VLMRun("test-key", server.url, gateway_url=server.gateway_url)

        async def chat() -> Any:
            create = client.gateway.async_completions.create
            one = await create(model="zai-org/glm-ocr", messages=HELLO)
            events = await create(model="zai-org/glm-ocr", messages=HELLO, stream=True)
            text = "".join([event.choices[0].delta.content or "" async for event in events])
            return one.choices[0].message.content == text

        assert asyncio.run(chat())
        assert asyncio.run(chat())
        client.close()


class TestHealth:
    def test_p15_health_is_a_bool_whatever_the_response(self, client: Any, server: Server) -> None:
        assert client.gateway.health() is True
        for fault in ({"status": 500}, {"status": 429}, {"reset": "after_reading"}):
            server.clear()
            server.inject(Fault("check_health", **fault))
            assert client.gateway.health() is False
            assert len(server.requests) == 1
        server.inject(Fault("check_health", status=204, body=b""))
        assert client.gateway.health() is True

    def test_p15_404_falls_back_to_the_models(self, client: Any, server: Server) -> None:
        server.inject(Fault("check_health", status=404, times=None))
        assert client.gateway.health() is True
        assert server.requests[-1].operation == "list_chat_models"
        server.inject(Fault("list_chat_models", status=502))
        assert client.gateway.health() is False

    def test_gateway_that_cannot_be_reached_is_unhealthy(self, connect: Callable[..., Any]) -> None:
        assert connect(gateway_url="http://127.0.0.1:9/v1").gateway.health() is False

    def test_wrong_api_key_raises_instead_of_returning_false(
        self, client: Any, server: Server
    ) -> None:
        body = {"detail": "Invalid API Key"}
        server.inject(Fault("check_health", status=403, body=body))
        with pytest.raises(errors.PermissionDeniedError, match="Invalid API Key"):
            client.gateway.health()


def test_error_body_of_the_gateway_is_decoded(client: Any) -> None:
    with pytest.raises(openai.NotFoundError, match="does not exist") as caught:
        client.gateway.completions.create(model="no/such-model", messages=HELLO)
    error: Any = caught.value
    assert isinstance(error, errors.ResourceNotFoundError)
    assert (error.code, error.param) == ("model_not_found", "model")
    assert error.error_type == error.type == "invalid_request_error"
    with pytest.raises(openai.NotFoundError):
        client.gateway.embeddings.create(model="no/such-model", input="a")


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": ["a"]}, {"data": {"a": 1}}])
def test_p30_response_without_embeddings_is_a_decode_error(
    client: Any, server: Server, body: Any
) -> None:
    server.inject(Fault("create_embeddings", status=200, body=body))
    with pytest.raises(errors.ResponseDecodeError, match="no list of embeddings") as caught:
        client.gateway.embeddings.create(model=EMBEDDER, input="a")
    assert isinstance(caught.value, openai.APIResponseValidationError)


QUESTIONS = {"is_open": {"type": "noul"}}


@pytest.mark.parametrize(
    "call",
    [
        lambda gateway: gateway.health(options=5),
        lambda gateway: gateway.realtime("m", timeout=1, options=5),
        lambda gateway: gateway.systemone.decide("x", QUESTIONS, options=5),
        lambda gateway: gateway.systemone.decide("x", QUESTIONS, timeout=1, options=5),
        lambda gateway: gateway.systemone.stream(QUESTIONS, timeout=1, options=5),
    ],
)
def test_options_that_are_no_dict_are_refused(client: Any, server: Server, call: Any) -> None:
    with pytest.raises(errors.InputTypeError, match="options must be a dict, got int"):
        call(client.gateway)
    assert server.requests == []


def test_headers_of_a_decision_must_be_a_dict(client: Any, server: Server) -> None:
    with pytest.raises(errors.InputTypeError, match="headers must be"):
        client.gateway.systemone.decide("x", QUESTIONS, extra_headers=5, options={"headers": {}})
    assert server.requests == []
