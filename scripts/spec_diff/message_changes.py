"""The changes of messages: their media types, the encoding of forms, headers, serialization."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Any

from scripts.openapi.document import mapping
from scripts.openapi.relations import Relation, relation_of
from scripts.spec_diff.change import Change, Changes
from scripts.spec_diff.normal_form import SCALARS, variants_of
from scripts.spec_diff.schema_changes import SchemaComparison, SchemaPair
from scripts.spec_diff.spec import REQUEST, Endpoint, Node
from scripts.spec_diff.variants import Nodes, show

_FORMS = ("application/x-www-form-urlencoded", "multipart/")
_MEDIA_OF_TEXT = (*_FORMS, "text/")
_DEFAULT_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


class MessageComparison:
    """Compares parts of the messages of an endpoint, and adds what it finds to the changes."""

    def __init__(
        self, comparison: SchemaComparison, old: Endpoint, new: Endpoint, changes: Changes
    ) -> None:
        self._comparison = comparison
        self._old, self._new = old, new
        self._changes = changes

    def _add(
        self,
        direction: str,
        kind: str,
        text: str,
        relation: Relation,
        old: Node | None,
        new: Node | None,
    ) -> None:
        node = new or old
        assert node is not None
        pointers = (old.pointer if old else None, new.pointer if new else None)
        change = Change(kind, node.label, text, *pointers, relation)
        self._changes.add(change.reaching(self._new.seen_as(direction)))

    def _compare_schemas(self, direction: str, old: Node, new: Node, as_text: bool) -> None:
        message = self._new.seen_as(direction)
        pair = SchemaPair((old.at("schema"),), (new.at("schema"),), as_text)
        sent = set(self._comparison.pairs_in(pair, direction=message[0]))
        for each in self._comparison.pairs_in(pair):
            reached = {message} if each in sent else set()
            self._changes.reached.setdefault(each.new[-1].pointer, set()).update(reached)
            for change in self._comparison.changes_of(each):
                self._changes.add(change.reaching(*reached))

    def _contents(self, direction: str, old: Node, new: Node, what: str) -> None:
        before, after = (
            {_normal_media(media): node for media, node in holder.contents().items()}
            for holder in (old, new)
        )
        for media in before.keys() | after.keys():
            was, now = _find(media, before), _find(media, after)
            if was and now:
                self._compare_schemas(direction, was, now, media.startswith(_MEDIA_OF_TEXT))
                if media.startswith(_FORMS):
                    self._encodings(direction, was, now)
            elif was:
                relation = Relation.NARROWER if direction == REQUEST else Relation.INCOMPARABLE
                text = f"{media} was removed"
                self._add(direction, f"{what}-media-type-removed", text, relation, was, new)
            if now and media not in before and media in after:
                text = f"{media} was added"
                self._add(direction, f"{what}-media-type-added", text, Relation.EQUAL, old, now)

    def _encodings(self, direction: str, old: Node, new: Node) -> None:
        """Compare how the fields of a form are encoded."""
        before, after = _fields(old.at("schema")), _fields(new.at("schema"))
        for name in sorted(before.keys() & after.keys()):
            was, now = old.at("encoding", name), new.at("encoding", name)
            if was.value is None and now.value is None:
                continue
            schemas = before[name], after[name]
            types = [
                str(node.at("contentType").value or _content_type(schema))
                for node, schema in zip((was, now), schemas, strict=True)
            ]
            relation = _relate_media(*types)
            if relation is not Relation.EQUAL:
                text = f"content type {types[0]} → {types[1]}"
                self._add(direction, "encoding-changed", text, relation, was, now)
            self._serialization(direction, was, now, "query", schemas)
            self._headers(direction, was, now)

    def _serialization(
        self, direction: str, old: Node, new: Node, place: str, schemas: tuple[Nodes, Nodes]
    ) -> None:
        """Compare how values are serialized, which their schemas do not say."""
        was, now = _styles(old, place), _styles(new, place)
        if all(map(_is_scalar, schemas)):  # the rest only concerns lists and objects
            del was["explode"]
            if place != "path":
                del was["style"]
        for key, before in was.items():
            if before != now[key]:
                text = f"{key} {show(before)} → {show(now[key])}"
                allowed = key.startswith("allow") and now[key] is True
                relation = Relation.WIDER if allowed else Relation.INCOMPARABLE
                self._add(direction, f"{key}-changed", text, relation, old, new)

    def _headers(self, direction: str, old: Node, new: Node) -> None:
        before, after = (
            {
                name.lower(): header.follow()
                for name, header in node.at("headers").items()
                if name.lower() != "content-type"  # ignored, by the standard
            }
            for node in (old, new)
        )
        for name in sorted(before.keys() | after.keys()):
            was, now = before.get(name), after.get(name)
            required = bool(was and was.is_true("required"))
            if was is None:
                text = f"header {name} was added"
                is_missed = direction == REQUEST and now is not None and now.is_true("required")
                relation = Relation.NARROWER if is_missed else Relation.EQUAL
                self._add(direction, "header-added", text, relation, old, now)
            elif now is None:
                relation = Relation.WIDER if required else Relation.EQUAL
                text = f"header {name} was removed"
                self._add(direction, "header-removed", text, relation, was, new)
            else:
                self._header(direction, was, now)

    def _header(self, direction: str, was: Node, now: Node) -> None:
        required = was.is_true("required")
        if required != now.is_true("required"):
            relation = Relation.WIDER if required else Relation.NARROWER
            text = "now optional" if required else "now always sent"
            self._add(direction, "header-requiredness-changed", text, relation, was, now)
        schemas = (was.at("schema"),), (now.at("schema"),)
        self._serialization(direction, was, now, "header", schemas)
        self._compare_schemas(direction, was, now, as_text=True)


def _fields(schema: Node) -> dict[str, Nodes]:
    return {
        name: nodes for variant in variants_of(schema) for name, nodes in variant.properties.items()
    }


def _is_scalar(schema: Nodes) -> bool:
    return all(each.type in SCALARS for each in variants_of(*schema))


def _content_type(schema: Nodes) -> str:
    """Return the default: https://spec.openapis.org/oas/v3.1.1.html#encoding-content-type."""
    for variant in variants_of(*schema):
        if variant.type == "array" and variant.items:
            return _content_type(variant.items)
        if variant.type == "object":
            return "application/json"
        if variant.rules.get("format") in ("binary", "byte"):
            return "application/octet-stream"
    return "text/plain"


