"""The class of `client.models`, under the import path of the official SDK."""

from vlmrun._sync.resources.models import Models

__all__ = ["Models"]
