"""Sessions: decisions and results about frames."""

from __future__ import annotations

import base64
import json
from typing import Any

from vlmrun._files.media_types import sniff
from vlmrun.testing.generation.chat_completions import usage_of
from vlmrun.testing.generation.decisions import Decision
from vlmrun.testing.generation.session_frames import RESULT_NOTE, Frame, FrameOutcome
from vlmrun.testing.handlers.chat_models import GATEWAY_MODELS, check_model
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.handlers.systemone import check_session, decision_of, part_facts
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
        state: What the questions are about.
    """

    schema: str
    takes_messages = False

    def __init__(self, request: HandlerRequest, path: str) -> None:
        self.request = request
        self.path = path
        self.stride = 1
        self.state: Any = ""
        self.session: dict[str, Any] = {}

    def begin(self, session: dict[str, Any]) -> None:
        """Take the first message; raise an error if it cannot be served."""
        self.session = session
        self.stride = session.get("stride") or 1

    def result(self, number: int, content: bytes, id: str | None) -> dict[str, Any] | FrameOutcome:
        """Return the message about a frame, or about a message with an id."""
        facts = self._facts(content)
        frame = Frame(number, content, facts, self.session, self.state, self.path, id)
        on_frame = self.request.state.on_frame
        scripted = None if on_frame is None else on_frame(frame)
        if id is not None and isinstance(scripted, FrameOutcome) and scripted.is_dropped:
            scripted = None  # a message is never dropped
        return scripted if isinstance(scripted, FrameOutcome) else self._message(frame, scripted)

    def _message(self, frame: Frame, scripted: Any) -> dict[str, Any]:
        raise NotImplementedError

    def _facts(self, content: bytes) -> dict[str, Any]:
        media_type = sniff(content[:16]) or "application/octet-stream"
        url = f"data:{media_type};base64,{base64.b64encode(content).decode()}"
        return part_facts(self.request, {"type": "image_url", "image_url": {"url": url}})


class DecisionSession(SessionHandler):
    """A session of System One."""

    schema = "SystemOneSessionCreate"
    takes_messages = True

    def begin(self, session: dict[str, Any]) -> None:
        check_session(self.request, session)
        super().begin(session)

    def _message(self, frame: Frame, scripted: Any) -> dict[str, Any]:
        questions = self.session["questions"]
        decision = Decision(
            self.session["model"],
            frame.state,
            questions,
            self.session,
            [frame.facts],
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

    def _message(self, frame: Frame, scripted: Any) -> dict[str, Any]:
        facts = ", ".join(f"{name} {value}" for name, value in frame.facts.items())
        content = f"{RESULT_NOTE}: {facts}"
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
