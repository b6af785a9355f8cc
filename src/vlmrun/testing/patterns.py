"""A short plain text that a regular expression takes, if one is easily made."""

from __future__ import annotations

from random import Random
from time import thread_time
from typing import Any

import jsonschema_rs
from rstr import Rstr

_PREFERRED = "sample0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZbcdefghijknoqrtuvwxyz -_.,:/@"
_RANKS = {mark: rank for rank, mark in enumerate(_PREFERRED)}
_PLAIN_TURNS = 3
_TURNS = 10
_LONGEST_PATTERN = 2_000
_EFFORT = 250_000
_SECONDS = 0.5


def text_matching(pattern: str) -> str | None:
    """A text in which the pattern is found; None if there is none that is easily made.

    The same pattern gives the same text. Patterns that take long, or that stand for long texts, are
    given up.

    Example:
        >>> text_matching("^[A-Z][0-9]{2}(-x)?$")
        'A00'
    """
    if len(pattern) > _LONGEST_PATTERN:
        return None
    until = thread_time() + _SECONDS
    try:
        for turn in range(_TURNS):
            text = Rstr(_Chooser(turn).within(len(pattern), until)).xeger(pattern)
            # Unlike `re`, this engine ends whatever the pattern, and it is the one that validates.
            if jsonschema_rs.is_valid({"pattern": pattern}, text):
                return text
    except Exception:
        # Any text may come as a pattern, and rstr fails on odd ones with whatever it meets first.
        # A warning that is to be an error tells of a pattern whose meaning is about to change.
        return None
    return None


class _TooMuch(Exception):
    """Making a text would take too long."""


class _Chooser(Random):
    """What rstr takes for chance: plain choices in the first turns, then others by a fixed seed."""

    # On Python 3.10 there can be no argument but the seed.
    def __init__(self, turn: int) -> None:
        super().__init__(turn)
        self._turn = turn
        self._left = _EFFORT

    def within(self, weight: int, until: float) -> _Chooser:
        """Itself, for a pattern of some length, and until a moment of this thread's time."""
        self._weight = weight
        self._until = until
        return self

    def randint(self, a: int, b: int) -> int:
        """How often to repeat; not much more than must be, which may be more than rstr's most."""
        times = max(a, min(a + self._turn, b))
        # A repeat takes at most as long as the whole pattern does once.
        self._left -= times * self._weight
        if self._left < 0 or thread_time() > self._until:
            raise _TooMuch
        return times

    def choice(self, seq: Any) -> Any:
        """One of the marks of a set, or of the branches of an alternative."""
        if thread_time() > self._until:
            raise _TooMuch
        if not all(isinstance(each, str) for each in seq):
            return seq[self._turn % len(seq)]
        # The order that rstr gives them in is by hash, so another in each process.
        ranked = sorted(set(seq), key=lambda mark: (_RANKS.get(mark, len(_RANKS)), mark))
        return ranked[0] if self._turn < _PLAIN_TURNS else super().choice(ranked)
