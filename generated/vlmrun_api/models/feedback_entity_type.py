# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class FeedbackEntityType(str, Enum):
    AGENT_EXECUTION = "agent_execution"
    CHAT = "chat"
    REQUEST = "request"

    def __str__(self) -> str:
        return str(self.value)
