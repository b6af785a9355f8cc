# Derived from openapi.yaml by `make generate`. Do not edit.
from enum import Enum


class EmbeddingEncoding(str, Enum):
    BASE64 = "base64"
    FLOAT = "float"

    def __str__(self) -> str:
        return str(self.value)
