"""The differences of two schemas, and what each does to the values that are valid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scripts.openapi.containment import Relation
from scripts.openapi.document import mapping
from scripts.spec_diff import constraints
from scripts.spec_diff.alternatives import match, merged, of_another_type, takes_one
from scripts.spec_diff.changes import Change
from scripts.spec_diff.document import Document
from scripts.spec_diff.keywords import Arm, Ref, Shape, describe, describe_arm, show
from scripts.spec_diff.labels import label
from scripts.spec_diff.objects import Nodes, Objects, Place
from scripts.spec_diff.shapes import Shapes

_MOST_SHOWN = 3


class Comparison:
    """Compares schemas of two documents.

    Args:
        old: The document before.
        new: The document after.
        names: The named schemas that are the same, before and after: they are compared once, on
            their own, and not wherever they are referred to.
    """

    def __init__(self, old: Document, new: Document, names: dict[str, str]) -> None:
        self.old, self.new = old, new
        self.names = names
        self._kept = set(names.values())
        self._before, self._after = Shapes(old), Shapes(new)
        self._objects = Objects(self)
        self._made: dict[tuple[Any, ...], list[Change]] = {}
        self._busy: set[tuple[Any, ...]] = set()

    def differences(self, old: Nodes, new: Nodes, as_text: bool = False) -> list[Change]:
        """All differences of two schemas; each schema may be given in parts, which hold at once."""
        key = (*(node.pointer for node in old), "→", *(node.pointer for node in new), as_text)
        if key in self._busy:  # it contains itself: equal, unless a difference shows elsewhere
            return []
        if key not in self._made:
            self._busy.add(key)
            place = Place(old[-1].pointer, new[-1].pointer, as_text)
            found = self._shapes(self._before.of(old), self._after.of(new), place)
            found += self._notes(old, new, place)
            self._made[key] = found
            self._busy.discard(key)
        return self._made[key]

    def component(self, old: str, new: str) -> list[Change]:
        """The differences of two named schemas."""
        return self.differences((self.old.schemas[old],), (self.new.schemas[new],))

    def shape_before(self, nodes: Nodes) -> Shape:
        """The shape of a schema of the old document."""
        return self._before.of(nodes)

    def shape_after(self, nodes: Nodes) -> Shape:
        """The shape of a schema of the new document."""
        return self._after.of(nodes)

    def change(
        self, place: Place, kind: str, text: str, relation: Relation, detail: Any = None
    ) -> Change:
        """A change of what stands in both documents."""
        subject = label(self.new, place.new)
        return Change(kind, subject, text, place.old, place.new, relation, detail=detail)

    def _shapes(self, old: Shape, new: Shape, place: Place) -> list[Change]:
        same = {name for name in old.refs if self.names.get(name) in new.refs}
        matched = {self.names[name] for name in same}
        before = self._before.expand(_without(old, same))
        after = self._after.expand(_without(new, matched))
        if before.is_any or after.is_any:
            return self._anything(before, after, place)
        found = self._arms(_arms(before), _arms(after), place, bool(same))
        known = (old.refs - same) & self.names.keys(), (new.refs - matched) & self._kept
        if any(known):
            found = self._gathered(found, old, new, place)
        if before.nullable == after.nullable:
            return found
        for change in found:
            if change.kind == "type-changed" and change.new == place.new:
                change.relation = Relation.INCOMPARABLE
                change.text = f"{describe(before)} → {describe(after)}"
                return found
        kind, text, relation = (
            ("nullable-added", "may be null now", Relation.WIDER)
            if after.nullable
            else ("nullable-removed", "may no longer be null", Relation.NARROWER)
        )
        return [*found, self.change(place, kind, text, relation)]

    def _gathered(self, found: list[Change], old: Shape, new: Shape, place: Place) -> list[Change]:
        """What differs inside of schemas that stay what they are, as one change of this place."""
        here = [
            each
            for each in found
            if (each.new or "").startswith(place.new) or (each.old or "").startswith(place.old)
        ]
        inside = [each for each in found if each not in here]
        if not inside:
            return found
        relations = {each.relation for each in inside} - {Relation.EQUAL}
        relation = (
            relations.pop()
            if len(relations) == 1
            else Relation.INCOMPARABLE
            if relations
            else Relation.EQUAL
        )
        shown = "; ".join(f"{each.subject}: {each.text}" for each in inside[:_MOST_SHOWN])
        more = f"; and {len(inside) - _MOST_SHOWN} more" if len(inside) > _MOST_SHOWN else ""
        text = f"{describe(old)} → {describe(new)} ({shown}{more})"
        return [*here, self.change(place, "reference-changed", text, relation)]

    def _anything(self, before: Shape, after: Shape, place: Place) -> list[Change]:
        if before.is_any and after.is_any:
            return []
        relation = Relation.WIDER if after.is_any else Relation.NARROWER
        text = f"{describe(before)} → {describe(after)}"
        return [self.change(place, "type-changed", text, relation)]

    def _arms(self, old: list[Arm], new: list[Arm], place: Place, more: bool) -> list[Change]:
        pairs, gone, come = match(old, new, lambda one, two: not self._arm(one, two, place))
        found = [each for pair in pairs for each in self._arm(*pair, place)]
        if len(old) == len(new) == 1 and gone and come and not more:
            relation = of_another_type(gone[0], come[0], place.as_text)
            text = f"{describe_arm(gone[0])} → {describe_arm(come[0])}"
            return [self.change(place, "type-changed", text, relation)]
        if place.as_text and len(come) == 1 and all(takes_one(come[0], arm) for arm in gone):
            gone = []
        for arm in gone:
            inside = any(self._is_within(arm, each, False) for each in new)
            relation = Relation.EQUAL if inside else Relation.NARROWER
            text = f"{describe_arm(arm)} is no longer an alternative"
            found.append(self.change(place, "alternative-removed", text, relation))
        for arm in come:
            inside = any(self._is_within(arm, each, True) for each in old)
            relation = Relation.EQUAL if inside else Relation.WIDER
            text = f"{describe_arm(arm)} is an alternative now"
            found.append(self.change(place, "alternative-added", text, relation))
        return found

    def _is_within(self, inner: Arm, outer: Arm, outer_is_old: bool) -> bool:
        """Whether all that one alternative takes is taken by another one."""
        if inner.type != outer.type and (inner.type, outer.type) != ("integer", "number"):
            return False
        old, new = (outer, inner) if outer_is_old else (inner, outer)
        right = {Relation.NARROWER if outer_is_old else Relation.WIDER}
        if inner.type != "object":  # of an object, another field makes another alternative
            right.add(Relation.EQUAL)
        found = self._arm(old, new, Place(old.pointer, new.pointer))
        return {change.relation for change in found} <= right

    def _arm(self, old: Arm, new: Arm, place: Place) -> list[Change]:
        """The differences of two alternatives of one type."""
        found = [self.change(place, *each) for each in constraints.compare_rules(old, new)]
        for change in found:
            if change.kind == "pattern-changed":  # nobody reads by a pattern
                change.only = "request"
        if old.items or new.items:
            found += self._items(old, new, place)
        if old.type == "object" and new.type == "object":
            found += self._objects.differences(old, new, place)
        return list({change.key: change for change in found}.values())

    def _items(self, old: Arm, new: Arm, place: Place) -> list[Change]:
        if old.items and new.items:
            return self.differences(old.items, new.items, place.as_text)
        relation = Relation.NARROWER if new.items else Relation.WIDER
        text = "says now what its items are" if new.items else "no longer says what its items are"
        return [self.change(place, "items-changed", text, relation)]

    def _notes(self, old: Nodes, new: Nodes, place: Place) -> list[Change]:
        """What changes no value: defaults and deprecation."""
        found = []
        before, after = (merged(nodes) for nodes in (old, new))
        if before.get("default") != after.get("default"):
            text = f"default {show(before.get('default'))} → {show(after.get('default'))}"
            found.append(self.change(place, "default-changed", text, Relation.EQUAL))
        found += self._discriminator(before, after, place)
        if (was := before.get("deprecated") is True) != (after.get("deprecated") is True):
            text = "no longer deprecated" if was else "deprecated"
            found.append(self.change(place, "deprecation-changed", text, Relation.EQUAL))
        return found

    def _discriminator(
        self, old: dict[str, Any], new: dict[str, Any], place: Place
    ) -> list[Change]:
        before, after = (mapping(each.get("discriminator")) for each in (old, new))
        names = (before.get("propertyName"), after.get("propertyName"))
        if names[0] == names[1]:
            return []
        text = f"told apart by {show(names[0])} → {show(names[1])}"
        relation = Relation.INCOMPARABLE if None not in names else Relation.EQUAL
        return [self.change(place, "discriminator-changed", text, relation)]


def _without(shape: Shape, names: set[str]) -> Shape:
    arms = [arm for arm in shape.arms if not (isinstance(arm, Ref) and arm.name in names)]
    return replace(shape, arms=tuple(arms))


def _arms(shape: Shape) -> list[Arm]:
    return [arm for arm in shape.arms if isinstance(arm, Arm)]
