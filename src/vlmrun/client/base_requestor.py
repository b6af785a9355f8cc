"""Defaults of the HTTP layer, under the import path of the official SDK.

Assigning to them has no effect: pass `timeout` and `max_retries` to the client or to a call.
"""

from vlmrun._core.retry import FIRST_PAUSE as INITIAL_RETRY_DELAY
from vlmrun._core.retry import LONGEST_PAUSE as MAX_RETRY_DELAY
from vlmrun._core.settings import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT
from vlmrun.errors import APIError

__all__ = [
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_TIMEOUT",
    "INITIAL_RETRY_DELAY",
    "MAX_RETRY_DELAY",
    "APIError",
]
