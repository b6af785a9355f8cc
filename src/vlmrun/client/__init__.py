"""`from vlmrun.client import VLMRun`: the import path that the service's documentation uses."""

from vlmrun._sync.client import VLMRun

__all__ = ["VLMRun"]
