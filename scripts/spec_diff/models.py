"""The classes that the generator makes of a document, and how it writes types.

Types are sets of alternatives, each written as in the generated code. Nothing is generated here;
`naming` has the rules for names.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from scripts.openapi.document import mapping, sequence
from scripts.spec_diff.document import Document, Node
from scripts.spec_diff.keywords import show
from scripts.spec_diff.naming import class_name, identifier, member, pascal_case
from scripts.spec_diff.shapes import COMPONENT

Types = frozenset[str]

_FORMATS = {
    "date-time": "datetime.datetime",
    "date": "datetime.date",
    "binary": "File",
    "uuid": "UUID",
}
_SIMPLE = {"boolean": "bool", "number": "float", "integer": "int", "null": "None"}


@dataclass(frozen=True)
class Field:
    """A field of a class, or an argument of a function."""

    name: str
    wire: str
    types: Types
    required: bool
    default: str | None
    pointer: str

    @property
    def all_types(self) -> Types:
        """With the mark of what may be left out."""
        return self.types if self.required else self.types | {"Unset"}


@dataclass
class Class:
    """A model, or an enum with `members`."""

    name: str
    pointer: str
    fields: dict[str, Field] = field(default_factory=dict)
    additional: Types | None = None
    members: dict[str, Any] | None = None

    @property
    def module(self) -> str:
        """The module that it is in."""
        return identifier(self.name)


class Models:
    """The classes of a document's low-level package.

    Attributes:
        classes: By name; those of inline schemas come when `types` meets them.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.classes: dict[str, Class] = {}
        self._named: dict[str, Types] = {}
        self._busy: set[str] = set()
        for name in document.schemas:
            self._component(name)

    def _component(self, name: str) -> Types:
        if name in self._named:
            return self._named[name]
        node = self.document.schemas[name]
        if name in self._busy:  # only a model may contain itself, and its name is known
            return frozenset([class_name(mapping(node.value).get("title") or name)])
        self._busy.add(name)
        seen = {name}
        while (ref := _ref(node)) in self.document.schemas and ref not in seen:
            seen.add(ref)
            node = self.document.schemas[ref]
        self._named[name] = self.types(node, name, "")
        self._busy.discard(name)
        return self._named[name]

    def types(self, node: Node, name: str, parent: str) -> Types:
        """The types of a schema; classes are named after where it stands."""
        value = mapping(node.value)
        if isinstance(value.get("$ref"), str):
            return self._reference(node, name, parent)
        combined = [arm for word in ("allOf", "anyOf", "oneOf") for arm in node.at(word).entries()]
        if len(combined) == 1 and _ref(combined[0]):
            return self._reference(combined[0], name, parent)
        kind = value.get("type")
        if kind == "boolean":
            return frozenset(["bool"])
        if value.get("enum"):
            return self._enum(node, name, parent)
        if value.get("anyOf") or value.get("oneOf") or isinstance(kind, list):
            return self._union(node, name, parent)
        if value.get("const") is not None:
            return frozenset([f"Literal[{_literal(value['const'])}]"])
        if kind == "string":
            return frozenset([_FORMATS.get(str(value.get("format")), "str")])
        if kind in _SIMPLE:
            return frozenset([_SIMPLE[str(kind)]])
        if kind == "array":
            return frozenset([f"list[{written(self._items(node, name, parent))}]"])
        if kind == "object" or value.get("allOf") or (kind is None and value.get("properties")):
            return self._model(node, name, parent)
        return frozenset(["Any"])

    def _reference(self, node: Node, name: str, parent: str) -> Types:
        ref = _ref(node)
        if ref in self.document.schemas:
            return self._component(ref)
        return self.types(self.document.follow(node), name, parent)

    def _items(self, node: Node, name: str, parent: str) -> Types:
        nodes = node.at("prefixItems").entries()
        if node.at("items").value is not None:
            nodes.append(node.at("items"))
        if len(nodes) == 1:
            return self.types(nodes[0], f"{name}_item", parent)
        found = [
            self.types(each, f"{name}_item_type_{index}", parent)
            for index, each in enumerate(nodes)
        ]
        return frozenset().union(*found)

    def _union(self, node: Node, name: str, parent: str) -> Types:
        value = mapping(node.value)
        arms = [*node.at("anyOf").entries(), *node.at("oneOf").entries()]
        if isinstance(value.get("type"), list):
            rest = {key: inner for key, inner in value.items() if key not in ("type", "default")}
            arms += [Node({**rest, "type": kind}, node.pointer) for kind in value["type"]]
        found: set[str] = set()
        for index, arm in enumerate(arms):
            title = mapping(arm.value).get("title") if not _ref(arm) else None
            suffix = title if title and title != value.get("title") else f"type_{index}"
            found |= self.types(arm, f"{name}_{suffix}", parent)
        return frozenset(found)

    def _enum(self, node: Node, name: str, parent: str) -> Types:
        value = mapping(node.value)
        listed = sequence(value.get("enum"))
        values = [each for each in listed if each is not None]
        if not values:
            return frozenset(["None"])
        if len(values) < len(listed):
            rest = Node({**value, "enum": values, "anyOf": [], "oneOf": []}, node.pointer)
            if isinstance(value.get("type"), list):
                return self._union(rest, name, parent) | {"None"}
            return self._enum(rest, f"{name}_type_1", parent) | {"None"}
        names = value.get("x-enum-varnames")
        chosen = sequence(names) if len(sequence(names)) == len(values) else values
        members = {
            member(key, index) if chosen is values else member(str(key), index): each
            for index, (key, each) in enumerate(zip(chosen, values, strict=True))
        }
        made = Class(_class(value, name, parent), node.pointer, members=members)
        self.classes.setdefault(made.name, made)
        return frozenset([made.name])

    def _model(self, node: Node, name: str, parent: str) -> Types:
        made = Class(_class(mapping(node.value), name, parent), node.pointer)
        if made.name not in self.classes:
            self.classes[made.name] = made
            self._fill(made, node)
        return frozenset([made.name])

    def _fill(self, made: Class, node: Node) -> None:
        """Find the fields: those of the schemas that it is all of, then its own."""
        value = mapping(node.value)
        required = set(sequence(value.get("required")))
        own = list(node.at("properties").items())
        for arm in node.at("allOf").entries():
            ref = _ref(arm)
            if ref in self.document.schemas:
                for name in sorted(self._component(ref) & self.classes.keys()):
                    made.fields.update(self.classes[name].fields)
                continue
            own += arm.at("properties").items()
            required |= set(sequence(mapping(arm.value).get("required")))
        for wire, each in list(made.fields.items()):
            if wire in required:
                made.fields[wire] = replace(each, required=True)
        for wire, inner in own:
            types = self.types(inner, wire, made.name)
            known = made.fields.get(wire)
            if known and types == {"Any"}:
                types = known.types
            needed = wire in required or bool(known and known.required)
            default = mapping(inner.value).get("default")
            made.fields[wire] = make_field(
                wire, types, needed, None if default is None else show(default), inner.pointer
            )
        _settle(made.fields)
        additional = value.get("additionalProperties", True)
        if additional is not False:
            entry = node.at("additionalProperties")
            anything = additional is True or not additional
            made.additional = (
                frozenset(["Any"])
                if anything
                else self.types(entry, "AdditionalProperty", made.name)
            )


def written(types: Types) -> str:
    """Types as the generated code writes them."""
    return " | ".join(sorted(types, key=str.lower))


def _ref(node: Node) -> str:
    """The name of the schema that a node refers to; empty if it does not."""
    ref = mapping(node.value).get("$ref")
    text = ref if isinstance(ref, str) and ref.startswith(COMPONENT) else ""
    return text.removeprefix(COMPONENT).replace("~1", "/").replace("~0", "~")


def _class(value: dict[str, Any], name: str, parent: str) -> str:
    title = str(value.get("title") or name)
    return class_name(f"{pascal_case(parent)}{pascal_case(title)}" if parent else title)


def _literal(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def make_field(wire: str, types: Types, required: bool, default: str | None, pointer: str) -> Field:
    """A field or argument, with the name that its name on the wire becomes."""
    return Field(identifier(wire), wire, types, required, default, pointer)


def _settle(fields: dict[str, Field]) -> None:
    """Fields that would have the same name keep the one that they have on the wire."""
    names = Counter(each.name for each in fields.values())
    for wire, each in fields.items():
        if names[each.name] > 1:
            fields[wire] = replace(each, name=identifier(wire, raw=True))
