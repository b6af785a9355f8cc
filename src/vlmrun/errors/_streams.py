"""Errors of streams over WebSockets."""

from __future__ import annotations

from typing import Any

from vlmrun.errors._api import APIError


class StreamError(APIError):
    """The server reported an error in a stream over a WebSocket.

    `event` is its message, a `vlmrun.types.SessionError`; None if there is none.
    """

    default_message = "The stream failed"
    default_type = "stream_error"
    event: Any = None


class FrameDroppedError(StreamError):
    """The server did not read the frame, and bills nothing; `event` has the reason."""

    default_message = "The server dropped the frame"
    default_type = "frame_dropped"
    default_suggestion = "Send it again, or send fewer frames at a time"


class StreamClosedError(StreamError):
    """A stream over a WebSocket ended before all of its frames had a result.

    Attributes:
        reason: "lost" if the connection broke off, "idle", "expired", or what the server said.
    """

    default_message = "The stream was closed"
    default_type = "stream_closed"
    default_suggestion = "Open a new stream for the frames that have no result"
    reason: str = "lost"
