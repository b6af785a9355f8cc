"""The messages of a session over a WebSocket."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import NoneType
from typing import Any, TypeGuard

from vlmrun._messages import short_repr
from vlmrun._redaction import redact
from vlmrun.errors import ResponseDecodeError
from vlmrun.types._base import read
from vlmrun.types.realtime import (
    FrameDropped,
    SessionCreated,
    SessionDecision,
    SessionError,
    SessionEvent,
    SessionResult,
    SessionStats,
)

_EVENTS: dict[str, type[SessionEvent]] = {
    "session.created": SessionCreated,
    "decision": SessionDecision,
    "result": SessionResult,
    "frame.dropped": FrameDropped,
    "error": SessionError,
    "session.stats": SessionStats,
}

# The types of the fields that frames are found by, and that limits are calculated from.
_NUMBER = (int, float, NoneType)
_FIELD_TYPES = {
    "frame": _NUMBER,
    "id": (str, NoneType),
    "max_inflight": _NUMBER,
    "max_frame_bytes": _NUMBER,
}

CLOSE = json.dumps({"type": "session.close"})


def event_of(message: str | bytes, secrets: Sequence[str] = ()) -> SessionEvent:
    """Read a message of the server.

    Args:
        message: The message.
        secrets: Values of the handshake that the server may repeat, and no error may show.

    Raises:
        ResponseDecodeError: It is not a JSON object with a type, or one of another form than this
            type of message has: the server speaks another dialect.
    """
    try:
        value = json.loads(message) if isinstance(message, str) else None
    except (ValueError, RecursionError):
        value = None
    if _is_message(value):
        cls = _EVENTS.get(value["type"], SessionEvent)
        return read(cls, redact(value, secrets) if cls is SessionError else value)
    shown = redact(short_repr(message), secrets)
    del message, secrets  # the frame of an error must not hold them
    raise ResponseDecodeError(
        f"The server sent {shown}, which is not a message of this protocol",
        suggestion="Check the URL of the gateway, or upgrade this package",
    )


def _is_message(value: Any) -> TypeGuard[dict[str, Any]]:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return False
    return value["type"] not in _EVENTS or all(
        isinstance(value.get(name), types) for name, types in _FIELD_TYPES.items()
    )


def session_create(fields: dict[str, Any]) -> str:
    """Return the first message of a session."""
    return json.dumps({"type": "session.create", **fields})


def state_message(state: Any) -> str:
    """Return the message with the state of the frames that follow."""
    return json.dumps({"type": "state", "state": state})


def decide_message(id: str, parts: list[dict[str, Any]]) -> str:
    """Return the message for images that the server must not drop."""
    return json.dumps({"type": "decide", "id": id, "content": parts})
