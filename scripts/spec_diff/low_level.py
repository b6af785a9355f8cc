"""Changes of the low-level package, found by comparing what the generator builds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import griffe

from scripts.api_diff.annotations import lost_types
from scripts.openapi.document import join, mapping, split
from scripts.spec_diff.generated_packages import PACKAGE
from scripts.spec_diff.normal_form import Shapes
from scripts.spec_diff.spec import REQUEST, RESPONSE, Endpoint, Spec, comparable
from scripts.spec_diff.spec_changes import LOW_LEVEL, Change
from scripts.spec_diff.wire_level import Comparison

_EXACT = 1_000_000
_Kind = griffe.BreakageKind


class Reason(NamedTuple):
    """Something that breaks code, with the places in the documents that it comes from."""

    text: str
    old: str | None
    new: str | None


class Owner(NamedTuple):
    """The part of a document that a class or module is generated from."""

    name: str
    pointer: str
    endpoint: Endpoint | None


class GeneratedSpec:
    """A document with the package that the generator builds from it.

    The generator's names are matched with those in the document without their case and
    punctuation: `make lint-spec` refuses documents in which that is ambiguous.
    """

    def __init__(self, spec: Spec, package: griffe.Module) -> None:
        self.spec = spec
        self._shapes = Shapes(spec)
        self.classes: dict[str, griffe.Class] = {}
        self.modules: dict[str, griffe.Module] = {}
        for module in _submodules(package, "models"):
            for member in module.members.values():
                if isinstance(member, griffe.Class):
                    self.classes[comparable(member.name)] = member
        for tag in _submodules(package, "api"):
            self.modules.update({comparable(name): each for name, each in tag.modules.items()})
        self._owners = {
            comparable(name): Owner(name, node.pointer, None) for name, node in spec.schemas.items()
        }
        for each in spec.endpoints:
            owner = Owner(each.id, each.node.pointer, each)
            self._owners.setdefault(comparable(each.id), owner)

    def module(self, endpoint: Endpoint) -> griffe.Module | None:
        """Return the module of an endpoint."""
        return self.modules.get(comparable(endpoint.id))

    def owner(self, key: str) -> tuple[Owner, str]:
        """Return what a class is generated from, and the rest of its name, if it is nested."""
        for end in range(len(key), 0, -1):
            if key[:end] in self._owners:
                return self._owners[key[:end]], key[end:]
        return Owner("", "", None), key

    def field_pointer(self, owner: Owner, name: str) -> str:
        """Return the pointer to a field of a class; to the owner of the class if there is none."""
        if owner.endpoint is None and owner.name:
            shape = self._shapes.of((self.spec.schemas[owner.name],))
            for variant in shape.own:
                for wire, nodes in variant.properties.items():
                    if comparable(wire) == comparable(name):
                        return nodes[-1].pointer
        path = [int(part) if part.isdigit() else part for part in split(owner.pointer)]
        value = self.spec.root.at(*path).value
        return next(_properties(value, owner.pointer, comparable(name)), owner.pointer)

    def argument_pointer(self, endpoint: Endpoint, name: str) -> str:
        """Return the pointer to an argument of an endpoint's functions."""
        for node in self.spec.parameters(endpoint):
            wire, place = str(node.at("name").value), str(node.at("in").value)
            if comparable(name) in (comparable(wire), comparable(wire + place)):
                return node.pointer
        part = {"body": "requestBody", "client": "security"}.get(name)
        return endpoint.node.at(part).pointer if part else endpoint.node.pointer


