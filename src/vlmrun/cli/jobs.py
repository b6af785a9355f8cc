"""Executions and predictions: `list`, `get`, and what follows a submission."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from typing import Any

from vlmrun.cli.batch_results import save_artifacts, save_job
from vlmrun.cli.formatting import duration_of, number_text, seconds_text, short_time, time_text
from vlmrun.cli.job_options import JobOptions
from vlmrun.cli.listing import items_of
from vlmrun.cli.options import job_filter
from vlmrun.cli.run import Run
from vlmrun.cli.tables import Column, lines_of_details
from vlmrun.cli.waiting import (
    TITLES,
    Kind,
    job_data,
    job_footer,
    raise_unless_completed,
    resumable,
    resume_command,
    show_job,
    wait_for_job,
)

# The field that the second column of the lists has.
_SUBJECTS: dict[Kind, str] = {"executions": "name", "predictions": "domain"}

_PAGE = 100

# The JSON of a single execution in the folder of `--output`.
_FILE_NAME = "execution.json"


def list_jobs(
    run: Run,
    kind: Kind,
    skip: int,
    limit: int | None,
    status: str | None,
    since: str | None,
    until: str | None,
) -> None:
    """Write the newest jobs that have a status and were created in a time.

    Pages are fetched until the limit is reached.

    Args:
        run: The run of the command.
        kind: The resource.
        skip: How many matching jobs to skip.
        limit: How many to list; None for all.
        status: The value of `--status`.
        since: The value of `--since`.
        until: The value of `--until`.
    """
    matches = job_filter(status, since, until)
    is_filtered = any(value is not None for value in (status, since, until))
    resource: Any = getattr(run.client, kind)
    subject = _SUBJECTS[kind]
    if is_filtered:
        found = filter(matches, resource.iterate(page_size=_PAGE))
        end = None if limit is None else skip + limit
        jobs: Iterable[Any] = itertools.islice(found, skip, end)
    else:
        jobs = items_of(resource, skip, limit)
    run.output.rows(
        jobs,
        [
            Column("ID"),
            Column(subject.upper()),
            Column("STATUS"),
            Column("CREATED", compact=short_time, optional=True),
            Column("DURATION", right=True, optional=True),
        ],
        lambda job: [
            job.id,
            getattr(job, subject),
            job.status,
            time_text(job.created_at),
            seconds_text(duration_of(job)),
        ],
        empty=f"No {kind} found",
    )


def get_job(
    run: Run, kind: Kind, id: str, wait: bool, timeout: float, poll_interval: float | None
) -> None:
    """Write a job, after waiting for its end if requested.

    Raises:
        Problem: It has failed; it was written nevertheless.
    """
    resource: Any = getattr(run.client, kind)
    job = wait_for_job(run, kind, id, timeout, poll_interval) if wait else resource.get(id)
    run.output.show(job_data(job), lambda: details_of(kind, job))
    if wait or job.status == "failed":
        raise_unless_completed(kind, job)


def follow_job(run: Run, kind: Kind, job: Any, options: JobOptions) -> None:
    """Wait for a job that was submitted, and write its response.

    Args:
        run: The run of the command.
        kind: The resource.
        job: The execution or prediction.
        options: Whether and how long to wait, and where to store the results.

    Raises:
        Problem: It failed, or was not finished in time.
    """
    output = run.output
    with resumable(kind, job.id):
        output.recent.add([job])
        if not options.wait:
            output.show(job_data(job), job.id)
            output.dim(f"Wait for it: {resume_command(kind, job.id)}")
            return
        if not job.is_finished:
            output.dim(f"{TITLES[kind]} {job.id} submitted, status {job.status}")
            job = wait_for_job(run, kind, job.id, options.timeout, options.poll_interval)
        folder = options.output and options.output.expanduser()
        try:
            if folder is not None and job.status == "completed":
                save_job(folder, _FILE_NAME, job, {})
        finally:  # it is paid for
            show_job(run, kind, job, lambda: response_lines(job))
        output.dim(job_footer(job))
        if folder is not None and options.artifacts:
            for path in save_artifacts(run, kind, job, folder):
                output.note(f"Saved {path}")


def details_of(kind: Kind, job: Any) -> list[str]:
    """Return the lines about a job for people; its response is below them."""
    usage = job.usage
    is_execution = kind == "executions"
    values = {
        "ID": job.id,
        "Name": job.name if is_execution else None,
        "Domain": None if is_execution else job.domain,
        "Status": job.status,
        "Created": time_text(job.created_at),
        "Completed": time_text(job.completed_at),
        "Elements Processed": usage and number_text(usage.elements_processed),
        "Element Type": usage and usage.element_type,
        "Credits Used": usage and number_text(usage.credits_used),
        "Steps": usage.steps if usage and is_execution else None,
        "Duration": seconds_text(duration_of(job)),
    }
    lines = lines_of_details(values)
    response = response_lines(job)
    return [*lines, "", "Response:", *response] if response else lines


def response_lines(job: Any) -> list[str]:
    """Return the response of a job: JSON in several lines, or text as it is."""
    response = (job.raw or {}).get("response")
    if response is None:
        return []
    if isinstance(response, str):
        return response.split("\n")
    return json.dumps(response, indent=2, ensure_ascii=False).split("\n")
