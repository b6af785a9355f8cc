# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class JobStatus(str, Enum):
    COMPLETED = "completed"
    ENQUEUED = "enqueued"
    FAILED = "failed"
    PAUSED = "paused"
    PENDING = "pending"
    RUNNING = "running"

    def __str__(self) -> str:
        return str(self.value)
