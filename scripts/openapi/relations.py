"""Relations between two sets of JSON values, such as those of an old and a new schema."""

from __future__ import annotations

from enum import Enum


class Relation(Enum):
    """The relation of a set of values to an earlier one."""

    EQUAL = "the same values"
    WIDER = "more values"
    NARROWER = "fewer values"
    INCOMPARABLE = "other values"

    def breaks(self, direction: str) -> bool:
        """Return whether it can break a client that sends ("request") or reads such values."""
        if direction == "request":
            return self in (Relation.NARROWER, Relation.INCOMPARABLE)
        return self in (Relation.WIDER, Relation.INCOMPARABLE)


def relation_of(*, narrower: bool, wider: bool = False) -> Relation:
    """Return the relation of a set that lacks values, has more, or both; it differs at least."""
    if narrower and wider:
        return Relation.INCOMPARABLE
    return Relation.NARROWER if narrower else Relation.WIDER


def combined(relations: set[Relation]) -> Relation:
    """Return the relation of sets that differ in several respects."""
    found = relations - {Relation.EQUAL}
    if len(found) > 1:
        return Relation.INCOMPARABLE
    return found.pop() if found else Relation.EQUAL


def relate_types(before: str, after: str) -> Relation:
    """Relate two JSON types, or "any"."""
    if before == after:
        return Relation.EQUAL
    if after == "any" or (before, after) == ("integer", "number"):
        return Relation.WIDER
    if before == "any" or (before, after) == ("number", "integer"):
        return Relation.NARROWER
    return Relation.INCOMPARABLE
