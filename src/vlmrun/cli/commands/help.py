"""`vlmrun help`."""

from __future__ import annotations

from typing import Annotated

import typer

from vlmrun.cli.exit_codes import EXIT_CODES
from vlmrun.cli.problems import check_choice
from vlmrun.cli.registration import command, single
from vlmrun.cli.run import Run
from vlmrun.cli.streams import width_of

app = single()


@command(app, "help")
def explain(
    run: Run,
    topic: Annotated[str, typer.Argument(help="exit-codes")] = "exit-codes",
) -> None:
    """Explain a topic: the exit codes."""
    check_choice("TOPIC", topic, ["exit-codes"])
    rows = [
        {"code": each.code, "meaning": each.meaning, "remedy": each.remedy} for each in EXIT_CODES
    ]
    run.output.show(rows, _exit_codes)


def _exit_codes() -> list[str]:
    import sys
    import textwrap

    width = min(width_of(sys.stdout) or 100, 100)
    lines = ["The exit codes of vlmrun:", ""]
    for each in EXIT_CODES:
        texts = [each.meaning + ".", *([each.remedy + "."] if each.remedy else [])]
        for number, text in enumerate(texts):
            start = f"{each.code:>4}  " if number == 0 else " " * 6
            lines += textwrap.wrap(
                text,
                width,
                initial_indent=start,
                subsequent_indent=" " * 6,
                break_long_words=False,
            )
    return lines
