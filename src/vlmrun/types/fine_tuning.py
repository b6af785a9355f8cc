"""Fine-tuning: jobs, and the provisioning of fine-tuned models."""

from __future__ import annotations

from datetime import datetime

import attrs

from vlmrun.types.jobs import CreditUsage, JobStatus, Tracked

__all__ = [
    "FinetuningProvisionResponse",
    "FinetuningResponse",
]


class FinetuningResponse(Tracked):
    """A fine-tuning job.

    Attributes:
        id: The id, for `client.fine_tuning.get` and `wait`.
        model: The model.
        status: "pending", "enqueued", "running", "completed", "failed", "paused", or a status that
            this version does not know.
        message: The service's description of the job's state.
        wandb_url: The URL of the run in Weights & Biases, if it is logged.
    """

    id: str
    created_at: datetime | None = None
    completed_at: datetime | None = None
    status: JobStatus | str = "pending"
    message: str | None = None
    model: str | None = None
    suffix: str | None = None
    wandb_url: str | None = None
    wandb_base_url: str | None = None
    wandb_project_name: str | None = None
    usage: CreditUsage = attrs.field(factory=CreditUsage)


class FinetuningProvisionResponse(Tracked):
    """A fine-tuned model that is being provisioned.

    Attributes:
        duration: How long it stays available, in seconds.
        concurrency: How many requests it can process at the same time.
    """

    id: str
    created_at: datetime | None = None
    completed_at: datetime | None = None
    model: str | None = None
    message: str | None = None
    duration: int | None = None
    concurrency: int | None = None
    status: JobStatus | str = "pending"
