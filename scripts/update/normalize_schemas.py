"""Schemas as pydantic writes them, OpenAPI 3.0 or 3.1, into the form that openapi.yaml has.

Titles, defaults and what the generator would drop or trip over are gone, null is spelled in one
way, and each object and enum is a component with a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from scripts.openapi.document import UNIONS, mapping, resolve, sequence
from scripts.update.derive_names import (
    allowed_property_name,
    free_name,
    pascal,
    sentence,
    snake,
)
from scripts.update.schema_style import (
    FREE_OBJECT,
    NULL,
    REF,
    bounds,
    free_object,
    is_null,
    simple,
    text,
    union,
    with_words,
    without_nullable,
    without_words,
)

Note = Callable[[str], None]

# By which the overlay says that an enum is known to grow.
OPEN = "x-open-enum"

_LOST = ["patternProperties", "propertyNames", "dependentRequired", "dependentSchemas", "contains"]
_LOST += ["if", "then", "else", "not", "unevaluatedItems", "unevaluatedProperties"]
_DEEPEST = 60


class Schemas:
    """The schemas of a document, made plain; `made` has the components by their new names.

    Args:
        document: The document that they are in.
        names: The new name of each component.
        note: Takes a sentence for what cannot be kept.
    """

    def __init__(self, document: dict[str, Any], names: dict[str, str], note: Note) -> None:
        self._document = document
        self._source = mapping(mapping(document.get("components")).get("schemas"))
        self._names = names
        self._note = note
        self._depth = 0
        self.told: list[tuple[str, str]] = []
        self.made: dict[str, Any] = {}
        for old, new in names.items():
            if self._alias(self._source[old]) is None:
                self.made[new] = {}
        for old, new in names.items():
            if new in self.made:
                self.made[new] = self._component(self._source[old], new)

    def plain(self, schema: Any, hint: str) -> dict[str, Any]:
        """A schema that can stand anywhere; `hint` names what it is made into, if anything.

        Raises:
            RecursionError: It contains itself other than through a component.
        """
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise RecursionError(f"the schema of {hint} contains itself")
            if not isinstance(schema, dict):
                return {}
            found = self._shape(without_nullable(schema), hint)
            return with_words(found, schema)
        finally:
            self._depth -= 1

    def free_object(self) -> dict[str, Any]:
        """A reference to the object that may have anything in it."""
        self.made.setdefault(FREE_OBJECT, free_object())
        return {"$ref": REF + FREE_OBJECT}

    def add(self, hint: str, component: dict[str, Any]) -> dict[str, Any]:
        """A reference to a new component."""
        name = free_name(pascal(hint), self.made)
        self.made[name] = component
        return {"$ref": REF + name}

    def _component(self, schema: Any, name: str) -> dict[str, Any]:
        schema = without_nullable(mapping(schema))
        said = text(schema.get("description")) or sentence(name)
        if "allOf" in schema and len(sequence(schema["allOf"])) + ("properties" in schema) > 1:
            return {"description": said, "allOf": self._members(schema, name)}
        if isinstance(schema.get("enum"), list) or "const" in schema:
            made = self._enumerated(schema)
            return {"type": made.pop("type", "string"), "description": said, **made}
        if _is_object(schema):
            return self._object(schema, name, said)
        made = self.plain({k: v for k, v in schema.items() if k != "description"}, f"{name}Value")
        made = {"allOf": [made]} if "$ref" in made else made
        return {"description": said, **{k: v for k, v in made.items() if k != "description"}}

    def _shape(self, schema: dict[str, Any], hint: str) -> dict[str, Any]:
        if isinstance(schema.get("$ref"), str):
            return self._reference(schema["$ref"], hint, is_open=bool(schema.get(OPEN)))
        for keyword in UNIONS:
            if sequence(schema.get(keyword)):
                return self._union(schema, sequence(schema[keyword]), hint)
        members = sequence(schema.get("allOf"))
        if len(members) == 1 and not _is_object(schema):
            return self.plain(members[0], hint)
        if members:
            said = text(schema.get("description")) or sentence(hint)
            return self.add(hint, {"description": said, "allOf": self._members(schema, hint)})
        types = schema.get("type")
        if isinstance(types, list):
            arms: list[Any] = [{**schema, "type": each} for each in types if each != "null"]
            arms += [NULL] if "null" in types or None in sequence(schema.get("enum")) else []
            return self._union({}, arms, hint)
        if isinstance(schema.get("enum"), list) or "const" in schema:
            return self._enum(schema, hint)
        if _is_object(schema):
            return self._inline_object(schema, hint)
        if types == "array" or "items" in schema or "prefixItems" in schema:
            return {"type": "array", "items": self._items(schema, hint), **bounds(schema)}
        return simple(schema) if types else {}

    def _reference(self, ref: str, hint: str, *, is_open: bool = False) -> dict[str, Any]:
        name = ref.removeprefix(REF).replace("~1", "/").replace("~0", "~")
        if not ref.startswith(REF) or name not in self._names:
            return self.plain(resolve(self._document, ref), hint)
        source = mapping(self._source[name])
        behind = self._alias(source)
        if behind:
            return self._reference(behind, hint, is_open=is_open)
        if is_open and "enum" in source:
            return self._enumerated({**source, OPEN: True})
        return {"$ref": REF + self._names[name]}

    def _alias(self, schema: Any) -> str | None:
        """What a component refers to, if it is nothing but a reference."""
        ref = mapping(schema).get("$ref")
        return ref if isinstance(ref, str) else None

    def _union(self, around: dict[str, Any], arms: list[Any], hint: str) -> dict[str, Any]:
        told = mapping(around.get("discriminator")).get("propertyName")
        kinds = [arm for arm in arms if not is_null(arm)]
        made: list[dict[str, Any]] = []
        for arm in kinds:
            title = str(mapping(arm).get("title") or "")
            named = f"{hint}{pascal(title)}" if title and len(kinds) > 1 else hint
            bare = {k: v for k, v in mapping(arm).items() if k != "title"}
            one = self.plain({**bare, OPEN: True} if around.get(OPEN) else bare, named)
            one = without_words(one)[0] if len(kinds) > 1 else one
            inner = sequence(one.get("anyOf")) or [one]
            made += [each for each in inner if each not in made]
            if told:
                self.told.append((str(one.get("$ref")).removeprefix(REF), str(told)))
        if len(kinds) != len(arms) or any(is_null(each) for each in made):
            made = [each for each in made if not is_null(each)] + [NULL]
        return union(made)

    def _members(self, schema: dict[str, Any], hint: str) -> list[dict[str, Any]]:
        own = {k: v for k, v in schema.items() if k in ("properties", "required")}
        members: list[dict[str, Any]] = []
        for member in [*sequence(schema.get("allOf")), *([own] if own else [])]:
            if isinstance(mapping(member).get("$ref"), str):
                members.append(self._reference(member["$ref"], hint))
            else:
                made = self._object(without_nullable(mapping(member)), hint, "")
                members.append(made)
        return members

    def _object(self, schema: dict[str, Any], name: str, said: str) -> dict[str, Any]:
        self._tell_lost(schema, name)
        required = sequence(schema.get("required"))
        fields: dict[str, Any] = {}
        words: dict[str, str] = {}
        for key, value in mapping(schema.get("properties")).items():
            if not allowed_property_name(key) or snake(key) in words:
                other = words.get(snake(key))
                why = (
                    f"is {other!r} in Python too" if other else "has a name of the generator's own"
                )
                self._note(f"{name}: the field {key!r} {why}, and is left to the additional ones")
                continue
            words[snake(key) or key] = key
            fields[key] = self._field(value, f"{name}{pascal(key)}", key in required)
        made: dict[str, Any] = {"type": "object"}
        made.update({"description": said} if said else {})
        kept = [key for key in required if key in fields]
        made.update({"required": kept} if kept else {})
        made.update({"properties": fields} if fields else {})
        more = schema.get("additionalProperties")
        if isinstance(more, dict) and more:
            made["additionalProperties"] = self.plain(more, f"{name}Value")
        elif more is False and fields:
            made["additionalProperties"] = False
        elif not fields:
            made["additionalProperties"] = {}
        return made

    def _tell_lost(self, schema: dict[str, Any], name: str) -> None:
        lost = [key for key in _LOST if key in schema]
        if lost:
            self._note(f"{name}: {', '.join(lost)} cannot be expressed and is left out")

    def _field(self, schema: Any, hint: str, required: bool) -> dict[str, Any]:
        value = mapping(schema).get("const")
        if required and isinstance(value, str) and not mapping(schema).get(OPEN):
            return with_words({"type": "string", "const": value}, schema)
        return self.plain(schema, hint)

    def _inline_object(self, schema: dict[str, Any], hint: str) -> dict[str, Any]:
        more = schema.get("additionalProperties")
        if not mapping(schema.get("properties")) and not (isinstance(more, dict) and more):
            self._tell_lost(schema, hint)
            return self.free_object()
        said = text(schema.get("description")) or sentence(hint)
        return self.add(hint, self._object(schema, pascal(hint), said))

    def _items(self, schema: dict[str, Any], hint: str) -> dict[str, Any]:
        some = sequence(schema.get("prefixItems"))
        if some:
            return self._union({}, some, f"{hint}Item")
        return self.plain(schema.get("items"), f"{hint}Item")

    def _enum(self, schema: dict[str, Any], hint: str) -> dict[str, Any]:
        made = self._enumerated(schema)
        if "enum" not in made:
            return made
        said = text(schema.get("description")) or sentence(hint)
        return self.add(hint, {"type": made["type"], "description": said, "enum": made["enum"]})

    def _enumerated(self, schema: dict[str, Any]) -> dict[str, Any]:
        """An enum of texts or of whole numbers; the plain type of whatever cannot be one."""
        values = sequence(schema.get("enum")) or [schema.get("const")]
        values = [value for value in dict.fromkeys(map(_hashable, values)) if value is not None]
        if values and all(isinstance(value, bool) for value in values):
            return {"type": "boolean"}
        if values and all(isinstance(v, int) and not isinstance(v, bool) for v in values):
            return {"type": "integer", "enum": values}
        if not values or not all(isinstance(value, str) for value in values):
            return {}
        members = {re.sub(r"\W|_", "", value).lower() for value in values}
        # The generator names what begins with no letter by its place, which the next value changes.
        numbered = not all(value[:1].isalpha() for value in values)
        not_names = len(members) < len(values) or "" in members or numbered
        listed = "examples" if not_names or schema.get(OPEN) else "enum"
        return {"type": "string", listed: values}


def _is_object(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "object" or "properties" in schema


def _hashable(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool)) else None
