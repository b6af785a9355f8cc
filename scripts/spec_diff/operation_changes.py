"""The changes of an endpoint: its parameters, its request body and its responses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scripts.openapi.containment import Relation
from scripts.openapi.document import mapping
from scripts.spec_diff.normal_form import show
from scripts.spec_diff.schema_changes import SchemaComparison, SchemaPair
from scripts.spec_diff.spec import REQUEST, RESPONSE, Endpoint, Node
from scripts.spec_diff.spec_changes import Change, Changes

_MEDIA_OF_TEXT = ("application/x-www-form-urlencoded", "multipart/", "text/")
_DEFAULT_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


class OperationComparison:
    """Compares an endpoint before and after, and adds what it finds to the changes."""

    def __init__(
        self, comparison: SchemaComparison, old: Endpoint, new: Endpoint, changes: Changes
    ) -> None:
        self._comparison = comparison
        self._specs = (comparison.old, comparison.new)
        self._old, self._new = old, new
        self._changes = changes

    def compare(self) -> None:
        """Compare all parts of the endpoint."""
        self._names()
        self._parameters()
        self._body()
        self._responses()

    def _add(
        self,
        direction: str,
        kind: str,
        text: str,
        relation: Relation,
        old: Node | None,
        new: Node | None,
    ) -> None:
        spec, node = (self._specs[1], new) if new else (self._specs[0], old)
        assert node is not None
        pointers = (old.pointer if old else None, new.pointer if new else None)
        change = Change(kind, spec.label(node.pointer), text, *pointers, relation)
        self._changes.add(change.reaching(self._new.seen_as(direction)))

    def _schemas(self, direction: str, old: Node, new: Node, as_text: bool) -> None:
        message = self._new.seen_as(direction)
        pair = SchemaPair((old,), (new,), as_text)
        sent = set(self._comparison.pairs_in(pair, direction=message[0]))
        for each in self._comparison.pairs_in(pair):
            reached = {message} if each in sent else set()
            self._changes.reached.setdefault(each.new[-1].pointer, set()).update(reached)
            for change in self._comparison.changes_of(each):
                self._changes.add(change.reaching(*reached))

    def _names(self) -> None:
        old, new = self._old, self._new
        if (old.method, old.template) != (new.method, new.template):
            text = f"{old.method.upper()} {old.path} → {new.method.upper()} {new.path}"
            self._add(REQUEST, "path-changed", text, Relation.INCOMPARABLE, old.node, new.node)
        if old.id != new.id:
            text = f"operationId {old.id} → {new.id}"
            self._add(REQUEST, "operation-renamed", text, Relation.EQUAL, old.node, new.node)
        self._deprecation(old.node, new.node)

    def _deprecation(self, old: Node, new: Node) -> None:
        was, now = (node.is_true("deprecated") for node in (old, new))
        if was != now:
            text = "deprecated" if now else "no longer deprecated"
            self._add(REQUEST, "deprecation-changed", text, Relation.EQUAL, old, new)

    def _parameters(self) -> None:
        old, new = (
            {_identity(node, operation.path): node for node in spec.parameters(operation)}
            for spec, operation in zip(self._specs, (self._old, self._new), strict=True)
        )
        removed = {key: node for key, node in old.items() if key not in new}
        added = {key: node for key, node in new.items() if key not in old}
        for place, name in list(removed):
            moved = next((key for key in added if key[1] == name), None)
            if moved:
                nodes = removed.pop((place, name)), added.pop(moved)
                text = f"now in {moved[0]}, no longer in {place}"
                self._add(REQUEST, "parameter-moved", text, Relation.INCOMPARABLE, *nodes)
                self._parameter(*nodes, moved=True)
        for node in removed.values():
            self._add(REQUEST, "parameter-removed", "removed", Relation.NARROWER, node, None)
        for node in added.values():
            required = node.is_true("required")
            kind = "required-parameter-added" if required else "parameter-added"
            text = "new and required" if required else "new"
            relation = Relation.NARROWER if required else Relation.EQUAL
            self._add(REQUEST, kind, text, relation, None, node)
        for key in old.keys() & new.keys():
            self._parameter(old[key], new[key])

    def _parameter(self, old: Node, new: Node, moved: bool = False) -> None:
        names = old.at("name").value, new.at("name").value
        if names[0] != names[1] and new.at("in").value == "path":
            text = f"{names[0]} → {names[1]}; names in paths are not sent"
            self._add(REQUEST, "path-parameter-renamed", text, Relation.EQUAL, old, new)
        was, now = (node.is_true("required") for node in (old, new))
        if was != now:
            state, relation = (
                ("required", Relation.NARROWER) if now else ("optional", Relation.WIDER)
            )
            kind = f"parameter-became-{state}"
            self._add(REQUEST, kind, f"now {state}", relation, old, new)
        for key, before, after in () if moved else _serialization(old, new):
            text = f"{key} {show(before)} → {show(after)}"
            allowed = key.startswith("allow") and after is True
            relation = Relation.WIDER if allowed else Relation.INCOMPARABLE
            self._add(REQUEST, f"{key}-changed", text, relation, old, new)
        self._deprecation(old, new)
        if old.at("schema").value is not None or new.at("schema").value is not None:
            self._schemas(REQUEST, old.at("schema"), new.at("schema"), as_text=True)
        self._contents(REQUEST, old, new, "parameter")

    def _body(self) -> None:
        before, after = (
            spec.follow(operation.node.at("requestBody"))
            for spec, operation in zip(self._specs, (self._old, self._new), strict=True)
        )
        was, now = (node.is_true("required") for node in (before, after))
        if before.value is None and after.value is None:
            return
        if before.value is None:
            kind = "required-request-body-added" if now else "request-body-added"
            relation = Relation.NARROWER if now else Relation.EQUAL
            text = "a body is now required" if now else "a body can now be sent"
            self._add(REQUEST, kind, text, relation, None, after)
        elif after.value is None:
            self._add(REQUEST, "request-body-removed", "removed", Relation.NARROWER, before, None)
        else:
            if was != now:
                state = "required" if now else "optional"
                relation = Relation.NARROWER if now else Relation.WIDER
                kind = f"request-body-became-{state}"
                self._add(REQUEST, kind, f"now {state}", relation, before, after)
            self._contents(REQUEST, before, after, "request")

    def _contents(self, direction: str, old: Node, new: Node, what: str) -> None:
        before = self._specs[0].contents(old)
        after = self._specs[1].contents(new)
        for media in before.keys() | after.keys():
            now, was = _find(media, after), _find(media, before)
            if was and now:
                if was.at("schema").value is not None or now.at("schema").value is not None:
                    as_text = media.startswith(_MEDIA_OF_TEXT)
                    self._schemas(direction, was.at("schema"), now.at("schema"), as_text)
            elif was and media in before:
                relation = Relation.NARROWER if direction == REQUEST else Relation.INCOMPARABLE
                text = f"{media} was removed"
                self._add(direction, f"{what}-media-type-removed", text, relation, was, new)
            elif now and media in after:
                text = f"{media} was added"
                self._add(direction, f"{what}-media-type-added", text, Relation.EQUAL, old, now)

    def _responses(self) -> None:
        old = self._specs[0].responses(self._old)
        new = self._specs[1].responses(self._new)
        for status, node in old.items():
            if status in new:
                self._response(node, new[status])
                continue
            other = _covering(status, new)
            if other:
                self._response(node, new[other])
            success = status.startswith("2")
            relation = Relation.INCOMPARABLE if success and not other else Relation.EQUAL
            text = f"{status} was removed" + (f"; {other} covers it" if other else "")
            kind = "success-removed" if success else "error-removed"
            self._add(RESPONSE, kind, text, relation, node, self._new.node)
        for status, node in new.items():
            if status not in old:
                kind = "success-added" if status.startswith("2") else "error-added"
                text = f"{status} was added"
                self._add(RESPONSE, kind, text, Relation.EQUAL, self._old.node, node)

    def _response(self, old: Node, new: Node) -> None:
        self._contents(RESPONSE, old, new, "response")
        before = {name.lower(): node for name, node in old.at("headers").items()}
        after = {name.lower(): node for name, node in new.at("headers").items()}
        for name in before.keys() | after.keys():
            self._header(name, before.get(name), after.get(name), old, new)

    def _header(
        self, name: str, before: Node | None, after: Node | None, old: Node, new: Node
    ) -> None:
        was = self._specs[0].follow(before) if before else None
        now = self._specs[1].follow(after) if after else None
        required = bool(was and was.is_true("required"))
        if was is None:
            text = f"header {name} was added"
            self._add(RESPONSE, "header-added", text, Relation.EQUAL, old, after)
        elif now is None:
            relation = Relation.WIDER if required else Relation.EQUAL
            text = f"header {name} was removed"
            self._add(RESPONSE, "header-removed", text, relation, before, new)
        else:
            if required != now.is_true("required"):
                relation = Relation.WIDER if required else Relation.NARROWER
                text = "now optional" if required else "now always sent"
                self._add(RESPONSE, "header-requiredness-changed", text, relation, was, now)
            for key, old_value, new_value in _serialization(was, now, "header"):
                text = f"{key} {show(old_value)} → {show(new_value)}"
                self._add(RESPONSE, f"{key}-changed", text, Relation.INCOMPARABLE, was, now)
            self._schemas(RESPONSE, was.at("schema"), now.at("schema"), as_text=True)


def _identity(node: Node, path: str) -> tuple[str, str]:
    """Return the identity of a parameter; for one in the path, that is its position."""
    place, name = str(node.at("in").value), str(node.at("name").value)
    names = re.findall(r"\{([^}]*)\}", path)
    if place == "path" and name in names:
        return place, str(names.index(name))
    return place, name.lower() if place == "header" else name


def _serialization(old: Node, new: Node, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield the differences in how lists and objects are serialized."""
    was, now = (_styles(node, place) for node in (old, new))
    for key in was:
        if was[key] != now[key]:
            yield key, was[key], now[key]


def _styles(node: Node, place: str) -> dict[str, Any]:
    value = mapping(node.value)
    style = value.get("style") or _DEFAULT_STYLES.get(str(value.get("in") or place), "")
    return {
        "style": style,
        "explode": value.get("explode", style == "form"),
        "allowReserved": value.get("allowReserved", False),
        "allowEmptyValue": value.get("allowEmptyValue", False),
    }


def _find(media: str, entries: dict[str, Node]) -> Node | None:
    """Return the entry of a media type; its parameters, such as a charset, do not matter."""
    bare = {name.partition(";")[0].strip().lower(): node for name, node in entries.items()}
    return entries.get(media) or bare.get(media.partition(";")[0].strip().lower())


def _covering(status: str, entries: dict[str, Node]) -> str | None:
    """Return the range that covers a status, or "default"."""
    return next((each for each in (f"{status[:1]}XX", "default") if each in entries), None)
