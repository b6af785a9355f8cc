"""Merging of an incoming document's schemas into ours: new fields, enum values and types.

Our names stay, and so does everything that the incoming document does not mention.
"""

from __future__ import annotations

from bisect import bisect_left
from copy import deepcopy
from typing import Any

from scripts.openapi.document import mapping, ref_name, sequence
from scripts.update.derive_new_names import free_name, plain_name
from scripts.update.match_schemas import (
    Alternative,
    Coverage,
    alternatives,
    field_parts,
    fields,
    parts,
    required_fields,
)
from scripts.update.normalize_operations import NormalDocument
from scripts.update.relax_responses import allow_null, relax_responses
from scripts.update.schema_style import (
    ANY_OBJECT,
    NULL,
    Object,
    nullable,
    ref_to,
    split_annotations,
    union,
)
from scripts.update.update_report import UpdateReport

_LIMITS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")


class SchemaMerger:
    """Merges components.

    Args:
        document: Our document; it is changed.
        incoming: The incoming document.
        report: Gets an entry for each change.
        known: Our names of incoming schemas, as far as they are known already.
    """

    def __init__(
        self,
        document: Object,
        incoming: NormalDocument,
        report: UpdateReport,
        known: dict[str, str],
    ) -> None:
        self.ours: Object = document["components"]["schemas"]
        self._theirs = incoming.schemas
        self._report = report
        # Components of ours and theirs that are the same thing, and whether they are merged.
        self._pairs: dict[tuple[str, str], bool] = {}
        self._merged_fields: set[tuple[str, str]] = set()
        self._our_names = dict(known)
        self._added: list[str] = []  # components that are not translated yet
        self._coverage = Coverage(self.ours, incoming.schemas, self._match)
        before = deepcopy(document)
        self._before: Object = before["components"]["schemas"]
        self._received = relax_responses(self._before, before)

    def merge(self, holder: Object, key: str, their: Any, *, again: bool = False) -> None:
        """Make one of our schemas cover an incoming one.

        Args:
            holder: What contains our schema.
            key: Its key there.
            their: The incoming schema.
            again: Whether another incoming schema has been merged into it, and still applies.
        """
        self._merge_values(holder[key], their)
        our = mapping(holder[key])
        missing, overlaps = self._coverage.uncovered(our, their)
        if missing:
            new = self.translate(mapping(their))
            if again or overlaps:
                new = self._extend(our, missing)
            if description := our.get("description"):
                new = {**({"allOf": [new]} if "$ref" in new else new), "description": description}
            holder[key] = new
        for limit in _LIMITS:
            if limit in mapping(holder[key]) and limit in mapping(their):
                holder[key][limit] = their[limit]

    def translate(self, schema: Object) -> Object:
        """Return an incoming schema with our names; components that are new to us are added."""
        result: Object = self._translated(schema)
        # A loop, because a recursion would be as deep as the longest chain of references.
        while self._added:
            name = self._added.pop()
            self.ours[name] = self._translated(self.ours[name])
        return result

    def _translated(self, value: Any) -> Any:
        if name := ref_name(value):
            return ref_to(self._our_name(name))
        if isinstance(value, dict):
            return {key: self._translated(each) for key, each in value.items()}
        return [self._translated(each) for each in value] if isinstance(value, list) else value

    def merge_matches(self) -> None:
        """Merge all components that were found to be the same, and those found on the way."""
        while waiting := [pair for pair, done in self._pairs.items() if not done]:
            for pair in waiting:
                self._pairs[pair] = True
                self._merge_component(*pair)
        matches: dict[str, list[str]] = {}
        for our, their in self._pairs:
            matches.setdefault(our, []).append(their)
        for our, theirs in matches.items():
            known = {name for their in theirs for name in fields(self._theirs, their)}
            # Where several of theirs are one of ours, a field is required if all require it.
            required = set.intersection(*(required_fields(self._theirs, their) for their in theirs))
            for name, part in field_parts(self.ours, our).items():
                if name in known and "const" not in mapping(part["properties"][name]):
                    self._merge_required(our, name, name in required)

    def relax_received(self, document: Object) -> None:
        """Relax what responses contain, some of which may have been in requests only so far."""
        for name in relax_responses(self.ours, document):
            known = fields(self._before, name) if name in self._received else {}
            allow_null(self.ours, name, known)

    def matches(self) -> dict[str, str]:
        """Return our names of incoming schemas that are ours; of several, the first."""
        names: dict[str, str] = {}
        for our, their in self._pairs:
            if our in self._before and (their not in names or our == their):
                names[their] = our
        return names

    def insert(self, name: str, component: Object) -> None:
        """Add a component in alphabetical order, which avoids merge conflicts at the end."""
        names = list(self.ours)
        at = bisect_left([each.lower() for each in names], name.lower())
        behind = {each: self.ours.pop(each) for each in names[at:]}
        self.ours[name] = component
        self.ours.update(behind)

    def _match(self, our: str, their: str) -> None:
        self._pairs.setdefault((our, their), False)

    def _merge_component(self, our: str, their: str) -> None:
        if "enum" in self.ours[our]:
            self._merge_values(ref_to(our), ref_to(their))
        theirs = fields(self._theirs, their)
        if not theirs or not fields(self.ours, our):
            return
        sent = our not in self._received
        required = required_fields(self._theirs, their)
        for name, schema in theirs.items():
            part = field_parts(self.ours, our).get(name)
            if part is None:
                self._add_field(our, name, schema, name in required and sent)
                continue
            holder = part["properties"]
            if mapping(schema).get("deprecated") and not mapping(holder[name]).get("deprecated"):
                holder[name] = _deprecated(holder[name])
            again = (our, name) in self._merged_fields
            self.merge(holder, name, schema, again=again)
            self._merged_fields.add((our, name))

    def _add_field(self, our: str, name: str, schema: Object, required: bool) -> None:
        result = self.translate(schema if required else _without_const(schema))
        part = self._own_part(our)
        part.setdefault("properties", {})[name] = result
        if required:
            _require(part, name)

    def _own_part(self, our: str) -> Object:
        """Return the object with the fields that a component does not inherit."""
        component: Object = self.ours[our]
        if "allOf" not in component:
            return component
        if all("$ref" in part for part in component["allOf"]):
            component["allOf"].append({"type": "object", "properties": {}})
        last: Object = [part for part in component["allOf"] if "$ref" not in part][-1]
        return last

    def _merge_required(self, our: str, name: str, required: bool) -> None:
        was = name in required_fields(self.ours, our)
        if was == required or (required and our in self._received):
            return
        if required:
            _require(self._own_part(our), name)
        else:
            self._make_optional(our, name)

    def _make_optional(self, our: str, name: str) -> None:
        for part in parts(self.ours, our):
            if name in sequence(part.get("required")):
                part["required"].remove(name)
                if not part["required"]:
                    del part["required"]

    def _merge_values(self, our: Any, their: Any) -> None:
        for values, added, missing in self._coverage.new_values(our, their):
            # A value that only differs in case or punctuation would have the same Python name.
            spellings = {plain_name(value) for value in added}
            replaced = [value for value in missing if plain_name(value) in spellings]
            values[:] = [*(value for value in values if value not in replaced), *added]
        ours, theirs = mapping(our).get("items"), mapping(their).get("items")
        if ours and theirs:
            self._merge_values(ours, theirs)

    def _extend(self, our: Object, missing: list[Alternative]) -> Object:
        bare, annotations = split_annotations(our)
        annotations.update({"examples": bare.pop("examples")} if "examples" in bare else {})
        new = [self.translate(ref_to(each.name) if each.name else each.schema) for each in missing]
        if all(each == NULL for each in new):
            return nullable(our)
        old = sequence(bare.get("anyOf")) or [
            each.schema for each in alternatives(self.ours, bare) if not each.name
        ]
        old = old or [bare]
        last = [each for each in (NULL, ANY_OBJECT) if each in new or each in old]
        first: list[Object] = []
        for each in (*old, *new):
            if each not in (*first, *last):
                first.append(each)
        return {**union([*first, *last]), **annotations}

    def _our_name(self, their: str) -> str:
        """Return our name of an incoming component, which is added if we do not have it."""
        if their not in self._our_names:
            same = self._find_same(their)
            if same is None:
                return self._add_component(their)
            self._our_names[their] = same
        name = self._our_names[their]
        if name in self._before:
            self._match(name, their)
        return name

    def _find_same(self, their: str) -> str | None:
        component = self._theirs[their]
        if same := next((n for n, each in self.ours.items() if _same_enum(each, component)), None):
            return same
        our = self.ours.get(their)
        if our is None:
            return None
        if "enum" in our and "enum" in component:
            return their if set(our["enum"]) & set(component["enum"]) else None
        have_fields = all("properties" in each or "allOf" in each for each in (our, component))
        is_alike = have_fields and self._coverage.are_alike(their, their)
        return their if is_alike or our == component else None

    def _add_component(self, their: str) -> str:
        name = free_name(their, self.ours)
        if name != their:
            self._report.renamed.append(f"{name}: {their} in the document, which differs from ours")
        self._our_names[their] = name
        self.insert(name, self._theirs[their])
        self._added.append(name)
        return name


def _require(part: Object, name: str) -> None:
    required = [*part.pop("required", []), name]
    rest = {key: part.pop(key) for key in list(part) if key not in ("type", "description")}
    part.update({"required": required, **rest})


def _without_const(schema: Object) -> Object:
    """Return the schema for an optional field, where the generator does not support `const`."""
    if "const" not in schema:
        return schema
    bare = {key: value for key, value in schema.items() if key != "const"}
    return {**bare, "examples": [schema["const"]]}


def _deprecated(schema: Object) -> Object:
    result = {"allOf": [schema]} if "$ref" in schema else dict(schema)
    description = {"description": result.pop("description")} if "description" in result else {}
    return {**result, "deprecated": True, **description}


def _same_enum(one: Object, other: Object) -> bool:
    return "enum" in one and "enum" in other and set(one["enum"]) == set(other["enum"])
