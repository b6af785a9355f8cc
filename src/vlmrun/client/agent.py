"""The class of `client.agent`, under the import path of the official SDK."""

from vlmrun._sync.resources.agent import Agent

__all__ = ["Agent"]
