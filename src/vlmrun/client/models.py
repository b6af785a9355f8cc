"""The class of `client.models`, under the import path of the vendor's package."""

from vlmrun._sync.resources.models import Models

__all__ = ["Models"]
