"""The variants of a schema in its normal form, and how reports describe them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from scripts.openapi.document import mapping, sequence
from scripts.spec_diff.spec import Node

Nodes = tuple[Node, ...]


@dataclass(frozen=True)
class Ref:
    """A variant that is a named schema."""

    name: str
    node: Node


@dataclass(frozen=True, eq=False)
class Variant:
    """A variant of one type, which may be "any".

    Attributes:
        rules: The keywords that are compared as a whole.
    """

    type: str
    pointer: str
    rules: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Nodes] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    additional: Nodes = ()
    items: Nodes = ()

    @property
    def is_plain(self) -> bool:
        """Whether every value of the type is valid."""
        return not (self.rules or self.properties or self.required or self.additional or self.items)

    @property
    def is_closed(self) -> bool:
        """Whether fields that are not named are refused."""
        return any(node.value is False for node in self.additional)

    def values_of(self, name: str) -> list[Any]:
        """Return the values that a field lists, as an enum or a const."""
        value: dict[str, Any] = {}
        for node in self.properties.get(name, ()):
            value |= mapping(node.value)
        return [value["const"]] if "const" in value else sequence(value.get("enum"))


@dataclass(frozen=True)
class Shape:
    """The variants of a schema. `nullable` is None if the schema says nothing about null."""

    variants: tuple[Variant | Ref, ...]
    nullable: bool | None = False

    @property
    def refs(self) -> set[str]:
        """The names of the schemas among the variants."""
        return {each.name for each in self.variants if isinstance(each, Ref)}

    @property
    def own(self) -> list[Variant]:
        """The variants that are not named schemas."""
        return [each for each in self.variants if isinstance(each, Variant)]

    @property
    def is_any(self) -> bool:
        """Whether everything is valid."""
        return any(each.type == "any" and not each.rules for each in self.own)

    def without(self, names: set[str]) -> Shape:
        """Return the shape without some named schemas."""
        kept = [
            each for each in self.variants if not (isinstance(each, Ref) and each.name in names)
        ]
        return replace(self, variants=tuple(kept))


def show(value: Any) -> str:
    """Return a value of a document, shortened for a sentence."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def describe_variant(variant: Variant | Ref) -> str:
    """Return a short description of a variant."""
    if isinstance(variant, Ref):
        return variant.name
    if "enum" in variant.rules:
        return " | ".join(show(value) for value in variant.rules["enum"][:4])
    if variant.pointer.startswith("/components/schemas/") and variant.pointer.count("/") == 3:
        return variant.pointer.rsplit("/", 1)[1]
    has_format = "format" in variant.rules
    return f"{variant.type} ({variant.rules['format']})" if has_format else variant.type


def describe_change(old: Shape, new: Shape) -> str:
    """Return a short description of two shapes, by type if both are of the same named schema."""
    texts = [describe(each) for each in (old, new)]
    if texts[0] == texts[1]:
        texts = [" or ".join(variant.type for variant in each.own) for each in (old, new)]
    return " → ".join(texts)


def describe(shape: Shape) -> str:
    """Return a short description of a shape."""
    if shape.is_any:
        return "anything"
    texts = [describe_variant(each) for each in shape.variants] + ["null"] * bool(shape.nullable)
    return " or ".join(dict.fromkeys(texts)) or "nothing"
