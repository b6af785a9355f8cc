"""The class of `client.feedback`, under the import path of the official SDK."""

from vlmrun._sync.resources.feedback import Feedback

__all__ = ["Feedback"]
