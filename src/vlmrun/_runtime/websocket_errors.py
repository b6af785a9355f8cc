"""From errors of the websockets package to errors of this package."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from vlmrun._core.error_mapping import error_from
from vlmrun._environment_variables import without_credentials
from vlmrun._redaction import redact
from vlmrun._runtime.websocket_options import import_websockets
from vlmrun.errors import (
    ConfigurationError,
    NetworkError,
    RequestTimeoutError,
    ResponseDecodeError,
    VLMRunError,
)

# Bytes of a refusal to look at.
_MAX_BODY = 64 * 1024


def opening_error(error: Exception, secrets: Sequence[str], proxy: str | None) -> VLMRunError:
    """Return the error to raise for a WebSocket that could not be opened.

    Args:
        error: What was raised.
        secrets: Values of the handshake that no message may show.
        proxy: The URL of the proxy, whose password no message may show.
    """
    exceptions = import_websockets("websockets.exceptions")
    if isinstance(error, VLMRunError):
        return error
    if isinstance(error, exceptions.InvalidStatus):
        response: Any = vars(error)["response"]
        headers = {name.lower(): value for name, value in response.headers.raw_items()}
        body = bytes(response.body or b"")[:_MAX_BODY]
        return error_from(response.status_code, headers, body, secrets)
    if isinstance(error, (TimeoutError, asyncio.TimeoutError)):
        return RequestTimeoutError("The WebSocket was not open in time")
    reason = redact(f"{type(error).__name__}: {error}", secrets)
    if proxy is not None:
        reason = without_credentials(reason, proxy)
        if isinstance(error, (ImportError, exceptions.InvalidProxy)):
            return ConfigurationError(
                f"The proxy {without_credentials(proxy, proxy)!r} cannot be used: {reason}",
                suggestion="Install python-socks[asyncio]"
                if isinstance(error, ImportError)
                else "Correct its URL",
            )
        if isinstance(error, exceptions.ProxyError):
            return NetworkError(f"The proxy does not connect to the gateway: {reason}")
    if isinstance(error, exceptions.InvalidURI):
        return ConfigurationError(f"The URL of the WebSocket is not valid: {reason}")
    if isinstance(error, exceptions.InvalidHandshake) and not isinstance(error.__cause__, EOFError):
        return ResponseDecodeError(f"The server does not accept WebSockets: {reason}")
    return NetworkError(f"The WebSocket could not be opened: {reason}")
