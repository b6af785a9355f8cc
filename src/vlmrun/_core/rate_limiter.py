"""The rate limit that all calls of a client share: when the next request may be sent."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from contextlib import suppress
from time import monotonic
from typing import NamedTuple

from vlmrun._core import retry
from vlmrun._fork_safe_locks import ForkSafeLock
from vlmrun._messages import short_repr
from vlmrun.errors import InputError, InputTypeError

_UNITS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
_SHORT = {"s": "second", "sec": "second", "m": "minute", "min": "minute", "h": "hour", "d": "day"}

# The time of each request of a period is stored.
_MAX_REQUESTS = 1_000_000
_MAX_DIGITS = 20

# Requests per second: the lowest rate, and the one from which on there is no limit. The lowest plan
# of the service has 10 requests per minute.
_LOWEST = 1 / 6
_HIGHEST = 500.0

# Seconds over which accepted requests are counted. The shorter period notices a rate that has just
# grown, and the longer one gives exact figures for low rates.
_PERIODS = (2.0, 10.0)
_MAX_COUNTED = 2000
_SHORTEST = 0.25

# Services also refuse single requests when they are busy, whatever the rate. It falls only if
# there were two refusals, and more than this part of the requests were refused.
_ISOLATED = 0.05

# If half a rate, and half of that, do not help, the refusals have another reason than the rate, and
# do not change it for so many seconds, unless more than this part is refused: then the service
# needs rest. If half a rate helps, this is not tried again for so many seconds, either.
_SETTLED = 60.0
_HOPELESS = 0.6

# Fewer than this part of the requests are accepted at about a quarter of the rate.
_FEWER = 0.35

# Less does not cost as much as a probe with half the rate. Fewer requests show nothing.
_WORTH_A_PROBE = 0.1
_LEAST = 5

# Refusals of so many seconds are one event.
_EVENT = 1.0

# After a refusal, the rate falls to a little less than what was accepted, within these bounds.
_MARGIN = 0.99
_SMALLEST_DROP = 0.95
_LARGEST_DROP = 0.5

# Before a second event has shown the limit, the rate grows so much per second. From then on as in
# CUBIC, the congestion control of TCP (https://www.rfc-editor.org/rfc/rfc9438): in so many seconds
# back to the rate that was refused, slowly near it, and then faster and faster.
_GROWTH = 2.0
_MAX_GROWTH_TIME = 60.0
_RECOVERY = 12.0

# After an outage, in which nothing was accepted, the rate starts at the average of the last minute.
# Few limits are for longer.
_AFTER_OUTAGE = 60.0

# Seconds between two checks of the queue.
_MIN_PAUSE = 0.001
_MAX_PAUSE = 1.0


class RateLimit(NamedTuple):
    """A number of requests in a period of seconds."""

    requests: int
    period: float

    @classmethod
    def parse(cls, name: str, value: object) -> RateLimit | None:
        """Parse "10/minute"; None for no limit.

        Raises:
            InputError: It is not a number of requests per second, minute, hour or day.
        """
        if value is None:
            return None
        if not isinstance(value, str):
            raise InputTypeError(
                f"{name} must be a str, got {short_repr(value)}", suggestion='Pass "10/minute"'
            )
        count, _, unit = (part.strip() for part in value.partition("/"))
        unit = _SHORT.get(unit, unit)
        is_count = count.isascii() and count.isdecimal() and count.strip("0")
        if not (is_count and unit in _UNITS):
            raise InputError(
                f"{name} is not a number of requests per second, minute, hour or day: "
                f"{short_repr(value)}",
                suggestion='Write it as "10/minute"',
            )
        # Not yet as an int: Python refuses to convert thousands of digits.
        if len(count) > _MAX_DIGITS or int(count) > _MAX_REQUESTS:
            raise InputError(
                f"{name} can be up to {_MAX_REQUESTS} requests, got {short_repr(value)}",
                suggestion="Use a shorter period, or None for no limit",
            )
        return cls(int(count), _UNITS[unit])


class RateLimiter:
    """Tells when requests may be sent, and learns from those that the service refused.

    It does not wait itself. Requests that read and those that write have rates of their own,
    because services limit what is expensive; a limit that the user sets covers both.

    Args:
        limit: A limit that is never exceeded; None for the one that the service shows by refusing.
    """

    def __init__(self, limit: RateLimit | None = None) -> None:
        self._lock = ForkSafeLock(self._forget_waiting)
        self._limit = limit
        self._sent: deque[float] = deque(maxlen=1 if limit is None else limit.requests)
        self._paces = {True: _Pace(), False: _Pace()}

    def join(self, is_read: bool) -> Place | None:
        """Return a place in the line of requests; None if the request may be sent now."""
        pace = self._paces[is_read]
        # Without the lock, which costs more than all else of a request that need not wait.
        if self._limit is None and pace.is_unlimited and monotonic() >= pace.due:
            return None
        with self._lock.held:
            now = monotonic()
            if pace.is_empty and now >= self._due(pace):
                self._take(pace, now)
                return None
            return Place(self, pace, pace.join())

    def accepted(self, is_read: bool) -> None:
        """Count a request that the service did not refuse."""
        pace = self._paces[is_read]
        # Without the lock as in `join`: to append to a deque is atomic.
        if pace.is_unlimited:
            pace.accepted(monotonic())
            return
        with self._lock.held:
            pace.accepted(monotonic())

    def refused(
        self, is_read: bool, sent: float, retry_after: float | None, before: float | None = None
    ) -> bool:
        """Slow down after a request that the service refused because there were too many.

        Args:
            is_read: Whether the request only reads.
            sent: When it was sent (monotonic seconds).
            retry_after: The seconds that the service asked to wait, if it did.
            before: When the same request was refused before.

        Returns:
            Whether others were accepted since then, so that the turn of this one will come.
        """
        with self._lock.held:
            pace = self._paces[is_read]
            pace.refused(monotonic(), sent, retry_after)
            return pace.last_accepted > (sent if before is None else before)

    def spacing(self, is_read: bool) -> float:
        """Return the seconds between two requests at the present rate; 0 if there is no limit."""
        interval = self._paces[is_read].interval
        if self._limit is None:
            return interval
        return max(interval, self._limit.period / self._limit.requests)

    def _seconds_left(self, pace: _Pace, number: int) -> float:
        """Return the seconds until a place is due; 0 takes it."""
        with self._lock.held:
            now, due = monotonic(), self._due(pace)
            ahead = pace.number_ahead(number)
            if ahead or now < due:
                return max(due - now + ahead * pace.interval, _MIN_PAUSE)
            pace.leave(number)
            self._take(pace, now)
            return 0.0

    def _leave(self, pace: _Pace, number: int) -> None:
        with self._lock.held:
            pace.leave(number)

    def _forget_waiting(self) -> None:
        """Remove all places from the lines: in the child of a fork, those threads do not exist."""
        for pace in self._paces.values():
            pace.clear()

    def _due(self, pace: _Pace) -> float:
        if self._limit is None or len(self._sent) < self._limit.requests:
            return pace.due
        return max(pace.due, self._sent[0] + self._limit.period)

    def _take(self, pace: _Pace, now: float) -> None:
        pace.due = max(pace.due, now + pace.interval)
        if self._limit is not None:
            self._sent.append(now)


class Place:
    """A place in the line of requests that wait to be sent; the first one is sent first."""

    def __init__(self, limiter: RateLimiter, pace: _Pace, number: int) -> None:
        self._limiter, self._pace, self._number = limiter, pace, number

    def seconds_left(self) -> float:
        """Return the seconds to wait before the next call; 0 if the request may be sent now.

        The rate may change meanwhile, so a long wait is divided.
        """
        seconds = self._limiter._seconds_left(self._pace, self._number)
        return min(seconds, _MAX_PAUSE)

    def leave(self) -> None:
        """Leave the line; without effect once the request was sent."""
        self._limiter._leave(self._pace, self._number)


class _Pace:
    """The rate of one kind of requests; times are monotonic seconds.

    Attributes:
        due: The earliest time of the next request.
        last_accepted: When the latest request was accepted.
    """

    def __init__(self) -> None:
        self.due = 0.0
        self.last_accepted = float("-inf")
        self._joined = 0
        self._waiting: deque[int] = deque()
        self._rate: float | None = None
        self._lowered_rate = 0.0
        self._refused_rate: float | None = None
        self._lowered = float("-inf")
        # Whether nothing was accepted between the last two times that the rate was lowered.
        self._is_outage = False
        self._accepted: deque[float] = deque(maxlen=_MAX_COUNTED)
        self._refused: deque[float] = deque(maxlen=_MAX_COUNTED)
        # Of all rates since the first refusal: the most requests per second that were accepted,
        # and the part that was refused then.
        self._highest: tuple[float, float] | None = None
        self._probed = float("inf")
        self._dependent_until = float("-inf")
        self._independent_until = float("-inf")

    @property
    def interval(self) -> float:
        """Seconds between two requests."""
        return 0.0 if self._rate is None else 1 / self._rate

    @property
    def is_unlimited(self) -> bool:
        """Whether no request waits, and none must wait for another."""
        return self._rate is None and not self._waiting

    @property
    def is_empty(self) -> bool:
        """Whether no request waits."""
        return not self._waiting

    def join(self) -> int:
        """Return the number of a new place at the end of the line."""
        self._joined += 1
        self._waiting.append(self._joined)
        return self._joined

    def number_ahead(self, number: int) -> int:
        """Return the number of requests that are sent before a place."""
        return bisect_left(self._waiting, number)

    def leave(self, number: int) -> None:
        """Remove a place, if it is still there."""
        with suppress(ValueError):
            self._waiting.remove(number)

    def clear(self) -> None:
        """Remove all places."""
        self._waiting.clear()

    def accepted(self, now: float) -> None:
        """Count a request, and speed up."""
        self.last_accepted = now
        self._accepted.append(now)
        if self._rate is not None:
            if self._is_outage:
                # The quota of a minute was used up, or the service was down: what was refused
                # meanwhile does not show which rate would have been too high.
                self._is_outage = False
                average = _count(self._accepted, now - _AFTER_OUTAGE) / _AFTER_OUTAGE
                self._lower(max(self._rate, average), None, now)
            self._rate = max(self._rate, self._grown(now - self._lowered))
            if self._rate > _HIGHEST:
                self._rate = None

    def _grown(self, seconds: float) -> float:
        """Return the rate so many seconds after it was lowered."""
        if self._refused_rate is None:
            return self._lowered_rate * float(_GROWTH ** min(seconds, _MAX_GROWTH_TIME))
        part = seconds / _RECOVERY - 1
        return self._refused_rate + (self._refused_rate - self._lowered_rate) * float(part**3)

    def refused(self, now: float, sent: float, retry_after: float | None) -> None:
        """Count a refusal, and slow down unless it is isolated."""
        self._refused.append(now)
        refused, part = self._refused_part(now)
        if now < self._independent_until:
            least, limit = 2 * _LEAST, _HOPELESS
        else:
            least, limit = 2, _ISOLATED
        if refused < least or part <= limit:
            return
        # At most: a service, or a wrong clock, that asks for days must not stop all calls for days.
        pause = min(retry_after or 0.0, retry.LONGEST_RETRY_AFTER)
        if self._rate is None:
            self._lower(max(self._measured(now), 1 / retry.FIRST_PAUSE), None, now)
            self._highest = None
        else:
            # The seconds are rounded up, and the limit is known.
            pause -= 1.0
            # One that was sent before the rate was lowered says nothing about the new rate.
            if sent > self._lowered + _EVENT and not self._adapt(self._rate, part, refused, now):
                return
        self.due = max(self.due, now + max(pause, self.interval))

    def _adapt(self, rate: float, part: float, refused: int, now: float) -> bool:
        """Lower the rate; return False if the refusals do not depend on it, so that it may be any.

        Args:
            rate: The rate.
            part: The part of the requests that were refused since it was lowered.
            refused: Their number.
            now: The time.
        """
        count = _count(self._accepted, self._lowered)
        self._is_outage = not count
        accepted = count / (now - self._lowered)
        is_alike = self._highest is None or part >= self._highest[1] / 2
        # A limit accepts as many as before. Here, fewer are sent, and as large a part is refused.
        is_less = self._highest is not None and accepted < _FEWER * self._highest[0]
        if is_less and is_alike and part <= _HOPELESS:
            self._rate, self._independent_until, self._lowered = None, now + _SETTLED, now
            return False
        if self._highest is None or accepted > self._highest[0]:
            self._highest = accepted, part
        drop = max(self._measured(now) / rate, _LARGEST_DROP, 1 - part)
        drop = min(drop, _SMALLEST_DROP)
        if rate > 0.75 * self._probed:
            # Half of the rate was not refused for some time, so it is the rate that matters.
            self._dependent_until, self._probed = now + _SETTLED, float("inf")
        is_open = now >= self._dependent_until and is_alike and part >= _WORTH_A_PROBE
        if is_open and refused > 2 and count >= _LEAST:
            # Half the rate will show whether fewer are refused.
            latest = max(accepted, self._measured_within(now, _PERIODS[0]))
            drop = min(_LARGEST_DROP, _MARGIN * latest / rate)
            self._probed = rate
        self._lower(max(rate * drop, _LOWEST), rate, now)
        return True

    def _refused_part(self, now: float) -> tuple[int, float]:
        """Return the number and the part of the requests that were refused at this rate."""
        since = max(now - _PERIODS[-1], self._lowered)
        refused = _count(self._refused, since)
        return refused, refused / (refused + _count(self._accepted, since))

    def _lower(self, rate: float, refused_rate: float | None, now: float) -> None:
        self._rate = self._lowered_rate = rate
        self._refused_rate = refused_rate
        self._lowered = now

    def _measured(self, now: float) -> float:
        """Return the requests per second that were accepted lately, or a little less."""
        return _MARGIN * max(self._measured_within(now, period) for period in _PERIODS)

    def _measured_within(self, now: float, period: float) -> float:
        accepted = _count(self._accepted, now - period)
        refused = _count(self._refused, now - period)
        if not accepted:
            return 0.0
        # A client that has just begun has not had the whole period.
        began = self._accepted[-accepted]
        if refused:
            began = min(began, self._refused[-refused])
        return accepted / min(period, max(now - began, _SHORTEST))


def _count(times: deque[float], since: float) -> int:
    return len(times) - bisect_left(times, since)
