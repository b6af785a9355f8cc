# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class ImageResolution(str, Enum):
    VALUE_0 = "224x224"
    VALUE_1 = "336x336"
    VALUE_2 = "384x384"
    VALUE_3 = "448x448"
    VALUE_4 = "512x512"
    VALUE_5 = "768x768"

    def __str__(self) -> str:
        return str(self.value)
