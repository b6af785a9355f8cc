"""Schemas in one normal form, whatever way they were written down.

A shape is a list of alternatives, each of one type, and whether null is valid. So `nullable: true`,
`type: [x, 'null']` and `anyOf: [x, {type: 'null'}]` are the same, and so are a reference and an
`allOf` of it alone; several `allOf` are merged.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

from scripts.openapi.document import sequence
from scripts.spec_diff.document import Document, Node
from scripts.spec_diff.keywords import CONSTRAINTS, Arm, Ref, Shape, own

COMPONENT = "#/components/schemas/"
_MOST_ARMS = 64


class Shapes:
    """The shapes of a document's schemas, each made once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._made: dict[tuple[str, ...], Shape] = {}
        self._expanded: dict[str, Shape] = {}
        self._busy: set[str] = set()

    def of(self, nodes: tuple[Node, ...]) -> Shape:
        """The shape of what all the schemas take."""
        key = tuple(node.pointer for node in nodes)
        if key not in self._made:
            shape = self._intersection([self._shape(node) for node in nodes])
            self._made[key] = shape or _anything(key[0] if key else "")
        return self._made[key]

    def expand(self, shape: Shape) -> Shape:
        """The shape with what the named schemas take in their place."""
        parts: list[Arm | Ref] = []
        nullable = bool(shape.nullable)
        for arm in shape.arms:
            if isinstance(arm, Ref):
                inner = self._component(arm.name)
                parts += inner.arms
                nullable |= bool(inner.nullable)
            else:
                parts.append(arm)
        return Shape(tuple(parts), nullable)

    def _component(self, name: str) -> Shape:
        if name not in self._expanded:
            node = self._document.schemas[name]
            if name in self._busy:  # a parent whose alternatives are its own children
                return _anything(node.pointer)
            self._busy.add(name)
            self._expanded[name] = self.expand(self.of((node,)))
            self._busy.discard(name)
        return self._expanded[name]

    def _shape(self, node: Node) -> Shape | None:
        """None if the schema has nothing to say."""
        value = node.value
        if value is False:
            return Shape(())
        if not isinstance(value, dict) or not value.keys() & (CONSTRAINTS | {"$ref"}):
            return None
        parts = []
        if isinstance(value.get("$ref"), str):
            parts.append(self._reference(node, value["$ref"]))
            if str(self._document.root.value.get("openapi")).startswith("3.0"):
                return parts[0]
        if said := own(node):
            parts.append(said)
        parts += [self._shape(arm) for arm in node.at("allOf").entries()]
        for keyword in ("anyOf", "oneOf"):
            if sequence(value.get(keyword)):
                parts.append(self._union(node.at(keyword).entries()))
        shape = self._intersection(parts)
        if value.get("nullable") is True:
            shape = replace(shape, nullable=True) if shape else None
        return shape

    def _reference(self, node: Node, ref: str) -> Shape | None:
        name = ref.removeprefix(COMPONENT).replace("~1", "/").replace("~0", "~")
        if ref.startswith(COMPONENT) and name in self._document.schemas:
            return Shape((Ref(name),), None)
        return self._shape(self._document.follow(node))

    def _union(self, nodes: list[Node]) -> Shape:
        shapes = [self._shape(node) or _anything(node.pointer) for node in nodes]
        arms = [arm for shape in shapes for arm in shape.arms]
        if any(shape.is_any for shape in shapes):
            return _anything(nodes[0].pointer)
        plain = {arm.type for arm in arms if isinstance(arm, Arm) and arm.is_plain}
        plain &= {"string", "number", "integer", "boolean"}
        plain |= {"integer"} if "number" in plain else set()
        kept = [arm for arm in arms if not self._is_within(arm, plain)]
        return Shape(tuple(kept), any(shape.nullable for shape in shapes))

    def _is_within(self, arm: Arm | Ref, plain: set[str]) -> bool:
        """Whether an alternative adds nothing to others that take every value of a type."""
        if isinstance(arm, Arm):
            return arm.type in plain and not arm.is_plain
        inner = self._component(arm.name) if plain else Shape(())
        types = {each.type for each in inner.arms if isinstance(each, Arm)}
        return bool(types) and types <= plain

    def _intersection(self, parts: list[Shape | None]) -> Shape | None:
        known = [part for part in parts if part is not None]
        if len(known) < 2:
            return known[0] if known else None
        result = self._expand_softly(known[0])
        for part in known[1:]:
            result = _intersect(result, self._expand_softly(part))
        return result

    def _expand_softly(self, shape: Shape) -> Shape:
        """The same as `expand`, but what does not care for null still does not."""
        expanded = self.expand(shape)
        undecided = shape.nullable is None and not shape.refs
        return replace(expanded, nullable=None) if undecided else expanded


def _anything(pointer: str) -> Shape:
    return Shape((Arm("any", pointer),), True)


def _intersect(one: Shape, two: Shape) -> Shape:
    both = one.nullable if two.nullable is None else two.nullable
    if one.nullable is not None and two.nullable is not None:
        both = one.nullable and two.nullable
    if len(one.arms) * len(two.arms) > _MOST_ARMS:
        arms = [arm for arm in (*one.arms, *two.arms) if isinstance(arm, Arm)]
        rules = {"allOf": sorted(f"{arm.type} at {arm.pointer}" for arm in arms)}
        return Shape((Arm("any", arms[0].pointer, rules),), both)
    pairs = product(one.arms, two.arms)
    merged = [_merge(a, b) for a, b in pairs if isinstance(a, Arm) and isinstance(b, Arm)]
    return Shape(tuple(arm for arm in merged if arm is not None), both)


def _merge(one: Arm, two: Arm) -> Arm | None:
    """What both take; None if there is nothing."""
    numbers = {"integer", "number"}
    if "any" in (one.type, two.type):
        type_ = two.type if one.type == "any" else one.type
    elif one.type == two.type:
        type_ = one.type
    elif {one.type, two.type} == numbers:
        type_ = "integer"
    else:
        return None
    properties = dict(one.properties)
    for name, nodes in two.properties.items():
        properties[name] = (*properties.get(name, ()), *nodes)
    rules = dict(one.rules)
    for keyword, value in two.rules.items():
        rules[keyword] = _both(keyword, rules[keyword], value) if keyword in rules else value
    return Arm(
        type_,
        two.pointer,
        rules,
        properties,
        one.required | two.required,
        one.additional + two.additional,
        one.items + two.items,
    )


def _both(keyword: str, one: Any, two: Any) -> Any:
    if keyword == "enum":
        return [value for value in one if value in two]
    if keyword.startswith(("max", "exclusiveMax")) and _are_numbers(one, two):
        return min(one, two)
    if keyword.startswith(("min", "exclusiveMin")) and _are_numbers(one, two):
        return max(one, two)
    return one if one == two else [one, two]


def _are_numbers(*values: Any) -> bool:
    return all(isinstance(value, (int, float)) for value in values)
