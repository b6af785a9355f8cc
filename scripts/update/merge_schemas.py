"""The vendor's schemas into ours: fields, enum values and types that are new; names stay ours."""

from __future__ import annotations

from bisect import bisect_left
from copy import deepcopy
from typing import Any

from scripts.openapi.containment import (
    Coverage,
    Relation,
    Variant,
    field_parts,
    fields,
    variants,
)
from scripts.openapi.document import mapping, sequence
from scripts.update.derive_names import free_name, word
from scripts.update.normalize_operations import Plain
from scripts.update.relax_responses import open_responses, reached, response_entries, tolerate_null
from scripts.update.schema_style import ANY_OBJECT, NULL, REF, nullable, union, without_words
from scripts.update.update_report import Report

_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")


class Components:
    """Our schemas while the vendor's come in.

    Args:
        document: Our document; it is changed.
        plain: The vendor's, made plain.
        report: Is told what happens.
        known: Our names of schemas of the vendor's, as far as they are known already.
    """

    def __init__(
        self, document: dict[str, Any], plain: Plain, report: Report, known: dict[str, str]
    ) -> None:
        self.ours: dict[str, Any] = document["components"]["schemas"]
        self.theirs = plain.schemas
        self._plain = plain
        self._report = report
        self._pairs: dict[tuple[str, str], bool] = {}
        self._taken: set[tuple[str, str]] = set()
        self._imported = dict(known)
        self._before = set(self.ours)
        self._coverage = Coverage(self.ours, plain.schemas, self._meet)
        self._received = reached(self.ours, response_entries(document))

    def take(
        self,
        holder: dict[str, Any],
        key: str,
        their: Any,
        where: str,
        *,
        sent: bool,
        also: bool = False,
    ) -> None:
        """Make the schema under a key hold for what the vendor says.

        Args:
            holder: What the schema stands in.
            key: Under which key.
            their: The vendor's schema for it.
            where: What it is, for the report.
            sent: Whether we send it; else it is received.
            also: Whether the vendor has said other things of it, which hold too.
        """
        self._take_values(holder[key], their, where)
        our = mapping(holder[key])
        found = self._coverage.relate(our, their)
        missing = found.missing
        holds = also or found.relation is Relation.WIDER
        if missing:
            new = self.adopt(mapping(their))
            said = our.get("description")
            if holds:
                new = self._extended(our, missing)
            elif NULL in [each.schema for each in variants(self.ours, our)] or not sent:
                new = nullable(new)
            if said:
                new = {**({"allOf": [new]} if "$ref" in new else new), "description": said}
            holder[key] = new
            kinds = ", ".join(dict.fromkeys(each.name or each.type for each in missing))
            self._report.changed.append(f"{where}: {'also ' if holds else 'now '}{kinds}")
        elif sent:
            for kind in found.extra:
                self._report.kept.append(f"{where}: takes {kind} too")
        self._take_bounds(mapping(holder[key]), mapping(their), where)

    def adopt(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A schema of the vendor's, with our names; components that are new to us come along."""
        if isinstance(schema.get("$ref"), str):
            return {"$ref": REF + self._ours_for(schema["$ref"].removeprefix(REF))}
        made: dict[str, Any] = {}
        for key, value in schema.items():
            if key == "properties":
                made[key] = {name: self.adopt(each) for name, each in value.items()}
            elif key in ("anyOf", "allOf"):
                made[key] = [self.adopt(each) for each in value]
            elif key in ("items", "additionalProperties") and isinstance(value, dict):
                made[key] = self.adopt(value)
            else:
                made[key] = deepcopy(value)
        return made

    def settle(self) -> None:
        """Bring together all pairs of components that were met, and those met on the way."""
        while waiting := [pair for pair, done in self._pairs.items() if not done]:
            for pair in waiting:
                self._pairs[pair] = True
                self._join(*pair)
        met: dict[str, list[str]] = {}
        for our, their in self._pairs:
            met.setdefault(our, []).append(their)
        for our, theirs in met.items():
            known = {name for their in theirs for name in fields(self.theirs, their)}
            gone = [name for name in fields(self.ours, our) if name not in known]
            if gone and known:
                self._report.kept.append(f"{our}: {', '.join(gone)}")
            # Of ours, what all of the vendor's that are ours require.
            required = set.intersection(*(_required(self.theirs, their) for their in theirs))
            for name, part in list(field_parts(self.ours, our)):
                if name in known and "const" not in mapping(part["properties"][name]):
                    self._take_required(our, name, name in required)

    def open_received(self, document: dict[str, Any]) -> None:
        """Open what responses hold; some of it may only have been sent so far."""
        for name in open_responses(self.ours, document) - self._received:
            tolerate_null(self.ours[name])

    def met(self) -> dict[str, str]:
        """Our names of the vendor's schemas that turned out to be ours; of several, the first."""
        names: dict[str, str] = {}
        for our, their in self._pairs:
            if our in self._before and (their not in names or our == their):
                names[their] = our
        return names

    def _meet(self, our: str, their: str) -> None:
        self._pairs.setdefault((our, their), False)

    def _join(self, our: str, their: str) -> None:
        if "enum" in self.ours[our]:
            self._take_values({"$ref": REF + our}, {"$ref": REF + their}, our)
        theirs = fields(self.theirs, their)
        if not theirs or not fields(self.ours, our):
            return
        sent = our not in self._received
        required = _required(self.theirs, their)
        for name, schema in theirs.items():
            parts = dict(field_parts(self.ours, our))
            where = f"{our}.{name}"
            if name not in parts:
                self._add_field(our, name, schema, name in required and sent, sent=sent)
                continue
            holder = parts[name]["properties"]
            if mapping(schema).get("deprecated") and not mapping(holder[name]).get("deprecated"):
                holder[name] = _deprecated(holder[name])
                self._report.changed.append(f"{where}: now deprecated")
            self.take(holder, name, schema, where, sent=sent, also=(our, name) in self._taken)
            self._taken.add((our, name))

    def _add_field(
        self, our: str, name: str, schema: dict[str, Any], required: bool, *, sent: bool
    ) -> None:
        made = self.adopt(schema if required else _without_const(schema))
        part = self._own_part(our)
        part.setdefault("properties", {})[name] = made if sent else nullable(made)
        if required:
            _require(part, name)
        self._report.changed.append(f"{our}.{name}: new{', required' if required else ''}")

    def _own_part(self, our: str) -> dict[str, Any]:
        """The object of a component whose fields are its own."""
        component: dict[str, Any] = self.ours[our]
        if "allOf" not in component:
            return component
        own = [part for part in component["allOf"] if "$ref" not in part]
        if not own:
            component["allOf"].append({"type": "object", "properties": {}})
            return self._own_part(our)
        last: dict[str, Any] = own[-1]
        return last

    def _take_required(self, our: str, name: str, required: bool) -> None:
        was = name in _required(self.ours, our)
        if was == required or (required and our in self._received):
            return
        if required:
            _require(self._own_part(our), name)
        else:
            self._release(our, name)
        self._report.changed.append(f"{our}.{name}: {'now' if required else 'no longer'} required")

    def _release(self, our: str, name: str) -> None:
        for part in (self.ours[our], *map(mapping, sequence(self.ours[our].get("allOf")))):
            if isinstance(part.get("$ref"), str):
                self._release(part["$ref"].removeprefix(REF), name)
            elif name in sequence(part.get("required")):
                part["required"] = [each for each in part["required"] if each != name]
                if not part["required"]:
                    del part["required"]

    def _take_values(self, our: Any, their: Any, where: str) -> None:
        for owner, fresh, gone in self._coverage.new_values(our, their):
            values = owner["enum" if "enum" in owner else "examples"]
            # One that is only spelled otherwise would have the same name in Python.
            spelled = {word(value) for value in fresh}
            replaced = [value for value in gone if word(value) in spelled]
            values[:] = [*(value for value in values if value not in replaced), *fresh]
            gone = [value for value in gone if value not in replaced]
            if fresh:
                self._report.changed.append(f"{where}: new values {', '.join(fresh)}")
            if gone:
                self._report.kept.append(f"{where}: the values {', '.join(gone)}")
        ours, theirs = mapping(our).get("items"), mapping(their).get("items")
        if ours and theirs:
            self._take_values(ours, theirs, where)

    def _take_bounds(self, our: dict[str, Any], their: dict[str, Any], where: str) -> None:
        """Bounds that we have, too, have moved."""
        for key in _BOUNDS:
            if key in our and key in their and our[key] != their[key]:
                our[key] = their[key]
                self._report.changed.append(f"{where}: {key} is now {their[key]}")

    def _extended(self, our: dict[str, Any], missing: list[Variant]) -> dict[str, Any]:
        bare, words = without_words(our)
        words.update({"examples": bare.pop("examples")} if "examples" in bare else {})
        new = [
            {"$ref": REF + self._ours_for(each.name)} if each.name else self.adopt(each.schema)
            for each in missing
        ]
        if all(each == NULL for each in new):
            return nullable(our)
        old = sequence(bare.get("anyOf")) or [
            each.schema for each in variants(self.ours, bare) if not each.name
        ]
        old = old or [bare]
        last = [each for each in (NULL, ANY_OBJECT) if each in new or each in old]
        first: list[dict[str, Any]] = []
        for each in (*old, *new):
            if each not in (*first, *last):
                first.append(each)
        return {**union([*first, *last]), **words}

    def _ours_for(self, their: str) -> str:
        """Our name of one of the vendor's components, which is made ours if it is not yet."""
        if their not in self._imported:
            same = self._same(their)
            if same is None:
                return self._import(their)
            self._imported[their] = same
        name = self._imported[their]
        if name in self._before:
            self._meet(name, their)
        return name

    def _same(self, their: str) -> str | None:
        component = self.theirs[their]
        same = next((name for name, each in self.ours.items() if _same_enum(each, component)), None)
        if same is None and their in self.ours and self._is_same(their, component):
            return their
        return same

    def _import(self, their: str) -> str:
        name = free_name(their, self.ours)
        if name != their:
            self._report.renamed.append(f"{name}: {their} there, which is another thing here")
        self._imported[their] = name
        self.insert(name, {})
        self.ours[name].update(self.adopt(self.theirs[their]))
        if their in self._plain.received:
            tolerate_null(self.ours[name])
        return name

    def _is_same(self, name: str, component: dict[str, Any]) -> bool:
        ours = self.ours[name]
        if "enum" in ours and "enum" in component:
            return bool(set(ours["enum"]) & set(component["enum"]))
        both = all("properties" in each or "allOf" in each for each in (ours, component))
        return (both and self._coverage.are_alike(name, name)) or ours == component

    def insert(self, name: str, component: dict[str, Any]) -> None:
        """In the order of the alphabet, so that two new ones do not meet at the end."""
        names = list(self.ours)
        at = bisect_left([each.lower() for each in names], name.lower())
        behind = {each: self.ours.pop(each) for each in names[at:]}
        self.ours[name] = component
        self.ours.update(behind)


def _required(schemas: dict[str, Any], name: str) -> set[str]:
    component = schemas[name]
    found = set(sequence(component.get("required")))
    for part in map(mapping, sequence(component.get("allOf"))):
        ref = part.get("$ref")
        found |= _required(schemas, ref.removeprefix(REF)) if isinstance(ref, str) else set()
        found |= set(sequence(part.get("required")))
    return found


def _require(part: dict[str, Any], name: str) -> None:
    required = [*part.get("required", []), name]
    rest = {key: part.pop(key) for key in list(part) if key not in ("type", "description")}
    part.update({**{"required": required}, **{k: v for k, v in rest.items() if k != "required"}})


def _without_const(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema as it can stand where nothing is required."""
    if "const" not in schema:
        return schema
    bare = {key: value for key, value in schema.items() if key != "const"}
    return {**bare, "examples": [schema["const"]]}


def _deprecated(schema: dict[str, Any]) -> dict[str, Any]:
    made = {"allOf": [schema]} if "$ref" in schema else dict(schema)
    said = {"description": made.pop("description")} if "description" in made else {}
    return {**made, "deprecated": True, **said}


def _same_enum(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return "enum" in one and "enum" in other and set(one["enum"]) == set(other["enum"])
