"""Unions as the generator can take them: their kinds told apart by their order, and not endless."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scripts.lint_spec.rules import WAIVERS
from scripts.lint_spec.union_rules import held_at_once, takes, union_order
from scripts.openapi.document import COMBINED, mapping, sequence
from scripts.update.schema_style import REF

Object = dict[str, Any]

_UNKNOWN = "Nothing in the document tells these apart: the first is taken, and keeps all fields."


def require_words(schemas: Object, holders: Iterable[Any], told: Iterable[tuple[str, str]]) -> None:
    """Make the words that tell the kinds of a union apart required.

    Args:
        schemas: The components; those that are in unions are changed.
        holders: Where unions can be.
        told: Components, and the names of the fields that discriminators say tell them apart.
    """
    unions = [each for holder in holders for each in _unions(holder)]
    words = [*told, *(pair for each in unions for pair in _telling(schemas, each))]
    for kind, field in dict.fromkeys(words):
        _require_word(schemas, mapping(schemas.get(kind)), field)


def cut_circles(schemas: Object) -> Iterator[str]:
    """Let lists that hold themselves, but not in a property, hold anything; yields their names."""
    document = {"components": {"schemas": schemas}}
    for name, component in schemas.items():
        for each in _lists(component):
            if REF + name in held_at_once(document, each["items"]):
                each["items"] = {}
                yield name


def _lists(part: Any) -> Iterator[Object]:
    """The lists that a schema is, or has among its kinds."""
    if "items" in mapping(part):
        yield part
        yield from _lists(part["items"])
    for keyword in COMBINED:
        for arm in sequence(mapping(part).get(keyword)):
            yield from _lists(arm)


def arrange(schemas: Object, holder: Any) -> bool:
    """Put the narrower kinds of each union before the wider; returns whether some stay alike.

    A union whose kinds stay alike says so to the linter, and no longer once they differ.
    """
    alike = False
    for union in _unions(holder):
        _sort(schemas, union)
        waived = mapping(union.get(WAIVERS))
        if _alike(schemas, union):
            alike = True
            union[WAIVERS] = {union_order.__name__: _UNKNOWN, **waived}
        elif waived.get(union_order.__name__) == _UNKNOWN:
            del union[WAIVERS][union_order.__name__]
            if not union[WAIVERS]:
                del union[WAIVERS]
    return alike


def _unions(part: Any) -> Iterator[Object]:
    for each in part.values() if isinstance(part, dict) else sequence(part):
        yield from _unions(each)
    if sequence(mapping(part).get("anyOf")):
        yield part


def _kind(schemas: Object, arm: Any) -> Object:
    ref = mapping(arm).get("$ref")
    found = mapping(schemas.get(ref.removeprefix(REF)) if isinstance(ref, str) else arm)
    return found if "properties" in found else {}


def _telling(schemas: Object, union: Object) -> Iterator[tuple[str, str]]:
    """The fields that all kinds have, and whose one word is not the same in all of them."""
    arms = [arm for arm in union["anyOf"] if _kind(schemas, arm) and "$ref" in arm]
    shared = [list(_kind(schemas, arm)["properties"]) for arm in arms]
    for field in shared[0] if len(arms) > 1 else ():
        words = [_word(schemas, _kind(schemas, arm), field) for arm in arms]
        if all(field in each for each in shared) and any(words) and len(set(words)) > 1:
            yield from ((arm["$ref"].removeprefix(REF), field) for arm in arms)


def _word(schemas: Object, kind: Object, field: str) -> str | None:
    """The one text that a field can hold, if there is but one."""
    schema = mapping(mapping(kind.get("properties")).get(field))
    schema = mapping((sequence(schema.get("allOf")) or [schema])[0])
    named = mapping(schemas.get(str(schema.get("$ref")).removeprefix(REF)))
    values = sequence(named.get("enum")) or [schema.get("const")]
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None


def _require_word(schemas: Object, kind: Object, field: str) -> None:
    word = _word(schemas, kind, field)
    if word is None:
        return
    kind["properties"][field] = {"type": "string", "const": word}
    required = list(dict.fromkeys([*kind.pop("required", []), field]))
    rest = {key: kind.pop(key) for key in list(kind) if key == "properties"}
    kind.update({"required": required, **rest})


def _sort(schemas: Object, union: Object) -> None:
    """Put a kind that takes what another is meant for behind it; others stay where they are."""
    waiting = [arm for arm in union["anyOf"] if _kind(schemas, arm)]
    places = [at for at, arm in enumerate(union["anyOf"]) if _kind(schemas, arm)]

    def wider(one: Any, other: Any) -> bool:
        one, other = _kind(schemas, one), _kind(schemas, other)
        return takes(one, other) and not takes(other, one)

    for place in places:
        free = [arm for arm in waiting if not any(wider(arm, each) for each in waiting)]
        arm = (free or waiting)[0]
        waiting.remove(arm)
        union["anyOf"][place] = arm


def _alike(schemas: Object, union: Object) -> bool:
    kinds = [kind for arm in union["anyOf"] if (kind := _kind(schemas, arm))]
    return any(takes(one, later) for at, one in enumerate(kinds) for later in kinds[at + 1 :])