class LowLevel:
    """Finds what breaks the users of the low-level package."""

    def __init__(self, compared: Comparison, packages: tuple[griffe.Module, griffe.Module]) -> None:
        self._compared = compared
        self._old = GeneratedSpec(compared.old, packages[0])
        self._new = GeneratedSpec(compared.new, packages[1])
        self._names = {
            comparable(before): comparable(after)
            for before, after in [
                *compared.schemas.both,
                *((each.id, other.id) for each, other in compared.endpoints.both),
            ]
        }
        self._pairs = {key: self._new.classes.get(self._new_key(key)) for key in self._old.classes}
        self._renamed = {
            self._old.classes[key].name: new.name for key, new in self._pairs.items() if new
        }

    def mark(self) -> None:
        """Add the reasons to the changes that cause them; those without a cause are changes."""
        for reason in [*self._of_endpoints(), *self._of_classes()]:
            change = self._cause(reason)
            if change is None:
                spec = self._compared.new if reason.new else self._compared.old
                subject = spec.label(reason.new or reason.old or "")
                text = "differs in the low-level package only"
                change = Change("low-level-changed", subject, text, reason.old, reason.new)
                change = self._compared.changes.add(change)
            change.add_reason(LOW_LEVEL, reason.text)

    def _cause(self, reason: Reason) -> Change | None:
        """Return the change of the same place, else of a larger one, else of a part of it."""
        best: tuple[int, Change | None] = (0, None)
        is_in_both = reason.old and reason.new
        for change in self._compared.changes:
            if is_in_both and not (change.old and change.new):
                continue
            for ours, theirs in ((reason.old, change.old), (reason.new, change.new)):
                if not ours or not theirs:
                    continue
                rank = _EXACT if ours == theirs else 0
                if ours.startswith(f"{theirs}/") and change.kind.endswith(("removed", "added")):
                    rank = 1 + len(theirs)
                elif theirs.startswith(f"{ours}/") and ours.startswith("/paths/"):
                    rank = 1
                if rank > best[0]:
                    best = (rank, change)
        return best[1]

    def _new_key(self, key: str) -> str:
        owner, rest = self._old.owner(key)
        return self._names.get(comparable(owner.name), comparable(owner.name)) + rest

    def _translated(self, annotation: Any) -> str:
        """Return an annotation of the old package with the new names of classes."""
        return re.sub(
            r"[A-Za-z_]\w*", lambda found: self._renamed.get(found[0], found[0]), str(annotation)
        )

    def _of_endpoints(self) -> Iterator[Reason]:
        for endpoint in self._compared.endpoints.removed:
            if module := self._old.module(endpoint):
                yield Reason(f"{module.path} was removed", endpoint.node.pointer, None)
        for before, after in self._compared.endpoints.both:
            old, new = self._old.module(before), self._new.module(after)
            if old is None or new is None:
                continue
            if old.path != new.path:
                pointers = (before.node.pointer, after.node.pointer)
                yield Reason(f"{old.path} is now {new.path}", *pointers)
            yield from self._of_functions(old, new, before, after)

    def _of_functions(
        self, old: griffe.Module, new: griffe.Module, before: Endpoint, after: Endpoint
    ) -> Iterator[Reason]:
        """Compare the functions of an endpoint; all four have the same arguments."""
        name = new.path
        for breakage in griffe.find_breaking_changes(old, new):
            if breakage.obj.name == "sync_detailed" and (found := _of_argument(breakage)):
                yield Reason(f"{name}: {found[1]}", *self._arguments(found[0], before, after))
        functions = old["sync_detailed"], new["sync_detailed"]
        shared = {each.name for each in functions[1].parameters}
        for parameter in functions[0].parameters:
            if parameter.name in shared:
                took = self._translated(parameter.annotation)
                takes = str(functions[1].parameters[parameter.name].annotation)
                if lost := _without_unset(lost_types(took, takes)):
                    text = f"{name}: the argument {parameter.name} no longer takes {_union(lost)}"
                    yield Reason(text, *self._arguments(parameter.name, before, after))
        pointers = (before.node.at("responses").pointer, after.node.at("responses").pointer)
        returns = [self._translated(functions[0].returns), str(functions[1].returns)]
        if "sync" in old.members and "sync" not in new.members:
            yield Reason(f"{name}: sync() and asyncio() were removed", *pointers)
        elif gained := lost_types(*(_result(each) for each in reversed(returns))):
            yield Reason(f"{name}: may now return {_union(gained)}", *pointers)

    def _arguments(
        self, name: str, before: Endpoint, after: Endpoint
    ) -> tuple[str | None, str | None]:
        old = self._old.argument_pointer(before, name)
        new = self._new.argument_pointer(after, name)
        if new == after.node.pointer:
            return old, None
        return (None if old == before.node.pointer else old), new

    def _of_classes(self) -> Iterator[Reason]:
        for key, old in self._old.classes.items():
            owner, _ = self._old.owner(key)
            name = f"{PACKAGE}.models.{old.name}"
            new = self._pairs[key]
            if new is None:
                yield Reason(f"{name} was removed", owner.pointer, None)
                continue
            new_owner, rest = self._new.owner(comparable(new.name))
            pointers = (owner.pointer, new_owner.pointer)
            if old.name != new.name:
                yield Reason(f"{name} is now {PACKAGE}.models.{new.name}", *pointers)
            if _is_enum(old) != _is_enum(new):
                text = f"{PACKAGE}.models.{new.name} is no longer the same kind of class"
                yield Reason(text, *pointers)
                continue
            directions = self._directions(new_owner, rest)
            for field, text in self._of_members(old, new, directions):
                yield Reason(text, *self._fields(owner, new_owner, field))

    def _fields(self, old: Owner, new: Owner, name: str) -> tuple[str | None, str | None]:
        before, after = self._old.field_pointer(old, name), self._new.field_pointer(new, name)
        if not name or (before == old.pointer and after == new.pointer):
            return old.pointer, new.pointer
        return (
            None if before == old.pointer else before,
            None if after == new.pointer else after,
        )

    def _of_members(
        self, old: griffe.Class, new: griffe.Class, directions: set[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield the fields or enum members that break something, each with the reason."""
        name = f"{PACKAGE}.models.{new.name}"
        for breakage in griffe.find_breaking_changes(old, new):
            member = breakage.obj.name
            if breakage.kind is _Kind.OBJECT_REMOVED and breakage.obj.is_attribute:
                yield _field_of(old, member), f"{name}.{member} was removed"
            elif breakage.kind is _Kind.ATTRIBUTE_CHANGED_VALUE and _is_enum(new):
                yield "", f"{name}.{member} is now {breakage.new_value}"
            elif breakage.kind is _Kind.PARAMETER_REMOVED or REQUEST not in directions:
                continue  # the attribute was removed, too
            elif found := _of_argument(breakage):
                yield found[0], f"{name}: {found[1]}"
        for member in old.members.keys() & new.members.keys():
            before, after = old.members[member], new.members[member]
            if isinstance(before, griffe.Attribute) and isinstance(after, griffe.Attribute):
                types = self._translated(before.annotation), str(after.annotation)
                lost, gained = _without_unset(lost_types(*types)), lost_types(*reversed(types))
                if lost and REQUEST in directions:
                    yield member, f"{name}.{member} no longer takes {_union(lost)}"
                if gained and RESPONSE in directions:
                    yield member, f"{name}.{member} may now be {_union(gained)}"

    def _directions(self, owner: Owner, rest: str) -> set[str]:
        """Return whether code creates instances of a class, or reads them; both if unknown."""
        if owner.endpoint:
            return {RESPONSE} if rest.startswith("response") else {REQUEST}
        reached = self._compared.reached.get(owner.name, set())
        return {direction for direction, _ in reached} or {REQUEST, RESPONSE}


def _submodules(package: griffe.Module, name: str) -> list[griffe.Module]:
    holder = package.modules.get(name)
    return list(holder.modules.values()) if holder else []


def _is_enum(cls: griffe.Class) -> bool:
    return any("Enum" in str(base) for base in cls.bases)


def _field_of(cls: griffe.Class, member: str) -> str:
    """Return the name of a field; a member of an enum is in the schema of the enum itself."""
    return "" if _is_enum(cls) else member


def _of_argument(breakage: griffe.Breakage) -> tuple[str, str] | None:
    """Return the argument that a breakage is about, and what is the matter with it."""
    old, new = breakage.old_value, breakage.new_value
    match breakage.kind:
        case _Kind.PARAMETER_REMOVED:
            return old.name, f"the argument {old.name} was removed"
        case _Kind.PARAMETER_ADDED_REQUIRED:
            return new.name, f"a new required argument {new.name}"
        case _Kind.PARAMETER_CHANGED_REQUIRED:
            return new.name, f"the argument {new.name} is now required"
        case _Kind.PARAMETER_CHANGED_DEFAULT:
            text = f"the default of {new.name} {old.default} → {new.default}; it is sent"
            return new.name, text
        case _Kind.PARAMETER_MOVED | _Kind.PARAMETER_CHANGED_KIND:
            return new.name, f"the argument {new.name} was moved"
    return None


def _result(annotation: str) -> str:
    return annotation.removeprefix("Response[").removesuffix("]")


def _without_unset(types: list[str]) -> list[str]:
    """Leave out what only says that an argument became required."""
    return [each for each in types if each != "Unset"]


def _union(types: list[str]) -> str:
    return " | ".join(sorted(types))


def _properties(value: Any, pointer: str, key: str) -> Iterator[str]:
    """Yield the pointers to the properties with a name, at any depth."""
    for name in mapping(mapping(value).get("properties")):
        if comparable(str(name)) == key:
            yield join(pointer, "properties", name)
    items = enumerate(value) if isinstance(value, list) else mapping(value).items()
    for part, inner in items:
        if isinstance(inner, (dict, list)):
            yield from _properties(inner, join(pointer, part), key)
