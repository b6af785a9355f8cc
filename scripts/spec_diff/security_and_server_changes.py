"""The changes of security and servers."""

from __future__ import annotations

import re
from itertools import islice, product
from typing import Any

from scripts.openapi.document import mapping, sequence
from scripts.openapi.relations import Relation
from scripts.spec_diff.change import Change, Changes
from scripts.spec_diff.normal_form import canonical
from scripts.spec_diff.pair_endpoints_and_schemas import Endpoints
from scripts.spec_diff.spec import REQUEST, Endpoint, Node, Spec

# Keys that do not decide whether a request is accepted.
_INFORMATIVE = frozenset(["bearerFormat"])
_SCHEMES = "/components/securitySchemes"
# More URLs than this, of one server with variables, are not compared.
_MAX_URLS = 200


def compare_security(old: Endpoint, new: Endpoint, changes: Changes) -> None:
    """Add a change if other credentials are accepted than before."""
    names = _renamed((old.node.spec, new.node.spec))
    before, after = _security(old), _security(new)
    after = [{names.get(name, name): option[name] for name in option} for option in after]
    refused = [each for each in before if not any(_suffices(each, option) for option in after)]
    accepted = [each for each in after if not any(_suffices(each, option) for option in before)]
    if not refused and not accepted and len(before) == len(after):
        return
    text = f"{_shown(before)} → {_shown(after)}"
    relation = Relation.NARROWER if refused else Relation.WIDER
    pointers = (old.node.at("security").pointer, new.node.at("security").pointer)
    change = Change("security-changed", new.node.label, text, *pointers)
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
    for after_name, before_name in _renamed(specs).items():
        text = f"the security scheme was {before_name}; names are not sent"
        ends = f"{_SCHEMES}/{before_name}", f"{_SCHEMES}/{after_name}"
        changes.add(Change("security-scheme-renamed", after_name, text, *ends))
        del new[after_name], old[before_name]
    for name in sorted(old.keys() | new.keys()):
        pointer = f"{_SCHEMES}/{name}"
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
            if operation.id in ids and any(name in option for option in _security(operation))
        }
        differing = sorted(
            key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
        )
        relation = Relation.EQUAL if set(differing) <= _INFORMATIVE else Relation.INCOMPARABLE
        if differing == ["flows"] and not _loses(before["flows"], after["flows"]):
            relation = Relation.EQUAL
        text = f"{', '.join(differing)} of the security scheme changed"
        change = Change("security-scheme-changed", name, text, pointer, pointer, relation)
        changes.add(change.reaching(*users))


def _loses(before: Any, after: Any) -> bool:
    """Return whether a flow, one of its URLs or a scope was removed."""
    if isinstance(before, dict) and isinstance(after, dict):
        return any(key not in after or _loses(before[key], after[key]) for key in before)
    return bool(before != after)


def compare_servers(specs: tuple[Spec, Spec], endpoints: Endpoints, changes: Changes) -> None:
    """Add base URLs that were removed, added or reordered: the first one is the default.

    Paths that moved below another prefix are a change of the same kind: if the base URLs lack now
    what the paths have, the requests stay the same.
    """
    roots = (specs[0].root, specs[1].root)
    is_same = False
    if endpoints.moved:
        urls = [_urls(root) for root in roots]
        before, after = (
            [url + prefix for url in of] for of, prefix in zip(urls, endpoints.moved, strict=True)
        )
        is_same = before == after != []
        _add_move(endpoints, changes, (urls[0][0], urls[1][0]) if is_same else None)
    if not is_same:
        kept = [new.id for old, new in endpoints.both if not _own(old) and not _own(new)]
        _compare_urls(roots, "", kept, changes)
    for old, new in endpoints.both:
        if _own(old) or _own(new):
            holders = (_own(old) or roots[0], _own(new) or roots[1])
            _compare_urls(holders, f"{new.id}: ", [new.id], changes)


def _add_move(endpoints: Endpoints, changes: Changes, made_up_for: tuple[str, str] | None) -> None:
    """Add the move of paths; `made_up_for` is the default URL if that moved the other way."""
    moved = [(REQUEST, new.id) for old, new in endpoints.both if endpoints.is_moved(old, new)]
    before, after = (prefix or "/" for prefix in endpoints.moved or ())
    text = f"{len(moved)} operations moved from {before} to {after}"
    text += "; the base URLs make up for it" if made_up_for else ""
    relation = Relation.EQUAL if made_up_for else Relation.INCOMPARABLE
    change = Change("paths-moved", "paths", text, "/paths", "/paths", relation, detail=made_up_for)
    changes.add(change.reaching(*moved))


def _own(endpoint: Endpoint) -> Node | None:
    """Return the operation or path with servers of its own."""
    holders = (endpoint.node, endpoint.item)
    return next((each for each in holders if each.at("servers").entries()), None)


def _compare_urls(
    holders: tuple[Node, Node], prefix: str, operations: list[str], changes: Changes
) -> None:
    old, new = map(_urls, holders)
    pointers = (holders[0].at("servers").pointer, holders[1].at("servers").pointer)
    messages = [(REQUEST, id) for id in operations]

    def add(kind: str, url: str, text: str, relation: Relation = Relation.EQUAL) -> None:
        change = Change(kind, prefix + url, text, *pointers, relation)
        if old[:1] == [url] and new:  # a client that is not told otherwise sends its requests there
            change.detail = (url, new[0])
        changes.add(change.reaching(*messages))

    for url in old:
        if url not in new:
            add("server-removed", url, "the server was removed", Relation.NARROWER)
    for url in new:
        if url not in old:
            add("server-added", url, "the server was added")
    if old and new and old[0] != new[0] and old[0] in new:
        text = f"{new[0]} is now first, and so the default"
        add("server-order-changed", old[0], text)


def _urls(holder: Node) -> list[str]:
    """Return the URLs, with each value that their variables can have; the default one first.

    A variable that can have any value is left as `{}`, besides its default.
    """
    found: list[str] = []
    for entry in holder.at("servers").entries():
        pieces = re.split(r"\{([^}]*)\}", str(entry.at("url").value).rstrip("/"))
        choices = [[piece] for piece in pieces]
        for index in range(1, len(pieces), 2):
            variable = mapping(entry.at("variables", pieces[index]).value)
            values = [variable.get("default"), *(sequence(variable.get("enum")) or ["{}"])]
            choices[index] = [str(value) for value in values if value is not None]
        found += map("".join, islice(product(*choices), _MAX_URLS))
    return list(dict.fromkeys(found))


def _security(operation: Endpoint) -> list[dict[str, list[str]]]:
    """Return the security requirements, of which one has to be met."""
    own = mapping(operation.node.value).get("security")
    found = own if own is not None else operation.node.spec.root.at("security").value
    return [
        {str(name): list(map(str, sequence(of))) for name, of in mapping(option).items()}
        for option in sequence(found)
    ] or [{}]


def _schemes(spec: Spec) -> dict[str, Any]:
    """Return the security schemes, without what only documents them."""
    return {
        name: canonical(node.follow().value)
        for name, node in spec.root.at("components", "securitySchemes").items()
    }


def _renamed(specs: tuple[Spec, Spec]) -> dict[str, str]:
    """Return the old name of each security scheme that only has another name."""
    old, new = _schemes(specs[0]), _schemes(specs[1])
    left = [name for name in old if name not in new]
    found = {}
    for name in (each for each in new if each not in old):
        if same := next((each for each in left if old[each] == new[name]), None):
            found[name] = same
            left.remove(same)
    return found