def _relate_media(old: str, new: str) -> Relation:
    """Relate two lists of media types, which may have wildcards."""
    before, after = ([_normal_media(each) for each in text.split(",")] for text in (old, new))
    narrower = any(not any(fnmatch(one, two) for two in after) for one in before)
    wider = any(not any(fnmatch(two, one) for one in before) for two in after)
    return relation_of(narrower=narrower, wider=wider) if narrower or wider else Relation.EQUAL


def _styles(node: Node, place: str) -> dict[str, Any]:
    value = mapping(node.value)
    style = value.get("style") or _DEFAULT_STYLES.get(place, "")
    return {
        "style": style,
        "explode": value.get("explode", style == "form"),
        "allowReserved": value.get("allowReserved", False),
        "allowEmptyValue": value.get("allowEmptyValue", False),
    }


def _normal_media(name: str) -> str:
    """Return a media type with its parameters, without the usual charset, which has no effect."""
    media, *rest = (part.strip().replace('"', "").lower() for part in name.split(";"))
    return ";".join([media, *sorted(each for each in rest if each not in ("", "charset=utf-8"))])


def _find(media: str, entries: dict[str, Node]) -> Node | None:
    """Return the entry of a media type, or of a range that it is in."""
    ranges = [name for name in entries if "*" in name and fnmatch(media, name)]
    return entries.get(media) or next((entries[name] for name in ranges), None)
