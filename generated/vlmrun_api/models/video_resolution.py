# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class VideoResolution(str, Enum):
    SIZE_256X192 = "256x192"
    SIZE_320X240 = "320x240"
    SIZE_448X336 = "448x336"
    SIZE_512X384 = "512x384"
    SIZE_640X480 = "640x480"

    def __str__(self) -> str:
        return str(self.value)
