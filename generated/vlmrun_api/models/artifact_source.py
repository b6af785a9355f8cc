# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class ArtifactSource(str, Enum):
    MANIFEST = "manifest"
    STORE = "store"
    WORKSPACE = "workspace"

    def __str__(self) -> str:
        return str(self.value)
