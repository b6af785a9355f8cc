"""The changes of discriminators: their property, and the values that select a variant.

A mapping only repeats what the variants say if each has one value for the property, as pydantic's
have. Otherwise a variant without an entry is selected by its name:
https://spec.openapis.org/oas/v3.1.1.html#discriminator-object
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from scripts.openapi.document import UNIONS, mapping, ref_name, sequence
from scripts.openapi.relations import Relation, combined
from scripts.spec_diff.normal_form import named_shape
from scripts.spec_diff.spec import Spec
from scripts.spec_diff.variants import show


def compare_discriminators(
    specs: tuple[Spec, Spec], old: Any, new: Any, names: dict[str, str]
) -> Iterator[tuple[str, Relation]]:
    """Yield the changes of the discriminators of two schemas, as text and relation.

    A union that can be null may have its discriminator in a variant, as pydantic writes it.
    """
    unions: Iterator[tuple[dict[str, Any], dict[str, Any]]]
    unions = zip_longest(_unions(old), _unions(new), fillvalue={})
    for before, after in unions:
        yield from _compare(specs, before, after, names)


def _unions(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the unions with a discriminator that a schema consists of."""
    if "discriminator" in schema:
        yield schema
    for key in UNIONS:
        for each in map(mapping, sequence(schema.get(key))):
            yield from _unions(each)


def _compare(
    specs: tuple[Spec, Spec], old: Any, new: Any, names: dict[str, str]
) -> Iterator[tuple[str, Relation]]:
    before, after = (mapping(schema.get("discriminator")) for schema in (old, new))
    properties = [each.get("propertyName") for each in (before, after)]
    if properties[0] != properties[1]:
        relation = Relation.EQUAL if None in properties else Relation.INCOMPARABLE
        yield f"discriminator {show(properties[0])} → {show(properties[1])}", relation
    if None in properties:
        return
    was = _values(specs[0], old, names)
    now = _values(specs[1], new, {})
    if found := list(_entries(was, now)):
        texts, relations = zip(*found, strict=True)
        yield f"discriminator values {', '.join(texts)}", combined(set(relations))
    elif _written(before, names) != _written(after, {}):
        yield "the mapping of the discriminator changed, but not its values", Relation.EQUAL


def _entries(was: dict[str, str], now: dict[str, str]) -> Iterator[tuple[str, Relation]]:
    """Yield the values that select another variant; those of new variants are changes anyway."""
    kept = set(was.values()) & set(now.values())
    for value in sorted(was.keys() | now.keys()):
        if value in was and value in now and was[value] != now[value]:
            text = f"{show(value)}: {was[value]} → {now[value]}"
            yield text, Relation.INCOMPARABLE
        elif value not in now and was[value] in kept:
            yield f"{show(value)} removed (of {was[value]})", Relation.NARROWER
        elif value not in was and now[value] in kept:
            yield f"{show(value)} added (of {now[value]})", Relation.WIDER


def _values(spec: Spec, schema: Any, names: dict[str, str]) -> dict[str, str]:
    """Return the variant that each value selects, under its new name."""
    discriminator = mapping(schema["discriminator"])
    selected = _written(discriminator, names)
    refs = [mapping(each).get("$ref") for key in UNIONS for each in sequence(schema.get(key))]
    if not refs:  # a base class, whose subclasses refer to it
        return selected
    found = {}
    for ref in (each for each in refs if isinstance(each, str)):
        target = names.get(_target(ref), _target(ref))
        values = _fixed(spec, _target(ref), str(discriminator["propertyName"]))
        values = values or [value for value, each in selected.items() if each == target]
        found.update({str(value): target for value in values or [_target(ref)]})
    return found


def _fixed(spec: Spec, schema: str, field: str) -> list[Any]:
    """Return the values that a variant itself lists for the property."""
    if schema not in spec.schemas:
        return []
    variants = named_shape(spec.schemas[schema]).own
    return [value for each in variants for value in each.values_of(field)]


def _written(discriminator: Any, names: dict[str, str]) -> dict[str, str]:
    written = {value: _target(ref) for value, ref in mapping(discriminator.get("mapping")).items()}
    return {value: names.get(target, target) for value, target in written.items()}


def _target(ref: Any) -> str:
    """Return the name of a schema that a mapping contains as a reference or as a name."""
    return ref_name({"$ref": ref}) or str(ref)
