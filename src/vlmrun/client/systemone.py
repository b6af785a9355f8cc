"""URLs of System One, the decision service of the gateway."""

from __future__ import annotations

import os

from vlmrun._messages import short_repr
from vlmrun.constants import DEFAULT_GATEWAY_URL, TYPESAFE_BASE_URL_ENV, gateway_base_url
from vlmrun.errors import ConfigurationError

__all__ = [
    "TYPESAFE_BASE_URL_ENV",
    "TYPESAFE_PREFIX",
    "TYPESAFE_WEBSOCKET_PATH",
    "VLMRUN_TYPESAFE_BASE_URL",
    "VLMRUN_TYPESAFE_WEBSOCKET_URL",
    "typesafe_base_url",
    "typesafe_websocket_url",
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
    root = gateway_base_url(gateway_url).removesuffix("/v1").rstrip("/")
    return f"{root}/{TYPESAFE_PREFIX}"


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


VLMRUN_TYPESAFE_BASE_URL = typesafe_base_url(DEFAULT_GATEWAY_URL)
VLMRUN_TYPESAFE_WEBSOCKET_URL = typesafe_websocket_url(VLMRUN_TYPESAFE_BASE_URL)
