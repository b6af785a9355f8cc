# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class SkillSourceType(str, Enum):
    BASE64 = "base64"

    def __str__(self) -> str:
        return str(self.value)
