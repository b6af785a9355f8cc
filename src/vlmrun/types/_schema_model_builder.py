"""Builds pydantic classes from a JSON schema, keyword by keyword. Importing it imports pydantic."""

from __future__ import annotations

import keyword
import re
from collections.abc import Container
from functools import partial
from typing import Annotated, Any, Literal, get_origin
from urllib.parse import unquote

from pydantic import BeforeValidator, Field, RootModel, TypeAdapter, create_model

from vlmrun.errors import InputError
from vlmrun.types._pydantic_bases import (
    FORMATS,
    RESERVED_NAMES,
    AliasDumpMixin,
    ObjectModel,
    SchemaModel,
    union_of,
)
from vlmrun.types._validate_once import once_per_value, validate_once

# More than any schema of a document's content has. The service's schemas are trusted no more than
# anybody's: a few lines of `$ref` and allOf can describe a tree of any size. Whatever is beyond
# these limits is read as Any.
_MAX_DEPTH = 60
MAX_STEPS = 50_000
_STEPS_PER_CLASS = 25
_NON_WORD = re.compile(r"\W+")
# The keywords that have an effect on the class. The others describe values or limit them.
_STRUCTURAL_KEYWORDS = {
    *("type", "properties", "required", "additionalProperties", "items"),
    *("format", "enum", "const", "allOf", "anyOf", "oneOf"),
}

_JSON_TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")

Schema = dict[str, Any]


def build_model(schema: Schema, name: str) -> Any:
    """Return the class of a schema, named by its title or else by `name`.

    Raises:
        InputError: pydantic cannot build a class from it.
    """
    try:
        return SchemaModelBuilder(schema).build(name)
    except Exception as error:  # pydantic documents no list of the errors that it raises here
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise InputError(f"No class can be built from the JSON schema: {reason}") from error


class SchemaModelBuilder:
    """The classes of one schema. Each `$ref` gives one class, however often it is used.

    Attributes:
        steps: The amount of work so far, in arbitrary units.
    """

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._types: dict[str, Any] = {}
        # References whose class is being built. One that is used meanwhile is recursive.
        self._open: set[str] = set()
        # Adapters for recursive references, which are created when all classes are complete.
        self._recursive: dict[str, TypeAdapter[Any] | None] = {}
        self.steps = 0

    def build(self, name: str) -> Any:
        self._open.add("#")
        schema = self._flatten(self._root, 0)
        name = _class_name(schema.get("title"), name)
        built: Any
        if _is_object(schema) or schema.get("type") == "object":
            built = self._class(schema, name, 0, (SchemaModel, ObjectModel))
        else:
            root_model = RootModel.__class_getitem__(self._type(schema, name, 1))
            bases: Any = (SchemaModel, AliasDumpMixin, root_model)
            built = create_model(name, __base__=bases, __module__=__name__)
        built._json_schema = self._root
        self._types["#"] = built
        for reference in self._recursive:
            self._recursive[reference] = TypeAdapter(self._types[reference])
        return built

    def _type(self, schema: Any, name: str, depth: int) -> Any:
        """Return the annotation of a schema; `name` is used for a class without a title."""
        if not isinstance(schema, dict) or depth > _MAX_DEPTH:
            return Any
        reference = schema.get("$ref")
        if isinstance(reference, str) and not schema.keys() & _STRUCTURAL_KEYWORDS:
            return self._reference(reference, depth)
        schema = self._flatten(schema, depth)
        if _is_object(schema):
            return self._class(schema, _class_name(schema.get("title"), name), depth)
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if isinstance(values, list) and values:
            return _literal(values)
        variants = _variants_of(schema)
        if variants is not None:
            return self._union(variants, name, depth)
        return self._simple_type(schema.get("type"), schema, name, depth)

    def _simple_type(self, json_type: Any, schema: Schema, name: str, depth: int) -> Any:
        if json_type == "array":
            items = schema.get("items")
            return list[self._type(items, f"{name}Item", depth + 1)]  # type: ignore[misc]
        if json_type == "object":
            values = schema.get("additionalProperties")
            return dict[str, self._type(values, f"{name}Value", depth + 1)]  # type: ignore[misc]
        if json_type == "string":
            format_ = schema.get("format")
            return FORMATS.get(format_, str) if isinstance(format_, str) else str
        scalars = {"integer": int, "number": float, "boolean": bool, "null": type(None)}
        return scalars.get(json_type, Any) if isinstance(json_type, str) else Any

    def _union(self, variants: list[Any], name: str, depth: int) -> Any:
        types = [self._type(variant, name, depth + 1) for variant in variants]
        if Any in types or not types:
            return Any
        # Only variants with parts can lead to a union again.
        with_parts = [each for each in types if not _is_scalar(each)]
        union = union_of(*types)
        return union if len(with_parts) < 2 else Annotated[union, once_per_value()]

    def _reference(self, reference: str, depth: int) -> Any:
        if reference in self._open:
            self._recursive[reference] = None
            # Not a forward reference: pydantic would have to find the class by its name, which
            # need not be unique.
            return Annotated[Any, BeforeValidator(partial(self._validate, reference))]
        if reference not in self._types:
            self._open.add(reference)
            name = _class_name(reference.rpartition("/")[2], "Response")
            self._types[reference] = self._type(self._target(reference), name, depth + 1)
            self._open.discard(reference)
        return self._types[reference]

    def _validate(self, reference: str, value: Any) -> Any:
        adapter = self._recursive[reference]
        if adapter is None:  # pydantic checks a default while the class is being built
            raise ValueError("the class is not complete yet")
        try:
            return validate_once(adapter, adapter.validate_python, value)
        except RecursionError:  # the value is nested too deeply
            return value

    def _target(self, reference: str) -> Any:
        """Return the target of a local reference. Others are not followed, and accept anything."""
        node: Any = self._root
        if reference != "#" and not reference.startswith("#/"):
            return True
        for part in unquote(reference).split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, dict):
                node = node.get(name, True)
            elif isinstance(node, list) and name.isdecimal() and int(name) < len(node):
                node = node[int(name)]
            else:
                return True
        return node

    def _flatten(self, schema: Schema, depth: int) -> Schema:
        """Return the schema with its `$ref` and its allOf merged into it."""
        self.steps += 1
        if depth > _MAX_DEPTH or self.steps > MAX_STEPS:
            return {}
        listed = schema.get("allOf")
        pieces = listed if isinstance(listed, list) else []
        if isinstance(schema.get("$ref"), str):
            pieces = [self._target(schema["$ref"]), *pieces]
        own = {key: value for key, value in schema.items() if key not in ("allOf", "$ref")}
        merged: Schema = {}
        for piece in pieces:
            if isinstance(piece, dict):
                merged = _merge(merged, self._flatten(piece, depth + 1))
        return _merge(merged, own)

    def _class(self, schema: Schema, name: str, depth: int, base: Any = None) -> Any:
        self.steps += _STEPS_PER_CLASS
        listed, required = schema.get("properties"), schema.get("required")
        properties = listed if isinstance(listed, dict) else {}
        needed = set(filter(_is_str, required if isinstance(required, list) else []))
        fields: dict[str, Any] = {}
        for key, inner in properties.items():
            annotation = self._type(inner, _class_name(key, "Response"), depth + 1)
            options = _description(inner)
            if key not in needed:
                annotation = union_of(annotation, None)
                options["default"] = self._default(inner, annotation)
            field = _field_name(key, RESERVED_NAMES, fields, properties)
            if field != key:
                options["alias"] = key
            fields[field] = (annotation, Field(**options))
        model = create_model(name, __base__=base or ObjectModel, __module__=__name__, **fields)
        model.__doc__ = _description(schema).get("description")
        return model

    def _default(self, schema: Any, annotation: Any) -> Any:
        """Return the default that a schema states if it is valid, else None."""
        value = schema.get("default") if isinstance(schema, dict) else None
        if value is None:
            return None
        try:
            return TypeAdapter(annotation).validate_python(value)
        except ValueError:
            return None


