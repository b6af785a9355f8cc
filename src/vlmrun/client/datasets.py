"""The class of `client.datasets`, under the import path of the official SDK."""

from vlmrun._sync.resources.datasets import Datasets

__all__ = ["Datasets"]
