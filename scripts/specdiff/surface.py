"""What the generator makes of a document: modules, functions, classes, and their types.

Types are sets of alternatives, each written as in the generated code. Nothing is generated here;
`naming` has the rules for names.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from speclint.document import mapping, sequence

from specdiff.document import Document, Node, Operation
from specdiff.naming import class_name, identifier, member, pascal_case
from specdiff.reach import parameters
from specdiff.shapes import COMPONENT, show

Types = frozenset[str]

_FORMATS = {
    "date-time": "datetime.datetime",
    "date": "datetime.date",
    "binary": "File",
    "uuid": "UUID",
}
_SIMPLE = {"boolean": "bool", "number": "float", "integer": "int", "null": "None"}
_BODIES = {
    "application/x-www-form-urlencoded": "data",
    "multipart/form-data": "files",
    "application/octet-stream": "content",
}


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


@dataclass
class Function:
    """What is made of an operation: a module with functions that take the same arguments."""

    operation: Operation
    module: str
    arguments: dict[str, Field]
    returns: Types
    success: Types
    secured: bool


class Surface:
    """The low-level package of a document.

    Attributes:
        classes: By name.
        functions: By operationId.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self.classes: dict[str, Class] = {}
        self.functions: dict[str, Function] = {}
        self._named: dict[str, Types] = {}
        self._busy: set[str] = set()
        for name in document.schemas:
            self._component(name)
        for operation in document.operations:
            self.functions[operation.id] = self._function(operation)

    def _component(self, name: str) -> Types:
        if name in self._named:
            return self._named[name]
        node = self._document.schemas[name]
        if name in self._busy:  # only a model may contain itself, and its name is known
            return frozenset([class_name(mapping(node.value).get("title") or name)])
        self._busy.add(name)
        seen = {name}
        while (ref := _ref(node)) in self._document.schemas and ref not in seen:
            seen.add(ref)
            node = self._document.schemas[ref]
        self._named[name] = self._types(node, name, "")
        self._busy.discard(name)
        return self._named[name]

    def _types(self, node: Node, name: str, parent: str) -> Types:
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
        if ref in self._document.schemas:
            return self._component(ref)
        return self._types(self._document.follow(node), name, parent)

    def _items(self, node: Node, name: str, parent: str) -> Types:
        nodes = node.at("prefixItems").entries()
        if node.at("items").value is not None:
            nodes.append(node.at("items"))
        if len(nodes) == 1:
            return self._types(nodes[0], f"{name}_item", parent)
        found = [
            self._types(each, f"{name}_item_type_{index}", parent)
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
            found |= self._types(arm, f"{name}_{suffix}", parent)
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
            if ref in self._document.schemas:
                for name in sorted(self._component(ref) & self.classes.keys()):
                    made.fields.update(self.classes[name].fields)
                continue
            own += arm.at("properties").items()
            required |= set(sequence(mapping(arm.value).get("required")))
        for wire, each in list(made.fields.items()):
            if wire in required:
                made.fields[wire] = _field(wire, each.types, True, each.default, each.pointer)
        for wire, inner in own:
            types = self._types(inner, wire, made.name)
            known = made.fields.get(wire)
            if known and types == {"Any"}:
                types = known.types
            needed = wire in required or bool(known and known.required)
            default = mapping(inner.value).get("default")
            made.fields[wire] = _field(
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
                else self._types(entry, "AdditionalProperty", made.name)
            )

    def _function(self, operation: Operation) -> Function:
        value = mapping(operation.node.value)
        tag = identifier(str((sequence(value.get("tags")) or ["default"])[0]), "tag")
        found: dict[str, Field] = {}
        for node in parameters(self._document, operation):
            place, wire = str(node.at("in").value), str(node.at("name").value)
            if node.at("schema").value is not None:
                types = self._types(node.at("schema"), wire, operation.id)
                default = mapping(node.at("schema").value).get("default")
                required = node.at("required").value is True
                shown = None if default is None else show(default)
                found[f"{place} {wire}"] = _field(wire, types, required, shown, node.pointer)
        _settle_arguments(found)
        if body := self._body(operation):
            found["body"] = body
        returns, success = self._returns(operation)
        return Function(
            operation,
            f"{tag}.{identifier(operation.id)}",
            found,
            returns,
            success,
            bool(value.get("security")),
        )

    def _body(self, operation: Operation) -> Field | None:
        body = self._document.follow(operation.node.at("requestBody"))
        entries = [
            (media, entry.at("schema"))
            for media, entry in body.at("content").items()
            if _body_kind(media) and entry.at("schema").value is not None
        ]
        several = len(mapping(body.at("content").value)) > 1
        types: Types = frozenset()
        for media, schema in entries:
            parent = f"{operation.id}_{_body_kind(media)}" if several else operation.id
            types |= self._types(schema, "body", parent)
        if not entries:
            return None
        required = body.at("required").value is True
        return Field("body", "body", types, required, None, body.pointer)

    def _returns(self, operation: Operation) -> tuple[Types, Types]:
        """The types of all responses, and of those that are no errors."""
        everything: Types = frozenset()
        success: Types = frozenset()
        for status, node in operation.node.at("responses").items():
            types = self._response(status, self._document.follow(node), operation.id)
            everything |= types
            if status.startswith("2") or status == "default":
                success |= types
        return everything or frozenset(["Any"]), success

    def _response(self, status: str, node: Node, parent: str) -> Types:
        entries = list(node.at("content").items())
        if not entries:
            return frozenset(["Any"])
        for media, entry in entries:
            bare = media.partition(";")[0].strip()
            if bare.startswith("text/") or bare.endswith(("/json", "+json", "/octet-stream")):
                schema = entry.at("schema")
                if schema.value is None:
                    return frozenset(["Any"])
                return self._types(schema, f"response_{status}", parent)
        return frozenset()


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


def _field(wire: str, types: Types, required: bool, default: str | None, pointer: str) -> Field:
    return Field(identifier(wire), wire, types, required, default, pointer)


def _settle(fields: dict[str, Field]) -> None:
    """Fields that would have the same name keep the one that they have on the wire."""
    names = Counter(each.name for each in fields.values())
    for wire, each in fields.items():
        if names[each.name] > 1:
            name = identifier(wire, raw=True)
            fields[wire] = Field(name, wire, each.types, each.required, each.default, each.pointer)


def _settle_arguments(found: dict[str, Field]) -> None:
    """Arguments that would have the same name say where they are sent."""
    names = Counter(each.name for each in found.values())
    for key, each in found.items():
        if names[each.name] > 1 or each.name in ("client", "url"):
            name = identifier(f"{each.name}_{key.partition(' ')[0]}")
            found[key] = Field(
                name, each.wire, each.types, each.required, each.default, each.pointer
            )


def _body_kind(media: str) -> str | None:
    bare = media.partition(";")[0].strip()
    return _BODIES.get(bare) or ("json" if bare.endswith(("/json", "+json")) else None)
