"""One execution of an agent, with the files of `--input`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun.cli.batch_results import save_job
from vlmrun.cli.inputs import Input
from vlmrun.cli.jobs import response_lines
from vlmrun.cli.run import Run
from vlmrun.cli.uploads import parts_of
from vlmrun.cli.waiting import (
    job_data,
    job_footer,
    resumable,
    resume_command,
    show_job,
    wait_for_job,
)

# The name of the JSON file in the folder of `--output`.
_FILE_NAME = "execution.json"


class Submission(NamedTuple):
    """An execution.

    Attributes:
        request: The arguments of `client.agent.execute`.
        files: The inputs.
        wait: Whether to wait for its end.
        timeout: Seconds to wait at most.
        poll_interval: Seconds between two polls at most; None for the default of the SDK.
        output: The folder for its JSON and its artifacts.
        artifacts: Whether to save the artifacts.
    """

    request: dict[str, Any]
    files: Sequence[Input]
    wait: bool
    timeout: float
    poll_interval: float | None
    output: Path | None
    artifacts: bool


def execute_one(run: Run, submission: Submission) -> None:
    """Submit an execution, wait for it, and write its response.

    Raises:
        Problem: It failed, or was not finished in time.
    """
    request = submission.request
    if submission.files:
        request = {**request, "inputs": {"files": parts_of(run, submission.files)}}
    execution = run.client.agent.execute(**request)
    with resumable("executions", execution.id):
        run.output.recent.add([execution])
        if submission.wait:
            _finish(run, submission, execution)
        else:
            run.output.show(job_data(execution), execution.id)
            run.output.dim(f"Wait for it: {resume_command('executions', execution.id)}")


def _finish(run: Run, submission: Submission, execution: Any) -> None:
    """Wait for an execution, and write its response, and its artifacts if requested."""
    run.output.dim(f"Execution {execution.id} submitted, status {execution.status}")
    done: Any = wait_for_job(
        run, "executions", execution.id, submission.timeout, submission.poll_interval
    )
    if done.status == "completed" and submission.output is not None:
        save_job(submission.output.expanduser(), _FILE_NAME, done)
    show_job(run, "executions", done, lambda: response_lines(done))
    run.output.dim(job_footer(done))
    if submission.artifacts:
        folder = submission.output or Path.cwd()
        for path in run.client.artifacts.download_all(done, to=folder.expanduser()):
            run.output.note(f"Saved {path}")
