"""Changes of the low-level package, found by comparing what the generator builds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scripts.api_diff.source_changes import SourceChange, compare_sources
from scripts.openapi.document import SCHEMAS, mapping, resolve, sequence
from scripts.openapi.python_names import class_name, variable
from scripts.spec_diff.change import LOW_LEVEL, Change
from scripts.spec_diff.generated_packages import PACKAGE, build_packages
from scripts.spec_diff.spec import REQUEST, RESPONSE, Endpoint, Node, comparable
from scripts.spec_diff.wire_level import Comparison

# The parts of an operation that an argument is generated from, if it is not a parameter.
_PARTS = {"body": "requestBody", "client": "security", "return": "responses"}
_TEXT = "differs in the low-level package only"


class LowLevel:
    """Marks the changes that break the users of the low-level package.

    The generator's names are matched with those in the documents without their case and
    punctuation: `make lint-spec` refuses documents in which that is ambiguous.
    """

    def __init__(self, compared: Comparison, cache: Path) -> None:
        self._compared = compared
        self._owners: dict[str, list[Node]] = {}
        for spec in (compared.new, compared.old):
            named = [*spec.schemas.items(), *((each.id, each.node) for each in spec.endpoints)]
            for name, node in named:
                self._owners.setdefault(comparable(name), []).append(node)
        # With the new names in the old document, each class is compared with what it became.
        old = _with_new_names(compared, compared.old.root.value)
        self._packages = build_packages(old, compared.new.root.value, cache)

    def mark(self) -> None:
        """Add the reasons to the changes of the same place, or as changes of their own."""
        for before, after in self._compared.schemas.both:
            if before != after:
                old, new = (f"{PACKAGE}.models.{class_name(name)}" for name in (before, after))
                self._add(f"{old} is now {new}", [], self._owners[comparable(after)])
        for one, other in self._compared.endpoints.both:
            if one.id != other.id:
                self._add(f"{_module(one)} is now {_module(other)}", [], [other.node])
        for found in compare_sources(*self._packages):
            parts = found.obj.path.split(".")
            if found.is_breaking and parts[1:2] == ["models"]:
                self._mark_class(found)
            elif found.is_breaking and parts[1:2] == ["api"]:
                self._mark_function(found)

    def _mark_class(self, found: SourceChange) -> None:
        """Handle a change of a class, of one of its members, or of its whole module."""
        parts = found.obj.path.split(".")[3:]
        if found.obj.is_module:
            parts = [each.name for each in found.obj.classes.values() if not each.is_alias]
        if not parts:  # the same class, as `models` exports it
            return
        name, member = parts[0], "".join(parts[1:2])
        nodes, rest = self._owner(comparable(name))
        if nodes and not any(found.relation.breaks(way) for way in self._ways(nodes[0], rest)):
            return
        text = f"{PACKAGE}.models.{'.'.join(parts)} {found.text}"
        self._add(text, [each for node in nodes for each in _fields(node, member)], nodes)

    def _mark_function(self, found: SourceChange) -> None:
        """Handle a change of the functions of an operation; all four have the same arguments."""
        parts = found.obj.path.split(".")
        function = "".join(parts[4:5])
        # What wraps the response has one type argument, whose parts cannot be compared.
        if len(parts) < 4 or (found.part == "return" and function.endswith("detailed")):
            return
        nodes, _ = self._owner(comparable(parts[3]))
        name = ".".join(parts if found.text == "was removed" else parts[:4])
        part = found.part or ("return" if function else "")
        inside = [each for node in nodes for each in self._parts(node, part)]
        separator = " " if found.text == "was removed" else ": "
        self._add(f"{name}{separator}{found.text}", inside, nodes)

    def _parts(self, operation: Node, part: str) -> list[Node]:
        """Return the parameter with a name, or what else a part of a function comes from."""
        if part in _PARTS:
            return [operation.at(_PARTS[part])]
        for endpoint in operation.spec.endpoints:
            if endpoint.node is operation:
                return [each for each in endpoint.parameters() if _is_named(each, part)]
        return []

    def _owner(self, key: str) -> tuple[list[Node], str]:
        """Return what a class or module is generated from, and the rest of its name."""
        for end in range(len(key), 0, -1):
            if key[:end] in self._owners:
                return self._owners[key[:end]], key[end:]
        return [], key

    def _ways(self, node: Node, rest: str) -> set[str]:
        """Return whether code creates instances of a class, or reads them; both if unknown."""
        if node.pointer.startswith("/paths/"):
            return {RESPONSE} if rest.startswith("response") else {REQUEST}
        reached = self._compared.changes.reached.get(node.pointer, set())
        return {direction for direction, _ in reached} or {REQUEST, RESPONSE}

    def _add(self, reason: str, inside: list[Node], owners: list[Node]) -> None:
        """Add a reason to the change of a part, or of its owner, or else as another change."""
        below = tuple(f"{node.pointer}/" for node in inside)
        exact = tuple(f"{node.pointer}/" for node in owners)
        ends = [
            (change, [f"{each}/" for each in (change.old, change.new) if each])
            for change in self._compared.changes
        ]
        causes = [change for change, found in ends if any(each.startswith(below) for each in found)]
        causes += [change for change, found in ends if any(each in exact for each in found)]
        if causes:
            causes[0].add_reason(LOW_LEVEL, reason)
            return
        pointer = next((node.pointer for node in [*inside, *owners]), "")
        specs = (self._compared.old, self._compared.new)
        places = [pointer if resolve(spec.root.value, pointer) else None for spec in specs]
        subject = specs[1 if places[1] else 0].label(pointer)
        change = Change("low-level-changed", subject, _TEXT, places[0], places[1])
        self._compared.changes.add(change).add_reason(LOW_LEVEL, reason)


def _module(operation: Endpoint) -> str:
    tags = sequence(mapping(operation.node.value).get("tags")) or ["default"]
    return f"{PACKAGE}.api.{variable(str(tags[0]))}.{variable(operation.id)}"


def _fields(node: Node, name: str) -> list[Node]:
    """Return the property with a name, of a schema or of the parts that it is combined from."""
    holders = [node, *node.at("allOf").entries()]
    properties = [each for holder in holders for each in holder.at("properties").items()]
    return [inner for wire, inner in properties if name and comparable(wire) == comparable(name)]


def _is_named(parameter: Node, name: str) -> bool:
    wire, place = str(parameter.at("name").value), str(parameter.at("in").value)
    return comparable(name) in (comparable(wire), comparable(wire + place))


def _with_new_names(compared: Comparison, value: Any) -> dict[str, Any]:
    """Return the old document with the new names of its schemas and operations."""
    names = {SCHEMAS + old: SCHEMAS + new for old, new in compared.schemas.both}
    ids = {each.id for each in compared.old.endpoints}
    new_ids = {
        old.id: new.id for old, new in compared.endpoints.both if new.id not in ids - {old.id}
    }

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [renamed(each) for each in value]
        if not isinstance(value, dict):
            return value
        result = {key: renamed(each) for key, each in value.items()}
        for key, new in (("$ref", names), ("operationId", new_ids)):
            if isinstance(value.get(key), str):
                result[key] = new.get(value[key], value[key])
        return result

    result: dict[str, Any] = renamed(value)
    if schemas := mapping(mapping(result.get("components")).get("schemas")):
        new_names = dict(compared.schemas.both)
        schemas = {new_names.get(name, name): each for name, each in schemas.items()}
        result["components"] = {**result["components"], "schemas": schemas}
    return result
