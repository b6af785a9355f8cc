"""The changes of schemas, and what each does to the values that are valid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from scripts.openapi.containment import Relation, combined
from scripts.openapi.document import mapping
from scripts.spec_diff.keyword_changes import compare_rules
from scripts.spec_diff.normal_form import (
    Nodes,
    Shape,
    Shapes,
    Variant,
    describe,
    describe_variant,
    show,
)
from scripts.spec_diff.spec import REQUEST, RESPONSE, Spec
from scripts.spec_diff.spec_changes import Change
from scripts.spec_diff.variant_pairs import accepts_one, pair_variants, relate_replaced

_MAX_NESTED = 3


@dataclass(frozen=True)
class Location:
    """A place in both documents; `as_text` if the values are sent as text, as in a query."""

    old: str
    new: str
    as_text: bool = False


class SchemaComparison:
    """Compares schemas of two documents.

    Args:
        old: The document before.
        new: The document after.
        names: The named schemas that are paired, before and after: they are compared once, and
            not wherever they are referred to.
    """

    def __init__(self, old: Spec, new: Spec, names: dict[str, str]) -> None:
        self.old, self.new = old, new
        self._names = names
        self._new_names = set(names.values())
        self._before, self._after = Shapes(old), Shapes(new)
        self._cached: dict[tuple[Any, ...], list[Change]] = {}
        self._comparing: set[tuple[Any, ...]] = set()

    def compare(self, old: Nodes, new: Nodes, as_text: bool = False) -> list[Change]:
        """Return the changes of a schema, of which all parts hold at once."""
        key = (*(node.pointer for node in old), "→", *(node.pointer for node in new), as_text)
        if key in self._comparing:  # it contains itself: equal unless it differs elsewhere
            return []
        if key not in self._cached:
            self._comparing.add(key)
            at = Location(old[-1].pointer, new[-1].pointer, as_text)
            found = self._shapes(self._before.of(old), self._after.of(new), at)
            self._cached[key] = [*found, *self._annotations(old, new, at)]
            self._comparing.discard(key)
        return self._cached[key]

    def compare_named(self, old: str, new: str) -> list[Change]:
        """Return the changes of a named schema."""
        return self.compare((self.old.schemas[old],), (self.new.schemas[new],))

    def shape_before(self, name: str) -> Shape:
        """Return the shape of a named schema of the old document."""
        return self._before.of((self.old.schemas[name],))

    def shape_after(self, name: str) -> Shape:
        """Return the shape of a named schema of the new document."""
        return self._after.of((self.new.schemas[name],))

    def _change(
        self, at: Location, kind: str, text: str, relation: Relation, detail: Any = None
    ) -> Change:
        subject = self.new.label(at.new)
        return Change(kind, subject, text, at.old, at.new, relation, detail=detail)

    def _shapes(self, old: Shape, new: Shape, at: Location) -> list[Change]:
        same = {name for name in old.refs if self._names.get(name) in new.refs}
        same_after = {self._names[name] for name in same}
        before = self._before.expand(old.without(same))
        after = self._after.expand(new.without(same_after))
        if before.is_any or after.is_any:
            if before.is_any and after.is_any:
                return []
            relation = Relation.WIDER if after.is_any else Relation.NARROWER
            return [
                self._change(
                    at, "type-changed", f"{describe(before)} → {describe(after)}", relation
                )
            ]
        found = self._variants(before.own, after.own, at, bool(same))
        if (old.refs - same) & self._names.keys() or (new.refs - same_after) & self._new_names:
            found = self._summarized(found, old, new, at)
        if before.nullable == after.nullable:
            return found
        for change in found:
            if change.kind == "type-changed" and change.new == at.new:
                change.relation = Relation.INCOMPARABLE
                change.text = f"{describe(before)} → {describe(after)}"
                return found
        kind, text, relation = (
            ("nullable-added", "can now be null", Relation.WIDER)
            if after.nullable
            else ("nullable-removed", "can no longer be null", Relation.NARROWER)
        )
        return [*found, self._change(at, kind, text, relation)]

    def _summarized(
        self, found: list[Change], old: Shape, new: Shape, at: Location
    ) -> list[Change]:
        """Summarize the differences of two named schemas, which exist on, as one change here."""
        here = [
            each
            for each in found
            if (each.new or "").startswith(at.new) or (each.old or "").startswith(at.old)
        ]
        nested = [each for each in found if each not in here]
        if not nested:
            return found
        relation = combined({each.relation for each in nested})
        shown = "; ".join(f"{each.subject}: {each.text}" for each in nested[:_MAX_NESTED])
        more = f"; and {len(nested) - _MAX_NESTED} more" if len(nested) > _MAX_NESTED else ""
        text = f"{describe(old)} → {describe(new)} ({shown}{more})"
        return [*here, self._change(at, "reference-changed", text, relation)]

    def _variants(
        self, old: list[Variant], new: list[Variant], at: Location, has_more: bool
    ) -> list[Change]:
        pairs, removed, added = pair_variants(
            old, new, lambda one, two: not self._variant(one, two, at)
        )
        found = [each for pair in pairs for each in self._variant(*pair, at)]
        if len(old) == len(new) == 1 and removed and added and not has_more:
            relation = relate_replaced(removed[0], added[0], at.as_text)
            text = f"{describe_variant(removed[0])} → {describe_variant(added[0])}"
            return [self._change(at, "type-changed", text, relation)]
        if at.as_text and len(added) == 1 and all(accepts_one(added[0], each) for each in removed):
            removed = []
        for each in removed:
            covered = any(self._is_covered(each, other, outer_is_old=False) for other in new)
            relation = Relation.EQUAL if covered else Relation.NARROWER
            text = f"variant removed: {describe_variant(each)}"
            found.append(self._change(at, "alternative-removed", text, relation))
        for each in added:
            covered = any(self._is_covered(each, other, outer_is_old=True) for other in old)
            relation = Relation.EQUAL if covered else Relation.WIDER
            text = f"variant added: {describe_variant(each)}"
            found.append(self._change(at, "alternative-added", text, relation))
        return found

    def _is_covered(self, inner: Variant, outer: Variant, *, outer_is_old: bool) -> bool:
        """Return whether all values of one variant are valid under another."""
        if inner.type != outer.type and (inner.type, outer.type) != ("integer", "number"):
            return False
        old, new = (outer, inner) if outer_is_old else (inner, outer)
        allowed = {Relation.NARROWER if outer_is_old else Relation.WIDER}
        if inner.type != "object":  # an object with another field is another variant
            allowed.add(Relation.EQUAL)
        found = self._variant(old, new, Location(old.pointer, new.pointer))
        return {change.relation for change in found} <= allowed

    def _variant(self, old: Variant, new: Variant, at: Location) -> list[Change]:
        """Compare two variants of one type."""
        found = [self._change(at, *each) for each in compare_rules(old, new)]
        for change in found:
            if change.kind == "pattern-changed":  # no client validates what it reads by a pattern
                change.only = REQUEST
        if old.items or new.items:
            found += self._items(old, new, at)
        if old.type == "object" and new.type == "object":
            found += self._additional(old, new, at)
            for name in sorted(old.properties.keys() & new.properties.keys()):
                found += self._field(name, old, new)
            found += self._fields(old, new, at)
        return list({change.key: change for change in found}.values())

    def _items(self, old: Variant, new: Variant, at: Location) -> list[Change]:
        if old.items and new.items:
            return self.compare(old.items, new.items, at.as_text)
        relation = Relation.NARROWER if new.items else Relation.WIDER
        text = "items now have a schema" if new.items else "items no longer have a schema"
        return [self._change(at, "items-changed", text, relation)]

    def _annotations(self, old: Nodes, new: Nodes, at: Location) -> list[Change]:
        """Compare what does not change which values are valid: defaults, deprecation and so on."""
        found = []
        before, after = (
            {key: value for node in nodes for key, value in mapping(node.value).items()}
            for nodes in (old, new)
        )
        if before.get("default") != after.get("default"):
            text = f"default {show(before.get('default'))} → {show(after.get('default'))}"
            found.append(self._change(at, "default-changed", text, Relation.EQUAL))
        keys = [mapping(each.get("discriminator")).get("propertyName") for each in (before, after)]
        if keys[0] != keys[1]:
            relation = Relation.EQUAL if None in keys else Relation.INCOMPARABLE
            text = f"discriminator {show(keys[0])} → {show(keys[1])}"
            found.append(self._change(at, "discriminator-changed", text, relation))
        if (was := before.get("deprecated") is True) != (after.get("deprecated") is True):
            text = "no longer deprecated" if was else "deprecated"
            found.append(self._change(at, "deprecation-changed", text, Relation.EQUAL))
        return found

    def _additional(self, old: Variant, new: Variant, at: Location) -> list[Change]:
        is_described = old.additional and new.additional
        if is_described and not (old.is_closed or new.is_closed):
            return self.compare(old.additional, new.additional)
        if old.is_closed == new.is_closed and bool(old.additional) == bool(new.additional):
            return []
        if new.is_closed:
            text, relation = "unknown fields are refused", Relation.NARROWER
        elif old.is_closed:
            text, relation = "unknown fields are accepted", Relation.EQUAL
        elif new.additional:
            text, relation = "unknown fields now have a schema", Relation.NARROWER
        else:
            text, relation = "unknown fields no longer have a schema", Relation.WIDER
        return [self._change(at, "additional-properties-changed", text, relation)]

    def _fields(self, old: Variant, new: Variant, at: Location) -> list[Change]:
        """Return the fields that are removed, added, or no longer as required as they were."""
        found = []
        for name in sorted(old.properties.keys() | new.properties.keys()):
            if name not in old.properties:
                found.append(self._added(name, new))
            elif name not in new.properties:
                found.append(self._removed(name, old, new.is_closed))
            else:
                found += self._required(name, old, new)
        for name in sorted(old.required ^ new.required):
            if name not in old.properties and name not in new.properties:
                found.append(self._now_required(at, name in new.required, f"{name} is "))
        return found

    def _added(self, name: str, new: Variant) -> Change:
        nodes, required = new.properties[name], name in new.required
        read_only, _ = _flags(self.new, nodes)
        what = describe(self._after.of(nodes))
        text = f"new {'required ' if required else ''}field ({what})"
        kind = "required-field-added" if required else "field-added"
        relation = Relation.NARROWER if required and not read_only else Relation.EQUAL
        pointer = nodes[-1].pointer
        return Change(kind, self.new.label(pointer), text, None, pointer, relation)

    def _removed(self, name: str, old: Variant, closed: bool) -> Change:
        nodes = old.properties[name]
        read_only, write_only = _flags(self.old, nodes)
        is_missed = name in old.required and not write_only
        if read_only:
            relation = Relation.WIDER if is_missed else Relation.EQUAL
        else:  # a value that is still sent is lost at best
            relation = Relation.INCOMPARABLE if is_missed else Relation.NARROWER
        text = "the field was removed" + (", and is refused" if closed else "")
        pointer = nodes[-1].pointer
        return Change("field-removed", self.old.label(pointer), text, pointer, None, relation)

    def _required(self, name: str, old: Variant, new: Variant) -> list[Change]:
        before, after = name in old.required, name in new.required
        if before == after:
            return []
        nodes = new.properties[name]
        change = self._now_required(
            Location(old.properties[name][-1].pointer, nodes[-1].pointer), after
        )
        read_only, write_only = _flags(self.new, nodes)
        change.only = RESPONSE if read_only else REQUEST if write_only else None
        return [change]

    def _now_required(self, at: Location, now: bool, subject: str = "") -> Change:
        if now:
            text = f"{subject}now required"
            return self._change(at, "field-became-required", text, Relation.NARROWER)
        return self._change(at, "field-became-optional", f"{subject}now optional", Relation.WIDER)

    def _field(self, name: str, old: Variant, new: Variant) -> list[Change]:
        before, after = old.properties[name], new.properties[name]
        found = self.compare(before, after)
        was, now = _flags(self.old, before), _flags(self.new, after)
        if was != now:
            at = Location(before[-1].pointer, after[-1].pointer)
            found = [*found, *self._direction(was, now, at, name in new.required)]
        only = RESPONSE if was[0] and now[0] else REQUEST if was[1] and now[1] else None
        return [_limited(each, only) for each in found] if only else found

    def _direction(
        self, was: tuple[bool, bool], now: tuple[bool, bool], at: Location, required: bool
    ) -> list[Change]:
        found = []
        flags = (("readOnly", REQUEST), ("writeOnly", RESPONSE))
        for index, (keyword, direction) in enumerate(flags):
            if was[index] != now[index]:
                breaking = Relation.NARROWER if index == 0 else Relation.WIDER
                lifted = Relation.NARROWER if index == 0 and required else Relation.EQUAL
                text = f"now {keyword}" if now[index] else f"no longer {keyword}"
                relation = breaking if now[index] else lifted
                change = self._change(at, f"{keyword}-changed", text, relation)
                found.append(replace(change, only=direction))
        return found


def _limited(change: Change, only: str) -> Change:
    """Limit a change to the direction that its field is sent in."""
    if change.only not in (None, only):
        return replace(change, relation=Relation.EQUAL)
    return replace(change, only=only)


def _flags(spec: Spec, nodes: Nodes) -> tuple[bool, bool]:
    """Return whether a field is for responses only, and whether it is for requests only."""
    found = [each for node in nodes for each in (node, spec.follow(node))]
    return (
        any(each.is_true("readOnly") for each in found),
        any(each.is_true("writeOnly") for each in found),
    )
