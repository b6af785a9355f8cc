"""`vlmrun executions`."""

from __future__ import annotations

from typing import Annotated

import typer

from vlmrun.cli.jobs import get_job, list_jobs
from vlmrun.cli.options import (
    DEFAULT_TIMEOUT,
    AllOption,
    LimitOption,
    PollIntervalOption,
    SinceOption,
    SkipOption,
    StatusOption,
    UntilOption,
    WaitTimeoutOption,
)
from vlmrun.cli.recent_ids import complete
from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run

app = group("executions", "List agent executions, and wait for their results.")


@command(app, "list", is_list=True)
def list_executions(
    run: Run,
    skip: SkipOption = 0,
    limit: LimitOption = 10,
    every: AllOption = False,
    status: StatusOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
) -> None:
    """List executions, newest first."""
    list_jobs(run, "executions", skip, None if every else limit, status, since, until)


@command(app, "get")
def get_execution(
    run: Run,
    id: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="The id of the execution.", autocompletion=complete("executions")
        ),
    ],
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it has ended.")] = False,
    timeout: WaitTimeoutOption = DEFAULT_TIMEOUT,
    poll_interval: PollIntervalOption = None,
) -> None:
    """Show an execution and its response."""
    get_job(run, "executions", id, wait, timeout, poll_interval)
