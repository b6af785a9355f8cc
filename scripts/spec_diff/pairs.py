"""Which operation and which named schema of the new document was which one of the old."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from scripts.openapi.document import mapping, sequence
from scripts.spec_diff.document import Document, Operation
from scripts.spec_diff.keywords import Arm, Shape
from scripts.spec_diff.schemas import Comparison

_ALIKE = 0.75


@dataclass
class Pairs:
    """What belongs together; `guessed` are the pairs that are only much alike."""

    both: list[tuple[Any, Any]] = field(default_factory=list)
    gone: list[Any] = field(default_factory=list)
    come: list[Any] = field(default_factory=list)
    guessed: list[tuple[Any, Any]] = field(default_factory=list)

    def match(self, key: Callable[[Any], object]) -> None:
        """Pair those among the rest that have the same key."""
        found = {key(each): each for each in self.come}
        for each in list(self.gone):
            if (other := found.pop(key(each), None)) is not None:
                self._join(each, other)

    def guess(self, likeness: Callable[[Any, Any], float], least: float, certain: bool) -> None:
        """Pair those among the rest that are most alike, the best first."""
        ranked = [(likeness(old, new), old, new) for old in self.gone for new in self.come]
        ranked.sort(key=lambda entry: -entry[0])
        for value, old, new in ranked:
            free = any(old is each for each in self.gone) and any(new is each for each in self.come)
            if value >= least and free:
                self._join(old, new)
                if not certain:
                    self.guessed.append((old, new))

    def _join(self, old: Any, new: Any) -> None:
        self.both.append((old, new))
        self.gone = [each for each in self.gone if each is not old]
        self.come = [each for each in self.come if each is not new]


def operations(old: list[Operation], new: list[Operation], names: dict[str, str]) -> Pairs:
    """By method and path; what is left by operationId; what is left then, if it is much alike.

    Args:
        old: The operations before.
        new: The operations after.
        names: The named schemas that are the same, before and after.
    """
    pairs = Pairs(gone=list(old), come=list(new))
    pairs.match(lambda each: (each.method, each.path))
    pairs.match(lambda each: (each.method, each.template))
    pairs.match(lambda each: each.id)
    uses = {id(each): _uses(each, names) for each in pairs.gone}
    uses |= {id(each): _uses(each, {}) for each in pairs.come}

    def alike(before: Operation, after: Operation) -> float:
        if before.method != after.method or _tags(before) != _tags(after):
            return 0.0
        paths = _share(_words(before.path), _words(after.path))
        names = _share(_words(before.id), _words(after.id))
        return (paths + names + 2 * _share(uses[id(before)], uses[id(after)])) / 4

    pairs.guess(alike, _ALIKE, certain=False)
    return pairs


def received(old: list[Operation], new: list[Operation]) -> Pairs:
    """What the service sends: by its name."""
    pairs = Pairs(gone=list(old), come=list(new))
    pairs.match(lambda each: each.id)
    return pairs


def _tags(operation: Operation) -> list[Any]:
    return sequence(mapping(operation.node.value).get("tags"))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+|[A-Z][a-z]*|\d+", text))


def _uses(operation: Operation, names: dict[str, str]) -> set[str]:
    """What it takes and gives, as words that can be compared."""
    found: set[str] = set()
    for part in ("parameters", "requestBody", "responses"):
        text = str(operation.node.at(part).value)
        words = re.findall(r"'(?:\$ref|name)': '(?:#/components/schemas/)?([^']+)'", text)
        found |= {names.get(word, word) for word in words}
    return found


def schemas(old: Document, new: Document) -> Pairs:
    """By name; what is left by equal shape; what is left then, if the fields are much alike."""
    pairs = Pairs(gone=list(old.schemas), come=list(new.schemas))
    pairs.match(str)
    trial = Comparison(old, new, dict(pairs.both))
    shapes = {
        **{("old", name): trial.shape_before((old.schemas[name],)) for name in pairs.gone},
        **{("new", name): trial.shape_after((new.schemas[name],)) for name in pairs.come},
    }

    def equal(one: str, two: str) -> float:
        before, after = _signature(shapes["old", one]), _signature(shapes["new", two])
        if before != after or trial.component(one, two):
            return 0.0
        return 1.0 + SequenceMatcher(None, one, two).ratio()

    def alike(one: str, two: str) -> float:
        return _share(_signature(shapes["old", one]), _signature(shapes["new", two]))

    pairs.guess(equal, 1.0, certain=True)
    pairs.guess(alike, _ALIKE, certain=False)
    return pairs


def _signature(shape: Shape) -> set[str]:
    """The names of the fields and the values of an enum."""
    found: set[str] = set()
    for arm in shape.arms:
        if isinstance(arm, Arm):
            found |= {f"field {name}" for name in arm.properties}
            found |= {f"value {value!r}" for value in arm.rules.get("enum", ())}
    return found


def _share(one: Iterable[str], two: Iterable[str]) -> float:
    """How much two sets have in common; nothing if one is empty."""
    before, after = set(one), set(two)
    return len(before & after) / len(before | after) if before and after else 0.0
