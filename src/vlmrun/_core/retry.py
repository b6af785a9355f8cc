"""Whether a failed attempt may be repeated, and after which pause.

What may be repeated depends on what is known of the attempt:

    never delivered   always: nothing has happened
    throttled         always: 429, and 503 with Retry-After, say that nothing was done
    anything else     only if the operation can be repeated without harm (`repeatable`)
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from vlmrun.errors import APIError

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
LONGEST_RETRY_AFTER = 60.0

REPEATABLE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})


def is_throttled(failure: APIError) -> bool:
    """Whether the service said that it did not take the request on."""
    status = failure.http_status
    return status == 429 or (status == 503 and failure.retry_after is not None)


def is_transient(status: int | None) -> bool:
    """Whether the same request may well succeed later; no status means that no answer came."""
    return status is None or status in _TRANSIENT or status >= 520


def pause_before_retry(failure: APIError, attempt: int) -> float | None:
    """Seconds to wait before try number `attempt` + 1 (the first is 0); None for no further try.

    The service's Retry-After is kept, with up to a tenth on top so that clients do not return
    together. One that asks for more than a minute ends the call: whoever made it decides better.
    One of nothing is taken as none, so that a service in trouble is never asked without a pause.
    """
    asked = failure.retry_after
    if asked:
        return None if asked > LONGEST_RETRY_AFTER else asked * (1 + random.random() / 10)
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * float(2**attempt))
    return pause * (0.5 + random.random() / 2)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as an HTTP date; None without one."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    from datetime import datetime, timezone
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())
