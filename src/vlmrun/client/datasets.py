"""The class of `client.datasets`, under the import path of the vendor's package."""

from vlmrun._sync.resources.datasets import Datasets

__all__ = ["Datasets"]
