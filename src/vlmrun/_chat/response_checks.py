"""Checks of the responses to chat requests, which the openai package does not make itself.

It builds its objects without validation, so that a broken response would be an `AttributeError`
in the user's code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vlmrun._core.error_mapping import undecodable

_COMPLETIONS = "/chat/completions"
_EMBEDDINGS = "/embeddings"
_TRANSCRIPTIONS = "/audio/transcriptions"


def may_be_text(path: str) -> bool:
    """Return whether an operation may respond with something other than JSON."""
    return path.endswith(_TRANSCRIPTIONS)


def problem_with(path: str, body: Any) -> str | None:
    """Return what is wrong with the decoded JSON that an operation responded with, if anything."""
    if not isinstance(body, dict):
        return "The response is not an object"
    if path.endswith(_COMPLETIONS):
        choices = _objects(body.get("choices"))
        if choices is None or not all(isinstance(each.get("message"), dict) for each in choices):
            return "The response is not a completion: no choices, or one without a message"
    if path.endswith(_EMBEDDINGS) and _objects(body.get("data")) is None:
        return "The response has no list of embeddings"
    return None


def _objects(value: Any) -> list[dict[str, Any]] | None:
    is_list = isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return value if is_list else None


def as_events(completion: Any, status: int, headers: Mapping[str, str], content: bytes) -> bytes:
    """Convert a whole completion to an event stream: one event with all of it, and the end.

    Raises:
        ResponseDecodeError: It is not a completion.
    """
    problem = problem_with(_COMPLETIONS, completion)
    if problem is not None:
        raise undecodable(problem, status, headers, content)
    chunk = {
        **completion,
        "object": "chat.completion.chunk",
        "choices": [_with_delta(choice) for choice in completion["choices"]],
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\ndata: [DONE]\n\n"


def _with_delta(choice: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in choice.items() if name != "message"}
    delta = dict(choice["message"])
    if delta.get("tool_calls"):
        calls = enumerate(delta["tool_calls"])
        delta["tool_calls"] = [{"index": index, **call} for index, call in calls]
    return {**rest, "delta": delta}
