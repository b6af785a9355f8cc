# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class Environment(str, Enum):
    DEV = "dev"
    PROD = "prod"
    STAGING = "staging"

    def __str__(self) -> str:
        return str(self.value)
