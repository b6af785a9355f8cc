"""The class of `client.files`, under the import path of the official SDK."""

from vlmrun._sync.resources.files import Files

__all__ = ["Files"]
