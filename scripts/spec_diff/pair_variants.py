"""Pairs of the variants of a schema before and after, and variants of another type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scripts.openapi.document import mapping
from scripts.openapi.relations import Relation, combined, relate_types
from scripts.spec_diff.keyword_changes import compare_rules
from scripts.spec_diff.normal_form import is_unconstrained
from scripts.spec_diff.pairs import Pairs, overlap
from scripts.spec_diff.variants import Variant, show

# The types whose values are also strings in a URL or a form.
_SENT_AS_TEXT = frozenset(["integer", "number", "boolean"])
_LEAST_SIMILAR = 0.5


def pair_variants(
    old: list[Variant], new: list[Variant], are_equal: Callable[[Variant, Variant], bool]
) -> Pairs[Variant]:
    """Pair equal variants, then similar ones, all of the same type."""
    pairs = Pairs(list(old), list(new))
    if len(old) == len(new) == 1:
        pairs.match_similar(_similarity, 0)
        return pairs
    pairs.match_similar(lambda one, two: one.type == two.type and are_equal(one, two), 1)
    pairs.match_similar(_similarity, _LEAST_SIMILAR)
    return pairs


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
        types = mapping(node.value).get("type", scalar.type)
        listed = types if isinstance(types, list) else [types]
        if not {scalar.type, "string"} & set(listed) or not is_unconstrained(node, "type"):
            return False
    return True


def _similarity(old: Variant, new: Variant) -> float:
    if old.type != new.type:
        return -1.0
    if old.type != "object":
        return 1.0
    constants = _constants(old), _constants(new)
    if all(constants) and not constants[0] & constants[1]:
        return 0.0
    return overlap(set(old.properties), set(new.properties))


def _constants(variant: Variant) -> set[tuple[str, Any]]:
    """Return the fields with one possible value, which distinguish the variants of a union."""
    return {
        (name, show(values[0]))
        for name in variant.properties
        if len(values := variant.values_of(name)) == 1
    }
