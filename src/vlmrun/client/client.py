"""`VLMRun`, under the import path of the vendor's package."""

from vlmrun._sync.client import VLMRun

__all__ = ["VLMRun"]
