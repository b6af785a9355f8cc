"""Which alternative of a schema was which one before, and what another type does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scripts.openapi.containment import Relation
from scripts.openapi.document import mapping
from scripts.spec_diff import constraints
from scripts.spec_diff.document import Node
from scripts.spec_diff.keywords import ANNOTATIONS, Arm, show

# What a text in a URL or a form may be read as.
_AS_TEXT = frozenset(["integer", "number", "boolean"])
_ALIKE = 0.5


def match(
    old: list[Arm], new: list[Arm], are_equal: Callable[[Arm, Arm], bool]
) -> tuple[list[tuple[Arm, Arm]], list[Arm], list[Arm]]:
    """Pairs of alternatives, first of equal ones, then of those alike; and what is gone and new."""
    pairs: list[tuple[Arm, Arm]] = []
    gone, come = list(old), list(new)

    def pair(likeness: Callable[[Arm, Arm], float], least: float) -> None:
        nonlocal gone, come
        for arm in list(gone):
            ranked = [(likeness(arm, each), each) for each in come if each.type == arm.type]
            value, best = max(ranked, key=lambda entry: entry[0], default=(-1.0, arm))
            if value >= least:
                pairs.append((arm, best))
                gone = [each for each in gone if each is not arm]
                come = [each for each in come if each is not best]

    pair(lambda one, two: float(are_equal(one, two)), 1.0)
    pair(_likeness, _ALIKE)
    if len(gone) == len(come) == 1 and not pairs:
        pair(_likeness, 0.0)
    return pairs, gone, come


def _likeness(old: Arm, new: Arm) -> float:
    if old.type != "object":
        return 1.0
    if _constants(old) and _constants(new) and not _constants(old) & _constants(new):
        return 0.0
    names = old.properties.keys() | new.properties.keys()
    return len(old.properties.keys() & new.properties.keys()) / (len(names) or 1)


def _constants(arm: Arm) -> set[tuple[str, Any]]:
    """The fields with one possible value, by which alternatives are told apart."""
    found = set()
    for name, nodes in arm.properties.items():
        value = merged(nodes)
        values = [value["const"]] if "const" in value else value.get("enum")
        if isinstance(values, list) and len(values) == 1:
            found.add((name, show(values[0])))
    return found


def merged(nodes: Iterable[Node]) -> dict[str, Any]:
    """The keywords of a schema that is given in parts."""
    return {key: value for node in nodes for key, value in mapping(node.value).items()}


def of_another_type(old: Arm, new: Arm, as_text: bool) -> Relation:
    """What it does to the values that one type takes the place of another."""
    if {old.type, new.type} == {"integer", "number"}:
        relation = Relation.WIDER if new.type == "number" else Relation.NARROWER
        bounds = {each.relation for each in constraints.compare_rules(old, new)} - {Relation.EQUAL}
        return relation if bounds <= {relation} else Relation.INCOMPARABLE
    if as_text and old.type in _AS_TEXT and new.type == "string" and new.is_plain:
        return Relation.WIDER
    if as_text and old.type == "string" and new.type in _AS_TEXT:
        return Relation.NARROWER
    return Relation.WIDER if as_text and takes_one(new, old) else Relation.INCOMPARABLE


def takes_one(array: Arm, scalar: Arm) -> bool:
    """Whether a single value in a query reads as a list of one."""
    if array.type != "array" or array.rules.get("minItems", 0) > 1 or scalar.type == "object":
        return False
    for node in array.items:
        value = mapping(node.value)
        types = value.get("type", scalar.type)
        listed = types if isinstance(types, list) else [types]
        if not {scalar.type, "string"} & set(listed) or value.keys() - {"type", *ANNOTATIONS}:
            return False
    return True
