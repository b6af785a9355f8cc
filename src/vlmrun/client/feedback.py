"""The class of `client.feedback`, under the import path of the vendor's package."""

from vlmrun._sync.resources.feedback import Feedback

__all__ = ["Feedback"]
