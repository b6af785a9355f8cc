"""The class of `client.fine_tuning`, under the import path of the official SDK."""

from vlmrun._sync.resources.fine_tuning import Finetuning

__all__ = ["Finetuning"]
