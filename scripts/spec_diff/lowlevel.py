"""What a change of the contract does to the low-level package that is generated from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scripts.spec_diff.changes import LOW_LEVEL, Change, Findings
from scripts.spec_diff.compare import Compared
from scripts.spec_diff.labels import label
from scripts.spec_diff.models import Class, Field, Types, written
from scripts.spec_diff.reach import REQUEST, RESPONSE
from scripts.spec_diff.surface import Function, Surface

_MODELS = "vlmrun_api.models"
_API = "vlmrun_api.api"
_EXACT = 1_000_000
_NONE: Types = frozenset()


class Difference(NamedTuple):
    """Something in the low-level package that existing code may trip over."""

    text: str
    old: str | None
    new: str | None


class LowLevel:
    """Compares what is generated from both documents."""

    def __init__(self, old: Surface, new: Surface, compared: Compared) -> None:
        self._old, self._new = old, new
        self._compared = compared
        self._schemas: dict[str, str] = dict(compared.schemas.both)
        self._classes = self._pair_classes()
        self._renamed = {one: two for one, two in self._classes.items() if one != two}

    def mark(self, findings: Findings) -> None:
        """Put the changes that break low-level code into that class; add what is not there yet."""
        for difference in [*self._of_functions(), *self._of_classes()]:
            change = _fitting(findings, difference)
            if change is None:
                pointer = difference.new or difference.old or ""
                document = self._compared.new if difference.new else self._compared.old
                change = findings.add(
                    Change(
                        "low-level-changed",
                        label(document, pointer),
                        "differs in the low-level package only",
                        difference.old,
                        difference.new,
                    )
                )
            change.because(LOW_LEVEL, difference.text)

    def _pair_classes(self) -> dict[str, str]:
        """Classes that are made of the same schema; else those of the same name."""
        by_place = {made.pointer: made.name for made in self._new.classes.values()}
        paired = {}
        for name, made in self._old.classes.items():
            place = self._moved(made.pointer)
            if place in by_place:
                paired[name] = by_place[place]
        taken = set(paired.values())
        for name in self._old.classes:
            if name not in paired and name in self._new.classes and name not in taken:
                paired[name] = name
        return paired

    def _moved(self, pointer: str) -> str:
        """Where a place of the old document is in the new one."""
        for before, after in self._compared.operations.both:
            if pointer.startswith(f"{before.node.pointer}/"):
                return f"{after.node.pointer}{pointer.removeprefix(before.node.pointer)}"
        match = re.match(r"/components/schemas/([^/]+)(.*)", pointer)
        if match and match[1] in self._schemas:
            return f"/components/schemas/{self._schemas[match[1]]}{match[2]}"
        return pointer

    def _translated(self, types: Types) -> Types:
        """Old types by the new names of classes."""

        def new_name(match: re.Match[str]) -> str:
            return self._renamed.get(match[0], match[0])

        return frozenset(re.sub(r"[A-Za-z_]\w*", new_name, each) for each in types)

    def _of_functions(self) -> Iterator[Difference]:
        for operation in self._compared.operations.gone:
            function = self._old.functions[operation.id]
            text = f"{_API}.{function.module} is gone"
            yield Difference(text, operation.node.pointer, None)
        for before, after in self._compared.operations.both:
            old, new = self._old.functions[before.id], self._new.functions[after.id]
            pointers = (before.node.pointer, after.node.pointer)
            if old.module != new.module:
                text = f"{_API}.{old.module} is {_API}.{new.module} now"
                yield Difference(text, *pointers)
            yield from self._of_arguments(old, new)
            yield from self._of_results(old, new)

    def _of_arguments(self, old: Function, new: Function) -> Iterator[Difference]:
        name = f"{_API}.{new.module}"
        for key, before in old.arguments.items():
            after = new.arguments.get(key) or _same_place(before, old, new)
            if after is None:
                text = f"{name}: the argument {before.name} is gone"
                yield Difference(text, before.pointer, None)
                continue
            pointers = (before.pointer, after.pointer)
            if before.name != after.name:
                text = f"{name}: the argument {before.name} is {after.name} now"
                yield Difference(text, *pointers)
            if after.required and not before.required:
                yield Difference(f"{name}: the argument {after.name} is required", *pointers)
            if gone := _lost(self._translated(before.types), after.types):
                text = f"{name}: the argument {after.name} no longer takes {written(gone)}"
                yield Difference(text, *pointers)
            if before.default != after.default:
                shown = f"{before.default or 'UNSET'} → {after.default or 'UNSET'}"
                text = f"{name}: the default of {after.name} {shown}; it is sent"
                yield Difference(text, *pointers)
        for key, after in new.arguments.items():
            if key not in old.arguments and after.required and _same_place(after, new, old) is None:
                text = f"{name}: a new required argument {after.name}"
                yield Difference(text, None, after.pointer)

    def _of_results(self, old: Function, new: Function) -> Iterator[Difference]:
        name = f"{_API}.{new.module}"
        nodes = (old.operation.node, new.operation.node)
        if new.secured and not old.secured:
            pointers = [node.at("security").pointer for node in nodes]
            yield Difference(f"{name}: client must be an AuthenticatedClient", *pointers)
        pointers = [node.at("responses").pointer for node in nodes]
        if old.returns != {"Any"} and new.returns == {"Any"}:
            yield Difference(f"{name}: sync() and asyncio() are gone", *pointers)
            return
        if come := _lost(new.success, self._translated(old.success)):
            yield Difference(f"{name}: may return {written(come)} now", *pointers)

    def _of_classes(self) -> Iterator[Difference]:
        for name, made in self._old.classes.items():
            if name not in self._classes:
                text = f"{_MODELS}.{name} is gone"
                yield Difference(text, made.pointer, None)
                continue
            after = self._new.classes[self._classes[name]]
            pointers = (made.pointer, after.pointer)
            if name != after.name:
                yield Difference(f"{_MODELS}.{name} is {_MODELS}.{after.name} now", *pointers)
            if made.members is not None and after.members is not None:
                yield from self._of_members(made, after)
            elif (made.members is None) != (after.members is None):
                text = f"{_MODELS}.{after.name} is no longer the same kind of class"
                yield Difference(text, *pointers)
            else:
                yield from self._of_fields(made, after)

    def _of_members(self, old: Class, new: Class) -> Iterator[Difference]:
        before, after = old.members or {}, new.members or {}
        for name in before:
            if name not in after or after[name] != before[name]:
                text = f"{_MODELS}.{new.name}.{name} " + (
                    "is gone" if name not in after else f"is {after[name]!r} now"
                )
                yield Difference(text, old.pointer, new.pointer)

    def _of_fields(self, old: Class, new: Class) -> Iterator[Difference]:
        name = f"{_MODELS}.{new.name}"
        ways = self._ways(old, new)
        for wire, before in old.fields.items():
            after = new.fields.get(wire)
            if after is None:
                yield Difference(f"{name}.{before.name} is gone", before.pointer, None)
                continue
            pointers = (before.pointer, after.pointer)
            if before.name != after.name:
                text = f"{name}.{before.name} is {after.name} now"
                yield Difference(text, *pointers)
            for text in self._of_field(name, before, after, ways):
                yield Difference(text, *pointers)
        for wire, after in new.fields.items():
            if wire not in old.fields and after.required and REQUEST in ways:
                text = f"{name}: a new required argument {after.name}"
                yield Difference(text, None, after.pointer)
        if old.additional and not new.additional:
            yield Difference(f"{name}.additional_properties is gone", old.pointer, new.pointer)
        come = _lost(new.additional or _NONE, self._translated(old.additional or _NONE))
        if come and old.additional:
            text = f"{name}.additional_properties holds {written(come)} now"
            yield Difference(text, old.pointer, new.pointer)

    def _of_field(self, name: str, old: Field, new: Field, ways: set[str]) -> Iterator[str]:
        before, after = self._translated(old.all_types), new.all_types
        if REQUEST in ways:
            if gone := _lost(before, after) - {"Unset"}:
                yield f"{name}.{new.name} no longer takes {written(gone)}"
            if new.required and not old.required:
                yield f"{name}.{new.name} is a required argument"
            if old.default != new.default:
                shown = f"{old.default or 'UNSET'} → {new.default or 'UNSET'}"
                yield f"{name}: the default of {new.name} {shown}; it is sent"
        if RESPONSE in ways and (come := _lost(after, before)):
            yield f"{name}.{new.name} may be {written(come)} now"

    def _ways(self, old: Class, new: Class) -> set[str]:
        """Whether code makes instances, or reads them; both if nobody knows."""
        match = re.match(r"/components/schemas/([^/]+)", new.pointer)
        if match:
            reached = self._compared.reached.get(match[1].replace("~1", "/"), set())
            return {way for way, _ in reached} or {REQUEST, RESPONSE}
        return {RESPONSE} if "/responses/" in new.pointer else {REQUEST}


def _lost(before: Types, after: Types) -> Types:
    """What is in the first only; `Any` takes everything, and `float` whole numbers too."""
    taken = after | {"int"} if "float" in after else after
    return frozenset() if "Any" in after else before - taken


def _same_place(argument: Field, own: Function, other: Function) -> Field | None:
    """The argument for the same place of the path, under whatever name."""
    paths = (own.operation.path, other.operation.path)
    names: list[list[str]] = [re.findall(r"\{([^}]*)\}", path) for path in paths]
    if argument.wire in names[0] and len(names[0]) == len(names[1]):
        wire = names[1][names[0].index(argument.wire)]
        return other.arguments.get(f"path {wire}")
    return None


def _fitting(findings: Findings, difference: Difference) -> Change | None:
    """The change that is the reason: of the same place, of what it is a part of, or inside it."""
    best: tuple[int, Change | None] = (0, None)
    moved = difference.old and difference.new
    for change in findings:
        if moved and not (change.old and change.new):
            continue
        for ours, theirs in ((difference.old, change.old), (difference.new, change.new)):
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
