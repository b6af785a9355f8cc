# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class ElementType(str, Enum):
    AUDIO = "audio"
    IMAGE = "image"
    PAGE = "page"
    VIDEO = "video"

    def __str__(self) -> str:
        return str(self.value)
