# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class AgentToolset(str, Enum):
    CORE = "core"
    DOCUMENT = "document"
    IMAGE = "image"
    IMAGE_GEN = "image-gen"
    VIDEO = "video"
    VIZ = "viz"
    WEB = "web"
    WORLD_GEN = "world-gen"

    def __str__(self) -> str:
        return str(self.value)
