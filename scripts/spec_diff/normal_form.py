"""Schemas in one normal form, in whatever way they are written.

A `Shape` is a list of variants, each of one type, and whether null is valid. So `nullable: true`,
`type: [x, 'null']` and `anyOf: [x, {type: 'null'}]` are the same, and so are a reference and an
`allOf` of only that reference; several `allOf` are merged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from itertools import product
from typing import Any

from scripts.openapi.document import UNIONS, mapping, ref_name, sequence
from scripts.spec_diff.spec import Node
from scripts.spec_diff.variants import Nodes, Ref, Shape, Variant

ANNOTATIONS = frozenset(
    ["title", "description", "summary", "example", "examples", "externalDocs", "$comment", "xml"]
)
SCALARS = frozenset(["string", "number", "integer", "boolean"])

_NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_BY_TYPE: dict[str, tuple[str, ...]] = {
    "string": ("minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType"),
    "number": _NUMERIC,
    "integer": _NUMERIC,
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
_ANY_TYPE = ("format", "enum", "const", "not", "if", "then", "else")
_CONSTRAINTS = {"type", "nullable", "allOf", "anyOf", "oneOf", "$ref", *_ANY_TYPE}.union(
    *_BY_TYPE.values()
)
# Fields of `Variant` instead of rules, because they are compared one by one.
_PARTS = frozenset(["properties", "required", "additionalProperties", "items", "enum", "const"])
_WITHOUT_EFFECT = {"minLength": 0, "minItems": 0, "minProperties": 0, "uniqueItems": False}
# More combinations than this are compared as a whole.
_MAX_VARIANTS = 64


def shape_of(nodes: Nodes) -> Shape:
    """Return the shape of the values that are valid under all the schemas, computed once."""
    shapes = nodes[0].spec.shapes
    key = tuple(node.pointer for node in nodes)
    if key not in shapes:
        shapes[key] = _intersection(map(_shape, nodes)) or _anything(key[0])
    found: Shape = shapes[key]
    return found


def expand(shape: Shape) -> Shape:
    """Return the shape with the variants of named schemas in place of their names."""
    variants: list[Variant | Ref] = []
    nullable = bool(shape.nullable)
    for each in shape.variants:
        if isinstance(each, Ref):
            inner = named_shape(each.node)
            variants += inner.variants
            nullable |= bool(inner.nullable)
        else:
            variants.append(each)
    return Shape(tuple(variants), nullable)


def variants_of(*nodes: Node) -> list[Variant]:
    """Return the variants of the values that are valid under all the schemas."""
    return expand(shape_of(nodes)).own


def named_shape(node: Node) -> Shape:
    """Return the expanded shape of a named schema, computed once."""
    shapes = node.spec.shapes
    key = ("expanded", node.pointer)
    if key not in shapes:
        shapes[key] = _anything(node.pointer)  # for a base class with a union of its subclasses
        shapes[key] = expand(shape_of((node,)))
    found: Shape = shapes[key]
    return found


def _shape(node: Node) -> Shape | None:
    """Return the shape of one schema; None if it constrains nothing."""
    value = node.value
    if value is False:
        return Shape(())
    if is_unconstrained(node):
        return None
    parts = []
    if isinstance(value.get("$ref"), str):
        parts.append(_reference(node))
        # In 3.0, what is beside a reference is ignored:
        # https://spec.openapis.org/oas/v3.0.4.html#reference-object
        if str(node.spec.root.value.get("openapi")).startswith("3.0"):
            return parts[0]
    if own := _own_shape(node):
        parts.append(own)
    parts += map(_shape, node.at("allOf").entries())
    for keyword in UNIONS:
        if sequence(value.get(keyword)):
            parts.append(_union(node.at(keyword).entries()))
    shape = _intersection(parts)
    if value.get("nullable") is True:
        shape = replace(shape, nullable=True) if shape else None
    return shape


def _reference(node: Node) -> Shape | None:
    name = ref_name(node.value)
    named = node.spec.schemas.get(name)
    return Shape((Ref(name, named),), None) if named else _shape(node.follow())


def _union(nodes: list[Node]) -> Shape:
    shapes = [_shape(node) or _anything(node.pointer) for node in nodes]
    if any(shape.is_any for shape in shapes):
        return _anything(nodes[0].pointer)
    variants = [each for shape in shapes for each in shape.variants]
    plain = {each.type for each in variants if isinstance(each, Variant) and each.is_plain}
    plain &= SCALARS
    plain |= {"integer"} if "number" in plain else set()
    kept = [each for each in variants if not _is_redundant(each, plain)]
    return Shape(tuple(kept), any(shape.nullable for shape in shapes))


def _is_redundant(variant: Variant | Ref, plain: set[str]) -> bool:
    """Return whether every value of a variant is valid under a plain one of its type."""
    if isinstance(variant, Variant):
        return variant.type in plain and not variant.is_plain
    types = {each.type for each in named_shape(variant.node).own} if plain else set()
    return bool(types) and types <= plain


def _intersection(parts: Iterable[Shape | None]) -> Shape | None:
    known = [part for part in parts if part is not None]
    if len(known) < 2:
        return known[0] if known else None
    return reduce(_intersect, map(_expand_part, known))


def _expand_part(shape: Shape) -> Shape:
    """Expand a part of an intersection, which may leave null to the other parts."""
    expanded = expand(shape)
    is_undecided = shape.nullable is None and not shape.refs
    return replace(expanded, nullable=None) if is_undecided else expanded


def _own_shape(node: Node) -> Shape | None:
    """Return the shape of a schema's own keywords, without what it is combined from."""
    value = mapping(node.value)
    values = [value["const"]] if "const" in value else value.get("enum")
    values = values if isinstance(values, list) else None
    types, is_inferred = _types(value, values)
    if not types:
        return None
    variants = []
    for name in types:
        rules = _rules(value, name)
        if values is not None:
            fitting = [each for each in values if _fits(each, name)]
            if not fitting:
                continue
            rules["enum"] = fitting
        if name != "null":
            variants.append(_variant(node, name, rules))
    null_listed = values is None or None in values
    nullable = ("null" in types and null_listed) or value.get("nullable") is True
    return Shape(tuple(variants), None if is_inferred and not nullable else nullable)


