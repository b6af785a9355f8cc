# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class SkillMediaType(str, Enum):
    APPLICATIONZIP = "application/zip"

    def __str__(self) -> str:
        return str(self.value)
