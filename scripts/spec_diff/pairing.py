"""Pairs of the endpoints and named schemas of two documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import partial
from typing import Generic, TypeVar

from scripts.spec_diff.normal_form import Shape
from scripts.spec_diff.schema_changes import SchemaComparison
from scripts.spec_diff.spec import Endpoint, Spec

T = TypeVar("T")


@dataclass
class Pairs(Generic[T]):
    """The pairs, and what is left."""

    removed: list[T]
    added: list[T]
    both: list[tuple[T, T]] = field(default_factory=list)

    def match(self, key: Callable[[T], object]) -> None:
        """Pair what is left by a key."""
        found = {key(each): each for each in self.added}
        for each in list(self.removed):
            if (other := found.pop(key(each), None)) is not None:
                self.pair(each, other)

    def pair(self, old: T, new: T) -> None:
        """Pair two of what is left."""
        self.both.append((old, new))
        self.removed.remove(old)
        self.added.remove(new)


def pair_endpoints(old: list[Endpoint], new: list[Endpoint]) -> Pairs[Endpoint]:
    """Pair endpoints by method and path, else by operationId."""
    pairs = Pairs(list(old), list(new))
    pairs.match(lambda each: (each.method, each.path))
    pairs.match(lambda each: (each.method, each.template))
    pairs.match(lambda each: each.id)
    return pairs


def pair_schemas(old: Spec, new: Spec) -> Pairs[str]:
    """Pair named schemas by name, else by equal shape; of several, the one of a similar name."""
    pairs = Pairs(list(old.schemas), list(new.schemas))
    pairs.match(str)
    comparison = SchemaComparison(old, new, dict(pairs.both))
    for name in list(pairs.removed):
        fields = _names_of(comparison.shape_before(name))
        equal = [
            other
            for other in pairs.added
            if fields == _names_of(comparison.shape_after(other))
            and not comparison.compare_named(name, other)
        ]
        if equal:
            pairs.pair(name, max(equal, key=partial(_similarity, name)))
    return pairs


def _similarity(one: str, two: str) -> float:
    return SequenceMatcher(None, one, two).ratio()


def _names_of(shape: Shape) -> set[str]:
    """Return the names of the fields and the values of an enum."""
    found: set[str] = set()
    for each in shape.own:
        found |= {f"field {name}" for name in each.properties}
        found |= {f"value {value!r}" for value in each.rules.get("enum", ())}
    return found
