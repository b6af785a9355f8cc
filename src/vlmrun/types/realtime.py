"""The events of a session over a WebSocket, and the results of its frames."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from vlmrun.types._base import Received
from vlmrun.types.chat import ChatUsage
from vlmrun.types.systemone import Answer, SystemOneUsage

__all__ = [
    "FrameDropped",
    "FrameResult",
    "SessionCreated",
    "SessionDecision",
    "SessionEnded",
    "SessionError",
    "SessionEvent",
    "SessionResult",
    "SessionStats",
]


class SessionEvent(Received):
    """A message of the server. One whose `type` this version does not know is kept as such."""

    type: str


class SessionCreated(SessionEvent):
    """The session is open.

    Attributes:
        model: The model.
        max_inflight: The number of frames that may be in flight.
        max_frame_bytes: The size of the largest frame.
        expires_in: The number of seconds until the session ends.
    """

    type: Literal["session.created"] | str = "session.created"
    model: str | None = None
    max_inflight: int | None = None
    max_frame_bytes: int | None = None
    expires_in: float | None = None


class SessionDecision(SessionEvent):
    """The answers about a frame of System One.

    Attributes:
        id: The id of the message that it answers, if that was not a frame.
        frame: The number of the frame; the first one is 1.
        model: The model.
        answers: The answers by the ids of the questions.
        usage: The cost.
        latency_ms: The time that it took the server, in milliseconds.
    """

    type: Literal["decision"] | str = "decision"
    id: str | None = None
    frame: int | None = None
    model: str | None = None
    answers: dict[str, Answer]
    usage: SystemOneUsage | None = None
    latency_ms: float | None = None


class SessionResult(SessionEvent):
    """The result of a model for a frame, in the form of a chat completion.

    Attributes:
        frame: The number of the frame; the first one is 1.
        id: The id of the completion.
        model: The model.
        choices: The choices of the completion as dicts; `text` is the content of the first one.
        usage: The number of tokens. Sessions are billed by the second.
        latency_ms: The time that it took the server, in milliseconds.
    """

    type: Literal["result"] | str = "result"
    frame: int | None = None
    id: str | None = None
    model: str | None = None
    choices: list[dict[str, Any]] | None = None
    usage: ChatUsage | None = None
    latency_ms: float | None = None

    @property
    def text(self) -> str | None:
        """The content of the first choice; None if there is none."""
        try:
            content = (self.choices or [])[0]["message"]["content"]
        except (IndexError, KeyError, TypeError):
            return None
        return content if isinstance(content, str) else None


class FrameDropped(SessionEvent):
    """A frame was not read, and is not billed.

    Attributes:
        frame: The number of the frame; the first one is 1.
        reason: "busy" if too many frames were in flight, "rate" if there were too many per second.
    """

    type: Literal["frame.dropped"] | str = "frame.dropped"
    frame: int | None = None
    reason: str | None = None


class SessionError(SessionEvent):
    """Something that was sent could not be used.

    Attributes:
        frame: The number of the frame that it is about.
        id: The id of the message that it is about.
        message: The error message.
        code: The code of the error.
        error: The error as the gateway describes errors.
    """

    type: Literal["error"] | str = "error"
    frame: int | None = None
    id: str | None = None
    message: str | None = None
    code: str | None = None
    error: Any = None

    @property
    def text(self) -> str:
        """The error message, wherever it is."""
        if self.message:
            return self.message
        if isinstance(self.error, dict):
            return str(self.error.get("message") or self.error)
        return str(self.error or "The server reported an error")


class SessionStats(SessionEvent):
    """The numbers of a session, at its end.

    Attributes:
        frames: The number of frames that were received.
        answered: The number of frames that were read.
        dropped: The number of frames that were not read.
        seconds: The duration of the session.
        cost: The cost in US dollars.
    """

    type: Literal["session.stats"] | str = "session.stats"
    frames: int | None = None
    answered: int | None = None
    dropped: int | None = None
    seconds: float | None = None
    cost: float | None = None


class SessionEnded(NamedTuple):
    """The server has ended the session, or the connection broke off.

    Attributes:
        reason: "idle" without frames for too long, "expired" after its time, "lost" if the
            connection broke off, "unreadable" if the server does not speak the protocol, or another
            reason that the server gave.
        code: The code of the closing handshake; None if there was none.
    """

    reason: str
    code: int | None = None


class FrameResult(NamedTuple):
    """The result of one image of a realtime session.

    Attributes:
        index: The index of the frame in its video, or else the position of the image, from 0.
        timestamp_s: The position of the frame in its video, in seconds; None for other images.
        response: The result; None if the server dropped the frame.
        dropped: Why there is no result, if there is none.
    """

    index: int  # type: ignore[assignment]
    timestamp_s: float | None
    response: SessionResult | None
    dropped: FrameDropped | None = None
