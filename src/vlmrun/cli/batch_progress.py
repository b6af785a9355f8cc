"""The progress of a batch on stderr: a line for each finished input, and a bar for all."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from vlmrun.cli.batch_results import BatchResult
from vlmrun.cli.formatting import credits_text, footer
from vlmrun.cli.output import Output
from vlmrun.cli.progress import live_console
from vlmrun.cli.streams import has_color, printable, shown

if TYPE_CHECKING:
    from vlmrun.types.usage import Usage


class BatchDisplay(AbstractContextManager["BatchDisplay"]):
    """Shows the progress of a batch.

    Args:
        output: Where messages go; nothing is shown with `--quiet`.
        total: The number of inputs.
        usage: What the jobs have used.
    """

    def __init__(self, output: Output, total: int, usage: Usage) -> None:
        self._output = output
        self._total = total
        self._done = 0
        self._bar: Any = None
        self._usage = usage
        self._failed = 0

    def __enter__(self) -> BatchDisplay:
        if has_color(sys.stderr) and not self._output.quiet:
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
            )

            self._bar = Progress(
                BarColumn(bar_width=None),
                MofNCompleteColumn(),
                TextColumn("{task.description}", markup=False),
                TimeElapsedColumn(),
                console=live_console(),
                transient=True,
            )
            self._bar.__enter__()
            self._task = self._bar.add_task("", total=self._total)
        return self

    def __exit__(self, *error: Any) -> None:
        if self._bar is not None:
            self._bar.__exit__(*error)

    def finished(self, result: BatchResult) -> None:
        """Show that an input has a result or an error."""
        self._done += 1
        self._failed += result.error is not None
        earlier = " (earlier)" if result.from_journal else ""
        reason = f": {result.error}" if result.error is not None else ""
        line = (
            f"[{self._done}/{self._total}] {shown(result.label)}: {result.status}{earlier}{reason}"
        )
        if self._bar is None:
            self._output.dim(line)
            return
        self._bar.console.print(printable(line), markup=False, highlight=False, soft_wrap=True)
        facts = footer(
            f"{self._failed} failed" if self._failed else None,
            credits_text(self._usage.credits or None),
        )
        self._bar.update(self._task, completed=self._done, description=facts)
