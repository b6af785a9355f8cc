"""The changes of schemas, and what each does to the values that are valid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from scripts.openapi.document import mapping
from scripts.openapi.relations import Relation, combined
from scripts.spec_diff.change import Change
from scripts.spec_diff.discriminator_changes import compare_discriminators
from scripts.spec_diff.keyword_changes import compare_rules
from scripts.spec_diff.normal_form import expand, shape_of
from scripts.spec_diff.pair_variants import accepts_one, pair_variants, relate_replaced
from scripts.spec_diff.pairs import pair_renamed, suggestion
from scripts.spec_diff.spec import REQUEST, RESPONSE, Spec
from scripts.spec_diff.variants import (
    Nodes,
    Shape,
    Variant,
    describe,
    describe_change,
    describe_variant,
    show,
)

_MAX_NESTED = 3


class SchemaPair(NamedTuple):
    """A schema before and after, each of several parts of which all apply.

    Attributes:
        as_text: Whether the values are sent as text, as in a query.
    """

    old: Nodes
    new: Nodes
    as_text: bool = False


@dataclass
class SchemaDifference:
    """The changes of a pair of schemas, and the pairs of the schemas inside of them.

    Attributes:
        inner: The pairs, each with the direction of the only messages that contain it, or None.
    """

    changes: list[Change] = field(default_factory=list)
    inner: list[tuple[SchemaPair, str | None]] = field(default_factory=list)

    def add(self, other: SchemaDifference) -> None:
        """Add another difference of the same pair."""
        self.changes += other.changes
        self.inner += other.inner


class SchemaComparison:
    """Compares schemas of two documents.

    Each pair of schemas is compared once, without the schemas inside of it: so a schema may contain
    itself.

    Args:
        old: The document before.
        new: The document after.
        names: The named schemas that are paired, before and after.
    """

    def __init__(self, old: Spec, new: Spec, names: dict[str, str]) -> None:
        self.old, self.new = old, new
        self._names = names
        self._new_names = set(names.values())
        self._found: dict[SchemaPair, SchemaDifference] = {}

    def named(self, old: str, new: str) -> SchemaPair:
        """Return a pair of named schemas."""
        return SchemaPair((self.old.schemas[old],), (self.new.schemas[new],))

    def pairs_in(self, *pairs: SchemaPair, direction: str | None = None) -> Iterator[SchemaPair]:
        """Yield pairs and the pairs inside of them, in messages of a direction, each once."""
        left, seen = list(reversed(pairs)), set(pairs)
        while left:
            pair = left.pop()
            yield pair
            for inner, only in reversed(self._difference(pair).inner):
                if inner not in seen and (direction is None or only in (None, direction)):
                    seen.add(inner)
                    left.append(inner)

    def changes_of(self, pair: SchemaPair) -> list[Change]:
        """Return the changes of a pair, without those of the schemas inside of it."""
        return self._difference(pair).changes

    def changes_in(self, *pairs: SchemaPair) -> Iterator[Change]:
        """Yield the changes of pairs, and those of the schemas inside of them."""
        for each in self.pairs_in(*pairs):
            yield from self.changes_of(each)

    def have_same_values(self, old: Nodes, new: Nodes) -> bool:
        """Return whether nothing differs between two schemas."""
        return not any(True for _ in self.changes_in(SchemaPair(old, new)))

    def _all_changes(self, difference: SchemaDifference) -> Iterator[Change]:
        yield from difference.changes
        yield from self.changes_in(*(pair for pair, _ in difference.inner))

    def _difference(self, pair: SchemaPair) -> SchemaDifference:
        if pair not in self._found:
            found = self._found[pair] = SchemaDifference()  # if it contains itself, that is equal
            found.add(self._shapes(shape_of(pair.old), shape_of(pair.new), pair))
            found.changes += self._annotations(pair)
        return self._found[pair]

    def _change(
        self, at: SchemaPair, kind: str, text: str, relation: Relation, detail: Any = None
    ) -> Change:
        old, new = at.old[-1], at.new[-1]
        return Change(kind, new.label, text, old.pointer, new.pointer, relation, detail=detail)

    def _shapes(self, old: Shape, new: Shape, at: SchemaPair) -> SchemaDifference:
        same = {name for name in old.refs if self._names.get(name) in new.refs}
        same_after = {self._names[name] for name in same}
        before = expand(old.without(same))
        after = expand(new.without(same_after))
        text = describe_change(before, after)
        if before.is_any or after.is_any:
            if before.is_any and after.is_any:
                return SchemaDifference()
            relation = Relation.WIDER if after.is_any else Relation.NARROWER
            return SchemaDifference([self._change(at, "type-changed", text, relation)])
        found = self._variants(before.own, after.own, at, bool(same))
        if (old.refs - same) & self._names.keys() or (new.refs - same_after) & self._new_names:
            self._summarize(found, f"{describe(old)} → {describe(new)}", at)
        found.inner += [(self.named(name, self._names[name]), None) for name in sorted(same)]
        if before.nullable == after.nullable:
            return found
        for change in found.changes:
            if change.kind == "type-changed":
                change.relation, change.text = Relation.INCOMPARABLE, text
                return found
        kind, text, relation = (
            ("nullable-added", "can now be null", Relation.WIDER)
            if after.nullable
            else ("nullable-removed", "can no longer be null", Relation.NARROWER)
        )
        found.changes.append(self._change(at, kind, text, relation))
        return found

    def _summarize(self, found: SchemaDifference, text: str, at: SchemaPair) -> None:
        """Summarize the differences of two named schemas, which exist on, as one change here."""
        old, new = at.old[-1].pointer, at.new[-1].pointer

        def is_here(pointers: tuple[str | None, str | None]) -> bool:
            return (pointers[0] or "").startswith(old) or (pointers[1] or "").startswith(new)

        here = [each for each in found.changes if is_here((each.old, each.new))]
        inside = [
            entry
            for entry in found.inner
            if is_here((entry[0].old[-1].pointer, entry[0].new[-1].pointer))
        ]
        elsewhere = SchemaDifference(
            [each for each in found.changes if each not in here],
            [entry for entry in found.inner if entry not in inside],
        )
        nested = list(self._all_changes(elsewhere))
        if nested:
            relation = combined({each.relation for each in nested})
            shown = "; ".join(f"{each.subject}: {each.text}" for each in nested[:_MAX_NESTED])
            more = f"; and {len(nested) - _MAX_NESTED} more" if len(nested) > _MAX_NESTED else ""
            here.append(self._change(at, "reference-changed", f"{text} ({shown}{more})", relation))
        found.changes, found.inner = here, inside

    def _variants(
        self, old: list[Variant], new: list[Variant], at: SchemaPair, has_more: bool
    ) -> SchemaDifference:
        pairs = pair_variants(old, new, lambda one, two: self._are_equal(one, two, at))
        removed, added = pairs.removed, pairs.added
        found = SchemaDifference()
        for one, two in pairs.both:
            found.add(self._variant(one, two, at))
        if len(old) == len(new) == 1 and removed and not has_more:
            relation = relate_replaced(removed[0], added[0], at.as_text)
            text = describe_change(Shape((removed[0],)), Shape((added[0],)))
            found.changes.append(self._change(at, "type-changed", text, relation))
            return found
        if at.as_text and len(added) == 1 and all(accepts_one(added[0], each) for each in removed):
            removed = []
        for each in removed:
            covered = any(self._is_covered(each, other, at, is_old=True) for other in new)
            relation = Relation.EQUAL if covered else Relation.NARROWER
            text = f"variant removed: {describe_variant(each)}"
            found.changes.append(self._change(at, "alternative-removed", text, relation))
        for each in added:
            covered = any(self._is_covered(each, other, at, is_old=False) for other in old)
            relation = Relation.EQUAL if covered else Relation.WIDER
            text = f"variant added: {describe_variant(each)}"
            found.changes.append(self._change(at, "alternative-added", text, relation))
        return found

    def _are_equal(self, old: Variant, new: Variant, at: SchemaPair) -> bool:
        return not any(True for _ in self._all_changes(self._variant(old, new, at)))

    def _is_covered(self, inner: Variant, outer: Variant, at: SchemaPair, *, is_old: bool) -> bool:
        """Return whether all values of one variant, an old or a new one, are valid in another."""
        if inner.type != outer.type and (inner.type, outer.type) != ("integer", "number"):
            return False
        old, new = (inner, outer) if is_old else (outer, inner)
        allowed = {Relation.WIDER if is_old else Relation.NARROWER}
        if inner.type != "object":  # an object with another field is another variant
            allowed.add(Relation.EQUAL)
        found = self._all_changes(self._variant(old, new, at._replace(as_text=False)))
        return all(change.relation in allowed for change in found)

    def _variant(self, old: Variant, new: Variant, at: SchemaPair) -> SchemaDifference:
        """Compare two variants of one type."""
        found = SchemaDifference([self._change(at, *each) for each in compare_rules(old, new)])
        for change in found.changes:
            if change.kind == "pattern-changed":  # no client validates what it reads by a pattern
                change.only = REQUEST
        if old.items and new.items:
            found.inner.append((SchemaPair(old.items, new.items, at.as_text), None))
        elif old.items or new.items:
            relation = Relation.NARROWER if new.items else Relation.WIDER
            text = f"items {'now' if new.items else 'no longer'} have a schema"
            found.changes.append(self._change(at, "items-changed", text, relation))
        if old.type == "object" and new.type == "object":
            found.add(self._additional(old, new, at))
            for name in sorted(old.properties.keys() & new.properties.keys()):
                found.add(self._field(name, old, new))
            found.changes += self._fields(old, new, at)
        return found

    def _annotations(self, pair: SchemaPair) -> Iterator[Change]:
        """Compare what does not change which values are valid: defaults, deprecation and so on."""
        before, after = (
            {key: value for node in nodes for key, value in mapping(node.value).items()}
            for nodes in (pair.old, pair.new)
        )
        if before.get("default") != after.get("default"):
            text = f"default {show(before.get('default'))} → {show(after.get('default'))}"
            yield self._change(pair, "default-changed", text, Relation.EQUAL)
        specs = (self.old, self.new)
        for each in compare_discriminators(specs, before, after, self._names):
            yield self._change(pair, "discriminator-changed", *each)
        if (was := before.get("deprecated") is True) != (after.get("deprecated") is True):
            text = "no longer deprecated" if was else "deprecated"
            yield self._change(pair, "deprecation-changed", text, Relation.EQUAL)

    def _additional(self, old: Variant, new: Variant, at: SchemaPair) -> SchemaDifference:
        is_described = old.additional and new.additional
        if is_described and not (old.is_closed or new.is_closed):
            return SchemaDifference(inner=[(SchemaPair(old.additional, new.additional), None)])
        if old.is_closed == new.is_closed and bool(old.additional) == bool(new.additional):
            return SchemaDifference()
        if new.is_closed:
            text, relation = "unknown fields are refused", Relation.NARROWER
        elif old.is_closed:
            text, relation = "unknown fields are accepted", Relation.EQUAL
        elif new.additional:
            text, relation = "unknown fields now have a schema", Relation.NARROWER
        else:
            text, relation = "unknown fields no longer have a schema", Relation.WIDER
        kind = "additional-properties-changed"
        return SchemaDifference([self._change(at, kind, text, relation)])

    def _fields(self, old: Variant, new: Variant, at: SchemaPair) -> list[Change]:
        """Return the fields that are removed, added, or no longer as required as they were."""
        removed = {name: old.properties[name] for name in old.properties.keys() - new.properties}
        added = {name: new.properties[name] for name in new.properties.keys() - old.properties}
        renamed = pair_renamed(removed, added, self.have_same_values)
        found = [self._removed(name, old, new.is_closed, renamed) for name in sorted(removed)]
        found += [self._added(name, new, renamed) for name in sorted(added)]
        for name in sorted(old.properties.keys() & new.properties):
            found += self._required(name, old, new)
        for name in sorted(old.required ^ new.required):
            if name not in old.properties and name not in new.properties:
                found.append(self._now_required(at, name in new.required, f"{name} is "))
        return found

    def _added(self, name: str, new: Variant, renamed: dict[str, str]) -> Change:
        nodes, required = new.properties[name], name in new.required
        read_only, _ = _flags(nodes)
        what = describe(shape_of(nodes))
        text = f"new {'required ' if required else ''}field ({what}){suggestion(name, renamed)}"
        kind = "required-field-added" if required else "field-added"
        relation = Relation.NARROWER if required and not read_only else Relation.EQUAL
        return Change(kind, nodes[-1].label, text, None, nodes[-1].pointer, relation)

    def _removed(self, name: str, old: Variant, closed: bool, renamed: dict[str, str]) -> Change:
        nodes = old.properties[name]
        read_only, write_only = _flags(nodes)
        is_missed = name in old.required and not write_only
        if read_only:
            relation = Relation.WIDER if is_missed else Relation.EQUAL
        else:  # a value that is still sent is lost at best
            relation = Relation.INCOMPARABLE if is_missed else Relation.NARROWER
        refused = ", and is refused" if closed else ""
        text = f"the field was removed{refused}{suggestion(name, renamed)}"
        node = nodes[-1]
        return Change("field-removed", node.label, text, node.pointer, None, relation)

    def _required(self, name: str, old: Variant, new: Variant) -> list[Change]:
        before, after = name in old.required, name in new.required
        if before == after:
            return []
        pair = SchemaPair(old.properties[name], new.properties[name])
        read_only, write_only = _flags(pair.new)
        only = RESPONSE if read_only else REQUEST if write_only else None
        return [replace(self._now_required(pair, after), only=only)]

    def _now_required(self, at: SchemaPair, now: bool, subject: str = "") -> Change:
        if now:
            text = f"{subject}now required"
            return self._change(at, "field-became-required", text, Relation.NARROWER)
        return self._change(at, "field-became-optional", f"{subject}now optional", Relation.WIDER)

    def _field(self, name: str, old: Variant, new: Variant) -> SchemaDifference:
        pair = SchemaPair(old.properties[name], new.properties[name])
        was, now = _flags(pair.old), _flags(pair.new)
        only = RESPONSE if was[0] and now[0] else REQUEST if was[1] and now[1] else None
        return SchemaDifference(
            list(self._flag_changes(was, now, pair, name in new.required)), [(pair, only)]
        )

    def _flag_changes(
        self, was: tuple[bool, bool], now: tuple[bool, bool], at: SchemaPair, required: bool
    ) -> Iterator[Change]:
        flags = (("readOnly", REQUEST), ("writeOnly", RESPONSE))
        for index, (keyword, direction) in enumerate(flags):
            if was[index] != now[index]:
                breaking = Relation.NARROWER if index == 0 else Relation.WIDER
                lifted = Relation.NARROWER if index == 0 and required else Relation.EQUAL
                text = f"now {keyword}" if now[index] else f"no longer {keyword}"
                relation = breaking if now[index] else lifted
                change = self._change(at, f"{keyword}-changed", text, relation)
                yield replace(change, only=direction)


def _flags(nodes: Nodes) -> tuple[bool, bool]:
    """Return whether a field is for responses only, and whether it is for requests only."""
    found = [each for node in nodes for each in (node, node.follow())]
    return (
        any(each.is_true("readOnly") for each in found),
        any(each.is_true("writeOnly") for each in found),
    )
