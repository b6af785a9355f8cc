"""`vlmrun help`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from vlmrun.cli.application import COMMANDS
from vlmrun.cli.exit_codes import EXIT_CODES, lines_of_exit_codes
from vlmrun.cli.problems import UsageProblem, check_choice
from vlmrun.cli.registration import command, single
from vlmrun.cli.run import Run
from vlmrun.cli.streams import width_of

app = single()


@command(app, "help")
def explain(
    run: Run,
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="exit-codes")] = "exit-codes",
) -> None:
    """Explain a topic: the exit codes."""
    if topic in COMMANDS:
        raise UsageProblem(f"{topic} is a command", f"`vlmrun {topic} --help` describes it")
    check_choice("TOPIC", topic, ["exit-codes"])
    rows = [
        {"code": each.code, "meaning": each.meaning, "remedy": each.remedy} for each in EXIT_CODES
    ]
    run.output.show(rows, lambda: lines_of_exit_codes(min(width_of(sys.stdout) or 100, 100)))
