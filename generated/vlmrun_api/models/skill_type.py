# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class SkillType(str, Enum):
    INLINE = "inline"
    SKILL_REFERENCE = "skill_reference"

    def __str__(self) -> str:
        return str(self.value)
