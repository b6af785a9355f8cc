"""The differences in who may ask, and where: security and servers."""

from __future__ import annotations

from typing import Any

from scripts.openapi.containment import Relation
from scripts.openapi.document import mapping, sequence
from scripts.spec_diff.changes import Change, Findings
from scripts.spec_diff.document import Document, Node, Operation
from scripts.spec_diff.keywords import canonical
from scripts.spec_diff.labels import label
from scripts.spec_diff.reach import REQUEST

# What only a person sees, or only the way to a token needs.
_FREE = frozenset(["bearerFormat"])


def compare_security(
    documents: tuple[Document, Document], old: Operation, new: Operation, findings: Findings
) -> None:
    """Report it if somebody who was let in is not any more, or need not be known any more."""
    before, after = _security(documents[0], old), _security(documents[1], new)
    if before == after:
        return
    locked = [way for way in before if not any(_suffices(way, each) for each in after)]
    opened = [way for way in after if not any(_suffices(way, each) for each in before)]
    if not locked and not opened and len(before) == len(after):
        return
    text = f"{_shown(before)} → {_shown(after)}"
    relation = Relation.NARROWER if locked else Relation.WIDER
    pointers = (old.node.at("security").pointer, new.node.at("security").pointer)
    change = Change("security-changed", label(documents[1], new.node.pointer), text, *pointers)
    change.relation = relation
    findings.add(change.touching((REQUEST, new.id)))


def _suffices(given: dict[str, list[str]], asked: dict[str, list[str]]) -> bool:
    return all(name in given and set(asked[name]) <= set(given[name]) for name in asked)


def _shown(ways: list[dict[str, list[str]]]) -> str:
    words = []
    for way in ways:
        names = [f"{name}({', '.join(way[name])})" if way[name] else name for name in sorted(way)]
        words.append(" and ".join(names) or "nothing")
    return " or ".join(words)


def compare_schemes(
    documents: tuple[Document, Document], findings: Findings, ids: set[str]
) -> None:
    """Report security schemes that work another way; which are used, the operations say."""
    old, new = _schemes(documents[0]), _schemes(documents[1])
    for name in sorted(old.keys() | new.keys()):
        pointer = f"/components/securitySchemes/{name}"
        before, after = mapping(old.get(name)), mapping(new.get(name))
        if before == after:
            continue
        if not before or not after:
            kind, word = ("added", "new") if after else ("removed", "gone")
            text, relation = f"the security scheme is {word}", Relation.EQUAL
            pointers = (pointer if before else None, pointer if after else None)
            findings.add(Change(f"security-scheme-{kind}", name, text, *pointers, relation))
            continue
        users = {
            (REQUEST, operation.id)
            for operation in documents[1].operations
            if operation.id in ids
            and any(name in way for way in _security(documents[1], operation))
        }
        differing = sorted(
            key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
        )
        relation = Relation.EQUAL if set(differing) <= _FREE else Relation.INCOMPARABLE
        if differing == ["flows"] and not _loses(before["flows"], after["flows"]):
            relation = Relation.EQUAL
        text = f"{', '.join(differing)} of the security scheme changed"
        change = Change("security-scheme-changed", name, text, pointer, pointer, relation)
        findings.add(change.touching(*(users or {(REQUEST, id) for id in ids})))


def _loses(before: Any, after: Any) -> bool:
    """Whether a flow, a URL of it or a scope is gone."""
    if isinstance(before, dict) and isinstance(after, dict):
        return any(key not in after or _loses(before[key], after[key]) for key in before)
    return bool(before != after)


def compare_servers(
    documents: tuple[Document, Document], findings: Findings, ids: set[str]
) -> None:
    """Report base URLs that are gone, new, or in another order: the first one is the default."""
    old, new = (_urls(document.root) for document in documents)
    gone = [url for url in old if url not in new]
    come = [url for url in new if url not in old]
    everybody = {(REQUEST, id) for id in ids}
    for url in gone:
        change = Change("server-removed", url, "the server is gone", "/servers", "/servers")
        change.relation = Relation.NARROWER
        findings.add(change.touching(*everybody))
    for url in come:
        findings.add(Change("server-added", url, "the server is new", "/servers", "/servers"))
    if old and new and old[0] != new[0] and old[0] in new:
        text = f"{new[0]} comes first now, so it is the default"
        findings.add(Change("server-order-changed", old[0], text, "/servers", "/servers"))


def _urls(node: Node) -> list[str]:
    return [str(entry.at("url").value) for entry in node.at("servers").entries()]


def _security(document: Document, operation: Operation) -> list[dict[str, list[str]]]:
    """The ways to be let in, any of which will do."""
    own = mapping(operation.node.value).get("security")
    found = own if own is not None else document.root.at("security").value
    return [
        {str(name): sequence(scopes) for name, scopes in mapping(way).items()}
        for way in sequence(found)
    ] or [{}]


def _schemes(document: Document) -> dict[str, Any]:
    """The security schemes, without what only documents them."""
    return {
        name: canonical(document.follow(node).value)
        for name, node in document.root.at("components", "securitySchemes").items()
    }
