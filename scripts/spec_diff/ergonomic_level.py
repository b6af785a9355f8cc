"""Changes of the contract that concern the ergonomic layer: its calls and public types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scripts.openapi.document import mapping, split
from scripts.openapi.python_names import class_name
from scripts.spec_diff.change import ERGONOMIC, Change, Edit
from scripts.spec_diff.project_sources import (
    CALLS_TEST,
    CONTRACT,
    FIELDS_TEST,
    ClientMethod,
    ProjectSources,
    PublicField,
    PublicType,
    SourceLine,
)
from scripts.spec_diff.spec import REQUEST, RESPONSE, Endpoint, comparable
from scripts.spec_diff.wire_level import Comparison

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
# Formats that become types of their own in Python.
_FORMATS = frozenset(["date-time", "date", "binary", "uuid"])
_REPEATED_METHODS = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE")
_HANDLERS = "src/vlmrun/testing/handlers/__init__.py"
_CALLS = "tests/client/__init__.py"
_RESPONSES = frozenset(["success-removed", "response-media-type-removed"])
_BODIES = frozenset(
    ["required-request-body-added", "request-body-removed", "request-media-type-removed"]
)


class _Target(NamedTuple):
    """A field of a public type or an argument of a call, with its public name."""

    name: str
    field: PublicField


class ErgonomicLevel:
    """Marks changes that concern the public interface of `vlmrun`."""

    def __init__(self, sources: ProjectSources, compared: Comparison) -> None:
        self._sources = sources
        self._compared = compared
        self._old_ids = {after.id: before.id for before, after in compared.endpoints.both}
        self._old_names = {after: before for before, after in compared.schemas.both}
        self._endpoints = {each.node.pointer for each in compared.new.endpoints}

    def mark(self) -> None:
        """Add to each change what it breaks, and what there is to edit."""
        for change in self._compared.changes:
            if change.kind.startswith("operation-") or change.kind == "low-level-changed":
                self._operation(change)
            elif change.kind.startswith("schema-"):
                self._schema(change)
            elif change.kind.startswith("server-") or change.kind == "paths-moved":
                self._server(change)
            elif change.kind == "deprecation-changed" and change.new in self._endpoints:
                for call in self._calls(change):
                    _mark_deprecated(change, f"client.{call.name}", '"..."', call.place)
            elif found := _FIELD.match(change.old or change.new or ""):
                self._field(change, self._old_name(change, found[1]), found[2])
            elif found := _SCHEMA.match(change.old or change.new or ""):
                self._whole(change, self._old_name(change, found[1]))
            elif "parameter" in change.kind or "parameters" in (change.old or change.new or ""):
                self._parameter(change)
            elif change.kind in _RESPONSES | _BODIES | _TYPES:
                self._message(change)
            change.edits = sorted(set(change.edits))

    def _old_name(self, change: Change, name: str) -> str:
        [name] = split(f"/{name}")
        return name if change.old else self._old_names.get(name, name)

    def _calls(self, change: Change) -> list[ClientMethod]:
        ids = [self._old_ids.get(id, id) for id in change.operations]
        return [call for id in ids for call in self._sources.calls.get(id, [])]

    def _operation(self, change: Change) -> None:
        calls = self._calls(change)
        for before in self._compared.endpoints.removed:
            if before.node.pointer == change.old and change.kind == "operation-removed":
                self._removed_operation(change, before, calls)
        if change.kind == "operation-added":
            self._new_operation(change)
        for before, after in self._compared.endpoints.both:
            if after.node.pointer == change.new and change.kind != "operation-guessed":
                self._follow_uses(change, "api", before.id)
                if before.id != after.id:
                    for call in calls:
                        _edit(change, call.place, f"name it {after.id} in `_operations`")
                    self._beside(change, before.id, f"name it {after.id}")

    def _removed_operation(
        self, change: Change, operation: Endpoint, calls: list[ClientMethod]
    ) -> None:
        for call in calls:
            text = f"client.{call.name} calls an operation that was removed"
            do = "remove it from `_operations`, and the method, or let that raise UnsupportedError"
            _breaks(change, text, call.place, do)
        self._follow_uses(change, "api", operation.id, "was removed: remove the import")
        self._beside(change, operation.id, "remove it")

    def _beside(self, change: Change, id: str, do: str) -> None:
        """Add the edits of the mock server and the tests, which have it under its name."""
        if place := self._sources.handlers.get(id):
            _edit(change, place, f"the mock server's handler of {id}: {do}")
        if place := self._sources.tested.get(id):
            _edit(change, place, f"the call of {id} in CALLS: {do}")

    def _new_operation(self, change: Change) -> None:
        """List what a new operation needs; the places are where its tag has others already."""
        added = self._compared.endpoints.added
        endpoint = next(each for each in added if each.node.pointer == change.new)
        id, value = endpoint.id, mapping(endpoint.node.value)
        line = self._compared.new.line_of(endpoint.node.pointer)
        folder = "src/vlmrun/_async/resources/"
        text = f"write a call for {id} in {folder}, or give the reason why it has none as its "
        if "x-low-level-only" in value:
            text = f"{id} has a call in low_level only; write one in {folder} and remove its "
        _edit(change, SourceLine(CONTRACT, line), f"{text}x-low-level-only")
        ids = [
            before.id
            for before, after in self._compared.endpoints.both
            if mapping(after.node.value).get("tags") == value.get("tags")
        ]
        calls = [call for each in ids for call in self._sources.calls.get(each, [])]
        resource = calls[0].place.file if calls else f"{folder}__init__.py"
        if endpoint.method.upper() not in _REPEATED_METHODS:
            text = f"the call of {id}: sent with `_submit`, a {endpoint.method.upper()} is never "
            text += "repeated; only if a second one costs and changes nothing, use "
            _edit(change, SourceLine(resource, 1), f"{text}`_send_body(..., repeatable=True)`")
        for name, files, folder in (
            (f"write a handler of {id} for the mock server", self._sources.handlers, _HANDLERS),
            (f"add a call of {id} to CALLS of its resource", self._sources.tested, _CALLS),
        ):
            file = next((files[each].file for each in ids if each in files), folder)
            _edit(change, SourceLine(file, 1), name)
        for schema in _responses_of(endpoint):
            if schema in self._compared.schemas.added and not self._sources.public(schema):
                line = self._compared.new.line_of(self._compared.new.schemas[schema].pointer)
                text = f"write a public type for {schema} in src/vlmrun/types/"
                _edit(change, SourceLine(CONTRACT, line), text)

    def _server(self, change: Change) -> None:
        """Handle another default base URL, which the package has as a constant."""
        if isinstance(change.detail, tuple):
            old, new = change.detail
            for name, place in self._sources.constants(old).items():
                text = f"{name} is no longer the default server"
                if change.kind != "server-order-changed":
                    _breaks(change, text, place, f"change it to {new}")
                else:
                    _edit(change, place, f"{text}: change it to {new}")

    def _follow_uses(
        self, change: Change, part: str, name: str, what: str = "was renamed: update the import"
    ) -> None:
        for imported, places in self._sources.uses.items():
            module, _, last = imported.rpartition(".")
            is_of_part = f"{module}.".startswith(f"vlmrun_api.{part}.")
            if is_of_part and comparable(last) == comparable(name):
                for place in places:
                    _edit(change, place, f"{imported} {what}")

    def _schema(self, change: Change) -> None:
        name = self._old_name(change, change.subject)
        if change.kind == "schema-renamed":
            name = self._old_names.get(change.subject, name)
        public = self._sources.public(name)
        if change.kind == "schema-removed" and public:
            text = f"vlmrun.types.{public.name} is for a schema that was removed"
            _breaks(
                change, text, public.place, f"remove it, or list it in HERE_ONLY of {FIELDS_TEST}"
            )
        elif change.kind == "schema-renamed" and public and not public.literal:
            text = f"in RENAMED: types.{public.name}: models.{class_name(change.subject)}"
            _edit(change, self._sources.renamed_place(), text)
        if change.kind != "schema-added":
            is_removed = change.kind == "schema-removed"
            what = (
                "was removed: remove the import" if is_removed else "was renamed: update the import"
            )
            self._follow_uses(change, "models", name, what)

    def _whole(self, change: Change, name: str) -> None:
        """Handle a change of a schema itself, of an enum above all."""
        public = self._sources.public(name)
        if public and public.literal:
            values = PublicField(public.name, public.literal, True, public.place)
            self._touch(change, _Target(f"vlmrun.types.{public.name}", values))
        for target in self._users(name):
            if not (public and public.literal and public.name in target.field.annotation):
                self._touch(change, target)

    def _users(self, name: str) -> Iterator[_Target]:
        """Yield the fields of public types that a schema describes."""
        for schema, node in self._compared.old.schemas.items():
            public = self._sources.public(schema)
            if public is None:
                continue
            for wire, inner in node.at("properties").items():
                if wire in public.fields and f"'#/components/schemas/{name}'" in repr(inner.value):
                    yield _Target(f"vlmrun.types.{public.name}.{wire}", public.fields[wire])

    def _field(self, change: Change, schema: str, wire: str) -> None:
        public = self._sources.public(schema)
        if public is None or public.literal:
            self._arguments(change, wire)
            return
        field = public.fields.get(wire)
        name = f"vlmrun.types.{public.name}.{wire}"
        if field is not None:
            self._touch(change, _Target(name, field))
        elif change.kind in ("field-added", "required-field-added"):
            self._missing(change, name, public)
        elif change.kind == "field-removed" and (public.name, wire) in self._sources.waived:
            text = f"{public.name}.{wire} was removed from the API: remove its waiver, and its use"
            _edit(change, self._sources.waived[public.name, wire], text)

    def _missing(self, change: Change, name: str, public: PublicType) -> None:
        """Handle a new field that the public type does not have yet."""
        if change.kind == "required-field-added" and REQUEST in change.directions:
            _breaks(change, f"{name} has to be sent, and cannot be passed", public.place)
        text = f"add the field to {public.name}, or waive it in {FIELDS_TEST}"
        _edit(change, public.place, text)

    def _arguments(self, change: Change, wire: str) -> None:
        """Handle a field of a request that callers pass as an argument."""
        for call in self._calls(change) if REQUEST in change.directions else []:
            argument = call.argument(wire)
            if argument is not None:
                self._touch(change, _Target(f"client.{call.name}({argument.name}=)", argument))
            elif change.kind in ("required-field-added", "required-parameter-added"):
                text = f"client.{call.name} has no argument for {wire}, which has to be sent"
                _breaks(change, text, call.place)
            elif change.kind in ("field-added", "parameter-added") and call.arguments:
                text = f"add an argument for {wire} to client.{call.name}, or leave it to low_level"
                _edit(change, call.place, text)
            elif change.kind in ("field-became-required", "parameter-became-required"):
                _edit(change, call.place, f"check that client.{call.name} always sends {wire}")

    def _parameter(self, change: Change) -> None:
        self._arguments(change, change.subject.partition(" of ")[0].rpartition(" ")[2])

    def _message(self, change: Change) -> None:
        """Handle a change of a whole request or response."""
        for call in self._calls(change):
            what = "the response" if RESPONSE in change.directions else "the request"
            _breaks(change, f"{what} of client.{call.name} is a different one", call.place)

    def _touch(self, change: Change, target: _Target) -> None:
        """Handle the change of a field or an argument that is public."""
        name, field = target
        if change.kind == "deprecation-changed":
            is_argument = name.startswith("client.")
            short = name.rpartition("(")[2].rstrip("=)")
            mark = f'{short}="..."' if is_argument else ""
            _mark_deprecated(change, name, mark, field.place)
        elif change.kind in ("field-removed", "parameter-removed"):
            _breaks(change, f"{name} was removed from the API", field.place)
        elif change.kind in ("field-became-required", "parameter-became-required"):
            if field.has_default and REQUEST in change.directions:
                do = "remove its default"
                if name.startswith("client."):
                    do += ", or send what the service used without it, and list it in SENT_ANYWAY "
                    do += f"of {CALLS_TEST}"
                _breaks(change, f"{name} is now required", field.place, do)
        elif change.kind == "field-became-optional":
            if not field.has_default and RESPONSE in change.directions:
                _breaks(change, f"{name} may now be missing, and has no default", field.place)
        elif change.kind == "nullable-added":
            if not field.accepts_none and RESPONSE in change.directions:
                _breaks(change, f"{name} may now be null, and is {field.annotation}", field.place)
        elif change.kind.startswith("enum-value-") or change.kind == "enum-introduced":
            self._values(change, target)
        elif field.annotation != "Any" and self._is_other_type(change):
            _breaks(change, f"{name} is {field.annotation}: {change.text}", field.place)

    def _values(self, change: Change, target: _Target) -> None:
        name, field = target
        if not self._sources.is_literal(field.annotation):
            return
        if change.kind == "enum-value-added":
            _edit(change, field.place, f"{name}: {change.text}")
            for table, place in self._sources.tables(field.annotation).items():
                _edit(change, place, f"{table}: decide it for the new values, too: {change.text}")
        else:
            _breaks(change, f"{name} has values that were removed: {change.text}", field.place)

    def _is_other_type(self, change: Change) -> bool:
        if change.kind in _TYPES:
            return True
        if change.kind != "format-changed" or not isinstance(change.detail, list):
            return False
        return bool(_FORMATS & {str(each) for each in change.detail})


def _edit(change: Change, place: SourceLine, text: str) -> None:
    change.edits.append(Edit(place.file, place.line, text))


def _breaks(change: Change, reason: str, place: SourceLine, do: str = "") -> None:
    """Add the reason why something public is wrong now; `do` is the remedy."""
    change.add_reason(ERGONOMIC, f"{reason} ({place.file}:{place.line})")
    _edit(change, place, f"{reason}: {do}" if do else reason)


def _mark_deprecated(change: Change, name: str, arguments: str, place: SourceLine) -> None:
    """Add the edit of what is deprecated now, or no longer."""
    mark = f"@deprecated({arguments})" if arguments else "an entry in `_deprecated` of its class"
    is_lifted = change.text.startswith("no longer")
    text = f"no longer deprecated: remove {mark}" if is_lifted else f"deprecated: add {mark}"
    _edit(change, place, f"{name} is {text}, see vlmrun._deprecation")


def _responses_of(endpoint: Endpoint) -> list[str]:
    """Return the named schemas of an endpoint's responses."""
    text = str(endpoint.node.at("responses").value)
    return re.findall(r"'#/components/schemas/([^']+)'", text)
