"""Checks of JSON schemas that a caller passes, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args, get_type_hints

from vlmrun._messages import short_repr, type_and_repr
from vlmrun._validation import check_finite
from vlmrun.errors import InputError, InputTypeError

_EXAMPLE = "{'type': 'object', 'properties': {'total': {'type': 'number'}}}"
_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
_PYTHON_TYPES = {cls.__name__: name for cls, name in _JSON_TYPES.items()}
_PYTHON_TYPES |= {"dict": "object", "list": "array", "tuple": "array", "None": "null"}
_TYPES = {*_JSON_TYPES.values(), "object", "array", "null"}

# A dict with none of them is data, or a mapping of fields to types. Keywords that are new to this
# package are sent, but hardly alone: https://json-schema.org/draft/2020-12/json-schema-core
_KEYWORDS = {
    *("$schema", "$id", "$ref", "$defs", "$anchor", "$dynamicRef", "$comment", "definitions"),
    *("type", "enum", "const", "properties", "required", "additionalProperties"),
    *("patternProperties", "propertyNames", "minProperties", "maxProperties", "items"),
    *("prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedProperties"),
    *("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "minLength", "maxLength", "pattern"),
    *("format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("title", "description", "default", "examples", "nullable"),
}


def check_json_schema(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON schema, after checking that it is one and that JSON can hold it.

    Args:
        name: The name of the argument, for error messages.
        schema: Its value.

    Raises:
        InputTypeError: There is a value in it that is not JSON.
        InputError: It has no keyword of JSON Schema, or a property has no schema.
    """
    try:
        _check_json(name, schema)
    except RecursionError:
        raise InputError(f"{name} contains itself, or is nested too deeply") from None
    if schema and not schema.keys() & _KEYWORDS:
        raise InputError(
            f"{name} is not a JSON schema: {short_repr(next(iter(schema)))} is not a keyword of it",
            suggestion=f"Pass a schema such as {_EXAMPLE}, or a class",
        )
    _check_schema(name, schema)
    return dict(schema)


def _check_schema(where: str, schema: Any) -> None:
    """Raise `InputError` unless a value is a schema, with those of its fields and items."""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, Mapping):
        raise InputTypeError(
            f"{where} must be a schema, got {type_and_repr(schema)}",
            suggestion=f"Pass a schema such as {_EXAMPLE}",
        )
    _check_type(where, schema)
    if isinstance(schema.get("required"), str):
        raise InputTypeError(
            f"{where}['required'] must be a list, got {type_and_repr(schema['required'])}",
            suggestion=f"Pass [{schema['required']!r}]",
        )
    properties = schema.get("properties", {})
    if not isinstance(properties, Mapping):
        raise InputTypeError(
            f"{where}['properties'] must be a dict, got {type_and_repr(properties)}",
            suggestion=f"Pass a schema such as {_EXAMPLE}",
        )
    for key, value in properties.items():
        _check_schema(f"{where}['properties'][{key!r}]", value)
    if "items" in schema and not isinstance(schema["items"], list):  # a list in old versions
        _check_schema(f"{where}['items']", schema["items"])


def _check_type(where: str, schema: Mapping[str, Any]) -> None:
    """Raise `InputError` if the `type` of a schema is not one of JSON."""
    declared = schema.get("type")
    for each in declared if isinstance(declared, list) else [declared]:
        if not isinstance(each, str) or each in _TYPES:
            continue
        remedy = f"Types are {', '.join(sorted(_TYPES))}"
        if each in _PYTHON_TYPES:
            remedy = f"Write {_PYTHON_TYPES[each]!r}"
        elif isinstance(schema.get(each), Mapping):
            # The `response_format` of the openai package: {"type": "json_schema", ...}.
            remedy = f"Pass the schema alone: {where}[{each!r}]['schema']"
        raise InputError(
            f"{where} has the type {short_repr(each)}, which is not one of JSON", suggestion=remedy
        )


def _check_json(where: str, value: Any) -> None:
    if value is None or isinstance(value, (str, bool, int)):
        return
    if isinstance(value, float):
        check_finite(where, value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise InputTypeError(f"{where} has the key {short_repr(key)}; keys must be str")
            _check_json(f"{where}[{key!r}]", inner)
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            _check_json(f"{where}[{index}]", inner)
    elif isinstance(value, type):
        json_type = _JSON_TYPES.get(value)
        remedy = f"Write {{'type': '{json_type}'}}" if json_type else "Write a JSON schema for it"
        raise InputTypeError(
            f"{where} is the class {value.__name__}, which is not JSON",
            suggestion=f"{remedy}, or pass a pydantic model class as response_model",
        )
    else:
        raise InputTypeError(
            f"{where} is not JSON: {type_and_repr(value)}",
            suggestion="A JSON schema has dicts, lists, str, numbers, bools and None only",
        )


def field_without_schema(cls: Any, schema_of: Any) -> str | None:
    """Return the path of a field that has no JSON schema, such as "lines.callback", or None.

    Args:
        cls: A class with fields.
        schema_of: Returns the JSON schema of a type, and raises if there is none.
    """
    return _field_without_schema(cls, schema_of, set())


def _field_without_schema(cls: Any, schema_of: Any, visited: set[Any]) -> str | None:
    visited.add(cls)
    for name, annotation in _annotations(cls).items():
        if _has_schema(annotation, schema_of):
            continue
        for inner in _classes_in(annotation) - visited:
            if path := _field_without_schema(inner, schema_of, visited):
                return f"{name}.{path}"
        return name
    return None


def _annotations(cls: Any) -> dict[str, Any]:
    fields = getattr(cls, "model_fields", None)
    if isinstance(fields, dict):
        return {name: field.annotation for name, field in fields.items()}
    try:
        return get_type_hints(cls)
    except (NameError, TypeError):
        return dict(getattr(cls, "__annotations__", {}))


def _has_schema(annotation: Any, schema_of: Any) -> bool:
    try:
        schema_of(annotation)
    except Exception:  # the libraries document no list of the errors that they raise here
        return False
    return True


def _classes_in(annotation: Any) -> set[Any]:
    if isinstance(annotation, type) and _annotations(annotation):
        return {annotation}
    return {cls for argument in get_args(annotation) for cls in _classes_in(argument)}
