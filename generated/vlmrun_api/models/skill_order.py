# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class SkillOrder(str, Enum):
    CREATED_AT = "created_at"
    NAME = "name"
    UPDATED_AT = "updated_at"

    def __str__(self) -> str:
        return str(self.value)
