"""Errors of jobs that did not complete."""

from __future__ import annotations

from typing import Any

from vlmrun.errors._base import VLMRunError


class JobError(VLMRunError):
    """A job did not complete. `job` is the execution or prediction as of the last poll."""

    def __init__(self, message: str = "The job did not complete", job: Any = None) -> None:
        super().__init__(message)
        self.job = job


class JobFailedError(JobError):
    """The job failed."""


class JobNotCompletedError(JobError):
    """The job is in progress or has failed, so it has no response to parse."""


class JobPausedError(JobError):
    """The job is paused; it continues only after an action of the user."""


class _ExecutionError(JobError):
    @property
    def execution(self) -> Any:
        """The `AgentExecutionResponse` as of the last poll."""
        return self.job


class _PredictionError(JobError):
    @property
    def prediction(self) -> Any:
        """The `PredictionResponse` as of the last poll."""
        return self.job


class ExecutionFailedError(JobFailedError, _ExecutionError):
    """An agent execution failed; `execution` is the execution."""


class PredictionFailedError(JobFailedError, _PredictionError):
    """A prediction failed; `prediction` is the prediction."""


class ExecutionPausedError(JobPausedError, _ExecutionError):
    """An agent execution is paused; `execution` is the execution."""


class PredictionPausedError(JobPausedError, _PredictionError):
    """A prediction is paused; `prediction` is the prediction."""


class ResultNotSavedError(JobError):
    """A job of a batch has completed, but `save_to` could not save it; `job` has its response.

    `__cause__` is the reason, such as a `ResourceNotFoundError` or a `FileAccessError`.
    """


class WaitTimeoutError(JobError, TimeoutError):
    """Waiting timed out while the job continues; the message has its id and last status."""


class DocumentPartsError(JobError):
    """Parts of a split document have failed; the message names their pages.

    Attributes:
        job: The prediction that is joined from the other parts; None if there are none.
        parts: All parts, each with its prediction or its error.
    """

    def __init__(
        self,
        message: str = "Parts of the document have failed",
        job: Any = None,
        parts: Any = (),
    ) -> None:
        super().__init__(message, job)
        self.parts = parts

    @property
    def prediction(self) -> Any:
        """The prediction that is joined from the other parts; None if there are none."""
        return self.job
