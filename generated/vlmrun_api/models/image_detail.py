# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class ImageDetail(str, Enum):
    AUTO = "auto"
    HIGH = "high"
    LOW = "low"

    def __str__(self) -> str:
        return str(self.value)
