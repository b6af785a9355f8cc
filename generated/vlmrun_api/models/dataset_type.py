# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class DatasetType(str, Enum):
    DOCUMENTS = "documents"
    IMAGES = "images"
    VIDEOS = "videos"

    def __str__(self) -> str:
        return str(self.value)
