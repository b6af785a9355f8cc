"""What a change of the contract does to the ergonomic layer: to calls and public types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from scripts.openapi.document import mapping
from scripts.openapi.python_names import class_name
from scripts.spec_diff.changes import ERGONOMIC, Change, Findings, Work
from scripts.spec_diff.compare import Compared
from scripts.spec_diff.document import Operation, comparable
from scripts.spec_diff.reach import REQUEST, RESPONSE
from scripts.spec_diff.sources import (
    CALLS_TEST,
    CONTRACT,
    FIELDS_TEST,
    Call,
    Place,
    PublicField,
    PublicType,
    Sources,
)

_FIELD = re.compile(
    r"/components/schemas/([^/]+)(?:/(?:allOf|anyOf|oneOf)/\d+)*/properties/([^/]+)"
)
_SCHEMA = re.compile(r"/components/schemas/([^/]+)")
_TYPES = frozenset(
    [
        *("type-changed", "alternative-added", "alternative-removed", "items-changed"),
        *("const-changed", "reference-changed"),
    ]
)
# Formats that become other types of Python.
_FORMATS = frozenset(["date-time", "date", "binary", "uuid"])
_ANSWERS = frozenset(["success-removed", "response-media-type-removed"])
_BODIES = frozenset(
    ["required-request-body-added", "request-body-removed", "request-media-type-removed"]
)


class _Target(NamedTuple):
    """A field of a public type or an argument of a call, as a user names it."""

    name: str
    field: PublicField


class Ergonomic:
    """Marks changes that touch what `vlmrun` makes public."""

    def __init__(self, sources: Sources, compared: Compared) -> None:
        self._sources = sources
        self._compared = compared
        self._old_ids = {after.id: before.id for before, after in compared.operations.both}
        self._old_names = {after: before for before, after in compared.schemas.both}

    def mark(self, findings: Findings) -> None:
        """Say of each change whom it breaks and what there is to edit."""
        for change in findings:
            if change.kind.startswith("operation-") or change.kind == "low-level-changed":
                self._operation(change)
            elif change.kind.startswith("schema-"):
                self._schema(change)
            elif found := _FIELD.match(change.old or change.new or ""):
                self._field(change, self._old_name(change, found[1]), found[2])
            elif found := _SCHEMA.match(change.old or change.new or ""):
                self._whole(change, self._old_name(change, found[1]))
            elif "parameter" in change.kind or "parameters" in (change.old or change.new or ""):
                self._parameter(change)
            elif change.kind in _ANSWERS | _BODIES | _TYPES:
                self._message(change)
            change.work = sorted(set(change.work))

    def _old_name(self, change: Change, name: str) -> str:
        name = name.replace("~1", "/").replace("~0", "~")
        return name if change.old else self._old_names.get(name, name)

    def _calls(self, change: Change) -> list[Call]:
        ids = [self._old_ids.get(id, id) for id in change.operations]
        return [call for id in ids for call in self._sources.calls.get(id, [])]

    def _operation(self, change: Change) -> None:
        calls = self._calls(change)
        for before in self._compared.operations.gone:
            if before.node.pointer == change.old and change.kind == "operation-removed":
                self._without(change, before, calls)
        if change.kind == "operation-added":
            self._new_operation(change)
        for before, after in self._compared.operations.both:
            if after.node.pointer == change.new and change.kind != "operation-guessed":
                self._follow_uses(change, "api", before.id)
                if before.id != after.id:
                    for call in calls:
                        _work(change, call.place, f"name it {after.id} in `operations`")
                    self._beside(change, before.id, f"name it {after.id}")

    def _without(self, change: Change, operation: Operation, calls: list[Call]) -> None:
        """What is left of an operation that is gone."""
        for call in calls:
            text = f"client.{call.name} has nothing to call any more"
            do = "take it out of `operations`; remove it, or let it raise UnsupportedError"
            _breaks(change, text, call.place, do)
        self._follow_uses(change, "api", operation.id, "was removed: remove the import")
        self._beside(change, operation.id, "remove it")

    def _beside(self, change: Change, id: str, do: str) -> None:
        """What the stand-in and the tests have under the name of an operation."""
        if place := self._sources.handlers.get(id):
            _work(change, place, f"the stand-in serves {id} by it: {do}")
        if place := self._sources.tested.get(id):
            _work(change, place, f"the call of {id} in CALLS: {do}")

    def _new_operation(self, change: Change) -> None:
        come = self._compared.operations.come
        node = next(each.node for each in come if each.node.pointer == change.new)
        if "x-low-level-only" not in mapping(node.value):
            text = f"write a call for {change.subject} in src/vlmrun/_async/, or say with its "
            text += "x-low-level-only why it has none"
            _work(change, Place(CONTRACT, 1), text)

    def _follow_uses(
        self, change: Change, part: str, name: str, what: str = "has another name: follow it"
    ) -> None:
        for imported, places in self._sources.uses.items():
            module, _, last = imported.rpartition(".")
            if f"{module}.".startswith(f"vlmrun_api.{part}.") and comparable(last) == comparable(
                name
            ):
                for place in places:
                    _work(change, place, f"{imported} {what}")

    def _schema(self, change: Change) -> None:
        name = self._old_name(change, change.subject)
        if change.kind == "schema-renamed":
            name = self._old_names.get(change.subject, name)
        public = self._sources.public(name)
        if change.kind == "schema-removed" and public:
            text = f"vlmrun.types.{public.name} stands for a schema that is gone"
            _breaks(
                change, text, public.place, f"remove it, or list it in HERE_ONLY of {FIELDS_TEST}"
            )
        elif change.kind == "schema-renamed" and public and not public.literal:
            text = f"in RENAMED: types.{public.name}: models.{class_name(change.subject)}"
            _work(change, Place(FIELDS_TEST, 1), text)
        if change.kind != "schema-added":
            is_gone = change.kind == "schema-removed"
            what = "was removed: remove the import" if is_gone else "has another name: follow it"
            self._follow_uses(change, "models", name, what)

    def _whole(self, change: Change, name: str) -> None:
        """A change of a schema itself: of an enum above all."""
        public = self._sources.public(name)
        if public and public.literal:
            values = PublicField(public.name, public.literal, True, public.place)
            self._touch(change, _Target(f"vlmrun.types.{public.name}", values))
        for target in self._users(name):
            if not (public and public.literal and public.name in target.field.annotation):
                self._touch(change, target)

    def _users(self, name: str) -> Iterable[_Target]:
        """The fields of public types that are described by a schema."""
        for schema, node in self._compared.old.schemas.items():
            public = self._sources.public(schema)
            if public is None:
                continue
            fields = self._sources.fields(public)
            for wire, inner in node.at("properties").items():
                if wire in fields and f"'#/components/schemas/{name}'" in repr(inner.value):
                    yield _Target(f"vlmrun.types.{public.name}.{wire}", fields[wire])

    def _field(self, change: Change, schema: str, wire: str) -> None:
        public = self._sources.public(schema)
        if public is None or public.literal:
            self._arguments(change, wire)
            return
        field = self._sources.fields(public).get(wire)
        name = f"vlmrun.types.{public.name}.{wire}"
        if field is not None:
            self._touch(change, _Target(name, field))
        elif change.kind in ("field-added", "required-field-added"):
            self._missing(change, name, public)

    def _missing(self, change: Change, name: str, public: PublicType) -> None:
        """A new field that the public type does not have yet."""
        if change.kind == "required-field-added" and REQUEST in change.directions:
            _breaks(change, f"{name} has to be sent, and cannot be given", public.place)
        text = f"add the field to {public.name}, or waive it in {FIELDS_TEST}"
        _work(change, public.place, text)

    def _arguments(self, change: Change, wire: str) -> None:
        """A field of a request that callers give as an argument."""
        for call in self._calls(change) if REQUEST in change.directions else []:
            names = {comparable(name): name for name in call.arguments}
            argument = call.arguments.get(names.get(comparable(wire), ""))
            if argument is not None:
                self._touch(change, _Target(f"client.{call.name}({argument.name}=)", argument))
            elif change.kind in ("required-field-added", "required-parameter-added"):
                text = f"client.{call.name} has no argument for {wire}, which has to be sent"
                _breaks(change, text, call.place)
            elif change.kind in ("field-added", "parameter-added") and call.arguments:
                text = f"give client.{call.name} an argument for {wire}, or leave it to low_level"
                _work(change, call.place, text)
            elif change.kind in ("field-became-required", "parameter-became-required"):
                _work(change, call.place, f"see to it that client.{call.name} always sends {wire}")

    def _parameter(self, change: Change) -> None:
        self._arguments(change, change.subject.partition(" of ")[0].rpartition(" ")[2])

    def _message(self, change: Change) -> None:
        """A change of a whole request or answer."""
        for call in self._calls(change):
            what = "the answer" if RESPONSE in change.directions else "the request"
            _breaks(change, f"{what} of client.{call.name} is another one", call.place)

    def _touch(self, change: Change, target: _Target) -> None:
        """Say what a change does to something public."""
        name, field = target
        if change.kind in ("field-removed", "parameter-removed"):
            _breaks(change, f"{name} stands for something that is gone", field.place)
        elif change.kind in ("field-became-required", "parameter-became-required"):
            if field.has_default and REQUEST in change.directions:
                do = "take its default away"
                if name.startswith("client."):
                    do += ", or send what the service took without it, and list it in SENT_ANYWAY "
                    do += f"of {CALLS_TEST}"
                _breaks(change, f"{name} has to be given", field.place, do)
        elif change.kind == "field-became-optional":
            if not field.has_default and RESPONSE in change.directions:
                _breaks(change, f"{name} may be missing, and has no default", field.place)
        elif change.kind == "nullable-added":
            if not field.takes_none and RESPONSE in change.directions:
                _breaks(change, f"{name} may be null, and is {field.annotation}", field.place)
        elif change.kind.startswith("enum-value-") or change.kind == "enum-introduced":
            self._values(change, target)
        elif field.annotation != "Any" and self._is_other_type(change):
            _breaks(change, f"{name} is {field.annotation}: {change.text}", field.place)

    def _values(self, change: Change, target: _Target) -> None:
        name, field = target
        if not self._sources.is_literal(field.annotation):
            return
        if change.kind == "enum-value-added":
            _work(change, field.place, f"{name}: {change.text}")
        else:
            _breaks(change, f"{name} offers values that are gone: {change.text}", field.place)

    def _is_other_type(self, change: Change) -> bool:
        if change.kind in _TYPES:
            return True
        if change.kind != "format-changed" or not isinstance(change.detail, list):
            return False
        return bool(_FORMATS & {str(each) for each in change.detail})


def _work(change: Change, place: Place, text: str) -> None:
    change.work.append(Work(place.file, place.line, text))


def _breaks(change: Change, reason: str, place: Place, do: str = "") -> None:
    """Something public is wrong now; `do` says how to mend it, where that is not plain."""
    change.because(ERGONOMIC, f"{reason} ({place.file}:{place.line})")
    _work(change, place, f"{reason}: {do}" if do else reason)
