"""Kinds of objects that requests create: their names in messages, and where to find them."""

from __future__ import annotations

from typing import Any, NamedTuple

from vlmrun.errors import (
    ExecutionFailedError,
    ExecutionPausedError,
    JobError,
    JobFailedError,
    JobPausedError,
    PredictionFailedError,
    PredictionPausedError,
)


class Kind(NamedTuple):
    """A kind of object that a request creates.

    Attributes:
        name: Its name within a sentence.
        resource: The resource that lists such objects; None if none does.
        failed: The error for a job that has failed.
        paused: The error for a job that is paused.
        is_job: Whether it runs, and can be waited for.
    """

    name: str
    resource: str | None
    failed: type[JobError] = JobFailedError
    paused: type[JobError] = JobPausedError
    is_job: bool = True

    @property
    def title(self) -> str:
        """Its name at the beginning of a sentence."""
        return self.name[0].upper() + self.name[1:]


CHAT = Kind("chat", None)
REQUEST = Kind("request", None)
DECISION = Kind("decision", None, is_job=False)

# By name, because importing all these types would double the time of the first call.
_KINDS = {
    "AgentExecutionResponse": Kind(
        "execution", "client.executions", ExecutionFailedError, ExecutionPausedError
    ),
    "PredictionResponse": Kind(
        "prediction", "client.predictions", PredictionFailedError, PredictionPausedError
    ),
    "DatasetResponse": Kind("dataset", "client.datasets"),
    "FinetuningResponse": Kind("fine-tuning job", "client.fine_tuning"),
    "FinetuningProvisionResponse": Kind("provisioning", None),
    "AgentCreationResponse": Kind("agent", "client.agent", is_job=False),
    "SkillInfo": Kind("skill", "client.skills", is_job=False),
    "FeedbackSubmitResponse": Kind("feedback", None, is_job=False),
}
_ANYTHING = Kind("request", None, is_job=False)


def kind_of(cls: type[Any]) -> Kind:
    """Return the kind of a public type, or of a subclass of one."""
    names = (base.__name__ for base in cls.__mro__)
    return next((_KINDS[name] for name in names if name in _KINDS), _ANYTHING)
