"""Whether a failed attempt may be repeated, and after which pause.

What may be repeated depends on what is known of the attempt:

    never delivered   always: nothing has happened
    throttled         always: 429, 425, and 503 with Retry-After, say that nothing was done
    anything else     only if the operation can be repeated without harm (`repeatable`)
"""

from __future__ import annotations

from collections.abc import Mapping

from vlmrun.errors import APIError

# Seconds; the pauses double from the first to the longest.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
LONGEST_RETRY_AFTER = 60.0

# Seconds: finite, unlike what `float` returns for a number of hundreds of digits.
_FOREVER = 1e9

# The pause has reached the longest long before, and a greater power might not fit into a float.
_MAX_DOUBLINGS = 32

# https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 (without TRACE, which nobody sends)
IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})

_TOO_EARLY = 425

# Request timeout, too early, too many requests, and what a proxy or a restart causes. 501 is not
# among them: a method that is not implemented will not be a second later.
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})


def may_repeat(error: APIError, repeatable: bool) -> bool:
    """Return whether the request may be sent again after an attempt that reached the service."""
    # 425 is not a rate limit: the service does not process what could be a replay of early data,
    # and asks to send it again. https://www.rfc-editor.org/rfc/rfc8470#section-5.2
    is_refused = is_throttled(error) or error.http_status == _TOO_EARLY
    return is_refused or (repeatable and is_transient(error.http_status))


def is_throttled(error: APIError) -> bool:
    """Return whether the service refused to process the request for now."""
    status = error.http_status
    # A 503 alone may come from a proxy whose server has processed the request.
    return status == 429 or (status == 503 and error.retry_after is not None)


def is_transient(status: int | None) -> bool:
    """Return whether the same request may succeed later; None stands for no response."""
    # From 520 on, the statuses are a CDN's own, about the connection to the server behind it.
    return status is None or status in _TRANSIENT or status >= 520


def pause_before_retry(error: APIError, retries: int, has_deadline: bool = False) -> float | None:
    """Return the seconds to wait before the next retry; None if there should be none.

    Args:
        error: The error of the latest attempt. Its Retry-After is respected; one of more than a
            minute ends a call without a deadline, since the caller can decide better what to do
            in that time.
        retries: The number of retries so far.
        has_deadline: Whether the call ends by itself.
    """
    # Imported late: a client needs it only after a failure.
    import random

    # Random pauses: clients that failed at the same time must not all return at the same time.
    # A Retry-After of zero counts as none, so that a service in trouble always gets a pause.
    if error.retry_after:
        if error.retry_after > LONGEST_RETRY_AFTER and not has_deadline:
            return None
        return error.retry_after * (1 + random.random() / 10)
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * float(2 ** min(retries, _MAX_DOUBLINGS)))
    return pause * (0.5 + random.random() / 2)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Parse a Retry-After header, which holds seconds or an HTTP date.

    https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3

    Returns:
        Seconds, not negative; None without a valid header.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
        # NaN is not at least 0, either.
        return min(seconds, _FOREVER) if seconds >= 0 else None
    except ValueError:
        pass
    # Imported late: few responses have a date here, and email.utils is slow to import.
    from datetime import datetime, timezone
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(text)
        if date.tzinfo is None:  # the zone is "-0000", which email.utils treats as unknown
            date = date.replace(tzinfo=timezone.utc)
        return max(0.0, (date - datetime.now(timezone.utc)).total_seconds())
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
