"""What a job answers with unless a test scripts it: facts, and samples marked as such."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from vlmrun.testing.jobs import Outcome
from vlmrun.testing.sampling import SampleError, sample

SAMPLE_NOTE = "Sample by the stand-in server: conforms to the JSON schema, not read from the inputs"
FACTS_NOTE = "Facts by the stand-in server: no model has looked at the inputs"


@attrs.frozen
class Run:
    """An execution or prediction that was submitted, as a test's script gets it.

    Attributes:
        id: Its id.
        name: The agent's name; of a prediction the domain's.
        prompt: The prompt, of the request or of the named agent.
        inputs: The inputs as they were sent.
        json_schema: The schema of the answer, if one was given.
        body: The whole request.
        facts: What the server found out by itself: digests, sizes, media types and page counts of
            inputs, names, descriptions and file lists of skills.
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


def honest_outcome(run: Run) -> Outcome:
    """The facts, or a sample where the answer has a schema.

    A schema that no sample can be made for fails the execution, and says so.
    """
    if run.json_schema is None:
        return Outcome(run.facts, message=FACTS_NOTE)
    try:
        return Outcome(sample(run.json_schema), message=SAMPLE_NOTE)
    except SampleError as error:
        return Outcome.failure(f"The stand-in server has no answer: {error}")


def scripted_outcome(run: Run, script: Callable[[Run], Any]) -> Outcome:
    """What a test's function makes of a run; what it raises fails the execution."""
    try:
        result = script(run)
    except Exception as error:
        return Outcome.failure(str(error) or type(error).__name__)
    return result if isinstance(result, Outcome) else Outcome(result)
