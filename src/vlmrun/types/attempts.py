"""The attempts that a request took, as results, errors and `on_retry` show them."""

from __future__ import annotations

from typing import NamedTuple

from vlmrun._attempts import RequestAttempt
from vlmrun.errors import APIError

__all__ = ["RequestAttempt", "RetryEvent"]


class RetryEvent(NamedTuple):
    """A request that is about to be sent again, for `on_retry`.

    Attributes:
        method: The method of the request, such as "POST".
        path: The path of its URL; for another host than the base URL's, the name of the host.
        error: The error of the attempt before.
        attempts: The attempts so far; the last of them has failed with `error`.
        pause: Seconds until the request is sent again.

    Example:
        >>> def on_retry(event: RetryEvent) -> bool | float | None:
        ...     if event.error.http_status == 503:
        ...         return False  # no retry: the call raises the error
        ...     if len(event.attempts) > 3:
        ...         return 30.0  # seconds to wait instead of event.pause
        ...     return None  # retry as planned
    """

    method: str
    path: str
    error: APIError
    attempts: tuple[RequestAttempt, ...]
    pause: float
