"""Waiting for the rate limit of a client before a request is sent."""

from __future__ import annotations

from vlmrun._core.rate_limiter import RateLimiter
from vlmrun._core.request_context import RequestContext
from vlmrun._runtime.async_runtime import sleep
from vlmrun.errors import RequestTimeoutError


async def wait_for_turn(limiter: RateLimiter, is_read: bool, context: RequestContext) -> None:
    """Return when the next request may be sent.

    Raises:
        RequestTimeoutError: The deadline of the call has passed before.
    """
    place = limiter.join(is_read)
    if place is None:
        return
    try:
        while seconds := place.seconds_left():
            remaining = context.remaining()
            if remaining == 0:
                raise RequestTimeoutError(
                    "The deadline has passed while the request waited for the rate limit, and it "
                    "was not sent",
                    suggestion="Increase deadline, or submit fewer requests at a time",
                )
            await sleep(seconds if remaining is None else min(seconds, remaining))
    finally:
        place.leave()
