"""Sample strings that match a regular expression."""

from __future__ import annotations

from random import Random
from time import thread_time
from typing import Any

import jsonschema_rs
from rstr import Rstr

_PREFERRED = "sample0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZbcdefghijknoqrtuvwxyz -_.,:/@"
_RANKS = {character: rank for rank, character in enumerate(_PREFERRED)}
_PREFERRED_ATTEMPTS = 3
_MAX_ATTEMPTS = 10
_MAX_PATTERN_LENGTH = 2_000
_MAX_EFFORT = 250_000
_MAX_CPU_SECONDS = 0.5


def sample_matching(pattern: str) -> str | None:
    """Return a short string that matches a pattern, or None if none is found quickly.

    The same pattern always gives the same string. Patterns that take long, or that only match
    long strings, are given up.

    Example:
        >>> sample_matching("^[A-Z][0-9]{2}(-x)?$")
        'A00'
    """
    if len(pattern) > _MAX_PATTERN_LENGTH:
        return None
    deadline = thread_time() + _MAX_CPU_SECONDS
    try:
        for attempt in range(_MAX_ATTEMPTS):
            chooser = _Chooser(attempt).limited_to(len(pattern), deadline)
            text = Rstr(chooser).xeger(pattern)
            # The regular expressions of `re` may backtrack for ever; those of the validator run
            # in linear time (https://docs.rs/regex), and its result is the one that counts.
            if jsonschema_rs.is_valid({"pattern": pattern}, text):
                return text
    except Exception:
        # A schema may contain any string as a pattern, and rstr raises many kinds of errors for
        # unusual ones. `re` may also warn, which pytest can turn into an exception.
        return None
    return None


class _EffortExceeded(Exception):
    """Generating a string would take too long."""


class _Chooser(Random):
    """Deterministic choices for rstr: simple ones first, then pseudo-random ones."""

    # Before Python 3.11, Random.__new__ accepts no argument but the seed.
    def __init__(self, attempt: int) -> None:
        super().__init__(attempt)
        self._attempt = attempt
        self._effort_left = _MAX_EFFORT

    def limited_to(self, pattern_length: int, deadline: float) -> _Chooser:
        """Limit the effort for a pattern of this length, and the CPU time of this thread."""
        self._pattern_length = pattern_length
        self._deadline = deadline
        return self

    def randint(self, a: int, b: int) -> int:
        """Return a number of repetitions close to the minimum."""
        # rstr caps `b` at 100, so that it may be below `a`.
        times = max(a, min(a + self._attempt, b))
        # A repetition takes at most as long as the whole pattern does once.
        self._effort_left -= times * self._pattern_length
        if self._effort_left < 0 or thread_time() > self._deadline:
            raise _EffortExceeded
        return times

    def choice(self, seq: Any) -> Any:
        """Choose a character of a set, or a branch of an alternative."""
        # The effort does not count the size of character ranges, which can take long as well.
        if thread_time() > self._deadline:
            raise _EffortExceeded
        if not all(isinstance(each, str) for each in seq):
            return seq[self._attempt % len(seq)]
        # rstr passes sets in hash order, which differs between processes.
        ranked = sorted(set(seq), key=lambda each: (_RANKS.get(each, len(_RANKS)), each))
        return ranked[0] if self._attempt < _PREFERRED_ATTEMPTS else super().choice(ranked)
