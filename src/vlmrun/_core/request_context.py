"""The settings of one call of the public API, and the deadline over everything it does."""

from time import monotonic
from typing import NamedTuple

from vlmrun._core.settings import Settings
from vlmrun._validation import MAX_SECONDS
from vlmrun.errors import RequestTimeoutError


# Annotations are evaluated, as in settings.py.
class RequestContext(NamedTuple):
    """The settings of a call, and its deadline.

    Attributes:
        settings: The client's settings with the options of the call.
        expires: The deadline (monotonic seconds); None for no limit.
    """

    settings: Settings
    expires: float | None

    @classmethod
    def begin(cls, settings: Settings) -> "RequestContext":
        """Start the clock of a call."""
        deadline = settings.deadline
        if deadline is not None and not isinstance(deadline, (int, float)):
            left = (deadline - deadline.now(deadline.tzinfo)).total_seconds()
            deadline = min(left, MAX_SECONDS)
        return cls(settings, None if deadline is None else monotonic() + deadline)

    def remaining(self) -> float | None:
        """Return the seconds left, not negative; None for no limit."""
        return None if self.expires is None else max(0.0, self.expires - monotonic())

    def check_deadline(self, activity: str) -> None:
        """Raise `RequestTimeoutError` if the deadline has passed.

        Args:
            activity: What was done at that time, before anything was sent.
        """
        if self.expires is not None and monotonic() >= self.expires:
            raise RequestTimeoutError(
                f"The deadline has passed while {activity}, and nothing was sent"
            )

    def within(self, seconds: float | None) -> "RequestContext":
        """Return the same call with a deadline no later than `seconds` from now."""
        if seconds is None:
            return self
        expires = monotonic() + seconds
        return self._replace(
            expires=expires if self.expires is None else min(self.expires, expires)
        )

    def with_timeout(self, timeout: float | None) -> "RequestContext":
        """Return the same call with another timeout for an attempt."""
        return self._replace(settings=self.settings._replace(timeout=timeout))

    def attempt_expires(self) -> float | None:
        """Return when an attempt that starts now must be over (monotonic seconds)."""
        if self.settings.timeout is None:
            return self.expires
        own = monotonic() + self.settings.timeout
        return own if self.expires is None else min(own, self.expires)
