"""The answer of a chat: received piece by piece, or as a whole, and shown as it arrives."""

from __future__ import annotations

import re
import sys
from typing import Any

from vlmrun.cli.run import Run
from vlmrun.cli.streams import has_color, is_terminal, printable, write

_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"

# Colors and the like, which make an empty line look as if it had text.
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


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
        try:
            with response as chunks:
                for chunk in chunks:
                    answer.read(chunk)
                    for choice in chunk.choices or ():
                        printer.show_reasoning(getattr(choice.delta, "reasoning_content", None))
                        answer.content += choice.delta.content or ""
                        printer.show(choice.delta.content or "")
        except BaseException:
            if answer.content:  # it is paid for
                printer.end()
            raise
    printer.end()
    return answer


class AnswerPrinter:
    """Writes the text of an answer to stdout, and the reasoning of the model to stderr.

    A terminal with colors shows Markdown, block by block; everything else gets the text as it is.

    Args:
        is_silent: Whether to write nothing.
    """

    def __init__(self, is_silent: bool) -> None:
        self._is_silent = is_silent
        self._is_terminal = is_terminal(sys.stdout)
        self._blocks = MarkdownBlocks() if has_color(sys.stdout) else None
        self._last = ""
        self._is_reasoning = False

    def show(self, text: str) -> None:
        """Write a part of the answer."""
        if self._is_silent or not text:
            return
        self._end_reasoning()
        if self._blocks is not None:
            self._blocks.add(printable(text))
        else:
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
        if self._is_silent:
            return
        if self._blocks is not None:
            self._blocks.end()
        elif not self._last.endswith("\n"):
            write(sys.stdout, "\n")

    def _end_reasoning(self) -> None:
        if self._is_reasoning:
            write(sys.stderr, "\n")
            self._is_reasoning = False


class MarkdownBlocks:
    """Shows Markdown that arrives in parts: each block once it is complete.

    Answers that begin like markup or JSON are shown as they are: in Markdown, their tags and line
    breaks would disappear.
    """

    def __init__(self) -> None:
        self._rest = ""
        self._is_verbatim: bool | None = None
        self._has_shown = False

    def add(self, text: str) -> None:
        """Take a part of the answer, and show the blocks that it completes."""
        self._rest += text
        if self._is_verbatim is None and self._rest.strip():
            self._is_verbatim = self._rest.lstrip()[0] in "<{["
        if self._is_verbatim:
            write(sys.stdout, self._rest)
            self._rest = ""
            return
        end = _end_of_blocks(self._rest)
        block, self._rest = self._rest[:end], self._rest[end:]
        self._show(block)

    def end(self) -> None:
        """Show the rest."""
        if self._is_verbatim:
            write(sys.stdout, "\n")
        self._show(self._rest)
        self._rest = ""

    def _show(self, block: str) -> None:
        if not block.strip():
            return
        from rich.console import Console
        from rich.markdown import Markdown

        console = Console(file=sys.stdout, highlight=False)
        with console.capture() as capture:
            console.print(Markdown(block, hyperlinks=False))
        lines = capture.get().split("\n")
        # rich surrounds some kinds of blocks with empty lines, and others not.
        shown = [number for number, line in enumerate(lines) if _ESCAPES.sub("", line).strip()]
        separator = "\n" if self._has_shown else ""
        write(sys.stdout, separator + "\n".join(lines[shown[0] : shown[-1] + 1]) + "\n")
        self._has_shown = True


def _end_of_blocks(text: str) -> int:
    """Return where the last complete block ends: at an empty line that is not in a code block."""
    end, position, fence = 0, 0, ""
    for line in text.splitlines(keepends=True):
        position += len(line)
        stripped = line.strip()
        marker = stripped[:3]
        if fence:
            fence = "" if stripped.startswith(fence) and not stripped.strip(fence[0]) else fence
        elif marker in ("```", "~~~"):
            fence = marker
        elif not stripped and line.endswith("\n"):
            end = position
    return end
