"""The comparison of two documents: all changes, with those that break on the wire marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scripts.openapi.containment import Relation
from scripts.openapi.document import mapping
from scripts.spec_diff import pairs
from scripts.spec_diff.access import compare_schemes, compare_security, compare_servers
from scripts.spec_diff.changes import LOW_LEVEL, WIRE, Change, Findings
from scripts.spec_diff.document import Document, Operation
from scripts.spec_diff.exchange import Exchange
from scripts.spec_diff.keywords import ANNOTATIONS
from scripts.spec_diff.reach import REQUEST, RESPONSE, Reach, both
from scripts.spec_diff.schemas import Comparison

# In a response, everybody has to reckon with values that are new.
_OPEN = ("enum-value-added", "enum-dropped")
# Keys below which the keys are names.
_NAMED = frozenset(
    [
        *("properties", "patternProperties", "$defs", "dependentSchemas", "paths", "webhooks"),
        *("schemas", "parameters", "responses", "requestBodies", "headers", "securitySchemes"),
    ]
)
_WHY = {
    REQUEST: "a request that was right may be refused, or not do what it did",
    RESPONSE: "a client may get what it cannot read",
}


@dataclass
class Compared:
    """The changes, and what was taken for what."""

    old: Document
    new: Document
    findings: Findings
    operations: pairs.Pairs
    schemas: pairs.Pairs
    documentation: int
    reached: dict[str, set[tuple[str, str]]]


def compare_documents(old: Document, new: Document) -> Compared:
    """Find all changes, and say which break on the wire."""
    findings = Findings()
    schemas = pairs.schemas(old, new)
    names: dict[str, str] = dict(schemas.both)
    operations = pairs.operations(old.operations, new.operations, names)
    comparison = Comparison(old, new, names)
    _existence(findings, operations, schemas, (old, new))
    for before, after in operations.both:
        Exchange(comparison, before, after, findings).compare()
        compare_security((old, new), before, after, findings)
    received = pairs.received(old.received, new.received)
    _received(findings, received)
    for before, after in received.both:
        Exchange(comparison, before, after, findings).compare()
    ids = {before.id: after.id for before, after in (*operations.both, *received.both)}
    reached = _components(comparison, schemas.both, ids, findings)
    kept = {after.id for _, after in operations.both}
    compare_schemes((old, new), findings, kept)
    compare_servers((old, new), findings, kept)
    for change in findings:
        _classify(change)
    return Compared(old, new, findings, operations, schemas, _documentation(old, new), reached)


def _existence(
    findings: Findings,
    operations: pairs.Pairs,
    schemas: pairs.Pairs,
    documents: tuple[Document, Document],
) -> None:
    """Operations and schemas that are gone, new, or go by another name."""
    for operation in operations.gone:
        findings.add(_of_operation("operation-removed", operation, Relation.INCOMPARABLE))
    for operation in operations.come:
        findings.add(_of_operation("operation-added", operation, Relation.EQUAL))
    for before, after in operations.guessed:
        text = f"taken for {before.id} ({before.method.upper()} {before.path}): a guess"
        pointers = (before.node.pointer, after.node.pointer)
        findings.add(Change("operation-guessed", after.id, text, *pointers, guess=True))
    for name in schemas.gone:
        pointer = documents[0].schemas[name].pointer
        findings.add(Change("schema-removed", name, "the schema is gone", pointer, None))
    for name in schemas.come:
        pointer = documents[1].schemas[name].pointer
        findings.add(Change("schema-added", name, "a new schema", None, pointer))
    for before, after in schemas.both:
        if before != after:
            guess = (before, after) in schemas.guessed
            text = f"{before} → {after}" + (": a guess, they are much alike" if guess else "")
            pointers = (documents[0].schemas[before].pointer, documents[1].schemas[after].pointer)
            findings.add(Change("schema-renamed", after, text, *pointers, guess=guess))


def _received(findings: Findings, received: pairs.Pairs) -> None:
    """Webhooks and callbacks that are gone or new."""
    for operation in received.gone:
        text, pointer = "the service no longer sends it", operation.node.pointer
        change = Change("webhook-removed", operation.id, text, pointer, None, Relation.INCOMPARABLE)
        findings.add(change.touching((RESPONSE, operation.id)))
    for operation in received.come:
        text, pointer = "the service sends it now", operation.node.pointer
        findings.add(Change("webhook-added", operation.id, text, None, pointer))


def _of_operation(kind: str, operation: Operation, relation: Relation) -> Change:
    gone = kind == "operation-removed"
    pointer = operation.node.pointer
    text = f"{operation.method.upper()} {operation.path} is {'gone' if gone else 'new'}"
    if gone and operation.node.at("deprecated").value is True:
        text += "; it was deprecated"
    old, new = (pointer, None) if gone else (None, pointer)
    change = Change(kind, operation.id, text, old, new, relation)
    return change.touching((REQUEST, operation.id))


def _components(
    comparison: Comparison, same: list[tuple[str, str]], ids: dict[str, str], findings: Findings
) -> dict[str, set[tuple[str, str]]]:
    """Compare the named schemas, each once; returns where they travel, by their new names."""
    before, after = Reach(comparison.old), Reach(comparison.new)
    reached = {}
    for old, new in same:
        where = both(before.of(old), after.of(new), ids)
        reached[new] = where
        for change in comparison.component(old, new):
            findings.add(change.touching(*where))
    return reached


def _classify(change: Change) -> None:
    for direction in sorted(change.directions):
        if not change.relation.breaks(direction):
            continue
        if change.kind in _OPEN and direction == RESPONSE:
            reason = "the low-level client refuses a response with a value that it does not know"
            change.because(LOW_LEVEL, reason)
        else:
            change.because(WIRE, _WHY[direction])


def _documentation(old: Document, new: Document) -> int:
    """How many descriptions, titles and examples differ, in places that are in both."""
    before, after = (mapping(each.root.value.get("info")) for each in (old, new))
    facts = (before.keys() | after.keys()) - ANNOTATIONS
    count = sum(1 for key in facts if before.get(key) != after.get(key))
    return count + _differing(old.root.value, new.root.value)


def _differing(old: Any, new: Any, named: bool = False) -> int:
    """The same below a place; `named` if its keys are names, which may be those of texts."""
    if isinstance(old, dict) and isinstance(new, dict):
        texts = set() if named else (old.keys() | new.keys()) & ANNOTATIONS
        count = sum(1 for key in texts if old.get(key) != new.get(key))
        for key in (old.keys() & new.keys()) - texts:
            count += _differing(old[key], new[key], not named and key in _NAMED)
        return count
    if isinstance(old, list) and isinstance(new, list):
        return sum(_differing(one, two) for one, two in zip(old, new, strict=False))
    return 0
