"""What the keywords of one schema say by themselves, without what it is combined of."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from scripts.openapi.document import mapping, sequence
from scripts.spec_diff.document import Node

ANNOTATIONS = frozenset(
    ["title", "description", "summary", "example", "examples", "externalDocs", "$comment", "xml"]
)
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
CONSTRAINTS = {"type", "nullable", "allOf", "anyOf", "oneOf", *_ALWAYS}.union(*_BY_TYPE.values())
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


def type_of(value: Any) -> str:
    """The JSON type of a value."""
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return "null" if value is None else kinds.get(type(value), "object")


def own(node: Node) -> Shape | None:
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
    properties: dict[str, tuple[Node, ...]] = {
        key: (inner,) for key, inner in node.at("properties").items()
    }
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
