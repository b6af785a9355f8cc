"""The class of `client.artifacts`, under the import path of the vendor's package."""

from vlmrun._sync.resources.artifacts import Artifacts

__all__ = ["Artifacts"]
