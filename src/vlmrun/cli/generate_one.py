"""One prediction from one file, or from a document in parts."""

from __future__ import annotations

from typing import Any, NamedTuple

from vlmrun.cli.batch_calls import BatchCall, file_arguments
from vlmrun.cli.dry_run import Plan, show_plans
from vlmrun.cli.formatting import block_of, count
from vlmrun.cli.inputs import Input
from vlmrun.cli.jobs import response_lines
from vlmrun.cli.problems import Problem
from vlmrun.cli.progress import JobProgress
from vlmrun.cli.run import Run
from vlmrun.cli.uploads import upload_files
from vlmrun.cli.waiting import (
    explain_interruption,
    job_data,
    job_footer,
    resumable,
    resume_command,
    show_job,
    wait_for_job,
)


class Prediction(NamedTuple):
    """A prediction to make.

    Attributes:
        file: The input.
        call: The call that makes it.
        batch: Whether the service queues it.
        wait: Whether to wait for its end.
        timeout: Seconds to wait at most.
        poll_interval: Seconds between two polls at most; None for the default of the SDK.
    """

    file: Input
    call: BatchCall
    batch: bool
    wait: bool
    timeout: float
    poll_interval: float | None


def generate_one(run: Run, prediction: Prediction) -> None:
    """Submit a prediction, wait for it, and write its response.

    Raises:
        Problem: It failed, or was not finished in time.
    """
    file, call = prediction.file, prediction.call
    # Before the upload: the API key is checked by then.
    resource = call.resource_of(run.client, file)
    sent = file_arguments(file)
    if file.is_plain_file:
        (uploaded,) = upload_files(run, [file])
        sent = {"file_id": uploaded.id}
    options: dict[str, Any] = {} if prediction.batch else {"wait_timeout": prediction.timeout}
    job: Any = resource.generate(batch=prediction.batch, **sent, **call.request, **options)
    with resumable("predictions", job.id):
        run.output.recent.add([job])
        if prediction.batch and not prediction.wait:
            run.output.show(job_data(job), str(job.id))
            run.output.dim(f"Wait for it: {resume_command('predictions', job.id)}")
            return
        if prediction.batch:
            run.output.dim(f"Prediction {job.id} submitted, status {job.status}")
            job = wait_for_job(
                run, "predictions", job.id, prediction.timeout, prediction.poll_interval
            )
        show_job(run, "predictions", job, lambda: response_lines(job))
        run.output.dim(job_footer(job))


def generate_parts(run: Run, prediction: Prediction, size: int) -> None:
    """Send a document in parts, and write their joined response.

    Args:
        run: The run of the command.
        prediction: What to predict.
        size: The number of pages of a part at most.

    Raises:
        Problem: Some parts failed; the response of the others was written.
    """
    from vlmrun.errors import DocumentPartsError

    call, label = prediction.call, prediction.file.label
    client = run.client
    run.output.dim(f"{label} is sent in parts of at most {count(size, 'page')}")
    try:
        with JobProgress(run.output, f"parts of {label}", "in progress"):
            job: Any = client.document.generate(
                **file_arguments(prediction.file),
                **call.request,
                split=size,
                wait_timeout=prediction.timeout,
            )
    except DocumentPartsError as error:
        if error.prediction is not None:  # it is paid for
            _show_parts(run, error.prediction, error.parts)
        failed = [part for part in error.parts if part.error is not None]
        for line in block_of(f"pages {part.pages}: {part.error}" for part in failed):
            run.output.warn(line)
        pages = ",".join(part.pages for part in failed)
        raise Problem(
            f"{len(failed)} of {len(error.parts)} parts failed", f"Send them with --pages {pages}"
        ) from None
    except KeyboardInterrupt as interruption:
        explain_interruption(interruption, "predictions")
        raise
    _show_parts(run, job, job.parts)


def _show_parts(run: Run, job: Any, parts: Any) -> None:
    data = {
        **job_data(job),
        "parts": [
            {
                "pages": part.pages,
                "id": None if part.prediction is None else part.prediction.id,
                "error": None if part.error is None else str(part.error),
            }
            for part in parts
        ],
    }
    run.output.show(data, lambda: response_lines(job))
    run.output.recent.add([each.prediction for each in parts if each.prediction is not None])


def plan_parts(run: Run, prediction: Prediction, size: int) -> None:
    """Write what `generate_parts` would send.

    Args:
        run: The run of the command.
        prediction: What to predict.
        size: The number of pages of a part at most.
    """
    call = prediction.call
    plan = run.anonymous_client.document.generate(
        **file_arguments(prediction.file), **call.request, split=size, dry_run=True
    )
    show_plans(run, [Plan(prediction.file.label, plan)])
