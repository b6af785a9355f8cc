# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class FilePurpose(str, Enum):
    ASSISTANTS = "assistants"
    BATCH = "batch"
    DATASETS = "datasets"
    FINE_TUNE = "fine-tune"
    VISION = "vision"

    def __str__(self) -> str:
        return str(self.value)