def _types(value: dict[str, Any], values: list[Any] | None) -> tuple[list[str], bool]:
    """Return the types of a schema, and whether they are inferred from its other keywords."""
    declared = value.get("type")
    if isinstance(declared, str):
        return [declared], False
    if isinstance(declared, list):
        return [str(name) for name in declared], False
    if values is not None:
        return list(dict.fromkeys(_type_of(each) for each in values)), False
    for name in ("object", "array", "string", "number"):
        if value.keys() & set(_BY_TYPE[name]):
            return [name], True
    return (["any"], True) if value.keys() & {"not", "if", "format"} else ([], True)


def _type_of(value: Any) -> str:
    types = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return "null" if value is None else types.get(type(value), "object")


def _fits(value: Any, name: str) -> bool:
    found = _type_of(value)
    return found == name or (found == "integer" and name == "number") or name == "any"


def _rules(value: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the keywords that constrain a type, in the form of 3.1."""
    keywords = {*_BY_TYPE.get(name, ()), *_ANY_TYPE} - _PARTS
    rules = {key: canonical(value[key]) for key in value if key in keywords}
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if rules.get(exclusive) is True and bound in rules:
            rules[exclusive] = rules.pop(bound)
        elif isinstance(rules.get(exclusive), bool):
            del rules[exclusive]
    if name == "string":
        _unify_contents(rules)
    without_effect = {**_WITHOUT_EFFECT, **({"multipleOf": 1} if name == "integer" else {})}
    return {
        key: each
        for key, each in rules.items()
        if key not in without_effect or each != without_effect[key]
    }


def _unify_contents(rules: dict[str, Any]) -> None:
    """Replace the keywords that 3.1 has for the formats "byte" and "binary" of 3.0.

    See https://spec.openapis.org/oas/v3.1.1.html#migrating-binary-descriptions-from-oas-30.
    """
    media = str(rules.get("contentMediaType", ""))
    if str(rules.get("contentEncoding")).lower() == "base64" and "format" not in rules:
        del rules["contentEncoding"]
        rules["format"] = "byte"
    elif media and not media.startswith("text/") and "json" not in media:
        if "contentEncoding" not in rules:
            rules.setdefault("format", "binary")
        if media == "application/octet-stream":
            del rules["contentMediaType"]


def _variant(node: Node, name: str, rules: dict[str, Any]) -> Variant:
    value = mapping(node.value)
    if name == "array":
        return Variant(name, node.pointer, rules, items=_constraining(node.at("items")))
    if name != "object":
        return Variant(name, node.pointer, rules)
    return Variant(
        name,
        node.pointer,
        rules,
        {key: (inner,) for key, inner in node.at("properties").items()},
        frozenset(str(each) for each in sequence(value.get("required"))),
        _constraining(node.at("additionalProperties")),
    )


def _constraining(node: Node) -> Nodes:
    """Return a schema if there is one, and some value is not valid."""
    return () if is_unconstrained(node) else (node,)


def is_unconstrained(node: Node, *ignored: str) -> bool:
    """Return whether every value is valid, but for some keywords; also if there is no schema."""
    if isinstance(node.value, dict):
        return not node.value.keys() & _CONSTRAINTS - set(ignored)
    return node.value is not False


def _anything(pointer: str) -> Shape:
    return Shape((Variant("any", pointer),), True)


def _intersect(one: Shape, two: Shape) -> Shape:
    nullable = one.nullable if two.nullable is None else two.nullable
    if one.nullable is not None and two.nullable is not None:
        nullable = one.nullable and two.nullable
    if len(one.variants) * len(two.variants) > _MAX_VARIANTS:
        variants = [*one.own, *two.own]
        rules = {"allOf": sorted(f"{each.type} at {each.pointer}" for each in variants)}
        return Shape((Variant("any", variants[0].pointer, rules),), nullable)
    merged = [_merge(*pair) for pair in product(one.own, two.own)]
    return Shape(tuple(each for each in merged if each is not None), nullable)


def _merge(one: Variant, two: Variant) -> Variant | None:
    """Return what is valid under both; None if nothing is."""
    if "any" in (one.type, two.type):
        type_ = two.type if one.type == "any" else one.type
    elif one.type == two.type:
        type_ = one.type
    elif {one.type, two.type} == {"integer", "number"}:
        type_ = "integer"
    else:
        return None
    properties = dict(one.properties)
    for name, nodes in two.properties.items():
        properties[name] = (*properties.get(name, ()), *nodes)
    rules = dict(one.rules)
    for keyword, value in two.rules.items():
        rules[keyword] = _stricter(keyword, rules[keyword], value) if keyword in rules else value
    return Variant(
        type_,
        two.pointer,
        rules,
        properties,
        one.required | two.required,
        one.additional + two.additional,
        one.items + two.items,
    )


def _stricter(keyword: str, one: Any, two: Any) -> Any:
    if keyword == "enum":
        return [value for value in one if value in two]
    if keyword.startswith(("max", "exclusiveMax")) and are_numbers(one, two):
        return min(one, two)
    if keyword.startswith(("min", "exclusiveMin")) and are_numbers(one, two):
        return max(one, two)
    return one if one == two else [one, two]


def canonical(value: Any) -> Any:
    """Return a value without what only documents it, in a form that can be compared."""
    if isinstance(value, dict):
        kept = {str(key): canonical(inner) for key, inner in value.items()}
        return {key: kept[key] for key in sorted(kept) if key not in ANNOTATIONS}
    return [canonical(inner) for inner in value] if isinstance(value, list) else value


def are_numbers(*values: Any) -> bool:
    """Return whether all values are numbers."""
    return all(isinstance(value, (int, float)) for value in values)
