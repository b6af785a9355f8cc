"""Chat completions: facts as text, or a sample if the response has a schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from time import time
from typing import Any

import attrs

from vlmrun.testing.contract.request_validation import invalid_request
from vlmrun.testing.generation.job_outcomes import SAMPLE_NOTE
from vlmrun.testing.generation.schema_samples import SampleError, sample

NOTE = "Facts by the mock server: no model has read this chat"
_MAX_CHUNKS = 8


@attrs.frozen
class Chat:
    """A received chat, as passed to the script of `server.on_chat`.

    Attributes:
        id: The id of the completion.
        session_id: The session id of the request, or a new one.
        model: The requested model, or the default.
        messages: The messages of the request.
        json_schema: The JSON schema of the response, if there is one.
        body: The whole request body.
        facts: What the server found without a model: under "messages" digests, sizes, media types
            and page counts, under "skills" names, descriptions and file lists.
    """

    id: str
    session_id: str
    model: str
    messages: list[dict[str, Any]]
    json_schema: Any
    body: dict[str, Any]
    facts: dict[str, Any]


def default_content(chat: Chat) -> tuple[str, str]:
    """Return the content of the response, and a note that says what it is."""
    wants_json = (chat.body.get("response_format") or {}).get("type") == "json_object"
    if chat.json_schema is not None:
        try:
            return json.dumps(sample(chat.json_schema), ensure_ascii=False), SAMPLE_NOTE
        except SampleError as error:
            message = f"The mock server has no response: {error}"
            raise invalid_request(["body", "response_format"], message) from None
    if wants_json:
        return json.dumps({"note": NOTE, **chat.facts}, ensure_ascii=False), NOTE
    return "\n".join(_lines(chat.facts)), NOTE


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    yield f"{NOTE}."
    for number, message in enumerate(facts["messages"], 1):
        for part in message["parts"]:
            yield f"- message {number} ({message['role']}): {_as_text(part)}"
    for skill in facts["skills"]:
        yield f"- skill: {_as_text(skill)}"


def _as_text(facts: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {value}" for name, value in facts.items() if isinstance(value, (str, int))
    )


def schema_in(response_format: Any) -> Any:
    """Return the schema of a response_format in any of its forms, or None."""
    if not isinstance(response_format, dict):
        return None
    if response_format.get("schema") is not None:
        return response_format["schema"]
    json_schema = response_format.get("json_schema")
    if isinstance(json_schema, dict) and isinstance(json_schema.get("schema"), dict):
        return json_schema["schema"]
    return json_schema


def completion_of(chat: Chat, content: str, note: str, extra: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON of a completion."""
    return {
        "id": chat.id,
        "object": "chat.completion",
        "created": int(time()),
        "model": chat.model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content},
                "finish_reason": "stop",
            }
        ],
        "usage": usage_of(json.dumps(chat.messages), content),
        "session_id": chat.session_id,
        # The name of this field is public: tests of users read it.
        "stand_in": {"note": note, **chat.facts},
        **extra,
    }


def usage_of(prompt: str, completion: str = "") -> dict[str, Any]:
    """Return a usage that counts words as tokens and costs nothing."""
    prompt_tokens, completion_tokens = len(prompt.split()), len(completion.split())
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
        "credits_used": 0,
        "cost": 0,
    }


def events_of(completion: dict[str, Any]) -> Iterator[str]:
    """Yield a completion as server-sent events; the last one contains the usage."""
    shared = {name: completion[name] for name in completion.keys() - {"choices", "usage"}}
    shared["object"] = "chat.completion.chunk"
    message = completion["choices"][0]["message"]
    content = message["content"]
    # Several chunks even for short content, so that clients have to join them.
    size = max(1, -(-len(content) // _MAX_CHUNKS))
    deltas = [{"role": message["role"], "content": ""}]
    deltas += [{"content": content[start : start + size]} for start in range(0, len(content), size)]
    for delta in deltas:
        yield _event(shared, {"index": 0, "delta": delta, "finish_reason": None})
    last = {"index": 0, "delta": {}, "finish_reason": "stop"}
    yield _event({**shared, "usage": completion["usage"]}, last)
    # The end marker of OpenAI's streams; it is not JSON.
    yield "data: [DONE]\n\n"


def _event(shared: dict[str, Any], choice: dict[str, Any]) -> str:
    return f"data: {json.dumps({**shared, 'choices': [choice]})}\n\n"
