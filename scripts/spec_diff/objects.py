"""The differences of two objects: their fields, and what else they take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scripts.openapi.containment import Relation
from scripts.openapi.document import mapping
from scripts.spec_diff.changes import Change
from scripts.spec_diff.document import Document, Node
from scripts.spec_diff.keywords import Arm, describe
from scripts.spec_diff.labels import label

if TYPE_CHECKING:
    from scripts.spec_diff.schemas import Comparison

Nodes = tuple[Node, ...]


@dataclass(frozen=True)
class Place:
    """Where in both documents; `as_text` if the values travel as text, as in a query."""

    old: str
    new: str
    as_text: bool = False


class Objects:
    """Compares objects; what their fields are, `comparison` compares."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self.old, self.new = comparison.old, comparison.new

    def differences(self, old: Arm, new: Arm, place: Place) -> list[Change]:
        """All differences of two alternatives that are objects."""
        found = self._additional(old, new, place)
        for name in sorted(old.properties.keys() & new.properties.keys()):
            found += self._field(name, old, new)
        return found + self._fields(old, new, place)

    def _additional(self, old: Arm, new: Arm, place: Place) -> list[Change]:
        if old.is_closed or new.is_closed or not (old.additional and new.additional):
            if old.is_closed == new.is_closed and bool(old.additional) == bool(new.additional):
                return []
            if new.is_closed:
                text, relation = "refuses fields that it does not name", Relation.NARROWER
            elif old.is_closed:
                text, relation = "takes fields that it does not name", Relation.EQUAL
            elif new.additional:
                text, relation = "other fields have a schema now", Relation.NARROWER
            else:
                text, relation = "other fields no longer have a schema", Relation.WIDER
            return [self._comparison.change(place, "additional-properties-changed", text, relation)]
        return self._comparison.differences(old.additional, new.additional)

    def _fields(self, old: Arm, new: Arm, place: Place) -> list[Change]:
        """Fields that are gone, new, or differ in whether they must be there."""
        found = []
        for name in sorted(old.properties.keys() | new.properties.keys()):
            before, after = old.properties.get(name), new.properties.get(name)
            if before is None and after is not None:
                found.append(self._come(name, new, after))
            elif after is None and before is not None:
                found.append(self._gone(name, old, before, new.is_closed))
            else:
                found += self._requiredness(name, old, new)
        for name in sorted(old.required ^ new.required):  # of fields that nobody describes
            if name not in old.properties and name not in new.properties:
                now = name in new.required
                text = f"{name} is required now" if now else f"{name} is no longer required"
                relation = Relation.NARROWER if now else Relation.WIDER
                kind = "field-became-required" if now else "field-became-optional"
                found.append(self._comparison.change(place, kind, text, relation))
        return found

    def _come(self, name: str, new: Arm, nodes: Nodes) -> Change:
        required = name in new.required
        read_only, _ = _flags(self.new, nodes)
        subject = label(self.new, nodes[-1].pointer)
        what = describe(self._comparison.shape_after(nodes))
        text = f"new {'required ' if required else ''}field ({what})"
        kind = "required-field-added" if required else "field-added"
        breaks = Relation.NARROWER if required and not read_only else Relation.EQUAL
        return Change(kind, subject, text, None, nodes[-1].pointer, breaks)

    def _gone(self, name: str, old: Arm, nodes: Nodes, closed: bool) -> Change:
        read_only, write_only = _flags(self.old, nodes)
        missed = name in old.required and not write_only
        relation = Relation.WIDER if missed else Relation.EQUAL
        if not read_only:  # what is sent there is lost at best
            relation = Relation.INCOMPARABLE if missed else Relation.NARROWER
        subject = label(self.old, nodes[-1].pointer)
        text = "the field is gone" + (", and refused" if closed else "")
        return Change("field-removed", subject, text, nodes[-1].pointer, None, relation)

    def _requiredness(self, name: str, old: Arm, new: Arm) -> list[Change]:
        before, after = name in old.required, name in new.required
        if before == after:
            return []
        nodes = new.properties[name]
        read_only, write_only = _flags(self.new, nodes)
        place = Place(old.properties[name][-1].pointer, nodes[-1].pointer)
        if after:
            change = self._comparison.change(
                place, "field-became-required", "required now", Relation.NARROWER
            )
        else:
            change = self._comparison.change(
                place, "field-became-optional", "may be missing now", Relation.WIDER
            )
        change.only = "response" if read_only else "request" if write_only else None
        return [change]

    def _field(self, name: str, old: Arm, new: Arm) -> list[Change]:
        before, after = old.properties[name], new.properties[name]
        found = self._comparison.differences(before, after)
        was, now = _flags(self.old, before), _flags(self.new, after)
        place = Place(before[-1].pointer, after[-1].pointer)
        if was != now:
            found = [*found, *self._direction(was, now, place, name in new.required)]
        only = "response" if was[0] and now[0] else "request" if was[1] and now[1] else None
        return [_limited(each, only) for each in found] if only else found

    def _direction(
        self, was: tuple[bool, bool], now: tuple[bool, bool], place: Place, required: bool
    ) -> list[Change]:
        found = []
        for index, (word, way) in enumerate((("readOnly", "request"), ("writeOnly", "response"))):
            if was[index] != now[index]:
                breaking = Relation.NARROWER if index == 0 else Relation.WIDER
                lifted = Relation.NARROWER if index == 0 and required else Relation.EQUAL
                text = f"{word} now" if now[index] else f"no longer {word}"
                relation = breaking if now[index] else lifted
                change = self._comparison.change(place, f"{word}-changed", text, relation)
                found.append(replace(change, only=way))
        return found


def _limited(change: Change, only: str) -> Change:
    """A change of a field that travels one way only; if it mattered the other way, no longer."""
    if change.only not in (None, only):
        return replace(change, relation=Relation.EQUAL)
    return replace(change, only=only)


def _flags(document: Document, nodes: Nodes) -> tuple[bool, bool]:
    """Whether a field is for responses only, or for requests only."""
    values = [mapping(each.value) for node in nodes for each in (node, document.follow(node))]
    return (
        any(value.get("readOnly") is True for value in values),
        any(value.get("writeOnly") is True for value in values),
    )
