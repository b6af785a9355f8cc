# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class GenerationDetail(str, Enum):
    AUTO = "auto"
    HI = "hi"
    LO = "lo"

    def __str__(self) -> str:
        return str(self.value)
