"""One execution of an agent, with the files of `--input`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vlmrun.cli.batch_calls import execute_call
from vlmrun.cli.dry_run import plans_of, show_plans
from vlmrun.cli.inputs import Input
from vlmrun.cli.job_options import JobOptions
from vlmrun.cli.jobs import follow_job
from vlmrun.cli.run import Run
from vlmrun.cli.uploads import parts_of, url_part


def execute_one(
    run: Run, request: dict[str, Any], files: Sequence[Input], options: JobOptions
) -> None:
    """Submit an execution, wait for it, and write its response.

    Args:
        run: The run of the command.
        request: The arguments of `client.agent.execute`.
        files: The inputs.
        options: The options; with `dry_run`, only what would be sent is written.

    Raises:
        Problem: It failed, or was not finished in time.
    """
    if options.dry_run:
        parts = [url_part(each.item) if each.is_url else each.item for each in files]
        together = Input(", ".join(each.label for each in files), {"files": parts})
        show_plans(run, plans_of(run, [together], execute_call(request)))
        return
    if files:
        request = {**request, "inputs": {"files": parts_of(run, files)}}
    follow_job(run, "executions", run.client.agent.execute(**request), options)
