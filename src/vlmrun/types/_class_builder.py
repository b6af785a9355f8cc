"""The classes of one JSON schema: what each keyword becomes."""

from __future__ import annotations

import keyword
import re
from collections.abc import Container
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from vlmrun.errors import InputError
from vlmrun.types._class_parts import Parts, either

# Deeper or larger than any schema that describes a document; what lies beyond is read as it comes.
_DEEPEST = 60
_MOST_STEPS = 50_000
_STEPS_OF_A_CLASS = 25
_NOT_OF_A_NAME = re.compile(r"\W+")
# The keywords that classes are made of; the others describe or bound.
_STRUCTURE = {
    *("type", "properties", "required", "additionalProperties", "items"),
    *("format", "enum", "const", "allOf", "anyOf", "oneOf"),
}

_KINDS = ("object", "array", "string", "integer", "number", "boolean", "null")

Schema = dict[str, Any]


def build(schema: Schema, name: str, made: Parts) -> Any:
    """The class of a schema, named by its title, else by `name`.

    Raises:
        InputError: It is nested too deeply, or pydantic makes no class of it.
    """
    try:
        return _Builder(schema, made).build(name)
    except Exception as error:  # pydantic has many ways to refuse, which no caller can know
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise InputError(f"No class can be made of the JSON schema: {reason}") from error


class _Builder:
    """The classes of one schema; each `$ref` leads to one class, however often it is used."""

    def __init__(self, root: Schema, made: Parts) -> None:
        self._root = root
        self._parts = made
        self._types: dict[str, Any] = {}
        self._open: set[str] = set()
        # Filled when all is built: what refers to itself is looked up when a value is read.
        self._late: dict[str, Any] = {}
        self._steps = 0

    def build(self, name: str) -> Any:
        self._open.add("#")
        schema = self._flat(self._root, 0)
        name = _class_name(schema.get("title"), name)
        if _is_object(schema) or schema.get("type") == "object":
            built = self._class(schema, name, 0, self._parts.whole)
        else:
            root_model = self._parts.pydantic.RootModel[self._type(schema, name, 1)]
            bases = (*self._parts.bare, root_model)
            built = self._parts.pydantic.create_model(name, __base__=bases, __module__=__name__)
        built._json_schema = self._root
        self._types["#"] = built
        for reference in self._late:
            self._late[reference] = self._parts.pydantic.TypeAdapter(self._types[reference])
        return built

    def _type(self, schema: Any, name: str, depth: int) -> Any:
        """The annotation for a schema; `name` is for a class that has no title."""
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return Any
        reference = schema.get("$ref")
        if isinstance(reference, str) and not schema.keys() & _STRUCTURE:
            return self._referred(reference, depth)
        schema = self._flat(schema, depth)
        if _is_object(schema):
            return self._class(schema, _class_name(schema.get("title"), name), depth)
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if isinstance(values, list) and values:
            return _literal(values)
        for word in ("anyOf", "oneOf"):
            arms = schema.get(word)
            if isinstance(arms, list) and arms:
                rest = {key: value for key, value in schema.items() if key != word}
                return self._union([_merged(rest, arm) for arm in arms], name, depth)
        kinds = schema.get("type")
        if isinstance(kinds, list):
            arms = [{**schema, "type": kind} for kind in _KINDS if kind in kinds]
            return self._union(arms, name, depth)
        return self._simple(kinds, schema, name, depth)

    def _simple(self, kind: Any, schema: Schema, name: str, depth: int) -> Any:
        if kind == "array":
            items = schema.get("items")
            return list[self._type(items, f"{name}Item", depth + 1)]  # type: ignore[misc]
        if kind == "object":
            values = schema.get("additionalProperties")
            return dict[str, self._type(values, f"{name}Value", depth + 1)]  # type: ignore[misc]
        if kind == "string":
            form = schema.get("format")
            return self._parts.formats.get(form, str) if isinstance(form, str) else str
        scalars = {"integer": int, "number": float, "boolean": bool, "null": type(None)}
        return scalars.get(kind, Any) if isinstance(kind, str) else Any

    def _union(self, arms: list[Any], name: str, depth: int) -> Any:
        types = [self._type(arm, name, depth + 1) for arm in arms]
        if Any in types:
            return Any
        return either(*types) if types else Any

    def _referred(self, reference: str, depth: int) -> Any:
        if reference in self._open:
            self._late[reference] = None
            read = partial(self._read, reference)
            return Annotated[Any, self._parts.pydantic.BeforeValidator(read)]
        if reference not in self._types:
            self._open.add(reference)
            name = _class_name(reference.rpartition("/")[2], "Response")
            self._types[reference] = self._type(self._target(reference), name, depth + 1)
            self._open.discard(reference)
        return self._types[reference]

    def _read(self, reference: str, value: Any) -> Any:
        if self._late[reference] is None:
            raise ValueError("the class is still being made")
        try:
            return self._late[reference].validate_python(value)
        except RecursionError:  # a schema that is nothing but itself, or a value without end
            return value

    def _target(self, reference: str) -> Any:
        """What a local reference leads to; others are not followed."""
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

    def _flat(self, schema: Schema, depth: int) -> Schema:
        """The schema with its reference and its allOf worked in."""
        self._steps += 1
        if depth > _DEEPEST or self._steps > _MOST_STEPS:
            return {}
        arms = schema.get("allOf")
        pieces = arms if isinstance(arms, list) else []
        if isinstance(schema.get("$ref"), str):
            pieces = [self._target(schema["$ref"]), *pieces]
        own = {key: value for key, value in schema.items() if key not in ("allOf", "$ref")}
        merged: Schema = {}
        for piece in pieces:
            if isinstance(piece, dict):
                merged = _merged(merged, self._flat(piece, depth + 1))
        return _merged(merged, own)

    def _class(self, schema: Schema, name: str, depth: int, base: Any = None) -> Any:
        self._steps += _STEPS_OF_A_CLASS
        listed, required = schema.get("properties"), schema.get("required")
        properties = listed if isinstance(listed, dict) else {}
        needed = set(filter(_is_text, required if isinstance(required, list) else []))
        fields: dict[str, Any] = {}
        for key, inner in properties.items():
            annotation = self._type(inner, _class_name(key, "Response"), depth + 1)
            options = _described(inner)
            if key not in needed:
                annotation = either(annotation, None)
                options["default"] = self._default(inner, annotation)
            field = _field_name(key, self._parts.taken, fields, properties)
            if field != key:
                options["alias"] = key
            fields[field] = (annotation, self._parts.pydantic.Field(**options))
        made = self._parts.pydantic.create_model(
            name, __base__=base or self._parts.part, __module__=__name__, **fields
        )
        made.__doc__ = _described(schema).get("description")
        return made

    def _default(self, schema: Any, annotation: Any) -> Any:
        """The default that a schema states, if it fits; else None."""
        value = schema.get("default") if isinstance(schema, dict) else None
        if value is None:
            return None
        try:
            return self._parts.pydantic.TypeAdapter(annotation).validate_python(value)
        except ValueError:
            return None


