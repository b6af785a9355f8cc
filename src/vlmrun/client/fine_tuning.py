"""The class of `client.fine_tuning`, under the import path of the vendor's package."""

from vlmrun._sync.resources.fine_tuning import Finetuning

__all__ = ["Finetuning"]
