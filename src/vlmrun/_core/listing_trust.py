"""Checks of the lists of a service: whether they show the same as a request for one job."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from vlmrun._validation import is_http_url

# A list is checked with a request for one of its jobs: in the first round, and then after twice as
# many rounds each time, up to this number.
_LONGEST_CHECK_INTERVAL = 16

# The status of a job may change between the list and the request that checks it, but hardly for so
# many jobs one after the other.
_MAX_DISAGREEMENTS = 3

# How often the fields of a listed result are compared with those of a fetched one: for the first,
# the fourth, the sixteenth... of those that look alike.
_CHECK_GROWTH = 4


class StatusChecks:
    """Whether lists show the present status of jobs.

    Attributes:
        is_due: Whether to fetch a job of the latest list, to compare its status.
    """

    def __init__(self) -> None:
        self.is_due = True
        self._interval = 1
        self._rounds = 0
        self._disagreements = 0

    def next_round(self) -> None:
        """Count a list."""
        self._rounds += 1
        self.is_due = self.is_due or self._rounds >= self._interval

    def compared(self, is_same: bool) -> bool:
        """Take the result of a comparison; return whether lists can be relied on."""
        self._disagreements = 0 if is_same else self._disagreements + 1
        if is_same:
            self._interval = min(2 * self._interval, _LONGEST_CHECK_INTERVAL)
        self._rounds = 0
        self.is_due = not is_same
        if self._disagreements < _MAX_DISAGREEMENTS:
            return True
        self._disagreements, self._interval = 0, 1
        return False


class FieldChecks:
    """Whether lists have all fields of a job that is over.

    Jobs whose lists entries have the same fields, and responses of a similar size, are alike.
    """

    def __init__(self) -> None:
        self._kinds: dict[object, _Kind] = {}

    def needs_fetch(self, raw: Mapping[str, Any]) -> bool | None:
        """Return whether to fetch a listed job that is over.

        Returns:
            None if a job that is alike is being fetched, which will show it.
        """
        try:
            return self._kinds.setdefault(_kind_of(raw), _Kind()).needs_fetch()
        except RecursionError:  # it is nested so deeply that the request will say so
            return True

    def compared(self, listed: Mapping[str, Any], fetched: Mapping[str, Any] | None) -> None:
        """Take the result of a comparison; None if the job could not be fetched."""
        with suppress(RecursionError):
            kind = self._kinds.setdefault(_kind_of(listed), _Kind())
            kind.is_checked_now = False
            if fetched is not None:
                kind.is_same = kind.is_same is not False and _is_same(listed, fetched)


class _Kind:
    """Jobs that look alike; `is_same` is None before the first comparison."""

    def __init__(self) -> None:
        self.is_same: bool | None = None
        self.is_checked_now = False
        self._seen = 0
        self._next_check = 1

    def needs_fetch(self) -> bool | None:
        if self.is_same is False:
            return True
        if self.is_same is None and self.is_checked_now:
            return None
        self._seen += 1
        if self.is_same is None or self._seen >= self._next_check:
            self._next_check = self._seen * _CHECK_GROWTH
            self.is_checked_now = True
            return True
        return False


def _kind_of(raw: Mapping[str, Any]) -> object:
    usage = raw.get("usage")
    nested = _fields_of(usage) if isinstance(usage, Mapping) else None
    # By the order of magnitude: a service may shorten what is long, in lists only.
    return _fields_of(raw), nested, len(repr(raw.get("response"))).bit_length() // 2


def _fields_of(raw: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for name, value in raw.items() if value is not None)


def _is_same(listed: Any, fetched: Any) -> bool:
    if isinstance(listed, dict) and isinstance(fetched, dict):
        return listed.keys() == fetched.keys() and all(
            _is_same(value, fetched[name]) for name, value in listed.items()
        )
    if isinstance(listed, list) and isinstance(fetched, list):
        return len(listed) == len(fetched) and all(map(_is_same, listed, fetched))
    # Signed URLs have another signature each time.
    return bool(listed == fetched) or (_is_url(listed) and _is_url(fetched))


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and is_http_url(value)
