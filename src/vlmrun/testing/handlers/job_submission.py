"""Submission of jobs: the outcome from a script or the default, stored under the job's id."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs

from vlmrun.testing.contract.request_validation import invalid_request
from vlmrun.testing.generation.job_outcomes import Run, scripted_outcome
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.state.jobs import Job, Outcome


def submit(
    request: HandlerRequest,
    run: Run,
    jobs: dict[str, Job],
    script: Callable[[Run], Any] | None,
    default: Callable[[Run], Outcome],
    *,
    is_sync: bool,
    fields: dict[str, Any],
    usage: dict[str, Any],
) -> dict[str, Any]:
    """Start a job and return its JSON.

    Args:
        request: The request.
        run: The requested run.
        jobs: The table that stores the job.
        script: The function of a test that returns the outcome, if there is one.
        default: Returns the outcome otherwise.
        is_sync: Whether the response has the finished job (`batch: false`).
        fields: Fields of its JSON that do not change.
        usage: Fields of its usage.

    Raises:
        InvalidRequest: The id is already in use.
    """
    # Before the lock is taken, since a script may block.
    outcome = _check_json(default(run) if script is None else scripted_outcome(run, script))
    usage = {"elements_processed": None, "element_type": None, **usage, **outcome.usage}
    message = "; ".join([*filter(None, [outcome.message]), *request.notes]) or None
    outcome = attrs.evolve(outcome, usage=usage, message=message)
    state = request.state
    # The name of the field with the facts is public: tests of users read it.
    job = Job(run.id, fields, outcome, state.settings.pace, {"stand_in": run.facts})
    with state.lock:
        if run.id in jobs:
            raise invalid_request(["body", "id"], f"A job {run.id!r} exists already")
        jobs[run.id] = job
        if is_sync and not state.settings.queues_everything:
            job.finish()
        else:
            state.callbacks.watch(job, request.body.get("callback_url"))
        return job.as_json()


def _check_json(outcome: Outcome) -> Outcome:
    try:
        json.dumps(outcome.response, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        return Outcome.failure(
            f"The script returned a value that is not valid JSON: {error}. Return dicts, lists, "
            "str, numbers, bools and None, such as those of model.model_dump(mode='json')"
        )
    return outcome
