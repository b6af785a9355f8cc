"""Checks of the responses to chat requests, which the openai package does not make itself.

It builds its objects without validation, so that a broken response would be an `AttributeError`
in the user's code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from vlmrun._chat.event_stream import check_tool_calls, is_too_deep

_COMPLETIONS = "/chat/completions"
_EMBEDDINGS = "/embeddings"
_TRANSCRIPTIONS = "/audio/transcriptions"

# The field of a form that says in which format a transcription is requested; JSON is the default.
_FORMAT = re.compile(rb'name="response_format"\r\n\r\n([\w-]+)')
_TEXT_FORMATS = frozenset({b"text", b"srt", b"vtt"})


def is_completion_path(path: str) -> bool:
    """Return whether a path is that of chat completions."""
    return path.endswith(_COMPLETIONS)


def may_be_events(path: str) -> bool:
    """Return whether an operation may respond with events that its JSON body did not ask for."""
    return path.endswith(_TRANSCRIPTIONS)


def is_text_requested(path: str, body: bytes) -> bool:
    """Return whether a request asks for something other than JSON."""
    if not path.endswith(_TRANSCRIPTIONS):
        return False
    requested = _FORMAT.search(body)
    return requested is not None and requested[1] in _TEXT_FORMATS


def problem_with(path: str, body: Any) -> str | None:
    """Return what is wrong with the decoded JSON that an operation responded with, if anything."""
    if not isinstance(body, dict):
        return "The response is not an object"
    if is_too_deep(body):
        return "The response is nested too deeply"
    if path.endswith(_COMPLETIONS):
        return _problem_with_choices(_objects(body.get("choices")))
    if path.endswith(_EMBEDDINGS):
        items = _objects(body.get("data"))
        kinds = (list, str)
        if items is None or not all(isinstance(each.get("embedding"), kinds) for each in items):
            return "The response has no list of embeddings"
    if path.endswith(_TRANSCRIPTIONS) and not isinstance(body.get("text"), str):
        return "The response has no text"
    return None


def _problem_with_choices(choices: list[dict[str, Any]] | None) -> str | None:
    if choices is None or not all(isinstance(each.get("message"), dict) for each in choices):
        return "The response is not a completion: no choices, or one without a message"
    try:
        for choice in choices:
            message = choice["message"]
            if not isinstance(message.get("content"), (str, type(None))):
                return "The response is not a completion: the content of a message is not a str"
            check_tool_calls(message.get("tool_calls"))
    except TypeError as error:
        return f"The response is not a completion: {error}"
    return None


def _objects(value: Any) -> list[dict[str, Any]] | None:
    is_list = isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return value if is_list else None


def media_type_of(headers: Mapping[str, str]) -> str:
    """Return the media type of a response without its parameters; empty if it has none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def is_page(headers: Mapping[str, str]) -> bool:
    """Return whether a response is HTML, such as that of a proxy."""
    return media_type_of(headers) in ("text/html", "application/xhtml+xml")


def may_hold_events(content: bytes) -> bool:
    """Return whether a body looks like events, which some proxies send without their media type."""
    return content.lstrip().startswith((b"data:", b"event:", b"id:", b"retry:", b":"))


def as_events(completion: dict[str, Any]) -> bytes:
    """Convert a whole completion to an event stream: one event with all of it, and the end."""
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
