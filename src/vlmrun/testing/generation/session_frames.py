"""Frames of sessions, and what becomes of them."""

from __future__ import annotations

from typing import Any

import attrs

RESULT_NOTE = "Facts by the mock server: no model has read this frame"


@attrs.frozen
class Frame:
    """A frame of a session, as passed to the script of `server.on_frame`.

    Attributes:
        number: Its number in the session, from 1. `decide` messages have numbers of their own.
        content: The image.
        facts: What the server found without a model: digest, size, media type.
        session: The first message of the session.
        state: What the questions are about.
        path: The path of the session, such as "/v1/ws".
        id: The id of a `decide` message; None for a frame.
    """

    number: int
    content: bytes = attrs.field(repr=False)
    facts: dict[str, Any]
    session: dict[str, Any]
    state: Any
    path: str
    id: str | None = None


@attrs.frozen
class FrameOutcome:
    """The outcome of a frame without a result, which a script of `server.on_frame` returns.

    Example:
        >>> FrameOutcome.dropped("rate").event
        {'type': 'frame.dropped', 'reason': 'rate'}
    """

    event: dict[str, Any] | None = None
    ends: str | None = None
    code: int | None = None

    @property
    def is_dropped(self) -> bool:
        """Whether the frame is not read. `decide` messages always are."""
        return self.event is not None and self.event["type"] == "frame.dropped"

    @classmethod
    def dropped(cls, reason: str = "busy") -> FrameOutcome:
        """Return the outcome of a frame that is not read.

        Args:
            reason: "busy" or "rate".

        Example:
            >>> server.on_frame(lambda frame: FrameOutcome.dropped("rate"))
        """
        return cls({"type": "frame.dropped", "reason": reason})

    @classmethod
    def failed(cls, message: str, code: str = "invalid_media") -> FrameOutcome:
        """Return the outcome of a frame that cannot be read.

        Args:
            message: The error message.
            code: The code of the error.

        Example:
            >>> server.on_frame(lambda frame: FrameOutcome.failed("The image is blank"))
        """
        error = {"message": message, "type": "invalid_request_error", "code": code, "param": None}
        return cls({"type": "error", "message": message, "code": code, "error": error})

    @classmethod
    def closed(cls, reason: str = "expired", code: int = 1000) -> FrameOutcome:
        """Return the outcome of a frame with which the server closes the session.

        Args:
            reason: The reason: "idle", "expired", or anything else.
            code: The code of the closing handshake. With 1000, `session.stats` are sent before.

        Example:
            >>> server.on_frame(lambda frame: FrameOutcome.closed("restart", 1012))
        """
        return cls(ends=reason, code=code)

    @classmethod
    def lost(cls) -> FrameOutcome:
        """Return the outcome of a frame with which the connection breaks off.

        Example:
            >>> server.on_frame(lambda frame: FrameOutcome.lost() if frame.number == 7 else None)
        """
        return cls(ends="lost")


@attrs.frozen
class SessionLimits:
    """The limits of sessions; `server.limit_sessions` sets them.

    Attributes:
        max_inflight: The number of frames in flight that a session may ask for.
        max_frame_bytes: The size of the largest frame.
        idle_timeout: Seconds without a frame after which a session ends.
        expires_in: Seconds after which it ends.
        older_dialect: Whether there is only the former route of System One, which takes messages.
    """

    max_inflight: int = 8
    max_frame_bytes: int = 5 * 1024 * 1024
    idle_timeout: float = 30
    expires_in: float = 3600
    older_dialect: bool = False
