"""Sessions: decisions and results about frames."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Sequence
from typing import Any

from vlmrun.testing.generation.chat_completions import usage_of
from vlmrun.testing.generation.decisions import Decision
from vlmrun.testing.generation.input_facts import content_of_data_url
from vlmrun.testing.generation.session_frames import RESULT_NOTE, Frame, FrameOutcome
from vlmrun.testing.handlers.chat_models import GATEWAY_MODELS, check_model
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.handlers.systemone import (
    check_content,
    check_session,
    decision_of,
    is_image,
    part_facts,
)
from vlmrun.testing.state.store import new_id

__all__: list[str] = []


class SessionHandler:
    """The model, the questions and the results of a session.

    Args:
        request: The request that opened it.
        path: Its path.

    Attributes:
        schema: The schema of its first message.
        takes_messages: Whether it takes `state` and `decide` messages.
        stride: The number of frames from one result to the next.
        newest: The newest frames, as many as a result is about.
    """

    schema: str
    takes_messages = False

    def __init__(self, request: HandlerRequest, path: str) -> None:
        self.request = request
        self.path = path
        self.stride = 1
        self.newest: deque[bytes] = deque(maxlen=1)
        self.session: dict[str, Any] = {}

    def begin(self, session: dict[str, Any]) -> None:
        """Take the first message; raise an error if it cannot be served."""
        self.session = session

    def result(
        self, number: int, parts: Sequence[Any], id: str | None, state: Any
    ) -> dict[str, Any] | FrameOutcome:
        """Return the message about frames, or about a message with an id.

        Args:
            number: The number of the newest frame, or of the message.
            parts: The bytes of the frames, or the parts of the message.
            id: The id of the message; None for frames.
            state: What the questions are about.
        """
        if id is not None:
            check_content(parts)
        facts = [part_facts(self.request, part) for part in parts]
        images = [each for each in zip(parts, facts, strict=True) if is_image(each[0])]
        newest, about = images[-1] if images else (b"", {})
        if not isinstance(newest, bytes):
            newest = content_of_data_url(newest["image_url"]["url"])
        frame = Frame(number, newest, about, self.session, state, self.path, id)
        on_frame = self.request.state.on_frame
        scripted = None if on_frame is None else on_frame(frame)
        if id is not None and isinstance(scripted, FrameOutcome) and scripted.is_dropped:
            scripted = None  # a message is never dropped
        if isinstance(scripted, FrameOutcome):
            return scripted
        return self._message(frame, facts, scripted)

    def _message(self, frame: Frame, facts: list[dict[str, Any]], scripted: Any) -> dict[str, Any]:
        raise NotImplementedError


class DecisionSession(SessionHandler):
    """A session of System One."""

    schema = "SystemOneSessionCreate"
    takes_messages = True

    def begin(self, session: dict[str, Any]) -> None:
        check_session(self.request, session)
        super().begin(session)
        self.stride = session.get("stride") or 1
        self.newest = deque(maxlen=session.get("window") or 1)

    def _message(self, frame: Frame, facts: list[dict[str, Any]], scripted: Any) -> dict[str, Any]:
        questions = self.session["questions"]
        decision = Decision(
            self.session["model"],
            frame.state,
            questions,
            self.session,
            facts,
            frame.number,
        )
        answered = decision_of(self.request.state, decision, self.request.notes, scripted)
        return {"type": "decision", **answered}


class ResultSession(SessionHandler):
    """A session with any model of the gateway."""

    schema = "RealtimeSessionCreate"

    def begin(self, session: dict[str, Any]) -> None:
        check_model(self.request, session["model"], GATEWAY_MODELS)
        super().begin(session)

    def _message(self, frame: Frame, facts: list[dict[str, Any]], scripted: Any) -> dict[str, Any]:
        text = ", ".join(f"{name} {value}" for name, value in frame.facts.items())
        content = f"{RESULT_NOTE}: {text}"
        if scripted is not None:
            content = scripted if isinstance(scripted, str) else json.dumps(scripted)
        message = {"role": "assistant", "content": content}
        return {
            "type": "result",
            "id": f"chatcmpl-{new_id()}",
            "object": "chat.completion",
            "model": self.session["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            # A session is billed by the second.
            "usage": {**usage_of("", content), "cost": None},
            "stand_in": {"note": "As scripted" if scripted is not None else RESULT_NOTE},
        }
