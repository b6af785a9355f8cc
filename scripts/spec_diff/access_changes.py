"""The changes of security and servers."""

from __future__ import annotations

from typing import Any

from scripts.openapi.containment import Relation
from scripts.openapi.document import mapping, sequence
from scripts.spec_diff.normal_form import canonical
from scripts.spec_diff.spec import REQUEST, Endpoint, Node, Spec
from scripts.spec_diff.spec_changes import Change, Changes

# Keys that do not decide whether a request is accepted.
_INFORMATIVE = frozenset(["bearerFormat"])


def compare_security(
    specs: tuple[Spec, Spec], old: Endpoint, new: Endpoint, changes: Changes
) -> None:
    """Add a change if other credentials are accepted than before."""
    before, after = _security(specs[0], old), _security(specs[1], new)
    if before == after:
        return
    refused = [each for each in before if not any(_suffices(each, option) for option in after)]
    accepted = [each for each in after if not any(_suffices(each, option) for option in before)]
    if not refused and not accepted and len(before) == len(after):
        return
    text = f"{_shown(before)} → {_shown(after)}"
    relation = Relation.NARROWER if refused else Relation.WIDER
    pointers = (old.node.at("security").pointer, new.node.at("security").pointer)
    change = Change("security-changed", specs[1].label(new.node.pointer), text, *pointers)
    change.relation = relation
    changes.add(change.reaching((REQUEST, new.id)))


def _suffices(offered: dict[str, list[str]], required: dict[str, list[str]]) -> bool:
    return all(name in offered and set(required[name]) <= set(offered[name]) for name in required)


def _shown(options: list[dict[str, list[str]]]) -> str:
    texts = []
    for option in options:
        names = [
            f"{name}({', '.join(option[name])})" if option[name] else name
            for name in sorted(option)
        ]
        texts.append(" and ".join(names) or "nothing")
    return " or ".join(texts)


def compare_schemes(specs: tuple[Spec, Spec], changes: Changes, ids: set[str]) -> None:
    """Add the security schemes that changed."""
    old, new = _schemes(specs[0]), _schemes(specs[1])
    for name in sorted(old.keys() | new.keys()):
        pointer = f"/components/securitySchemes/{name}"
        before, after = mapping(old.get(name)), mapping(new.get(name))
        if before == after:
            continue
        if not before or not after:
            kind, word = ("added", "was added") if after else ("removed", "was removed")
            text, relation = f"the security scheme {word}", Relation.EQUAL
            pointers = (pointer if before else None, pointer if after else None)
            changes.add(Change(f"security-scheme-{kind}", name, text, *pointers, relation))
            continue
        users = {
            (REQUEST, operation.id)
            for operation in specs[1].endpoints
            if operation.id in ids
            and any(name in option for option in _security(specs[1], operation))
        }
        differing = sorted(
            key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
        )
        relation = Relation.EQUAL if set(differing) <= _INFORMATIVE else Relation.INCOMPARABLE
        if differing == ["flows"] and not _loses(before["flows"], after["flows"]):
            relation = Relation.EQUAL
        text = f"{', '.join(differing)} of the security scheme changed"
        change = Change("security-scheme-changed", name, text, pointer, pointer, relation)
        changes.add(change.reaching(*(users or {(REQUEST, id) for id in ids})))


def _loses(before: Any, after: Any) -> bool:
    """Return whether a flow, one of its URLs or a scope was removed."""
    if isinstance(before, dict) and isinstance(after, dict):
        return any(key not in after or _loses(before[key], after[key]) for key in before)
    return bool(before != after)


def compare_servers(specs: tuple[Spec, Spec], changes: Changes, ids: set[str]) -> None:
    """Add base URLs that were removed, added or reordered: the first one is the default."""
    old, new = (_urls(spec.root) for spec in specs)
    removed = [url for url in old if url not in new]
    added = [url for url in new if url not in old]
    everybody = {(REQUEST, id) for id in ids}
    for url in removed:
        change = Change("server-removed", url, "the server was removed", "/servers", "/servers")
        change.relation = Relation.NARROWER
        changes.add(change.reaching(*everybody))
    for url in added:
        changes.add(Change("server-added", url, "the server was added", "/servers", "/servers"))
    if old and new and old[0] != new[0] and old[0] in new:
        text = f"{new[0]} is now first, and so the default"
        changes.add(Change("server-order-changed", old[0], text, "/servers", "/servers"))


def _urls(node: Node) -> list[str]:
    return [str(entry.at("url").value) for entry in node.at("servers").entries()]


def _security(spec: Spec, operation: Endpoint) -> list[dict[str, list[str]]]:
    """Return the security requirements, of which one has to be met."""
    own = mapping(operation.node.value).get("security")
    found = own if own is not None else spec.root.at("security").value
    return [
        {str(name): sequence(scopes) for name, scopes in mapping(option).items()}
        for option in sequence(found)
    ] or [{}]


def _schemes(spec: Spec) -> dict[str, Any]:
    """Return the security schemes, without what only documents them."""
    return {
        name: canonical(spec.follow(node).value)
        for name, node in spec.root.at("components", "securitySchemes").items()
    }
