"""The class of `client.executions`, under the import path of the vendor's package."""

from vlmrun._sync.resources.executions import Executions

__all__ = ["Executions"]
