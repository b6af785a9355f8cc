"""Conversion of schemas as pydantic writes them into the form of openapi.yaml.

Titles, defaults and whatever the generator would drop or misread are removed, null is written in
one way, and every object and enum becomes a named component.
"""

from __future__ import annotations

import re
from typing import Any
from unicodedata import normalize

from scripts.openapi.document import (
    SCHEMAS,
    UNIONS,
    mapping,
    ref_name,
    resolve,
    sequence,
    split,
    target,
)
from scripts.openapi.python_names import can_be_field, is_plain, variable
from scripts.update.derive_new_names import free_name, pascal, sentence
from scripts.update.schema_style import (
    FREE_OBJECT,
    NULL,
    Object,
    annotated,
    clean_text,
    free_object,
    is_null,
    limits,
    ref_to,
    simple,
    split_annotations,
    union,
    without_nullable,
)

# With this, the overlay marks enums that are known to grow.
OPEN = "x-open-enum"

_MAX_DEPTH = 60


class SchemaNormalizer:
    """Converts the schemas of a document; `schemas` has the components by their new names.

    Args:
        document: The document.
        names: The new name of each component.
    """

    def __init__(self, document: Object, names: dict[str, str]) -> None:
        self._document = document
        self._source = mapping(mapping(document.get("components")).get("schemas"))
        self._names = names
        self._depth = 0
        self.discriminators: list[tuple[str, str]] = []
        self.schemas: Object = {}
        named = {old: new for old, new in names.items() if "$ref" not in mapping(self._source[old])}
        # All names are taken before inline schemas get theirs.
        self.schemas.update((new, {}) for new in named.values())
        for old, new in named.items():
            self.schemas[new] = self._component(self._source[old], new)

    def normalize(self, schema: Any, hint: str) -> Object:
        """Return a schema that can be used anywhere; `hint` names new components.

        Raises:
            RecursionError: It contains itself other than through a component.
        """
        self._depth += 1
        try:
            if self._depth > _MAX_DEPTH:
                raise RecursionError(f"the schema of {hint} contains itself")
            if not isinstance(schema, dict):
                return {}
            return annotated(self._shape(without_nullable(schema), hint), schema)
        finally:
            self._depth -= 1

    def free_object(self) -> Object:
        """Return a reference to the component for any object."""
        self.schemas.setdefault(FREE_OBJECT, free_object())
        return ref_to(FREE_OBJECT)

    def add(self, hint: str, component: Object) -> Object:
        """Add a component; return a reference to it."""
        name = free_name(pascal(hint), self.schemas)
        self.schemas[name] = component
        return ref_to(name)

    def _component(self, schema: Any, name: str) -> Object:
        schema = without_nullable(mapping(schema))
        description = clean_text(schema.get("description")) or sentence(name)
        if isinstance(schema.get("enum"), list) or "const" in schema:
            result = self._enum_values(schema)
            return {"type": result.pop("type", "string"), "description": description, **result}
        if len(sequence(schema.get("allOf"))) > 1 or ("allOf" in schema and _is_object(schema)):
            schema = self._combined(schema)
        if _is_object(schema):
            return self._object(schema, name, description)
        bare = {key: value for key, value in schema.items() if key != "description"}
        result = self.normalize(bare, f"{name}Value")
        result = {"allOf": [result]} if "$ref" in result else result
        result.pop("description", None)
        return {"description": description, **result}

    def _shape(self, schema: Object, hint: str) -> Object:
        if isinstance(schema.get("$ref"), str):
            return self._reference(schema["$ref"], hint, is_open=bool(schema.get(OPEN)))
        for keyword in UNIONS:
            if sequence(schema.get(keyword)) and not _is_object(schema):
                return self._union(schema, sequence(schema[keyword]), hint)
        members = sequence(schema.get("allOf"))
        if members:
            is_alone = len(members) == 1 and not {"properties", "required"} & schema.keys()
            return self.normalize(members[0] if is_alone else self._combined(schema), hint)
        types = schema.get("type")
        if isinstance(types, list):
            variants: list[Any] = [{**schema, "type": each} for each in types if each != "null"]
            has_null = "null" in types or None in sequence(schema.get("enum"))
            return self._union({}, [*variants, *([NULL] if has_null else [])], hint)
        if isinstance(schema.get("enum"), list) or "const" in schema:
            return self._enum(schema, hint)
        if _is_object(schema):
            return self._inline_object(schema, hint)
        if types == "array" or "items" in schema or "prefixItems" in schema:
            return {"type": "array", "items": self._items(schema, hint), **limits(schema)}
        return simple(schema) if types else {}

    def _combined(self, schema: Object) -> Object:
        """Return a schema with the keywords of the members of its allOf."""
        result: Object = {}
        own = {key: value for key, value in schema.items() if key != "allOf"}
        members = (mapping(target(self._document, each)) for each in sequence(schema.get("allOf")))
        for part in (*map(self._combined, members), own):
            fields = dict(mapping(result.get("properties")))
            for key, value in mapping(part.get("properties")).items():
                fields[key] = {"allOf": [fields[key], value]} if key in fields else value
            required = [*sequence(result.get("required")), *sequence(part.get("required"))]
            result.update(part)
            result.update({"properties": fields} if fields else {})
            result.update({"required": list(dict.fromkeys(required))} if required else {})
        return result

    def _reference(self, ref: str, hint: str, *, is_open: bool = False) -> Object:
        found = mapping(resolve(self._document, ref))
        if isinstance(found.get("$ref"), str):
            return self._reference(found["$ref"], hint, is_open=is_open)
        name = split(ref)[-1]
        if not ref.startswith(SCHEMAS) or name not in self._names:
            return self.normalize(found, hint)
        if is_open and "enum" in found:
            return self._enum_values({**found, OPEN: True})
        return ref_to(self._names[name])

    def _union(self, around: Object, variants: list[Any], hint: str) -> Object:
        field = mapping(around.get("discriminator")).get("propertyName")
        not_null = [each for each in variants if not is_null(each)]
        result: list[Object] = []
        for variant in not_null:
            title = str(mapping(variant).get("title") or "")
            name = f"{hint}{pascal(title)}" if title and len(not_null) > 1 else hint
            bare = {key: value for key, value in mapping(variant).items() if key != "title"}
            one = self.normalize({**bare, OPEN: True} if around.get(OPEN) else bare, name)
            one = split_annotations(one)[0] if len(not_null) > 1 else one
            result += [each for each in sequence(one.get("anyOf")) or [one] if each not in result]
            if field:
                self.discriminators.append((ref_name(one), str(field)))
        if len(not_null) != len(variants) or any(map(is_null, result)):
            result = [each for each in result if not is_null(each)] + [NULL]
        return union(result)

    def _object(self, schema: Object, name: str, description: str) -> Object:
        required = sequence(schema.get("required"))
        fields: Object = {}
        python_names: set[str] = set()
        for key, value in mapping(schema.get("properties")).items():
            if variable(key) in python_names or not (can_be_field(key) and is_plain(key)):
                continue
            python_names.add(variable(key))
            fields[key] = self._field(value, f"{name}{pascal(key)}", key in required)
        result: Object = {"type": "object", "description": description}
        kept = [key for key in required if key in fields]
        result.update({"required": kept} if kept else {})
        result.update({"properties": fields} if fields else {})
        more = schema.get("additionalProperties")
        if isinstance(more, dict) and more:
            result["additionalProperties"] = self.normalize(more, f"{name}Value")
        elif more is False and fields:
            result["additionalProperties"] = False
        elif not fields:
            result["additionalProperties"] = {}
        return result

    def _field(self, schema: Any, hint: str, required: bool) -> Object:
        value = mapping(schema).get("const")
        is_name = isinstance(value, str) and is_plain(value, "'\"")
        if required and is_name and not mapping(schema).get(OPEN):
            return annotated({"type": "string", "const": value}, schema)
        return self.normalize(schema, hint)

    def _inline_object(self, schema: Object, hint: str) -> Object:
        if not mapping(schema.get("properties")) and not mapping(
            schema.get("additionalProperties")
        ):
            return self.free_object()
        return self.add(hint, self._component(schema, pascal(hint)))

    def _items(self, schema: Object, hint: str) -> Object:
        tuple_items = sequence(schema.get("prefixItems"))
        if tuple_items:
            return self._union({}, tuple_items, f"{hint}Item")
        return self.normalize(schema.get("items"), f"{hint}Item")

    def _enum(self, schema: Object, hint: str) -> Object:
        result = self._enum_values(schema)
        return self.add(hint, self._component(schema, pascal(hint))) if "enum" in result else result

    def _enum_values(self, schema: Object) -> Object:
        """Return an enum of strings or integers, or the plain type of anything else."""
        values = sequence(schema.get("enum")) or [schema.get("const")]
        values = [each for each in values if isinstance(each, (str, int, float, bool))]
        values = list(dict.fromkeys(values))
        if values and all(isinstance(value, bool) for value in values):
            return {"type": "boolean"}
        if values and all(isinstance(v, int) and not isinstance(v, bool) for v in values):
            return {"type": "integer", "enum": values}
        if not values or not all(isinstance(value, str) for value in values):
            return {}
        members = {re.sub(r"\W|_", "", normalize("NFKC", value)).lower() for value in values}
        # The generator numbers values that begin with no letter, and a new value would shift these.
        is_numbered = not all(value[:1].isalpha() for value in values)
        not_names = len(members) < len(values) or "" in members or is_numbered
        not_names = not_names or not all(map(is_plain, values))
        keyword = "examples" if not_names or schema.get(OPEN) else "enum"
        return {"type": "string", keyword: values}


def _is_object(schema: Object) -> bool:
    is_union = any(sequence(schema.get(keyword)) for keyword in UNIONS)
    return "properties" in schema or (schema.get("type") == "object" and not is_union)
