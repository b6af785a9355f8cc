"""Names of the HTTP layer, under the import path of the vendor's package."""

from vlmrun._core.options import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT
from vlmrun.errors import APIError

__all__ = ["DEFAULT_MAX_RETRIES", "DEFAULT_TIMEOUT", "APIError"]
