"""Pairs of the endpoints and named schemas of two documents."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from scripts.openapi.document import mapping, sequence
from scripts.spec_diff.normal_form import Shape
from scripts.spec_diff.pairs import Pairs, overlap
from scripts.spec_diff.schema_changes import SchemaComparison
from scripts.spec_diff.spec import Endpoint, Spec

_LEAST_SIMILAR = 0.75


def pair_endpoints(
    old: list[Endpoint], new: list[Endpoint], names: dict[str, str]
) -> Pairs[Endpoint]:
    """Pair endpoints by method and path, else by operationId, else by similarity.

    Args:
        old: The endpoints before.
        new: The endpoints after.
        names: The named schemas that are paired, before and after.
    """
    pairs = Pairs(list(old), list(new))
    pairs.match(lambda each: (each.method, each.path))
    pairs.match(lambda each: (each.method, each.template))
    pairs.match(lambda each: each.id)
    used = {each.id: _names_in(each, names) for each in pairs.removed}
    used_now = {each.id: _names_in(each, {}) for each in pairs.added}

    def similarity(before: Endpoint, after: Endpoint) -> float:
        if before.method != after.method or _tags(before) != _tags(after):
            return 0.0
        paths = overlap(_words(before.path), _words(after.path))
        ids = overlap(_words(before.id), _words(after.id))
        return (paths + ids + 2 * overlap(used[before.id], used_now[after.id])) / 4

    pairs.match_similar(similarity, _LEAST_SIMILAR, certain=False)
    return pairs


def pair_schemas(old: Spec, new: Spec) -> Pairs[str]:
    """Pair named schemas by name, else by equal shape, else by similar fields."""
    pairs = Pairs(list(old.schemas), list(new.schemas))
    pairs.match(str)
    comparison = SchemaComparison(old, new, dict(pairs.both))
    before = {name: _names_of(comparison.before.of_named(name)) for name in pairs.removed}
    after = {name: _names_of(comparison.after.of_named(name)) for name in pairs.added}

    def equality(one: str, two: str) -> float:
        if before[one] != after[two] or any(comparison.changes_in(comparison.named(one, two))):
            return 0.0
        return 1.0 + SequenceMatcher(None, one, two).ratio()

    pairs.match_similar(equality, 1.0, certain=True)
    pairs.match_similar(
        lambda one, two: overlap(before[one], after[two]), _LEAST_SIMILAR, certain=False
    )
    return pairs


def _tags(endpoint: Endpoint) -> list[str]:
    return sequence(mapping(endpoint.node.value).get("tags"))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+|[A-Z][a-z]*|\d+", text))


def _names_in(endpoint: Endpoint, names: dict[str, str]) -> set[str]:
    """Return the names of parameters and schemas in the messages of an endpoint."""
    found: set[str] = set()
    for part in ("parameters", "requestBody", "responses"):
        text = str(endpoint.node.at(part).value)
        words: list[str] = re.findall(
            r"'(?:\$ref|name)': '(?:#/components/schemas/)?([^']+)'", text
        )
        found |= {names.get(word, word) for word in words}
    return found


def _names_of(shape: Shape) -> set[str]:
    """Return the names of the fields and the values of an enum."""
    found: set[str] = set()
    for each in shape.own:
        found |= {f"field {name}" for name in each.properties}
        found |= {f"value {value!r}" for value in each.rules.get("enum", ())}
    return found
