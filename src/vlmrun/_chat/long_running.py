"""Chats that outlast their HTTP request: where the completion will be, and whether it is there.

After some 150 s, the service responds with 303 and a `Location`, and continues. A GET of that
waits too; 202, 204, another 303 and a transient failure mean that the completion is not ready.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

import httpx

from vlmrun._chat.openai_settings import is_same_origin
from vlmrun._core.error_mapping import to_show
from vlmrun.errors import APIError, RequestTimeoutError, ResponseDecodeError

SEE_OTHER = 303

# Polls that may fail in a row if the client's max_retries is 0.
MIN_FAILED_POLLS = 5

# The regular expression spares most requests, whose bodies can be large, from being decoded.
_STREAM = re.compile(rb'"stream"\s*:\s*true')


def wants_events(body: bytes) -> bool:
    """Return whether the body of a request asks for an event stream."""
    if not _STREAM.search(body):
        return False
    try:
        arguments = json.loads(body)
    except ValueError:
        return False
    return isinstance(arguments, dict) and arguments.get("stream") is True


def completion_url(headers: Mapping[str, str], requested: httpx.URL) -> httpx.URL:
    """Return the URL at which a completion will be.

    Args:
        headers: The headers of a response with status 303.
        requested: The URL of its request, whose origin the completion must have.

    Raises:
        ResponseDecodeError: The response does not say where, or the URL is invalid.
        APIError: It is on another host, to which the API key is not sent.
    """
    location = headers.get("location")
    if not location:
        raise _lost(
            "The chat continues at another URL, but the response does not say where", headers
        )
    try:
        url = requested.join(location)
        host = url.host or "none"  # decoding an internationalized name may fail
    except (httpx.InvalidURL, ValueError) as error:
        raise _lost(f"The chat continues at an invalid URL: {error}", headers) from None
    if not is_same_origin(url, requested):
        raise APIError(
            f"The chat continues on another host ({host}), to which the API key is not sent",
            SEE_OTHER,
            to_show(headers, ()),
            error_type="foreign_redirect",
            suggestion=f"Use that host's base URL, if you trust it; yours is on {requested.host}",
        )
    return url


def _lost(message: str, headers: Mapping[str, str]) -> ResponseDecodeError:
    suggestion = (
        "The chat was accepted and may be billed; repeat it only if it may be carried out twice"
    )
    return ResponseDecodeError(message, SEE_OTHER, to_show(headers, ()), suggestion=suggestion)


def is_completion(status: int, content: bytes) -> bool:
    """Return whether the response to a poll is the completion; otherwise it is not ready."""
    return status in (200, 201) and bool(content.strip())


def max_failed_polls(max_retries: int) -> float:
    """Return how many polls in a row may fail; there is no limit unless retries are off.

    The chat is running, and may have cost minutes and money. Its timeout ends the polls.
    """
    return math.inf if max_retries else MIN_FAILED_POLLS


def accepted(place: str) -> str:
    """Return the suggestion for a chat whose completion could not be fetched."""
    return f"The chat was accepted and may be billed; its completion may still appear at {place}"


def not_ready_in_time(url: httpx.URL) -> RequestTimeoutError:
    """Return the error for a completion that was not ready within timeout or deadline."""
    return RequestTimeoutError(
        "The chat was accepted, but its completion was not there within the time",
        suggestion=f"{accepted(url.path)}. Raise timeout or deadline",
    )
