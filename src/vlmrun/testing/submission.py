"""How a job comes into being: what a test or the server makes of its run, kept under its id."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from vlmrun.testing.jobs import Job, Outcome
from vlmrun.testing.results import Run, scripted_outcome
from vlmrun.testing.validation import Invalid, problem

if TYPE_CHECKING:
    from vlmrun.testing.handlers.call import Call


def submit(
    call: Call,
    run: Run,
    jobs: dict[str, Job],
    script: Callable[[Run], Any] | None,
    honest: Callable[[Run], Outcome],
    *,
    at_once: bool,
    fields: dict[str, Any],
    counted: dict[str, Any],
) -> dict[str, Any]:
    """Start a job, and return its JSON.

    Args:
        call: The request.
        run: What is asked for.
        jobs: Where the job is kept.
        script: What a test wants of it.
        honest: What becomes of it otherwise.
        at_once: Whether it is over when it is answered.
        fields: Fields of its JSON that do not change.
        counted: What it processed, for its usage.

    Raises:
        Invalid: There is such an id already.
    """
    outcome = _checked(honest(run) if script is None else scripted_outcome(run, script))
    usage = {"elements_processed": None, "element_type": None, **counted, **outcome.usage}
    outcome = attrs.evolve(outcome, usage=usage)
    job = Job(run.id, fields, outcome, call.state.settings.pace, {"stand_in": run.facts})
    with call.state.lock:
        if run.id in jobs:
            raise Invalid([problem(["body", "id"], f"There is a job {run.id!r} already")])
        jobs[run.id] = job
        if at_once and not call.state.settings.queues_everything:
            job.finish()
        else:
            call.state.callbacks.watch(job, call.body.get("callback_url"))
        return job.as_json()


def _checked(outcome: Outcome) -> Outcome:
    try:
        json.dumps(outcome.response, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        return Outcome.failure(f"The script gave something that is not JSON: {error}")
    return outcome
