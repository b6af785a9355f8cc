"""Datasets: archives of files that models are fine-tuned on."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import attrs

from vlmrun.types.common import CreditUsage, Tracked

__all__ = [
    "DatasetResponse",
    "DatasetType",
]

DatasetType = Literal["images", "videos", "documents"]


class DatasetResponse(Tracked):
    """A dataset.

    Attributes:
        id: For `client.datasets.get` and `wait`.
        file_id: The uploaded archive.
        status: pending, enqueued, running, completed, failed or paused; others are kept.
        wandb_url: Where its run is logged, if it is.
    """

    id: str
    dataset_type: str | None = None
    dataset_name: str | None = None
    domain: str | None = None
    file_id: str | None = None
    message: str | None = None
    wandb_base_url: str | None = None
    wandb_project_name: str | None = None
    wandb_url: str | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None
    status: str = "pending"
    usage: CreditUsage = attrs.field(factory=CreditUsage)
