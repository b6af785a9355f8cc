# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class StoredFilePurpose(str, Enum):
    ASSISTANTS = "assistants"
    ASSISTANTS_OUTPUT = "assistants_output"
    BATCH = "batch"
    BATCH_OUTPUT = "batch_output"
    DATASETS = "datasets"
    FINE_TUNE = "fine-tune"
    FINE_TUNE_RESULTS = "fine-tune-results"
    VISION = "vision"

    def __str__(self) -> str:
        return str(self.value)
