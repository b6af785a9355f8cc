"""Schemas in one normal form, whatever way they were written down.

A shape is a list of alternatives, each of one type, and whether null is valid. So `nullable: true`,
`type: [x, 'null']` and `anyOf: [x, {type: 'null'}]` are the same, and so are a reference and an
`allOf` of it alone; several `allOf` are merged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from speclint.document import mapping, sequence

from specdiff.document import Document, Node

COMPONENT = "#/components/schemas/"
ANNOTATIONS = frozenset(
    ["title", "description", "summary", "example", "examples", "externalDocs", "$comment", "xml"]
)
_MOST_ARMS = 64
_NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_BY_TYPE: dict[str, tuple[str, ...]] = {
    "string": ("minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType"),
    "number": _NUMERIC,
    "array": (
        *("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
        *("minContains", "maxContains", "unevaluatedItems"),
    ),
    "object": (
        *("properties", "required", "additionalProperties", "minProperties", "maxProperties"),
        *("patternProperties", "propertyNames", "dependentRequired", "dependentSchemas"),
        "unevaluatedProperties",
    ),
}
_BY_TYPE["integer"] = _NUMERIC
_ALWAYS = ("format", "enum", "const", "not", "if", "then", "else")
_CONSTRAINTS = {"type", "nullable", "allOf", "anyOf", "oneOf", *_ALWAYS}.union(*_BY_TYPE.values())
# Kept apart from the other keywords, because they are compared one by one.
_PARTS = frozenset(["properties", "required", "additionalProperties", "items"])


@dataclass(frozen=True)
class Ref:
    """An alternative that is a named schema."""

    name: str


@dataclass(frozen=True)
class Arm:
    """An alternative of one type; `any` is all types."""

    type: str
    pointer: str
    rules: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    additional: tuple[Node, ...] = ()
    items: tuple[Node, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it takes every value of its type."""
        return not (self.rules or self.properties or self.required or self.additional or self.items)

    @property
    def is_closed(self) -> bool:
        """Whether it refuses fields that it does not name."""
        return any(node.value is False for node in self.additional)


@dataclass(frozen=True)
class Shape:
    """The alternatives of a schema. `nullable` is None where the schema does not care."""

    arms: tuple[Arm | Ref, ...]
    nullable: bool | None = False

    @property
    def refs(self) -> set[str]:
        """The names of the schemas among the alternatives."""
        return {arm.name for arm in self.arms if isinstance(arm, Ref)}

    @property
    def is_any(self) -> bool:
        """Whether everything is valid."""
        return any(
            isinstance(arm, Arm) and arm.type == "any" and not arm.rules for arm in self.arms
        )


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
        if not isinstance(value, dict) or not value.keys() & (_CONSTRAINTS | {"$ref"}):
            return None
        parts = []
        if isinstance(value.get("$ref"), str):
            parts.append(self._reference(node, value["$ref"]))
            if str(self._document.root.value.get("openapi")).startswith("3.0"):
                return parts[0]
        if own := _own(node):
            parts.append(own)
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
        result = self.expand_softly(known[0])
        for part in known[1:]:
            result = _intersect(result, self.expand_softly(part))
        return result

    def expand_softly(self, shape: Shape) -> Shape:
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


def type_of(value: Any) -> str:
    """The JSON type of a value."""
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return "null" if value is None else kinds.get(type(value), "object")


def _own(node: Node) -> Shape | None:
    """What the schema itself says, without what it is combined of."""
    value = dict(mapping(node.value))
    values = [value["const"]] if "const" in value else value.get("enum")
    values = values if isinstance(values, list) else None
    types, inferred = _types(value, values)
    if not types:
        return None
    arms = []
    for name in types:
        rules = _rules(value, name)
        if values is not None:
            fitting = [each for each in values if _fits(each, name)]
            if not fitting:
                continue
            rules["enum"] = fitting
        if name != "null":
            arms.append(_arm(node, name, rules))
    null_listed = values is None or None in values
    nullable = ("null" in types and null_listed) or value.get("nullable") is True
    return Shape(tuple(arms), None if inferred and not nullable else nullable)


def _types(value: dict[str, Any], values: list[Any] | None) -> tuple[list[str], bool]:
    """The types that a schema names; or that its keywords are about, and True."""
    named = value.get("type")
    if isinstance(named, str):
        return [named], False
    if isinstance(named, list):
        return [str(name) for name in named], False
    if values is not None:
        return list(dict.fromkeys(type_of(each) for each in values)), False
    about = [name for name in ("object", "array", "string", "number") if _is_about(value, name)]
    if about:
        return about[:1], True
    return (["any"], True) if value.keys() & {"not", "if", "format"} else ([], True)


def _is_about(value: dict[str, Any], name: str) -> bool:
    return bool(value.keys() & set(_BY_TYPE[name]))


def _fits(value: Any, name: str) -> bool:
    kind = type_of(value)
    return kind == name or (kind == "integer" and name == "number") or name == "any"


def _rules(value: dict[str, Any], name: str) -> dict[str, Any]:
    """The keywords that constrain a type, in the form of 3.1."""
    wanted = (set(_BY_TYPE.get(name, ())) | set(_ALWAYS)) - _PARTS - {"enum", "const"}
    rules = {key: canonical(value[key]) for key in value if key in wanted}
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if rules.get(exclusive) is True and bound in rules:
            rules[exclusive] = rules.pop(bound)
        elif isinstance(rules.get(exclusive), bool):
            del rules[exclusive]
    for keyword, nothing in (("minLength", 0), ("minItems", 0), ("minProperties", 0)):
        if rules.get(keyword) == nothing:
            del rules[keyword]
    if rules.get("uniqueItems") is False:
        del rules["uniqueItems"]
    return rules


def _arm(node: Node, name: str, rules: dict[str, Any]) -> Arm:
    value = mapping(node.value)
    if name == "array":
        return Arm(name, node.pointer, rules, items=(node.at("items"),) if "items" in value else ())
    if name != "object":
        return Arm(name, node.pointer, rules)
    properties = {key: (inner,) for key, inner in node.at("properties").items()}
    required = frozenset(str(each) for each in sequence(value.get("required")))
    additional = value.get("additionalProperties", True)
    return Arm(
        name,
        node.pointer,
        rules,
        properties,
        required,
        () if additional is True or additional == {} else (node.at("additionalProperties"),),
    )


def canonical(value: Any) -> Any:
    """A value without what only documents it, in a form that can be compared."""
    if isinstance(value, dict):
        kept = {str(key): canonical(inner) for key, inner in value.items()}
        return {key: kept[key] for key in sorted(kept) if key not in ANNOTATIONS}
    return [canonical(inner) for inner in value] if isinstance(value, list) else value


def show(value: Any) -> str:
    """A value of a document, short enough for a sentence."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."
