"""The answer of a chat: received piece by piece, or as a whole, and shown as it arrives."""

from __future__ import annotations

import sys
from typing import Any

from vlmrun.cli.run import Run
from vlmrun.cli.streams import has_color, is_terminal, printable, write

_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"


class ChatAnswer:
    """An answer.

    Attributes:
        content: Its text.
        id: The id of the completion.
        session_id: The session, which may be continued.
        model: The model that answered.
        usage: Tokens and credits.
    """

    def __init__(self) -> None:
        self.content = ""
        self.id: str | None = None
        self.session_id: str | None = None
        self.model: str | None = None
        self.usage: dict[str, Any] = {}

    def read(self, part: Any) -> None:
        """Take over the fields of a completion or of a chunk of it."""
        self.id = getattr(part, "id", None) or self.id
        self.model = getattr(part, "model", None) or self.model
        session = getattr(part, "session_id", None)
        self.session_id = str(session) if session else self.session_id
        usage = getattr(part, "usage", None)
        if usage is not None:
            dumped: dict[str, Any] = usage.model_dump(exclude_none=True)
            self.usage = dumped

    def to_dict(self, latency: float, artifacts: list[str]) -> dict[str, Any]:
        """Return the JSON of the answer; its keys do not depend on how it was received."""
        return {
            "id": self.id,
            "session_id": self.session_id,
            "model": self.model,
            "content": self.content,
            "latency_s": round(latency, 3),
            "usage": self.usage,
            "artifacts": artifacts,
        }


def receive(run: Run, completions: Any, request: dict[str, Any]) -> ChatAnswer:
    """Send a chat, and show its answer on stdout, unless that has JSON.

    Args:
        run: The run of the command.
        completions: `client.agent.completions`, or that of the gateway.
        request: The arguments of its `create`.

    Returns:
        The complete answer.
    """
    answer = ChatAnswer()
    printer = AnswerPrinter(is_silent=run.output.is_json)
    response = completions.create(**request)
    if not request.get("stream"):
        answer.read(response)
        message = response.choices[0].message
        answer.content = message.content or ""
        printer.show_reasoning(getattr(message, "reasoning_content", None))
        printer.show(answer.content)
    else:
        with response as chunks:
            for chunk in chunks:
                answer.read(chunk)
                for choice in chunk.choices or ():
                    printer.show_reasoning(getattr(choice.delta, "reasoning_content", None))
                    answer.content += choice.delta.content or ""
                    printer.show(choice.delta.content or "")
    printer.end()
    return answer


class AnswerPrinter:
    """Writes the text of an answer to stdout, and the reasoning of the model to stderr.

    Args:
        is_silent: Whether to write nothing.
    """

    def __init__(self, is_silent: bool) -> None:
        self._is_silent = is_silent
        self._is_terminal = is_terminal(sys.stdout)
        self._last = ""
        self._is_reasoning = False

    def show(self, text: str) -> None:
        """Write a part of the answer as it is."""
        if self._is_silent or not text:
            return
        self._end_reasoning()
        write(sys.stdout, printable(text) if self._is_terminal else text)
        if sys.stdout is not None:
            sys.stdout.flush()
        self._last = text

    def show_reasoning(self, text: str | None) -> None:
        """Write a part of the reasoning, if a person reads it."""
        if self._is_silent or not text or not has_color(sys.stderr):
            return
        self._is_reasoning = True
        write(sys.stderr, f"{_DIM}{printable(text)}{_PLAIN}")
        sys.stderr.flush()

    def end(self) -> None:
        """Finish the last line."""
        self._end_reasoning()
        if not self._is_silent and not self._last.endswith("\n"):
            write(sys.stdout, "\n")

    def _end_reasoning(self) -> None:
        if self._is_reasoning:
            write(sys.stderr, "\n")
            self._is_reasoning = False
