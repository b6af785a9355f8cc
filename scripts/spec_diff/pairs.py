"""Pairs of what two documents have: by a key, or by similarity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Generic, TypeVar

T = TypeVar("T")

_LEAST_ALIKE = 0.6


@dataclass
class Pairs(Generic[T]):
    """The pairs, and what is left; `guessed` are the pairs that are only similar."""

    removed: list[T]
    added: list[T]
    both: list[tuple[T, T]] = field(default_factory=list)
    guessed: list[tuple[T, T]] = field(default_factory=list)

    def match(self, key: Callable[[T], object]) -> None:
        """Pair what is left by a key."""
        found = {key(each): each for each in self.added}
        for each in list(self.removed):
            if (other := found.pop(key(each), None)) is not None:
                self.pair(each, other)

    def match_similar(
        self, similarity: Callable[[T, T], float], least: float, *, certain: bool = True
    ) -> None:
        """Pair what is left by similarity, the most similar first."""
        ranked = [(similarity(old, new), old, new) for old in self.removed for new in self.added]
        ranked.sort(key=lambda entry: -entry[0])
        for value, old, new in ranked:
            if value >= least and old in self.removed and new in self.added:
                self.pair(old, new)
                if not certain:
                    self.guessed.append((old, new))

    def pair(self, old: T, new: T) -> None:
        """Make a pair of two that are left."""
        self.both.append((old, new))
        self.removed.remove(old)
        self.added.remove(new)


def pair_renamed(
    removed: dict[str, T], added: dict[str, T], are_equal: Callable[[T, T], bool]
) -> dict[str, str]:
    """Return the likely new names of what was removed: similar names of equal content."""

    def similarity(old: str, new: str) -> float:
        ratio = SequenceMatcher(None, old, new).ratio()
        return ratio if ratio >= _LEAST_ALIKE and are_equal(removed[old], added[new]) else 0.0

    pairs = Pairs(list(removed), list(added))
    pairs.match_similar(similarity, _LEAST_ALIKE)
    return dict(pairs.both)


def suggestion(name: str, renamed: dict[str, str]) -> str:
    """Return what else may have become of a name that was removed or added."""
    if name in renamed:
        return f"; a guess: it is {renamed[name]} now"
    before = next((old for old, new in renamed.items() if new == name), None)
    return f"; a guess: it was {before}" if before is not None else ""


def overlap(one: set[str], two: set[str]) -> float:
    """Return the share that two sets have in common; 0 if one is empty."""
    return len(one & two) / len(one | two) if one and two else 0.0
