"""The class of `client.predictions`, under the import path of the vendor's package."""

from vlmrun._sync.predictions import Predictions

__all__ = ["Predictions"]
