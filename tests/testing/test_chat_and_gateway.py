"""Chat and gateway of the mock server: facts, samples, streams, deferred completions, models."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import vlmrun.testing
from tests.plain_http import PLAIN
from tests.testing.conftest import KEY, upload
from vlmrun.errors import InputError, InputTypeError
from vlmrun.testing import Server

CHAT = "/openai/chat/completions"
HELLO = {"messages": [{"role": "user", "content": "Hello, you"}]}
SCHEMA = {
    "type": "object",
    "properties": {"total": {"type": "number", "minimum": 3}},
    "required": ["total"],
}
EMBEDDING_MODEL, SPEECH_MODEL = "qwen/qwen3-vl-embedding-2b", "nvidia/parakeet-tdt-0.6b-v3"


def text_of(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    return str(response.json()["choices"][0]["message"]["content"])


class TestChat:
    @pytest.mark.vlmrun_server(accept_unreadable=True)
    def test_content_is_facts_about_messages_and_skills(
        self, http: httpx.Client, pdf: Any, server: Server
    ) -> None:
        server.add_skill("reader", description="Reads")
        file = upload(http, "a.pdf", pdf.read_bytes())
        data = base64.b64encode(b"picture").decode()
        content = [
            {"type": "text", "text": "Hello"},
            {"type": "input_file", "file_id": file["id"]},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}},
            {"type": "document_url", "document_url": {"url": "https://example.com/b.pdf"}},
        ]
        body = {"messages": [{"role": "user", "content": content}]}
        response = http.post(CHAT, json={**body, "skills": [{"skill_name": "reader"}]})
        text = text_of(response)
        assert "no model has read" in text
        assert hashlib.sha256(pdf.read_bytes()).hexdigest() in text
        assert "pages 2" in text
        assert hashlib.sha256(b"picture").hexdigest() in text
        assert "https://example.com/b.pdf, note not fetched" in text
        assert "skill: name reader, description Reads" in text
        facts = response.json()["stand_in"]
        assert [part["kind"] for part in facts["messages"][0]["parts"]] == [
            "text",
            "file",
            "data",
            "url",
        ]

    @pytest.mark.parametrize(
        "response_format",
        [
            {"type": "json_schema", "schema": SCHEMA},
            {"type": "json_schema", "json_schema": SCHEMA},
            {"type": "json_schema", "json_schema": {"name": "total", "schema": SCHEMA}},
            {"type": "json_object", "schema": SCHEMA},
        ],
    )
    def test_schema_gets_a_sample_marked_as_such(
        self, http: httpx.Client, response_format: Any
    ) -> None:
        response = http.post(CHAT, json={**HELLO, "response_format": response_format})
        assert json.loads(text_of(response))["total"] >= 3
        assert "Sample by the mock server" in response.json()["stand_in"]["note"]

    def test_json_object_format_gets_the_facts_as_json(self, http: httpx.Client) -> None:
        body = {**HELLO, "response_format": {"type": "json_object"}}
        assert "no model has read" in json.loads(text_of(http.post(CHAT, json=body)))["note"]

    def test_schema_without_a_sample_is_422(self, http: httpx.Client) -> None:
        never = {"type": "json_schema", "schema": {"not": {}}}
        response = http.post(CHAT, json={**HELLO, "response_format": never})
        assert response.status_code == 422
        assert response.json()["detail"][0]["loc"] == ["body", "response_format"]

    def test_stream_has_the_content_in_chunks(self, http: httpx.Client) -> None:
        response = http.post(CHAT, json={**HELLO, "stream": True})
        lines = [line[6:] for line in response.text.splitlines() if line]
        assert lines[-1] == "[DONE]"
        events = [json.loads(line) for line in lines[:-1]]
        text = "".join(each["choices"][0]["delta"].get("content", "") for each in events)
        assert text == text_of(http.post(CHAT, json=HELLO))
        assert ["usage" in each for each in events] == [False] * (len(events) - 1) + [True]
        assert {each["session_id"] for each in events} == {events[0]["session_id"]}

    def test_session_id_and_model_of_the_request_are_used(self, http: httpx.Client) -> None:
        body = {**HELLO, "session_id": "s", "id": "mine", "model": "vlmrun-orion-1:pro"}
        completion = http.post(CHAT, json=body).json()
        assert (completion["session_id"], completion["id"], completion["model"]) == (
            "s",
            "mine",
            "vlmrun-orion-1:pro",
        )
        assert http.post(CHAT, json=HELLO).json()["model"] == "vlmrun-orion-1:auto"

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [
            ({"messages": "Hello"}, 422),
            ({"messages": [{"role": "user", "content": [{"text": "no type"}]}]}, 422),
            ({**HELLO, "toolsets": ["everything"]}, 422),
            ({**HELLO, "skills": [{"type": "inline"}]}, 422),
            ({**HELLO, "skills": [{"skill_name": "unknown"}]}, 404),
            ({**HELLO, "model": "unknown/model"}, 404),
        ],
    )
    def test_invalid_requests_are_rejected(
        self, http: httpx.Client, wrong: Any, status: int
    ) -> None:
        assert http.post(CHAT, json=wrong).status_code == status

    def test_script_returns_the_content(self, http: httpx.Client, server: Server) -> None:
        server.on_chat(lambda chat: f"You said {chat.messages[0]['content']}")
        assert text_of(http.post(CHAT, json=HELLO)) == "You said Hello, you"
        server.on_chat(lambda chat: {"total": 1})
        assert json.loads(text_of(http.post(CHAT, json=HELLO))) == {"total": 1}
        server.on_chat(None)
        assert "no model has read" in text_of(http.post(CHAT, json=HELLO))
        with pytest.raises(InputTypeError):
            server.on_chat("You said")  # type: ignore[type-var]

    def test_chat_polls_defers_completions(self, connected: Callable[..., httpx.Client]) -> None:
        with vlmrun.testing.serve(chat_polls=2) as server:
            http = connected(server)
            first = http.post(CHAT, json=HELLO)
            assert (first.status_code, first.content) == (303, b"")
            location = server.url.removesuffix("/v1") + first.headers["location"]
            assert [http.get(location).status_code for _ in range(2)] == [202, 200]
            assert "no model has read" in text_of(http.get(location))
            assert http.get(f"{server.url}/later/unknown").status_code == 404
        with vlmrun.testing.serve(chat_polls=0, api_key=KEY) as server:
            location = connected(server).post(CHAT, json=HELLO).headers["location"]
            wrong = {"Authorization": "Bearer wrong"}
            root = server.url.removesuffix("/v1")
            assert httpx.get(f"{root}{location}", headers=wrong, **PLAIN).status_code == 401
        with pytest.raises(InputError, match="chat_polls"):
            vlmrun.testing.serve(chat_polls=-1)


class TestGateway:
    @pytest.mark.parametrize(
        "header", [None, "", "Bearer", "Bearer vlmrun", "Bearer EMPTY", "Bearer k"]
    )
    def test_chat_needs_no_key(self, server: Server, header: str | None) -> None:
        headers = {} if header is None else {"Authorization": header}
        response = httpx.post(f"{server.url}{CHAT}", json=HELLO, headers=headers, **PLAIN)
        assert response.status_code == 200

    def test_chat_rejects_a_wrong_key(self) -> None:
        with vlmrun.testing.serve(api_key=KEY) as server:
            for key, status in ((KEY, 200), ("vlmrun", 200), ("wrong", 401)):
                headers = {"Authorization": f"Bearer {key}"}
                response = httpx.post(f"{server.url}{CHAT}", json=HELLO, headers=headers, **PLAIN)
                assert response.status_code == status

    def test_unknown_model_is_reported_in_the_format_of_openai(self, http: httpx.Client) -> None:
        for path, body in ((CHAT, HELLO), ("/openai/embeddings", {"input": "a"})):
            response = http.post(path, json={**body, "model": "no/such"})
            error = response.json()["detail"]["error"]
            assert (response.status_code, error["code"]) == (404, "model_not_found")
            assert "Available: " in error["message"]

    def test_models_and_completion_records(self, http: httpx.Client) -> None:
        listed = {model["id"] for model in http.get("/openai/models").json()["data"]}
        assert {"vlmrun-orion-1:auto", EMBEDDING_MODEL, SPEECH_MODEL, "zai-org/glm-ocr"} <= listed
        assert http.get("/openai/models/vlmrun-orion-1:auto").json()["owned_by"] == "vlmrun"
        assert http.get("/openai/models/unknown").status_code == 404
        completion = http.post(CHAT, json={**HELLO, "model": "zai-org/glm-ocr"}).json()
        record = http.get(f"/completions/{completion['id']}").json()
        assert (record["usage"], record["cost"]) == (completion["usage"], 0)
        missing = http.get("/completions/unknown")
        assert missing.json()["detail"]["error"]["code"] == "completion_not_found"

    def test_embeddings_are_equal_for_equal_inputs_only(self, http: httpx.Client) -> None:
        body = {"model": EMBEDDING_MODEL, "input": ["a", "b", "a"], "dimensions": 16}
        response = http.post("/openai/embeddings", json=body).json()
        one, two, three = (each["embedding"] for each in response["data"])
        assert one == three != two
        assert sum(number * number for number in one) == pytest.approx(1)
        assert "from a digest" in response["stand_in"]["note"]
        packed = http.post("/openai/embeddings", json={**body, "encoding_format": "base64"}).json()
        assert len(base64.b64decode(packed["data"][0]["embedding"])) == 4 * 16
        pdf = {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERg=="}}
        inputs: list[Any] = [[], 7, [7], [[pdf]]]
        for wrong in (*({"input": each} for each in inputs), {"dimensions": 10**9}):
            assert http.post("/openai/embeddings", json={**body, **wrong}).status_code == 422

    @pytest.mark.parametrize("form", [None, "json", "verbose_json", "text", "srt", "vtt"])
    def test_transcription_is_a_placeholder_in_each_format(
        self, http: httpx.Client, form: str | None
    ) -> None:
        data = {"model": SPEECH_MODEL, **({"response_format": form} if form else {})}
        response = http.post(
            "/openai/audio/transcriptions", data=data, files={"file": ("a.mp3", b"sound")}
        )
        assert "nothing was transcribed: 5 bytes" in response.text
        is_json = form in (None, "json", "verbose_json")
        assert response.headers["content-type"].startswith("application/json") == is_json