def _is_object(schema: Schema) -> bool:
    return isinstance(schema.get("properties"), dict) and (
        schema.get("type", "object") in ("object", ["object"])
    )


def _literal(values: list[Any]) -> Any:
    if all(value is None or isinstance(value, (str, int)) for value in values):
        return Literal[tuple(values)]
    return Any


def _described(schema: Any) -> dict[str, Any]:
    given = schema if isinstance(schema, dict) else {}
    return {key: given[key] for key in ("title", "description") if isinstance(given.get(key), str)}


def _merged(one: Schema, other: Any) -> Schema:
    """Both schemas at once; what cannot be joined is taken from the second."""
    if not isinstance(other, dict):
        return one
    joined = {**one, **other}
    mine, theirs = one.get("properties"), other.get("properties")
    if isinstance(mine, dict) and isinstance(theirs, dict):
        joined["properties"] = mine | theirs
    mine, theirs = one.get("required"), other.get("required")
    if isinstance(mine, list) and isinstance(theirs, list):
        joined["required"] = list(dict.fromkeys(filter(_is_text, [*mine, *theirs])))
    return joined


def _class_name(wished: Any, otherwise: str) -> str:
    """The wished name as it is, if it can be a class's; else its words in one."""
    text = wished if isinstance(wished, str) else ""
    if text.isidentifier() and "_" not in text and text[0].isupper():
        return text
    words = [word for word in _NOT_OF_A_NAME.sub(" ", text.replace("_", " ")).split() if word]
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name.isidentifier() else otherwise


def _field_name(
    key: str, base: Container[str], fields: Container[str], keys: Container[str]
) -> str:
    """The property's name, or the nearest that Python and pydantic take for a field.

    Args:
        key: The property.
        base: Names that the base has.
        fields: Names that were given so far.
        keys: All properties, which have the first right to their names.
    """
    name = key
    if not name.isidentifier() or name.startswith("_"):
        name = _NOT_OF_A_NAME.sub("_", name).strip("_")
        name = name if name.isidentifier() else f"field_{name}".rstrip("_")
    while (
        keyword.iskeyword(name) or name in base or name in fields or (name != key and name in keys)
    ):
        name += "_"
    return name


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
