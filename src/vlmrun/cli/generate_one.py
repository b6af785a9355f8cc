"""One prediction from one file, or from a document in parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, NoReturn

from vlmrun.cli.batch_calls import BatchCall
from vlmrun.cli.formatting import block_of
from vlmrun.cli.inputs import Input
from vlmrun.cli.job_options import JobOptions
from vlmrun.cli.jobs import follow_job, response_lines
from vlmrun.cli.problems import Problem
from vlmrun.cli.progress import JobProgress
from vlmrun.cli.run import Run
from vlmrun.cli.streams import shown
from vlmrun.cli.uploads import upload_files
from vlmrun.cli.waiting import (
    explain_interruption,
    finished_job,
    job_data,
    may_be_running,
    reason_of_part,
    retrievable,
)


def generate_one(
    run: Run, file: Input, call: BatchCall, options: JobOptions, *, batch: bool
) -> None:
    """Submit a prediction, wait for it, and write its response.

    Args:
        run: The run of the command.
        file: The input.
        call: The call that makes the prediction.
        options: The options.
        batch: Whether the service queues it.

    Raises:
        Problem: It failed, or was not finished in time.
    """
    client = run.client  # the API key is checked before the upload
    arguments: dict[str, Any] = {}
    if file.is_plain_file:
        (uploaded,) = upload_files(run, [file])
        arguments["file_id"] = uploaded.id
    if batch:
        follow_job(run, "predictions", call.submit(client, file, **arguments), options)
        return
    arguments |= {"batch": False, "wait_timeout": options.timeout}

    def predict(on_update: Callable[..., None]) -> Any:
        return call.submit(client, file, on_update=on_update, **arguments)

    subject = f"Prediction of {shown(file.label)}"
    job = finished_job(run, "predictions", subject, options.timeout, predict)
    follow_job(run, "predictions", job, options._replace(wait=True))


def generate_parts(run: Run, file: Input, call: BatchCall, options: JobOptions) -> None:
    """Send a document in parts, and write their joined response.

    Args:
        run: The run of the command.
        file: The input.
        call: The call that makes the prediction.
        options: The options.

    Raises:
        Problem: Some parts failed; the response of the others was written.
    """
    from vlmrun.errors import DocumentPartsError

    client = run.client
    label = shown(file.label)
    run.output.dim(f"{label} is sent in parts")
    concurrency, timeout = options.concurrency, options.timeout
    items = call.items(client, [file], None, max_concurrent=concurrency, wait_timeout=timeout)
    try:
        with closing(items), JobProgress(run.output, f"Parts of {label}", "in progress"):
            _, item = next(items)
    except KeyboardInterrupt as interruption:
        explain_interruption(interruption, "predictions")
        raise
    error = item.error
    if isinstance(error, DocumentPartsError):
        if error.prediction is not None:  # it is paid for
            _show_parts(run, error.prediction)
        _raise_failed_parts(run, error.parts)
    if error is not None:
        raise error
    _show_parts(run, item.result)


def _show_parts(run: Run, job: Any) -> None:
    ids = [part.prediction.id for part in job.parts if part.prediction is not None]
    with retrievable("predictions", ids):
        run.output.show(job_data(job), lambda: response_lines(job))
    run.output.recent.add([part.prediction for part in job.parts if part.prediction is not None])


def _raise_failed_parts(run: Run, parts: Sequence[Any]) -> NoReturn:
    failed = [part for part in parts if part.error is not None]
    for line in block_of(f"pages {part.pages}: {reason_of_part(part)}" for part in failed):
        run.output.warn(line)
    # What may be running would be paid for twice.
    ended = [part.pages for part in failed if not may_be_running(part.error)]
    remedy = f"Send them with --pages {','.join(ended)}" if ended else ""
    raise Problem(f"{len(failed)} of {len(parts)} parts failed", remedy)
