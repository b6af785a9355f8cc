# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class VideoResolution(str, Enum):
    VALUE_0 = "256x192"
    VALUE_1 = "320x240"
    VALUE_2 = "448x336"
    VALUE_3 = "512x384"
    VALUE_4 = "640x480"

    def __str__(self) -> str:
        return str(self.value)
