"""The class of `client.files`, under the import path of the vendor's package."""

from vlmrun._sync.resources.files import Files

__all__ = ["Files"]
