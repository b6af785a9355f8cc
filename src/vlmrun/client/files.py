"""The class of `client.files`, under the import path of the vendor's package."""

from vlmrun._sync.files import Files

__all__ = ["Files"]
