"""Fine-tuning: jobs, and models that are made ready."""

from __future__ import annotations

from datetime import datetime

import attrs

from vlmrun.types.common import CreditUsage, Tracked

__all__ = [
    "FinetuningProvisionResponse",
    "FinetuningResponse",
]


class FinetuningResponse(Tracked):
    """A fine-tuning job.

    Attributes:
        id: For `client.fine_tuning.get` and `wait`.
        model: The model.
        status: pending, enqueued, running, completed, failed or paused; others are kept.
        message: What the service says of the job's state.
        wandb_url: Where its run is logged, if it is.
    """

    id: str
    created_at: datetime | None = None
    completed_at: datetime | None = None
    status: str = "pending"
    message: str | None = None
    model: str | None = None
    suffix: str | None = None
    wandb_url: str | None = None
    wandb_base_url: str | None = None
    wandb_project_name: str | None = None
    usage: CreditUsage = attrs.field(factory=CreditUsage)


class FinetuningProvisionResponse(Tracked):
    """A fine-tuned model that is made ready.

    Attributes:
        duration: For how many seconds.
        concurrency: For how many requests at a time.
    """

    id: str
    created_at: datetime | None = None
    completed_at: datetime | None = None
    model: str | None = None
    message: str | None = None
    duration: int | None = None
    concurrency: int | None = None
    status: str = "pending"
