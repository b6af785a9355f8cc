"""The changes of an endpoint: its parameters, its request body and its responses."""

from __future__ import annotations

from scripts.openapi.document import path_variables
from scripts.openapi.relations import Relation
from scripts.spec_diff.message_changes import MessageComparison
from scripts.spec_diff.pairs import pair_renamed, suggestion
from scripts.spec_diff.spec import REQUEST, RESPONSE, Node


class OperationComparison(MessageComparison):
    """Compares an endpoint before and after, and adds what it finds to the changes."""

    def compare(self, is_moved: bool = False) -> None:
        """Compare all parts of the endpoint, but for its path if it was moved with others."""
        self._names(is_moved)
        self._parameters()
        self._body()
        self._responses()

    def _names(self, is_moved: bool) -> None:
        old, new = self._old, self._new
        if not is_moved and (old.method, old.template) != (new.method, new.template):
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
            {_identity(node, operation.path): node for node in operation.parameters()}
            for operation in (self._old, self._new)
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
        old_names, new_names = (
            {name: node for (_, name), node in of.items()} for of in (removed, added)
        )
        renamed = pair_renamed(old_names, new_names, self._are_alike)
        for (_, name), node in removed.items():
            text = f"removed{suggestion(name, renamed)}"
            self._add(REQUEST, "parameter-removed", text, Relation.NARROWER, node, None)
        for (_, name), node in added.items():
            required = node.is_true("required")
            kind = "required-parameter-added" if required else "parameter-added"
            text = "new and required" if required else "new"
            text += suggestion(name, renamed)
            relation = Relation.NARROWER if required else Relation.EQUAL
            self._add(REQUEST, kind, text, relation, None, node)
        for key in old.keys() & new.keys():
            self._parameter(old[key], new[key])

    def _are_alike(self, old: Node, new: Node) -> bool:
        """Return whether two parameters differ in their names only."""
        keys = ("in", "required", "style", "explode")
        is_same = all(old.at(key).value == new.at(key).value for key in keys)
        schemas = (old.at("schema"),), (new.at("schema"),)
        return is_same and self._comparison.have_same_values(*schemas)

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
        if not moved:
            schemas = (old.at("schema"),), (new.at("schema"),)
            self._serialization(REQUEST, old, new, str(new.at("in").value), schemas)
        self._deprecation(old, new)
        formats = [node.at("content").value is not None for node in (old, new)]
        if formats[0] != formats[1]:
            text = "content, no longer a schema" if formats[1] else "a schema, no longer content"
            self._add(REQUEST, "content-changed", f"has {text}", Relation.INCOMPARABLE, old, new)
        elif formats[0]:
            self._contents(REQUEST, old, new, "parameter")
        else:
            self._compare_schemas(REQUEST, old, new, as_text=True)

    def _body(self) -> None:
        before, after = (
            operation.node.at("requestBody").follow() for operation in (self._old, self._new)
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

    def _responses(self) -> None:
        old, new = self._old.responses(), self._new.responses()
        for status, node in old.items():
            other = _covering(status, new)
            if other:
                self._response(node, new[other])
            if status not in new:
                success = _is_success(status, old)
                is_split = status == "default" and bool(_successes(new))
                is_lost = success and not other and not is_split
                relation = Relation.INCOMPARABLE if is_lost else Relation.EQUAL
                text = f"{status} was removed" + (f"; {other} covers it" if other else "")
                kind = "success-removed" if success else "error-removed"
                self._add(RESPONSE, kind, text, relation, node, self._new.node)
        for status, node in new.items():
            if status not in old:
                if other := _covering(status, old):
                    self._response(old[other], node)
                kind = "success-added" if _is_success(status, new) else "error-added"
                text = f"{status} was added"
                self._add(RESPONSE, kind, text, Relation.EQUAL, self._old.node, node)

    def _response(self, old: Node, new: Node) -> None:
        self._contents(RESPONSE, old, new, "response")
        self._headers(RESPONSE, old, new)


def _identity(node: Node, path: str) -> tuple[str, str]:
    """Return the identity of a parameter; for one in the path, that is its position."""
    place, name = str(node.at("in").value), str(node.at("name").value)
    names = path_variables(path)
    if place == "path" and name in names:
        return place, str(names.index(name))
    return place, name.lower() if place == "header" else name


def _is_success(status: str, entries: dict[str, Node]) -> bool:
    """Return whether a status means success; "default" does if no other one does."""
    return status.startswith("2") or (status == "default" and not _successes(entries))


def _successes(entries: dict[str, Node]) -> list[str]:
    return [status for status in entries if status.startswith("2")]


def _covering(status: str, entries: dict[str, Node]) -> str | None:
    """Return the entry of a status: its own, that of its range, or "default"."""
    candidates = [status, f"{status[:1]}XX"]
    if not (status.startswith("2") and _successes(entries)):
        candidates.append("default")
    return next((each for each in candidates if each in entries), None)
