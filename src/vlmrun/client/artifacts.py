"""The class of `client.artifacts`, under the import path of the official SDK."""

from vlmrun._sync.resources.artifacts import Artifacts

__all__ = ["Artifacts"]
