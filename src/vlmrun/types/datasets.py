"""Datasets: archives of files for fine-tuning models."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import attrs

from vlmrun.types.jobs import CreditUsage, JobStatus, Tracked

__all__ = [
    "DatasetResponse",
    "DatasetType",
]

DatasetType = Literal["images", "videos", "documents"]


class DatasetResponse(Tracked):
    """A dataset.

    Attributes:
        id: The id, for `client.datasets.get` and `wait`.
        file_id: The id of the uploaded archive.
        status: "pending", "enqueued", "running", "completed", "failed", "paused", or a status that
            this version does not know.
        wandb_url: The URL of the run in Weights & Biases, if it is logged.
    """

    id: str
    dataset_type: DatasetType | str | None = None
    dataset_name: str | None = None
    domain: str | None = None
    file_id: str | None = None
    message: str | None = None
    wandb_base_url: str | None = None
    wandb_project_name: str | None = None
    wandb_url: str | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None
    status: JobStatus | str = "pending"
    usage: CreditUsage = attrs.field(factory=CreditUsage)
