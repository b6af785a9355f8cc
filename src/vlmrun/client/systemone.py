"""System One, the decision service of the gateway, under the import path of the official SDK."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from vlmrun._core.settings import DEFAULT_TIMEOUT as DEFAULT_READ_TIMEOUT
from vlmrun._messages import short_repr
from vlmrun._requests.decision import MAX_INFLIGHT as WEBSOCKET_MAX_INFLIGHT
from vlmrun._requests.decision import (
    REASONING_EFFORTS,
    SYSTEMONE_MODEL,
    check_detail,
    content_parts,
)
from vlmrun._requests.decision_media import (
    ALLOW_PRIVATE_URLS_ENV,
    IMAGE_MIME_TYPES,
    MAX_IMAGE_BYTES,
    MAX_IMAGES,
    MAX_PDF_PAGES,
)
from vlmrun._requests.questions import (
    MAX_CHOICE_OPTIONS,
    MAX_SCORE_LEVELS,
    MIN_CHOICE_OPTIONS,
    MIN_SCORE_LEVELS,
    QUESTION_TYPES,
    normalize_questions,
)
from vlmrun._runtime.websocket_options import CLOSE_TIMEOUT as WEBSOCKET_CLOSE_TIMEOUT
from vlmrun._sync.http.redirects import MAX_REDIRECTS
from vlmrun._sync.resources.systemone import SystemOne
from vlmrun._sync.streams.decision_stream import DecisionStream
from vlmrun._sync.streams.image_stream import DEFAULT_CONCURRENCY as DEFAULT_STREAM_CONCURRENCY
from vlmrun._sync.streams.opening import OPEN_TIMEOUT as WEBSOCKET_OPEN_TIMEOUT
from vlmrun._sync.streams.websocket_stream import WebSocketStream
from vlmrun.constants import (
    DEFAULT_GATEWAY_URL,
    TYPESAFE_BASE_URL_ENV,
    gateway_base_url,
    systemone_base_url,
)
from vlmrun.errors import ConfigurationError
from vlmrun.types.content import ImageDetail
from vlmrun.types.systemone import (
    FrameDecision,
    ReasoningEffort,
    RequestTimings,
    SystemOneResponse,
)

__all__ = [
    "ALLOW_PRIVATE_URLS_ENV",
    "DEFAULT_READ_TIMEOUT",
    "DEFAULT_STREAM_CONCURRENCY",
    "IMAGE_MIME_TYPES",
    "MAX_CHOICE_OPTIONS",
    "MAX_IMAGES",
    "MAX_IMAGE_BYTES",
    "MAX_PDF_PAGES",
    "MAX_REDIRECTS",
    "MAX_SCORE_LEVELS",
    "MIN_CHOICE_OPTIONS",
    "MIN_SCORE_LEVELS",
    "QUESTION_TYPES",
    "REASONING_EFFORTS",
    "SYSTEMONE_MODEL",
    "TYPESAFE_BASE_URL_ENV",
    "TYPESAFE_PREFIX",
    "TYPESAFE_WEBSOCKET_PATH",
    "VLMRUN_TYPESAFE_BASE_URL",
    "VLMRUN_TYPESAFE_WEBSOCKET_URL",
    "WEBSOCKET_CLOSE_TIMEOUT",
    "WEBSOCKET_MAX_INFLIGHT",
    "WEBSOCKET_OPEN_TIMEOUT",
    "DecisionStream",
    "FrameDecision",
    "ImageDetail",
    "ReasoningEffort",
    "RequestTimings",
    "SystemOne",
    "WebSocketStream",
    "build_content",
    "normalize_questions",
    "probe_url_mime",
    "timings_of",
    "typesafe_base_url",
    "typesafe_websocket_url",
    "usage_of",
]

TYPESAFE_PREFIX = "typesafe"
TYPESAFE_WEBSOCKET_PATH = "/ws"

_SOCKETS = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


def typesafe_base_url(gateway_url: str | None = None) -> str:
    """Return the HTTP base URL of System One: the gateway's, with `/typesafe` for `/v1`.

    Args:
        gateway_url: The base URL of the gateway; defaults to
            `vlmrun.constants.gateway_base_url()`.

    Example:
        >>> typesafe_base_url("https://gateway.example.com/v1")
        'https://gateway.example.com/typesafe'
    """
    return systemone_base_url(gateway_base_url(gateway_url))


def typesafe_websocket_url(base_url: str | None = None, *, gateway_url: str | None = None) -> str:
    """Return the WebSocket URL of System One.

    Args:
        base_url: The HTTP base URL of System One; defaults to the environment variable
            `TYPESAFE_BASE_URL`, then to `typesafe_base_url(gateway_url)`. Empty means None.
        gateway_url: The base URL of the gateway, for the last default.

    Raises:
        ConfigurationError: The scheme is not http, https, ws or wss (also a `ValueError`).

    Example:
        >>> typesafe_websocket_url("http://127.0.0.1:8000/typesafe")
        'ws://127.0.0.1:8000/typesafe/ws'
    """
    url = base_url or os.environ.get(TYPESAFE_BASE_URL_ENV) or typesafe_base_url(gateway_url)
    scheme, separator, rest = url.strip().rstrip("/").partition("://")
    socket = _SOCKETS.get(scheme.lower())
    if not socket or not separator or not rest:
        raise ConfigurationError(
            f"base_url must start with http://, https://, ws:// or wss://, got {short_repr(url)}"
        )
    return f"{socket}://{rest.removesuffix(TYPESAFE_WEBSOCKET_PATH)}{TYPESAFE_WEBSOCKET_PATH}"


def build_content(
    *,
    images: Sequence[Any] | None = None,
    document: Any = None,
    text: str | Sequence[str] | None = None,
    detail: ImageDetail | str = "auto",
    timeout: float = 30.0,
) -> list[dict[str, Any]] | None:
    """Return the `content` of a request, as `decide` sends it; None if there is none.

    Args:
        images: As for `decide`; those at URLs are fetched.
        document: One PDF.
        text: Further texts.
        detail: The detail in which images are read.
        timeout: Seconds to wait for each image that is fetched.

    Raises:
        InputError: An argument is not valid, or an image cannot be used.
        APIError: An image could not be fetched.

    Example:
        >>> build_content(text="Paid on Monday")
        [{'type': 'text', 'text': 'Paid on Monday'}]
    """
    parts, remote = content_parts(check_detail(detail), images, document, text)
    if remote:
        from vlmrun._sync.client import VLMRun

        with VLMRun(require_api_key=False) as client:
            client.gateway.systemone._fetch(remote, timeout)
    return parts or None


def probe_url_mime(url: str, timeout: float = 15.0) -> str | None:
    """Return the media type of what is at a URL, from its first bytes; None if it is unknown.

    Args:
        url: An http or https URL of a public address.
        timeout: Seconds to wait for the response.

    Raises:
        InputError: The URL is not valid, or its address is not public.
        APIError: It could not be fetched.

    Example:
        >>> try:
        ...     probe_url_mime("http://127.0.0.1/a.png")
        ... except InputError as error:
        ...     print(error.message)
        url is 'http://127.0.0.1/a.png', which is not a public address
    """
    from vlmrun._sync.client import VLMRun

    with VLMRun(require_api_key=False) as client:
        return client.gateway.systemone._media_type_at(url, timeout)


def usage_of(response: SystemOneResponse) -> dict[str, Any]:
    """Return the usage of a decision as it was received; {} if there is none.

    Args:
        response: The result of `decide`.

    Example:
        >>> usage_of(SystemOneResponse(model="m", answers={}, usage={"cost": 0.001}))
        {'cost': 0.001}
    """
    return {} if response.usage is None else response.usage.to_dict()


def timings_of(response: SystemOneResponse) -> RequestTimings | None:
    """Return how long a decision took; None if it was not received by this process.

    Args:
        response: The result of `decide`.

    Example:
        >>> timings_of(SystemOneResponse(model="m", answers={}))
    """
    timings: RequestTimings | None = response._timings
    return timings


VLMRUN_TYPESAFE_BASE_URL = typesafe_base_url(DEFAULT_GATEWAY_URL)
VLMRUN_TYPESAFE_WEBSOCKET_URL = typesafe_websocket_url(VLMRUN_TYPESAFE_BASE_URL)
