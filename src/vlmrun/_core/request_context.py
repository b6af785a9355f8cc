"""One call of the public API: its settings, and the one deadline over all it does."""

from __future__ import annotations

from time import monotonic
from typing import NamedTuple

from vlmrun._core.options import RequestOptions, Settings


class RequestContext(NamedTuple):
    """Settings in force for a call, and the moment (monotonic seconds) by which it must be over."""

    settings: Settings
    expires: float | None

    @classmethod
    def begin(cls, settings: Settings, options: RequestOptions | None) -> RequestContext:
        """Start the clock of a call; raises an `InputError` on a wrong option."""
        settings = settings.overridden(options)
        span = settings.deadline
        return cls(settings, None if span is None else monotonic() + span)

    def remaining(self) -> float | None:
        """Seconds left, never negative; None without a deadline."""
        return None if self.expires is None else max(0.0, self.expires - monotonic())

    def within(self, seconds: float | None) -> RequestContext:
        """The same call, over no later than `seconds` from now."""
        if seconds is None:
            return self
        expires = monotonic() + seconds
        return self._replace(
            expires=expires if self.expires is None else min(self.expires, expires)
        )

    def with_timeout(self, timeout: float | None) -> RequestContext:
        """The same call with another bound on an attempt."""
        return self._replace(settings=self.settings._replace(timeout=timeout))

    def attempt_expires(self) -> float | None:
        """The moment by which an attempt that starts now must be over."""
        if self.settings.timeout is None:
            return self.expires
        own = monotonic() + self.settings.timeout
        return own if self.expires is None else min(own, self.expires)
