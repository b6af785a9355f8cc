"""The attempts that a request took, and what is known of its response."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class RequestAttempt(NamedTuple):
    """One attempt to send a request.

    Attributes:
        started: When it began, in seconds since 1970; `started_at` is the same as a datetime.
        duration: Seconds until the response was read, or the attempt failed.
        status: The status of the response; None if there was none.
        error: Why it failed, such as "NetworkError: The connection to …"; None if it succeeded.
        request_id: The id that the service gave the request; None if there was none.
        pause: Seconds that were waited before the next attempt; None for the last one.

    Example:
        >>> RequestAttempt(0.0, 0.25, 429, "RateLimitError: slow down", "req_1", pause=1.0).failed
        True
    """

    # A named tuple, since each request creates one, and attrs would take longer.

    started: float
    duration: float
    status: int | None = None
    error: str | None = None
    request_id: str | None = None
    pause: float | None = None

    @property
    def started_at(self) -> datetime:
        """When it began, in UTC."""
        from datetime import datetime, timezone

        return datetime.fromtimestamp(self.started, timezone.utc)

    @property
    def failed(self) -> bool:
        """Whether it failed."""
        return self.error is not None


class ResponseFacts(NamedTuple):
    """Facts about the response that an object was read from.

    Attributes:
        raw_headers: The headers, without secrets.
        attempts: The attempts to get it.
    """

    raw_headers: Sequence[tuple[bytes, bytes]]
    attempts: tuple[RequestAttempt, ...]

    @property
    def request_id(self) -> str | None:
        """The id that the service gave the request."""
        return self.attempts[-1].request_id if self.attempts else None

    @property
    def headers(self) -> dict[str, str]:
        """The headers, with names in lower case; the values of a repeated one are joined."""
        # Decoded here, since most results are never asked for them.
        headers: dict[str, str] = {}
        for name, value in self.raw_headers:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
        return headers
