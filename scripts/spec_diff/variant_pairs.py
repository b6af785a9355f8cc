"""Pairs of the variants of a schema before and after, and variants of another type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scripts.openapi.containment import Relation, combined, relate_types
from scripts.openapi.document import mapping
from scripts.spec_diff.keyword_changes import compare_rules
from scripts.spec_diff.normal_form import ANNOTATIONS, Variant, show

# The types whose values are also strings in a URL or a form.
_SENT_AS_TEXT = frozenset(["integer", "number", "boolean"])
_LEAST_SIMILAR = 0.5

Split = tuple[list[tuple[Variant, Variant]], list[Variant], list[Variant]]


def pair_variants(
    old: list[Variant], new: list[Variant], are_equal: Callable[[Variant, Variant], bool]
) -> Split:
    """Pair equal variants, then similar ones; returns the pairs, the removed and the added."""
    pairs: list[tuple[Variant, Variant]] = []
    removed, added = list(old), list(new)

    def pair(similarity: Callable[[Variant, Variant], float], least: float) -> None:
        nonlocal removed, added
        for one in list(removed):
            ranked = [(similarity(one, two), two) for two in added if two.type == one.type]
            value, best = max(ranked, key=lambda entry: entry[0], default=(-1.0, one))
            if value >= least:
                pairs.append((one, best))
                removed = [each for each in removed if each is not one]
                added = [each for each in added if each is not best]

    pair(lambda one, two: float(are_equal(one, two)), 1.0)
    pair(_similarity, _LEAST_SIMILAR)
    if len(removed) == len(added) == 1 and not pairs:
        pair(_similarity, 0.0)
    return pairs, removed, added


def relate_replaced(old: Variant, new: Variant, as_text: bool) -> Relation:
    """Relate the values of a variant to those of one of another type in its place."""
    if {old.type, new.type} == {"integer", "number"}:
        bounds = {each.relation for each in compare_rules(old, new)}
        return combined({relate_types(old.type, new.type), *bounds})
    if as_text and old.type in _SENT_AS_TEXT and new.type == "string" and new.is_plain:
        return Relation.WIDER
    if as_text and old.type == "string" and new.type in _SENT_AS_TEXT:
        return Relation.NARROWER
    return Relation.WIDER if as_text and accepts_one(new, old) else Relation.INCOMPARABLE


def accepts_one(array: Variant, scalar: Variant) -> bool:
    """Return whether a single value in a query is also a list of one."""
    if array.type != "array" or array.rules.get("minItems", 0) > 1 or scalar.type == "object":
        return False
    for node in array.items:
        value = mapping(node.value)
        types = value.get("type", scalar.type)
        listed = types if isinstance(types, list) else [types]
        if not {scalar.type, "string"} & set(listed) or value.keys() - {"type", *ANNOTATIONS}:
            return False
    return True


def _similarity(old: Variant, new: Variant) -> float:
    if old.type != "object":
        return 1.0
    if _constants(old) and _constants(new) and not _constants(old) & _constants(new):
        return 0.0
    names = old.properties.keys() | new.properties.keys()
    return len(old.properties.keys() & new.properties.keys()) / (len(names) or 1)


def _constants(variant: Variant) -> set[tuple[str, Any]]:
    """Return the fields with one possible value, which distinguish the variants of a union."""
    found = set()
    for name, nodes in variant.properties.items():
        value = {key: each for node in nodes for key, each in mapping(node.value).items()}
        values = [value["const"]] if "const" in value else value.get("enum")
        if isinstance(values, list) and len(values) == 1:
            found.add((name, show(values[0])))
    return found
