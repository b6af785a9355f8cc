"""Where System One, the gateway's service for decisions, is: its HTTP base URL and its socket."""

from __future__ import annotations

import os

from vlmrun._messages import short_repr
from vlmrun.constants import DEFAULT_GATEWAY_URL, TYPESAFE_BASE_URL_ENV, gateway_base_url
from vlmrun.errors import ConfigurationError

TYPESAFE_PREFIX = "typesafe"
TYPESAFE_WEBSOCKET_PATH = "/ws"

_SOCKETS = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


def typesafe_base_url(gateway_url: str | None = None) -> str:
    """The HTTP base URL of System One on a gateway: `/typesafe` in the place of `/v1`.

    Args:
        gateway_url: The gateway's base URL; by default that of
            `vlmrun.constants.gateway_base_url()`.

    Example:
        >>> typesafe_base_url("https://gateway.example.com/v1")
        'https://gateway.example.com/typesafe'
    """
    root = gateway_base_url(gateway_url).removesuffix("/v1").rstrip("/")
    return f"{root}/{TYPESAFE_PREFIX}"


def typesafe_websocket_url(base_url: str | None = None, *, gateway_url: str | None = None) -> str:
    """The WebSocket URL of System One.

    Args:
        base_url: System One's HTTP base URL; by default `TYPESAFE_BASE_URL` of the environment,
            then `typesafe_base_url(gateway_url)`. An empty text counts as none.
        gateway_url: The gateway's base URL, for the last of these.

    Raises:
        ConfigurationError: It is no URL of http, https, ws or wss (a `ValueError`).

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
