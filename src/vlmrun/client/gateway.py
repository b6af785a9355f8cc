"""The class of `client.gateway`, under the import path of the official SDK."""

from vlmrun._sync.resources.gateway import Gateway

__all__ = ["Gateway"]
