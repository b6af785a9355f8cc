"""The class of `client.agent`, under the import path of the vendor's package."""

from vlmrun._sync.resources.agent import Agent

__all__ = ["Agent"]
