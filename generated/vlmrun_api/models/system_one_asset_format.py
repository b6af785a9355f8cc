# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class SystemOneAssetFormat(str, Enum):
    JPEG = "jpeg"
    JPG = "jpg"
    PNG = "png"

    def __str__(self) -> str:
        return str(self.value)
