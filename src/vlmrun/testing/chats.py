"""What the stand-in says in a chat: facts, or a sample where the answer has a schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from time import time
from typing import Any

import attrs

from vlmrun.testing.results import SAMPLE_NOTE
from vlmrun.testing.sampling import SampleError, sample
from vlmrun.testing.validation import Invalid, problem

NOTE = "Facts by the stand-in server: no model has looked at this chat"
_PIECES = 8


@attrs.frozen
class Chat:
    """A chat that came, as `server.on_chat` shows it to a test.

    Attributes:
        id: The completion's id.
        session_id: The session, the caller's or a new one.
        model: The model that was asked for, or the default.
        messages: The messages as they were sent.
        json_schema: The schema of the answer, if one was given.
        body: The whole request.
        facts: What the server found out by itself: under "messages" digests, sizes, media types
            and page counts, under "skills" names, descriptions and file lists.
    """

    id: str
    session_id: str
    model: str
    messages: list[dict[str, Any]]
    json_schema: Any
    body: dict[str, Any]
    facts: dict[str, Any]


def honest_content(chat: Chat) -> tuple[str, str]:
    """The text of the answer, and what it is."""
    wants_json = (chat.body.get("response_format") or {}).get("type") == "json_object"
    if chat.json_schema is not None:
        try:
            return json.dumps(sample(chat.json_schema), ensure_ascii=False), SAMPLE_NOTE
        except SampleError as error:
            message = f"The stand-in server has no answer: {error}"
            raise Invalid([problem(["body", "response_format"], message)]) from None
    if wants_json:
        return json.dumps({"note": NOTE, **chat.facts}, ensure_ascii=False), NOTE
    return "\n".join(_lines(chat.facts)), NOTE


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    yield f"{NOTE}."
    for number, message in enumerate(facts["messages"], 1):
        for part in message["parts"]:
            yield f"- message {number} ({message['role']}): {_in_words(part)}"
    for skill in facts["skills"]:
        yield f"- skill: {_in_words(skill)}"


def _in_words(facts: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {value}" for name, value in facts.items() if isinstance(value, (str, int))
    )


def schema_in(response_format: Any) -> Any:
    """The schema of a response_format, in any of its forms; None without one."""
    if not isinstance(response_format, dict):
        return None
    if response_format.get("schema") is not None:
        return response_format["schema"]
    holder = response_format.get("json_schema")
    if isinstance(holder, dict) and isinstance(holder.get("schema"), dict):
        return holder["schema"]
    return holder


def completion_of(chat: Chat, content: str, note: str, extra: dict[str, Any]) -> dict[str, Any]:
    """The completion's JSON."""
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
        "stand_in": {"note": note, **chat.facts},
        **extra,
    }


def usage_of(asked: str, answered: str = "") -> dict[str, Any]:
    """A usage in which words stand for tokens, and nothing costs anything."""
    prompt, completion = len(asked.split()), len(answered.split())
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "credits_used": 0,
        "cost": 0,
    }


def events_of(completion: dict[str, Any]) -> Iterator[str]:
    """The same completion as a stream of server-sent events; the last has the usage."""
    shared = {name: completion[name] for name in completion.keys() - {"choices", "usage"}}
    shared["object"] = "chat.completion.chunk"
    message = completion["choices"][0]["message"]
    content = message["content"]
    size = max(1, -(-len(content) // _PIECES))
    deltas = [{"role": message["role"], "content": ""}]
    deltas += [{"content": content[at : at + size]} for at in range(0, len(content), size)]
    for delta in deltas:
        yield _event(shared, {"index": 0, "delta": delta, "finish_reason": None})
    last = {"index": 0, "delta": {}, "finish_reason": "stop"}
    yield _event({**shared, "usage": completion["usage"]}, last)
    yield "data: [DONE]\n\n"


def _event(shared: dict[str, Any], choice: dict[str, Any]) -> str:
    return f"data: {json.dumps({**shared, 'choices': [choice]})}\n\n"
