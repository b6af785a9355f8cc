"""The options of one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from datetime import datetime

    from vlmrun.types.attempts import RetryEvent


class RequestOptions(TypedDict, total=False):
    """Options of one call, passed as `options={...}`; each overrides the client's own.

    Keys:
        timeout: Seconds one attempt may take; None for no limit.
        deadline: Seconds the whole call may take: attempts, pauses and polling together. Or a
            datetime with a time zone, at which it must end.
        max_retries: The number of retries.
        headers: Additional request headers. `Authorization` takes the place of the API key.
        on_retry: Called with a `RetryEvent` before each retry. It returns None to go on, False to
            stop, so that the call raises the error, or the seconds to wait.
        max_response_size: Bytes of a response that is held in memory, once it is decompressed;
            None for no limit. Files that are downloaded to a path are not limited.

    Example:
        >>> options: RequestOptions = {"timeout": 10.0, "max_retries": 1}
    """

    timeout: float | None
    deadline: float | datetime | None
    max_retries: int
    headers: Mapping[str, str]
    on_retry: Callable[[RetryEvent], Any] | None
    max_response_size: int | None
