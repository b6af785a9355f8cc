"""The limits that all calls of a client share: requests per time, and jobs in flight.

Their modules are imported when they are first used: creating a client should cost next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmrun._cached_properties import cached_property
from vlmrun._validation import check_int

if TYPE_CHECKING:
    from vlmrun._core.job_slots import JobSlots
    from vlmrun._core.rate_limiter import RateLimit, RateLimiter


class Limits:
    """The limits of a client and its copies.

    Args:
        rate: The limit of requests per time; None for one that only learns.
        max_in_flight: The number of jobs in flight; None for no limit.

    Attributes:
        arguments: What `create` was called with, to create them in another process.
    """

    arguments: tuple[object, object] = (None, None)

    def __init__(self, rate: RateLimit | None = None, max_in_flight: int | None = None) -> None:
        self._rate_limit = rate
        self._max_in_flight = max_in_flight

    @classmethod
    def create(cls, rate_limit: object, max_in_flight: object) -> Limits:
        """Create limits from the arguments of a client.

        Raises:
            InputError: A value is invalid.
        """
        if max_in_flight is not None:
            max_in_flight = check_int("max_in_flight", max_in_flight, 1)
        limits = cls(_parsed(rate_limit), max_in_flight)
        limits.arguments = (rate_limit, max_in_flight)
        return limits

    @cached_property
    def rate(self) -> RateLimiter:
        """The limit of requests per time."""
        from vlmrun._core.rate_limiter import RateLimiter

        return RateLimiter(self._rate_limit)

    @cached_property
    def jobs(self) -> JobSlots | None:
        """The slots for jobs in flight; None if there is no limit."""
        if self._max_in_flight is None:
            return None
        from vlmrun._core.job_slots import JobSlots

        return JobSlots(self._max_in_flight)


def _parsed(rate_limit: object) -> RateLimit | None:
    if rate_limit is None:
        return None
    from vlmrun._core.rate_limiter import RateLimit

    return RateLimit.parse("rate_limit", rate_limit)
