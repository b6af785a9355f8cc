"""The class of `client.hub` and a helper, under the import path of the official SDK."""

from vlmrun._sync.client import get_response_model
from vlmrun._sync.resources.hub import Hub

__all__ = ["Hub", "get_response_model"]
