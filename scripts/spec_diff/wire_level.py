"""The comparison of two documents: all changes, with those that break on the wire marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scripts.openapi.document import NAMED, mapping
from scripts.openapi.relations import Relation
from scripts.spec_diff.change import LOW_LEVEL, WIRE, Change, Changes
from scripts.spec_diff.normal_form import ANNOTATIONS
from scripts.spec_diff.operation_changes import OperationComparison
from scripts.spec_diff.pair_endpoints_and_schemas import Endpoints, pair_endpoints, pair_schemas
from scripts.spec_diff.pairs import Pairs
from scripts.spec_diff.schema_changes import SchemaComparison
from scripts.spec_diff.security_and_server_changes import (
    compare_schemes,
    compare_security,
    compare_servers,
)
from scripts.spec_diff.spec import REQUEST, RESPONSE, Endpoint, Spec

# Clients have to expect new values in a response.
_OPEN = ("enum-value-added", "enum-dropped")
_REASONS = {
    REQUEST: "a request that was valid may be refused, or have another effect",
    RESPONSE: "a client may receive a response that it cannot read",
}


@dataclass
class Comparison:
    """The changes, with what was compared.

    Attributes:
        documentation: The number of differences in descriptions, titles and examples.
    """

    old: Spec
    new: Spec
    changes: Changes
    endpoints: Endpoints
    schemas: Pairs[str]
    documentation: int


def compare(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """Return the changes of one document to another, the breaking ones first.

    Both are OpenAPI 3.0 or 3.1 as `scripts.openapi` reads them; neither is changed.

    Raises:
        RecursionError: A document is nested too deeply.
    """
    return compare_specs(Spec(old, "old"), Spec(new, "new")).changes.sorted()


def compare_specs(old: Spec, new: Spec) -> Comparison:
    """Find all changes, and mark those that break on the wire."""
    changes = Changes()
    schemas = pair_schemas(old, new)
    names = dict(schemas.both)
    endpoints = pair_endpoints(old.endpoints, new.endpoints, names)
    received = Pairs(list(old.received), list(new.received))
    received.match(lambda each: each.id)
    comparison = SchemaComparison(old, new, names)
    _compare_endpoint_lists(changes, endpoints)
    _compare_schema_lists(changes, schemas, old, new)
    _compare_received_lists(changes, received)
    for change in comparison.changes_in(*(comparison.named(*pair) for pair in schemas.both)):
        changes.add(change.reaching())  # no message may contain it
    for before, after in endpoints.both:
        is_moved = endpoints.is_moved(before, after)
        OperationComparison(comparison, before, after, changes).compare(is_moved)
        compare_security(before, after, changes)
    for before, after in received.both:
        OperationComparison(comparison, before, after, changes).compare()
    kept = {after.id for _, after in endpoints.both}
    compare_schemes((old, new), changes, kept)
    compare_servers((old, new), endpoints, changes)
    for change in changes:
        _mark(change)
    return Comparison(old, new, changes, endpoints, schemas, _documentation(old, new))


def _compare_endpoint_lists(changes: Changes, endpoints: Pairs[Endpoint]) -> None:
    for each in endpoints.removed:
        text = f"{each.method.upper()} {each.path} was removed"
        text += "; it was deprecated" if each.node.is_true("deprecated") else ""
        change = Change("operation-removed", each.id, text, each.node.pointer, None)
        change.relation = Relation.INCOMPARABLE
        changes.add(change.reaching((REQUEST, each.id)))
    for each in endpoints.added:
        text = f"{each.method.upper()} {each.path} was added"
        change = Change("operation-added", each.id, text, None, each.node.pointer)
        changes.add(change.reaching((REQUEST, each.id)))
    for before, after in endpoints.guessed:
        text = f"guess: it was {before.id} ({before.method.upper()} {before.path})"
        pointers = (before.node.pointer, after.node.pointer)
        changes.add(Change("operation-guessed", after.id, text, *pointers, guess=True))


def _compare_schema_lists(changes: Changes, schemas: Pairs[str], old: Spec, new: Spec) -> None:
    for name in schemas.removed:
        pointer = old.schemas[name].pointer
        changes.add(Change("schema-removed", name, "the schema was removed", pointer, None))
    for name in schemas.added:
        pointer = new.schemas[name].pointer
        changes.add(Change("schema-added", name, "a new schema", None, pointer))
    for before, after in schemas.both:
        if before != after:
            guess = (before, after) in schemas.guessed
            text = f"{before} → {after}" + (", a guess: they are similar" if guess else "")
            pointers = (old.schemas[before].pointer, new.schemas[after].pointer)
            changes.add(Change("schema-renamed", after, text, *pointers, guess=guess))


def _compare_received_lists(changes: Changes, received: Pairs[Endpoint]) -> None:
    for each in received.removed:
        text, pointer = "the service no longer sends it", each.node.pointer
        change = Change("webhook-removed", each.id, text, pointer, None, Relation.INCOMPARABLE)
        changes.add(change.reaching((RESPONSE, each.id)))
    for each in received.added:
        text, pointer = "the service now sends it", each.node.pointer
        changes.add(Change("webhook-added", each.id, text, None, pointer))


def _mark(change: Change) -> None:
    for direction in sorted(change.directions):
        if not change.relation.breaks(direction):
            continue
        if change.kind in _OPEN and direction == RESPONSE:
            reason = "the low-level client refuses a response with a value that it does not know"
            change.add_reason(LOW_LEVEL, reason)
        else:
            change.add_reason(WIRE, _REASONS[direction])


def _documentation(old: Spec, new: Spec) -> int:
    """Count the differences in descriptions, titles and examples of what is in both."""
    before, after = (mapping(each.root.value.get("info")) for each in (old, new))
    keys = (before.keys() | after.keys()) - ANNOTATIONS
    count = sum(1 for key in keys if before.get(key) != after.get(key))
    return count + _annotations(old.root.value, new.root.value)


def _annotations(old: Any, new: Any, *, named: bool = False) -> int:
    """Count the differing annotations below a place; `named` if its keys are names."""
    if isinstance(old, dict) and isinstance(new, dict):
        annotations = set() if named else (old.keys() | new.keys()) & ANNOTATIONS
        count = sum(1 for key in annotations if old.get(key) != new.get(key))
        for key in (old.keys() & new.keys()) - annotations:
            count += _annotations(old[key], new[key], named=not named and key in NAMED)
        return count
    if isinstance(old, list) and isinstance(new, list):
        return sum(_annotations(one, two) for one, two in zip(old, new, strict=False))
    return 0
