"""Pairs of the endpoints and named schemas of two documents."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from scripts.openapi.document import mapping, sequence
from scripts.spec_diff.normal_form import named_shape
from scripts.spec_diff.pairs import Pairs, overlap
from scripts.spec_diff.schema_changes import SchemaComparison
from scripts.spec_diff.spec import Endpoint, Spec
from scripts.spec_diff.variants import Shape

_LEAST_SIMILAR = 0.75
# Fewer operations at another path are changes of their own.
_FEWEST_MOVED = 2


@dataclass
class Endpoints(Pairs[Endpoint]):
    """The pairs of endpoints.

    Attributes:
        moved: The prefixes, before and after, if most paths were moved below another one.
    """

    moved: tuple[str, str] | None = None

    def is_moved(self, old: Endpoint, new: Endpoint) -> bool:
        """Return whether an endpoint was moved with the others."""
        return bool(self.moved) and old.template != new.template == self.moved_path(old)

    def moved_path(self, old: Endpoint) -> str:
        """Return where the move took the path of an old endpoint, as a template."""
        before, after = self.moved or ("", "")
        is_moved = f"{old.template}/".startswith(f"{before}/")
        return after + old.template.removeprefix(before) if is_moved else old.template


def pair_endpoints(old: list[Endpoint], new: list[Endpoint], names: dict[str, str]) -> Endpoints:
    """Pair endpoints by method and path, else by operationId, else by similarity.

    Args:
        old: The endpoints before.
        new: The endpoints after.
        names: The named schemas that are paired, before and after.
    """
    pairs = Endpoints(list(old), list(new))
    pairs.match(lambda each: (each.method, each.path))
    pairs.match(lambda each: (each.method, each.template))
    pairs.moved = _moved_prefix(pairs)
    if pairs.moved:
        targets = {(each.method, each.template): each for each in pairs.added}
        for each in list(pairs.removed):
            if target := targets.pop((each.method, pairs.moved_path(each)), None):
                pairs.pair(each, target)
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


def _moved_prefix(pairs: Endpoints) -> tuple[str, str] | None:
    """Return the prefixes, before and after, that explain most of the paths that changed."""
    found: Counter[tuple[str, str]] = Counter()
    for one in pairs.removed:
        for two in (each for each in pairs.added if each.method == one.method):
            shared = _shared_end(one.template.split("/"), two.template.split("/"))
            if set(shared) - {"{}"}:
                end = "/" + "/".join(shared)
                found[one.template.removesuffix(end), two.template.removesuffix(end)] += 1
    for prefixes, count in found.most_common(1):
        if count >= _FEWEST_MOVED and 2 * count > len(pairs.removed):
            return prefixes
    return None


def _shared_end(one: list[str], two: list[str]) -> list[str]:
    """Return the segments that two paths end with."""
    count = 0
    while count < min(len(one), len(two)) - 1 and one[-1 - count] == two[-1 - count]:
        count += 1
    return one[len(one) - count :]


def pair_schemas(old: Spec, new: Spec) -> Pairs[str]:
    """Pair named schemas by name, else by equal shape, else by similar fields."""
    pairs = Pairs(list(old.schemas), list(new.schemas))
    pairs.match(str)
    comparison = SchemaComparison(old, new, dict(pairs.both))
    before = {name: _names_of(named_shape(old.schemas[name])) for name in pairs.removed}
    after = {name: _names_of(named_shape(new.schemas[name])) for name in pairs.added}

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
