# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class ImageResolution(str, Enum):
    SIZE_224X224 = "224x224"
    SIZE_336X336 = "336x336"
    SIZE_384X384 = "384x384"
    SIZE_448X448 = "448x448"
    SIZE_512X512 = "512x512"
    SIZE_768X768 = "768x768"

    def __str__(self) -> str:
        return str(self.value)
