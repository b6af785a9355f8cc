"""`list` and `get` of executions and predictions, which differ in a column only."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from typing import Any

from vlmrun.cli.formatting import duration_of, number_text, seconds_text, short_time, time_text
from vlmrun.cli.listing import items_of
from vlmrun.cli.options import job_filter
from vlmrun.cli.run import Run
from vlmrun.cli.tables import Column, lines_of_details
from vlmrun.cli.waiting import Kind, job_data, raise_unless_completed, wait_for_job

# The field that the second column of the lists has.
_SUBJECTS: dict[Kind, str] = {"executions": "name", "predictions": "domain"}

_PAGE = 100


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
