"""What a change of a keyword does to the values that are valid."""

from __future__ import annotations

from typing import Any, NamedTuple

from scripts.spec_diff.changes import Effect
from scripts.spec_diff.keywords import Arm, show

_LOWER = ("minLength", "minItems", "minProperties", "minContains")
_UPPER = ("maxLength", "maxItems", "maxProperties", "maxContains")
_NUMERIC = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
# Formats whose values are among those of another.
_WIDER_FORMAT = {("int32", "int64"), ("float", "double")}
_EVERYTHING = (None, ".*", "^.*$", "")
MISSING = object()


class Difference(NamedTuple):
    """A keyword that differs."""

    kind: str
    text: str
    effect: Effect
    detail: Any = None


def of_rules(old: Arm, new: Arm) -> list[Difference]:
    """The differences of two alternatives of the same type, less their fields and items."""
    found = [*_bounds(old, new), *_enums(old, new)]
    for keyword in sorted({*old.rules, *new.rules} - {"enum", *_NUMERIC}):
        before, after = old.rules.get(keyword, MISSING), new.rules.get(keyword, MISSING)
        if before != after:
            found += _keyword(keyword, before, after)
    return found


def _keyword(keyword: str, before: Any, after: Any) -> list[Difference]:
    text = f"{keyword} {_shown(before)} → {_shown(after)}"
    if keyword == "pattern":
        before, after = (_pattern(value) for value in (before, after))
        if before == after:
            return []
    effect = _effect(before, after)
    if keyword in (*_LOWER, *_UPPER) and _are_numbers(before, after):
        grew = after > before
        effect = Effect.NARROWER if grew == (keyword in _LOWER) else Effect.WIDER
    elif keyword == "multipleOf" and _are_numbers(before, after):
        effect = _multiples(before, after)
    elif keyword == "format":
        wider = (before, after) in _WIDER_FORMAT
        effect = Effect.WIDER if wider else effect
        effect = Effect.NARROWER if (after, before) in _WIDER_FORMAT else effect
    elif keyword.startswith("unevaluated") and True in (before, after):
        effect = _effect(*(MISSING if value is True else value for value in (before, after)))
    kind = {"pattern": "pattern-changed", "format": "format-changed"}.get(keyword)
    return [Difference(kind or f"{keyword}-changed", text, effect, [_plain(before), _plain(after)])]


def _effect(before: Any, after: Any) -> Effect:
    if before is MISSING:
        return Effect.NARROWER
    return Effect.WIDER if after is MISSING else Effect.OTHER


def _pattern(value: Any) -> Any:
    return MISSING if value is MISSING or value in _EVERYTHING else value


def _multiples(before: float, after: float) -> Effect:
    if after and before % after == 0:
        return Effect.WIDER
    return Effect.NARROWER if before and after % before == 0 else Effect.OTHER


def _bounds(old: Arm, new: Arm) -> list[Difference]:
    found = []
    for name, sign in (("minimum", 1), ("maximum", -1)):
        before, after = _bound(old, name, sign), _bound(new, name, sign)
        if before != after:
            tighter = before is None or (after is not None and after > before)
            effect = Effect.NARROWER if tighter else Effect.WIDER
            text = f"{name} {_number(before, sign)} → {_number(after, sign)}"
            found.append(Difference(f"{name}-changed", text, effect))
    return found


def _bound(arm: Arm, name: str, sign: int) -> tuple[float, bool] | None:
    """The bound that holds, larger is tighter; and whether it is excluded itself."""
    exclusive = f"exclusive{name.capitalize()}"
    given = [
        (sign * arm.rules[keyword], keyword == exclusive)
        for keyword in (name, exclusive)
        if isinstance(arm.rules.get(keyword), (int, float))
    ]
    if not given:
        return None
    value, excluded = max(given)
    whole = arm.type == "integer" and excluded and float(value).is_integer()
    return (value + 1, False) if whole else (value, excluded)


def _number(bound: tuple[float, bool] | None, sign: int) -> str:
    if bound is None:
        return "none"
    return f"{sign * bound[0]:g}" + (" (excluded)" if bound[1] else "")


def _enums(old: Arm, new: Arm) -> list[Difference]:
    before: list[Any] | None = old.rules.get("enum")
    after: list[Any] | None = new.rules.get("enum")
    if before is None:
        if after is None:
            return []
        return [Difference("enum-introduced", f"only {_list(after)} now", Effect.NARROWER, after)]
    if after is None:
        text = f"no longer only {_list(before)}"
        return [Difference("enum-dropped", text, Effect.WIDER, before)]
    gone = [value for value in before if value not in after]
    come = [value for value in after if value not in before]
    if gone and come and len(before) == len(after) == 1:
        text = f"{show(before[0])} → {show(after[0])}"
        return [Difference("const-changed", text, Effect.OTHER, [before[0], after[0]])]
    found = []
    if gone:
        text = f"{_list(gone)} no longer among the values"
        found.append(Difference("enum-value-removed", text, Effect.NARROWER, gone))
    if come:
        text = f"{_list(come)} new among the values"
        found.append(Difference("enum-value-added", text, Effect.WIDER, come))
    return found


def _list(values: list[Any]) -> str:
    return ", ".join(show(value) for value in values[:8]) + (", …" if len(values) > 8 else "")


def _are_numbers(*values: Any) -> bool:
    return all(isinstance(value, (int, float)) for value in values)


def _shown(value: Any) -> str:
    return "none" if value is MISSING else show(value)


def _plain(value: Any) -> Any:
    return None if value is MISSING else value
