"""Chats that the service goes on with after its answer: where they are, and when they are there.

A chat that outlives some 150 s is answered with 303 and a `Location`. A GET of that waits too; 202,
204, another 303 and a passing failure mean that the completion is not there yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from vlmrun._chat.forms import CHAT, fault_of
from vlmrun._chat.requests import same_origin
from vlmrun._core.error_mapping import undecodable
from vlmrun._core.retry import is_transient
from vlmrun.errors import APIError, RequestTimeoutError, ResponseDecodeError

SEE_OTHER = 303
_THERE = (200, 201)

# Failures in a row that are taken for passing ones, whatever the client's max_retries.
LEAST_PATIENCE = 5


def place_of(headers: Mapping[str, str], asked: httpx.URL) -> httpx.URL:
    """Where the completion will be.

    Args:
        headers: Of the answer with 303.
        asked: The URL that was asked; the place must be on the same host.

    Raises:
        ResponseDecodeError: The answer does not say where.
        APIError: It is another host, to which the key is not sent.
    """
    given = headers.get("location")
    if not given:
        raise ResponseDecodeError(
            "The chat goes on at another place (303), but the answer does not say where",
            SEE_OTHER,
            dict(headers),
        )
    place = asked.join(given)  # httpx has refused what is no URL
    if not same_origin(place, asked):
        raise APIError(
            f"The chat goes on at another host ({place.host or 'none'}), where the key is not sent",
            SEE_OTHER,
            dict(headers),
            error_type="foreign_redirect",
            suggestion=f"Take the base URL of that host, if you trust it; this one is {asked.host}",
        )
    return place


def is_there(status: int, content: bytes) -> bool:
    """Whether an answer is the completion, or else says that it is not there yet."""
    return status in _THERE and bool(content.strip())


def is_passing(error: APIError) -> bool:
    """Whether a failed look may be followed by one that succeeds."""
    return is_transient(error.http_status) and not isinstance(error, ResponseDecodeError)


def not_in_time(place: httpx.URL) -> RequestTimeoutError:
    """The error for a completion that was not there within the time."""
    return RequestTimeoutError(
        "The chat was taken on, but its completion was not there within the time",
        suggestion=f"Raise timeout or deadline; it may still appear at {place.path}",
    )


def wants_events(content: bytes) -> bool:
    """Whether a request's body asks for a stream."""
    try:
        body = json.loads(content)
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("stream") is True


def as_events(completion: Any, status: int, headers: Mapping[str, str], content: bytes) -> bytes:
    """A whole completion in the form of a stream: one event with all of it, and the end.

    Raises:
        ResponseDecodeError: It is not a completion.
    """
    fault = fault_of(CHAT, completion)
    if fault is not None:
        raise undecodable(fault, status, headers, content)
    chunk = {
        **completion,
        "object": "chat.completion.chunk",
        "choices": [_as_delta(choice) for choice in completion["choices"]],
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\ndata: [DONE]\n\n"


def _as_delta(choice: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in choice.items() if name != "message"}
    delta = dict(choice["message"])
    if delta.get("tool_calls"):
        calls = enumerate(delta["tool_calls"])
        delta["tool_calls"] = [{"index": index, **call} for index, call in calls]
    return {**rest, "delta": delta}
