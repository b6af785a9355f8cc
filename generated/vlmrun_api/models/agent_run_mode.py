# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class AgentRunMode(str, Enum):
    AGENT = "agent"
    PROGRAM = "program"

    def __str__(self) -> str:
        return str(self.value)
