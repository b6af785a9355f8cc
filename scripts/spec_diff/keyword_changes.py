"""Differences of the keywords of two variants, with what they do to the values that are valid."""

from __future__ import annotations

from typing import Any, NamedTuple

from scripts.openapi.relations import Relation, relation_of
from scripts.spec_diff.normal_form import are_numbers
from scripts.spec_diff.variants import Variant, show

# A keyword that is absent.
_MISSING = object()

_LOWER_LIMITS = ("minLength", "minItems", "minProperties", "minContains")
_UPPER_LIMITS = ("maxLength", "maxItems", "maxProperties", "maxContains")
_WIDER_FORMATS = [("int32", "int64"), ("float", "double")]
_NUMERIC = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
_ANY_STRING = ("", ".*", "^.*$")


class KeywordChange(NamedTuple):
    """A keyword that differs."""

    kind: str
    text: str
    relation: Relation
    detail: Any = None


def compare_rules(old: Variant, new: Variant) -> list[KeywordChange]:
    """Return the differences of two variants of one type, without those of fields and items."""
    found = [*_bounds(old, new), *_enums(old, new)]
    for keyword in sorted({*old.rules, *new.rules} - {"enum", *_NUMERIC}):
        before, after = (_rule(each, keyword) for each in (old, new))
        if before != after:
            text = f"{keyword} {_shown(before)} → {_shown(after)}"
            relation = _relate_keyword(keyword, before, after)
            detail = [None if each is _MISSING else each for each in (before, after)]
            found.append(KeywordChange(f"{keyword}-changed", text, relation, detail))
    return found


def _rule(variant: Variant, keyword: str) -> Any:
    value = variant.rules.get(keyword, _MISSING)
    return _MISSING if keyword == "pattern" and value in _ANY_STRING else value


def _bounds(old: Variant, new: Variant) -> list[KeywordChange]:
    found = []
    for name, sign in (("minimum", 1), ("maximum", -1)):
        before, after = _bound(old, name, sign), _bound(new, name, sign)
        if before != after:
            tighter = before is None or (after is not None and after > before)
            relation = relation_of(narrower=tighter)
            text = f"{name} {_number(before, sign)} → {_number(after, sign)}"
            found.append(KeywordChange(f"{name}-changed", text, relation))
    return found


def _bound(variant: Variant, name: str, sign: int) -> tuple[float, bool] | None:
    """Return the bound, of which a larger one is tighter, and whether it is excluded itself."""
    exclusive = f"exclusive{name.capitalize()}"
    bounds = [
        (sign * variant.rules[keyword], keyword == exclusive)
        for keyword in (name, exclusive)
        if isinstance(variant.rules.get(keyword), (int, float))
    ]
    if not bounds:
        return None
    value, excluded = max(bounds)
    whole = variant.type == "integer" and excluded and float(value).is_integer()
    return (value + 1, False) if whole else (value, excluded)


def _number(bound: tuple[float, bool] | None, sign: int) -> str:
    if bound is None:
        return "none"
    return f"{sign * bound[0]:g}" + (" (excluded)" if bound[1] else "")


def _enums(old: Variant, new: Variant) -> list[KeywordChange]:
    before: list[Any] | None = old.rules.get("enum")
    after: list[Any] | None = new.rules.get("enum")
    if before is None or after is None:
        if before is after:
            return []
        if before is None:
            text = f"now only {_list(after)}"
            return [KeywordChange("enum-introduced", text, Relation.NARROWER)]
        text = f"no longer only {_list(before)}"
        return [KeywordChange("enum-dropped", text, Relation.WIDER)]
    removed = [value for value in before if value not in after]
    added = [value for value in after if value not in before]
    if removed and added and len(before) == len(after) == 1:
        text = f"{show(before[0])} → {show(after[0])}"
        return [KeywordChange("const-changed", text, Relation.INCOMPARABLE)]
    found = []
    if removed:
        text = f"values removed: {_list(removed)}"
        found.append(KeywordChange("enum-value-removed", text, Relation.NARROWER))
    if added:
        text = f"values added: {_list(added)}"
        found.append(KeywordChange("enum-value-added", text, Relation.WIDER))
    return found


def _list(values: list[Any] | None) -> str:
    shown = values or []
    return ", ".join(show(value) for value in shown[:8]) + (", …" if len(shown) > 8 else "")


def _shown(value: Any) -> str:
    return "none" if value is _MISSING else show(value)


def _relate_keyword(keyword: str, before: Any, after: Any) -> Relation:
    """Relate two values of a keyword that constrains a type."""
    if keyword.startswith("unevaluated"):
        before, after = (_MISSING if value is True else value for value in (before, after))
    if before == after or keyword == "contentMediaType":  # which only documents the content
        return Relation.EQUAL
    if keyword == "format" and any(
        pair in _WIDER_FORMATS for pair in ((before, after), (after, before))
    ):
        return relation_of(narrower=(after, before) in _WIDER_FORMATS)
    if are_numbers(before, after):
        if keyword in (*_LOWER_LIMITS, *_UPPER_LIMITS):
            return relation_of(narrower=(after > before) == (keyword in _LOWER_LIMITS))
        if keyword == "multipleOf" and before and after and not (before % after and after % before):
            return relation_of(narrower=bool(before % after))
    if _MISSING in (before, after):
        return relation_of(narrower=before is _MISSING)
    return Relation.INCOMPARABLE
