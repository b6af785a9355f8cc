"""The class of `client.executions`, under the import path of the official SDK."""

from vlmrun._sync.resources.executions import Executions

__all__ = ["Executions"]
