"""Progress on stderr: of uploads, of jobs, and of batches."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Any

from vlmrun.cli.formatting import credits_text, footer, seconds_text
from vlmrun.cli.output import Output
from vlmrun.cli.streams import has_color, printable

# Files that are sent in an instant need no progress bar.
_SMALLEST_SHOWN = 1_000_000

_SPINNER = "-\\|/"


def live_console() -> Any:
    """Return a console on stderr for lines that change.

    A terminal shows ^C behind such a line. Without room for it, the terminal would fold the line,
    and it would remain on the screen.
    """
    from rich.console import Console

    console = Console(stderr=True)
    return Console(stderr=True, width=max(console.width - len("^C") - 1, 1))


class UploadProgress(AbstractContextManager["UploadProgress"]):
    """The progress of several uploads: bytes, speed and remaining time of each.

    Args:
        output: Where messages go; nothing is shown with `--quiet`, or if stderr is not a terminal.
    """

    def __init__(self, output: Output) -> None:
        self._live = has_color(sys.stderr) and not output.quiet
        self._stack = ExitStack()
        self._bars: Any = None
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def __enter__(self) -> UploadProgress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._stack.close()

    def callback(self, name: str) -> Callable[[int, int | None], None]:
        """Return the `on_progress` of an upload; it ends the upload once the block is left."""
        task: list[Any] = []

        def report(done: int, total: int | None) -> None:
            if self._stopped.is_set():
                raise InterruptedError("the upload was interrupted")
            if not self._live or (total is not None and total < _SMALLEST_SHOWN):
                return
            with self._lock:
                bars = self._shown()
                if not task:
                    task.append(bars.add_task(name, total=total))
                bars.update(task[0], completed=done, total=total)

        return report

    def stop(self) -> None:
        """End the uploads in progress."""
        self._stopped.set()

    def _shown(self) -> Any:
        if self._bars is None:
            from rich.progress import (
                BarColumn,
                DownloadColumn,
                Progress,
                TextColumn,
                TimeRemainingColumn,
                TransferSpeedColumn,
            )

            self._bars = self._stack.enter_context(
                Progress(
                    TextColumn("{task.description}", markup=False),
                    BarColumn(bar_width=None),
                    DownloadColumn(),
                    TransferSpeedColumn(),
                    TimeRemainingColumn(),
                    console=live_console(),
                    transient=True,
                )
            )
        return self._bars


class JobProgress(AbstractContextManager["JobProgress"]):
    """The progress of a job: its status, the time, and the credits as far as they are known.

    On a terminal one line is updated; elsewhere each new status is a line.

    Args:
        output: Where messages go.
        subject: The job, such as "Execution 0a1b".
        status: Its status until the first update.
    """

    def __init__(self, output: Output, subject: str, status: str = "submitted") -> None:
        self._output = output
        self._first_status = status
        self._subject = subject
        self._started = time.monotonic()
        self._live = has_color(sys.stderr) and not output.quiet
        self._display: Any = None
        self._last = ""
        self._job: Any = None

    def __enter__(self) -> JobProgress:
        if self._live:
            from rich.live import Live

            # The line is rendered again several times a second, and its time runs between polls.
            self._display = Live(get_renderable=self._line, console=live_console(), transient=True)
            self._display.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        if self._display is not None:
            self._display.__exit__(*error)

    def update(self, job: Any) -> None:
        """Show the job as of the latest poll."""
        self._job = job
        if self._display is None and job.status != self._last:
            self._output.dim(f"{self._subject}: {self._facts()}")
        self._last = job.status

    def _line(self) -> Any:
        from rich.text import Text

        elapsed = time.monotonic() - self._started
        mark = _SPINNER[int(elapsed * 4) % len(_SPINNER)]
        # The facts are in front: narrow terminals cut the line, rather than fold it.
        line = printable(f"{mark} {self._facts()} · {self._subject}")
        return Text(line, no_wrap=True, overflow="ellipsis")

    def _facts(self) -> str:
        job = self._job
        credits = None if job is None or job.usage is None else job.usage.credits_used
        status = self._first_status if job is None else str(job.status)
        elapsed = seconds_text(time.monotonic() - self._started)
        return footer(status, elapsed, credits_text(credits or None))
