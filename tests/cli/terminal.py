"""A real pseudo-terminal: programs run in it, and pyte shows what a person would see."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import pexpect
import pyte

# Seconds for everything that a test waits for; on a quiet machine, all of it takes less than one.
TIMEOUT = 60


def _default_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A program in a terminal.

    Attributes:
        received: All that the program has written.
        screen: The screen, as pyte keeps it.

    Args:
        arguments: The arguments of `vlmrun`.
        columns: The width.
        env: Environment variables, which replace those of this process.
    """

    def __init__(self, *arguments: Any, columns: int = 80, env: dict[str, str]) -> None:
        size = (200, columns)
        variables = {**os.environ, "TERM": "xterm-256color", **env}
        variables.pop("COLUMNS", None)
        self.received = ""
        self.screen = pyte.HistoryScreen(columns, 200, history=5000)
        self._stream = pyte.Stream(self.screen)
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "vlmrun", *map(str, arguments)],
            env=variables,
            dimensions=size,
            encoding="utf-8",
            codec_errors="replace",  # the ^C of the terminal may be within a character
            timeout=TIMEOUT,
            # What is started in the background by a shell, as these tests may be, ignores Ctrl-C.
            preexec_fn=_default_interrupt,
        )

    def wait_for(self, text: str) -> None:
        """Wait until a text appears."""
        self.process.expect_exact(text)
        self._take(self.process.before + self.process.after)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.sendintr()

    def end(self) -> int:
        """Wait for the end of the program, and return its exit code."""
        self.process.expect(pexpect.EOF)
        self._take(self.process.before)
        self.process.close()
        status = self.process.exitstatus
        return -1 if status is None else int(status)

    @property
    def lines(self) -> list[str]:
        """The lines of the screen, without trailing spaces and empty lines at the end."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip().split("\n")

    def _take(self, text: str) -> None:
        self.received += text
        self._stream.feed(text)
