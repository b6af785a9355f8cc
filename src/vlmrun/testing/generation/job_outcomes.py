"""Outcomes of jobs: by default facts or a marked sample, or whatever a test's script returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from vlmrun.testing.generation.schema_samples import SampleError, sample
from vlmrun.testing.state.jobs import Outcome

SAMPLE_NOTE = "Sample by the mock server: conforms to the JSON schema, not read from the inputs"
FACTS_NOTE = "Facts by the mock server: no model has read the inputs"


@attrs.frozen
class Run:
    """A submitted execution or prediction, as passed to a test's script.

    Attributes:
        id: Its id.
        name: The name of the agent; for predictions, the domain.
        prompt: The prompt of the request, or of the named agent.
        inputs: The inputs of the request.
        json_schema: The JSON schema of the response, if there is one.
        body: The whole request body.
        facts: What the server found without a model: digests, sizes, media types and page counts
            of the inputs; names, descriptions and file lists of the skills.
        domain: The domain of a prediction.
    """

    id: str
    name: str
    prompt: str | None
    inputs: dict[str, Any]
    json_schema: Any
    body: dict[str, Any]
    facts: dict[str, Any]
    domain: str | None = None


def default_outcome(run: Run) -> Outcome:
    """Return the facts, or a sample if the response has a schema.

    If no sample can be generated, the job fails with the reason as its message.
    """
    if run.json_schema is None:
        return Outcome(run.facts, message=FACTS_NOTE)
    try:
        return Outcome(sample(run.json_schema), message=SAMPLE_NOTE)
    except SampleError as error:
        return Outcome.failure(f"The mock server has no response: {error}")


def scripted_outcome(run: Run, script: Callable[[Run], Any]) -> Outcome:
    """Return the outcome that a script returns for a run; an exception fails the job."""
    try:
        result = script(run)
    # The script belongs to the test: whatever it raises is the outcome, not a bug here.
    except Exception as error:
        return Outcome.failure(str(error) or type(error).__name__)
    return result if isinstance(result, Outcome) else Outcome(result)
