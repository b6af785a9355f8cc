"""The class of `client.gateway`, under the import path of the vendor's package."""

from vlmrun._sync.resources.gateway import Gateway

__all__ = ["Gateway"]