def _is_object(schema: Schema) -> bool:
    return isinstance(schema.get("properties"), dict) and (
        schema.get("type", "object") in ("object", ["object"])
    )


def _is_scalar(annotation: Any) -> bool:
    known = (str, int, float, bool, type(None), *FORMATS.values())
    return any(annotation is each for each in known) or get_origin(annotation) is Literal


def _literal(values: list[Any]) -> Any:
    if all(value is None or isinstance(value, (str, int)) for value in values):
        return Literal[tuple(values)]
    return Any


def _description(schema: Any) -> dict[str, Any]:
    if not isinstance(schema, dict):
        return {}
    return {key: schema[key] for key in ("title", "description") if _is_str(schema.get(key))}


def _variants_of(schema: Schema) -> list[Any] | None:
    """Return the variants of a union, each with the keywords beside it; None for other schemas."""
    for keyword_ in ("anyOf", "oneOf"):
        variants = schema.get(keyword_)
        if isinstance(variants, list) and variants:
            rest = {key: value for key, value in schema.items() if key != keyword_}
            return [_merge(rest, variant) for variant in variants]
    json_type = schema.get("type")
    if isinstance(json_type, list):
        # In a fixed order, so that pydantic tries the same variant first for equal schemas.
        return [{**schema, "type": each} for each in _JSON_TYPES if each in json_type]
    return None


def _merge(first: Schema, second: Any) -> Schema:
    """Combine two schemas; of keywords that cannot be combined, the second one's are used."""
    if not isinstance(second, dict):
        return first
    merged = {**first, **second}
    old_properties, new_properties = first.get("properties"), second.get("properties")
    if isinstance(old_properties, dict) and isinstance(new_properties, dict):
        merged["properties"] = old_properties | new_properties
    old_required, new_required = first.get("required"), second.get("required")
    if isinstance(old_required, list) and isinstance(new_required, list):
        merged["required"] = list(dict.fromkeys(filter(_is_str, [*old_required, *new_required])))
    return merged


def _class_name(title: Any, default: str) -> str:
    """Return a title as the name of a class, in CamelCase if it is not one already."""
    text = title if isinstance(title, str) else ""
    if text.isidentifier() and "_" not in text and text[0].isupper():
        return text
    words = _NON_WORD.sub(" ", text.replace("_", " ")).split()
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name.isidentifier() else default


def _field_name(
    key: str, reserved: Container[str], fields: Container[str], keys: Container[str]
) -> str:
    """Return the name of a property, or a similar one that Python and pydantic accept for a field.

    Args:
        key: The property.
        reserved: Names that no field may have.
        fields: Names that were assigned so far.
        keys: All properties, whose own names take precedence.
    """
    name = key
    if not name.isidentifier() or name.startswith("_"):
        name = _NON_WORD.sub("_", name).strip("_")
        name = name if name.isidentifier() else f"field_{name}".rstrip("_")
    while (
        keyword.iskeyword(name)
        or name in reserved
        or name in fields
        or (name != key and name in keys)
    ):
        name += "_"
    return name


def _is_str(value: Any) -> bool:
    return isinstance(value, str)
