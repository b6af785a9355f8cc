"""The class of `client.gateway`, under the import path of the vendor's package."""

from vlmrun._sync.gateway import Gateway

__all__ = ["Gateway"]
