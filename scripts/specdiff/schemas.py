"""The differences of two schemas, and what each does to the values that are valid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from speclint.document import mapping

from specdiff import constraints
from specdiff.changes import Change, Effect
from specdiff.document import Document, Node
from specdiff.labels import label
from specdiff.shapes import ANNOTATIONS, Arm, Ref, Shape, Shapes, show

# What every text in a URL or a form may be read as.
_AS_TEXT = frozenset(["integer", "number", "boolean"])
_ALIKE = 0.5

Nodes = tuple[Node, ...]


@dataclass(frozen=True)
class _Place:
    """Where in both documents; `as_text` if the values travel as text, as in a query."""

    old: str
    new: str
    as_text: bool = False


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
        self._before, self._after = Shapes(old), Shapes(new)
        self._made: dict[tuple[Any, ...], list[Change]] = {}
        self._busy: set[tuple[Any, ...]] = set()

    def differences(self, old: Nodes, new: Nodes, as_text: bool = False) -> list[Change]:
        """All differences of two schemas; each schema may be given in parts, which hold at once."""
        key = (*(node.pointer for node in old), "→", *(node.pointer for node in new), as_text)
        if key in self._busy:  # it contains itself: equal, unless a difference shows elsewhere
            return []
        if key not in self._made:
            self._busy.add(key)
            place = _Place(old[-1].pointer, new[-1].pointer, as_text)
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
        self, place: _Place, kind: str, text: str, effect: Effect, detail: Any = None
    ) -> Change:
        """A change of what stands in both documents."""
        subject = label(self.new, place.new)
        return Change(kind, subject, text, place.old, place.new, effect, detail=detail)

    def _shapes(self, old: Shape, new: Shape, place: _Place) -> list[Change]:
        same = {name for name in old.refs if self.names.get(name) in new.refs}
        matched = {self.names[name] for name in same}
        before = self._before.expand(_without(old, same))
        after = self._after.expand(_without(new, matched))
        if before.is_any or after.is_any:
            return self._anything(before, after, place)
        found = self._arms(_arms(before), _arms(after), place, bool(same))
        if before.nullable == after.nullable:
            return found
        for change in found:
            if change.kind == "type-changed" and change.new == place.new:
                change.effect = Effect.OTHER
                change.text = f"{describe(before)} → {describe(after)}"
                return found
        kind, text, effect = (
            ("nullable-added", "may be null now", Effect.WIDER)
            if after.nullable
            else ("nullable-removed", "may no longer be null", Effect.NARROWER)
        )
        return [*found, self.change(place, kind, text, effect)]

    def _anything(self, before: Shape, after: Shape, place: _Place) -> list[Change]:
        if before.is_any and after.is_any:
            return []
        effect = Effect.WIDER if after.is_any else Effect.NARROWER
        text = f"{describe(before)} → {describe(after)}"
        return [self.change(place, "type-changed", text, effect)]

    def _arms(self, old: list[Arm], new: list[Arm], place: _Place, more: bool) -> list[Change]:
        pairs, gone, come = self._match(old, new, place)
        found = [each for pair in pairs for each in self._arm(*pair, place)]
        if len(old) == len(new) == 1 and gone and come and not more:
            return [*found, self._other_type(gone[0], come[0], place)]
        if place.as_text and len(come) == 1 and all(_takes_one(come[0], arm) for arm in gone):
            gone = []
        for arm in gone:
            inside = any(self._is_within(arm, each, False) for each in new)
            effect = Effect.NONE if inside else Effect.NARROWER
            text = f"{describe_arm(arm)} is no longer an alternative"
            found.append(self.change(place, "alternative-removed", text, effect))
        for arm in come:
            inside = any(self._is_within(arm, each, True) for each in old)
            effect = Effect.NONE if inside else Effect.WIDER
            text = f"{describe_arm(arm)} is an alternative now"
            found.append(self.change(place, "alternative-added", text, effect))
        return found

    def _match(
        self, old: list[Arm], new: list[Arm], place: _Place
    ) -> tuple[list[tuple[Arm, Arm]], list[Arm], list[Arm]]:
        """Which alternatives are the same ones: first those that are equal, then those alike."""
        pairs: list[tuple[Arm, Arm]] = []
        gone, come = list(old), list(new)
        for least in (1.0, _ALIKE, 0.0):
            if least == 0.0 and not (len(gone) == len(come) == 1 and not pairs):
                continue
            for arm in list(gone):
                ranked = [(self._likeness(arm, each, least, place), each) for each in come]
                best = max(ranked, key=lambda entry: entry[0], default=None)
                if best and best[0] >= least and best[1].type == arm.type:
                    pairs.append((arm, best[1]))
                    gone = [each for each in gone if each is not arm]
                    come = [each for each in come if each is not best[1]]
        return pairs, gone, come

    def _likeness(self, old: Arm, new: Arm, least: float, place: _Place) -> float:
        if old.type != new.type:
            return -1.0
        if least == 1.0:
            return 0.0 if self._arm(old, new, place) else 1.0
        if old.type != "object":
            return 0.9
        if _constants(old) and _constants(new) and not _constants(old) & _constants(new):
            return 0.0
        names = old.properties.keys() | new.properties.keys()
        return len(old.properties.keys() & new.properties.keys()) / (len(names) or 1)

    def _is_within(self, inner: Arm, outer: Arm, outer_is_old: bool) -> bool:
        """Whether all that one alternative takes is taken by another one."""
        if inner.type != outer.type and (inner.type, outer.type) != ("integer", "number"):
            return False
        old, new = (outer, inner) if outer_is_old else (inner, outer)
        right = {Effect.NARROWER if outer_is_old else Effect.WIDER}
        if inner.type != "object":  # of an object, another field makes another alternative
            right.add(Effect.NONE)
        found = self._arm(old, new, _Place(old.pointer, new.pointer))
        return {change.effect for change in found} <= right

    def _other_type(self, old: Arm, new: Arm, place: _Place) -> Change:
        effect = Effect.OTHER
        if (old.type, new.type) == ("integer", "number"):
            effect = Effect.WIDER
        elif (old.type, new.type) == ("number", "integer"):
            effect = Effect.NARROWER
        elif place.as_text and old.type in _AS_TEXT and new.type == "string":
            effect = Effect.WIDER if new.is_plain else Effect.OTHER
        elif place.as_text and old.type == "string" and new.type in _AS_TEXT:
            effect = Effect.NARROWER
        elif place.as_text and new.type == "array" and _takes_one(new, old):
            effect = Effect.WIDER
        if {old.type, new.type} == {"integer", "number"}:
            bounds = {each.effect for each in constraints.of_rules(old, new)} - {Effect.NONE}
            effect = effect if bounds <= {effect} else Effect.OTHER
        text = f"{describe_arm(old)} → {describe_arm(new)}"
        return self.change(place, "type-changed", text, effect)

    def _arm(self, old: Arm, new: Arm, place: _Place) -> list[Change]:
        """The differences of two alternatives of one type."""
        found = [self.change(place, *each) for each in constraints.of_rules(old, new)]
        for change in found:
            if change.kind == "pattern-changed":  # nobody reads by a pattern
                change.only = "request"
        if old.items or new.items:
            found += self._items(old, new, place)
        if old.type == "object" and new.type == "object":
            found += self._additional(old, new, place)
            for name in old.properties.keys() & new.properties.keys():
                found += self._field(name, old, new)
            found += self._fields(old, new, place)
        return list({change.key: change for change in found}.values())

    def _items(self, old: Arm, new: Arm, place: _Place) -> list[Change]:
        if old.items and new.items:
            return self.differences(old.items, new.items, place.as_text)
        effect = Effect.NARROWER if new.items else Effect.WIDER
        text = "says now what its items are" if new.items else "no longer says what its items are"
        return [self.change(place, "items-changed", text, effect)]

    def _additional(self, old: Arm, new: Arm, place: _Place) -> list[Change]:
        if old.is_closed or new.is_closed or not (old.additional and new.additional):
            if old.is_closed == new.is_closed and bool(old.additional) == bool(new.additional):
                return []
            if new.is_closed:
                text, effect = "refuses fields that it does not name", Effect.NARROWER
            elif old.is_closed:
                text, effect = "takes fields that it does not name", Effect.NONE
            elif new.additional:
                text, effect = "other fields have a schema now", Effect.NARROWER
            else:
                text, effect = "other fields no longer have a schema", Effect.WIDER
            return [self.change(place, "additional-properties-changed", text, effect)]
        return self.differences(old.additional, new.additional)

    def _fields(self, old: Arm, new: Arm, place: _Place) -> list[Change]:
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
                effect = Effect.NARROWER if now else Effect.WIDER
                kind = "field-became-required" if now else "field-became-optional"
                found.append(self.change(place, kind, text, effect))
        return found

    def _come(self, name: str, new: Arm, nodes: Nodes) -> Change:
        required = name in new.required
        read_only, _ = self._flags(self.new, nodes)
        subject = label(self.new, nodes[-1].pointer)
        what = describe(self._after.of(nodes))
        text = f"new {'required ' if required else ''}field ({what})"
        kind = "required-field-added" if required else "field-added"
        breaks = Effect.NARROWER if required and not read_only else Effect.NONE
        return Change(kind, subject, text, None, nodes[-1].pointer, breaks)

    def _gone(self, name: str, old: Arm, nodes: Nodes, closed: bool) -> Change:
        read_only, write_only = self._flags(self.old, nodes)
        missed = name in old.required and not write_only
        effect = Effect.WIDER if missed else Effect.NONE
        if not read_only:  # what is sent there is lost at best
            effect = Effect.OTHER if missed else Effect.NARROWER
        subject = label(self.old, nodes[-1].pointer)
        text = "the field is gone" + (", and refused" if closed else "")
        return Change("field-removed", subject, text, nodes[-1].pointer, None, effect)

    def _requiredness(self, name: str, old: Arm, new: Arm) -> list[Change]:
        before, after = name in old.required, name in new.required
        if before == after:
            return []
        nodes = new.properties[name]
        read_only, write_only = self._flags(self.new, nodes)
        place = _Place(old.properties[name][-1].pointer, nodes[-1].pointer)
        if after:
            change = self.change(place, "field-became-required", "required now", Effect.NARROWER)
        else:
            change = self.change(place, "field-became-optional", "may be missing now", Effect.WIDER)
        change.only = "response" if read_only else "request" if write_only else None
        return [change]

    def _field(self, name: str, old: Arm, new: Arm) -> list[Change]:
        before, after = old.properties[name], new.properties[name]
        found = self.differences(before, after)
        was, now = self._flags(self.old, before), self._flags(self.new, after)
        place = _Place(before[-1].pointer, after[-1].pointer)
        if was != now:
            found = [*found, *self._direction(was, now, place, name in new.required)]
        only = "response" if was[0] and now[0] else "request" if was[1] and now[1] else None
        return [replace(each, only=only) for each in found] if only else found

    def _direction(
        self, was: tuple[bool, bool], now: tuple[bool, bool], place: _Place, required: bool
    ) -> list[Change]:
        found = []
        for index, (word, way) in enumerate((("readOnly", "request"), ("writeOnly", "response"))):
            if was[index] != now[index]:
                breaking = Effect.NARROWER if index == 0 else Effect.WIDER
                lifted = Effect.NARROWER if index == 0 and required else Effect.NONE
                text = f"{word} now" if now[index] else f"no longer {word}"
                effect = breaking if now[index] else lifted
                change = self.change(place, f"{word}-changed", text, effect)
                found.append(replace(change, only=way))
        return found

    def _flags(self, document: Document, nodes: Nodes) -> tuple[bool, bool]:
        values = [mapping(each.value) for node in nodes for each in (node, document.follow(node))]
        return (
            any(value.get("readOnly") is True for value in values),
            any(value.get("writeOnly") is True for value in values),
        )

    def _notes(self, old: Nodes, new: Nodes, place: _Place) -> list[Change]:
        """What changes no value: defaults and deprecation."""
        found = []
        before, after = (_merged(nodes) for nodes in (old, new))
        if before.get("default") != after.get("default"):
            text = f"default {show(before.get('default'))} → {show(after.get('default'))}"
            found.append(self.change(place, "default-changed", text, Effect.NONE))
        found += self._discriminator(before, after, place)
        if (was := before.get("deprecated") is True) != (after.get("deprecated") is True):
            text = "no longer deprecated" if was else "deprecated"
            found.append(self.change(place, "deprecation-changed", text, Effect.NONE))
        return found

    def _discriminator(
        self, old: dict[str, Any], new: dict[str, Any], place: _Place
    ) -> list[Change]:
        before, after = (mapping(each.get("discriminator")) for each in (old, new))
        names = (before.get("propertyName"), after.get("propertyName"))
        if names[0] == names[1]:
            return []
        text = f"told apart by {show(names[0])} → {show(names[1])}"
        effect = Effect.OTHER if None not in names else Effect.NONE
        return [self.change(place, "discriminator-changed", text, effect)]


def _merged(nodes: Iterable[Node]) -> dict[str, Any]:
    return {key: value for node in nodes for key, value in mapping(node.value).items()}


def _without(shape: Shape, names: set[str]) -> Shape:
    arms = [arm for arm in shape.arms if not (isinstance(arm, Ref) and arm.name in names)]
    return replace(shape, arms=tuple(arms))


def _arms(shape: Shape) -> list[Arm]:
    return [arm for arm in shape.arms if isinstance(arm, Arm)]


def _constants(arm: Arm) -> set[tuple[str, Any]]:
    """The fields with one possible value, by which alternatives are told apart."""
    found = set()
    for name, nodes in arm.properties.items():
        value = _merged(nodes)
        values = [value["const"]] if "const" in value else value.get("enum")
        if isinstance(values, list) and len(values) == 1:
            found.add((name, show(values[0])))
    return found


def _takes_one(array: Arm, scalar: Arm) -> bool:
    """Whether a single value in a query reads as a list of one."""
    if array.type != "array" or array.rules.get("minItems", 0) > 1 or scalar.type == "object":
        return False
    for node in array.items:
        value = mapping(node.value)
        types = value.get("type", scalar.type)
        listed = types if isinstance(types, list) else [types]
        if not {scalar.type, "string"} & set(listed) or value.keys() - {"type", *ANNOTATIONS}:
            return False
    return True


def describe_arm(arm: Arm | Ref) -> str:
    """An alternative in a word or two."""
    if isinstance(arm, Ref):
        return arm.name
    if "enum" in arm.rules:
        return " | ".join(show(value) for value in arm.rules["enum"][:4])
    name = f"{arm.type} ({arm.rules['format']})" if "format" in arm.rules else arm.type
    if arm.pointer.startswith("/components/schemas/") and arm.pointer.count("/") == 3:
        return arm.pointer.rsplit("/", 1)[1]
    return name


def describe(shape: Shape) -> str:
    """A shape in a few words."""
    if shape.is_any:
        return "anything"
    words = [describe_arm(arm) for arm in shape.arms] + (["null"] if shape.nullable else [])
    return " or ".join(dict.fromkeys(words)) or "nothing"
