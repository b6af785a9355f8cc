"""Sample values that conform to a JSON schema (draft 2020-12).

They fill responses whose content no model has read from anything. Only keywords that describe
the shape of a value are used to build it; a validator checks the result against all of them.
"""

from __future__ import annotations

import contextlib
import math
from fractions import Fraction
from itertools import product
from typing import Any

import jsonschema_rs

from vlmrun.testing.contract.openapi import refuse_to_fetch
from vlmrun.testing.generation.regex_samples import sample_matching

_MAX_DEPTH = 12
_MAX_SIZE = 10_000
_VARIANT_ATTEMPTS = 4
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_WORD = "sample"
_FORMATS = {
    "date": "2000-01-01",
    "date-time": "2000-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "duration": "P1D",
    "email": "sample@example.com",
    "idn-email": "sample@example.com",
    "hostname": "sample.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/sample",
    "iri": "https://example.com/sample",
    "uri-reference": "/sample",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "json-pointer": "/sample",
    "regex": "sample",
}
# The type that a keyword implies in a schema without `type`.
_IMPLIED_TYPES = {
    "properties": "object",
    "required": "object",
    "additionalProperties": "object",
    "items": "array",
    "prefixItems": "array",
    "minItems": "array",
    "minimum": "number",
    "maximum": "number",
}


class SampleError(ValueError):
    """No conforming value can be generated; the message says why."""


def sample(schema: Any) -> Any:
    """Return a value that conforms to a JSON schema, checked by a validator.

    Strings are "sample" wherever the schema allows it. Local references are followed, remote ones
    are not fetched. All properties are present, unless only an object without the optional ones
    conforms.

    Raises:
        SampleError: The schema is invalid, or too complex to generate a value for.

    Example:
        >>> sample({"type": "object", "properties": {"total": {"type": "number"}}})
        {'total': 0}
    """
    if schema is True:
        return _WORD
    if not isinstance(schema, dict):
        raise SampleError("the JSON schema is not an object")
    try:
        validator = jsonschema_rs.Draft202012Validator(
            schema, validate_formats=True, retriever=refuse_to_fetch
        )
    except ValueError as error:
        reason = str(error).partition("\n")[0]
        raise SampleError(f"the JSON schema is invalid: {reason}") from None
    for first_variant, all_properties in product(range(_VARIANT_ATTEMPTS), (True, False)):
        sampler = _Sampler(schema, first_variant, all_properties)
        with contextlib.suppress(SampleError, RecursionError):
            value = sampler.value(schema)
            if validator.is_valid(value):
                return value
    raise SampleError("no value that conforms to the JSON schema was found")


class _Sampler:
    """One attempt at a sample.

    Attributes:
        first_variant: The index of the variant of each union that is tried first.
        all_properties: Whether objects have their optional properties.
    """

    def __init__(self, root: dict[str, Any], first_variant: int, all_properties: bool) -> None:
        self._root = root
        self._first_variant = first_variant
        self._all_properties = all_properties
        # The references that lead to the current schema, to detect recursion.
        self._references: list[str] = []

    def value(self, schema: Any, depth: int = 0, index: int = 0) -> Any:
        """Return a value; `index` makes the items of one array different."""
        if schema is True or schema == {}:
            return f"{_WORD}{index or ''}"
        if not isinstance(schema, dict) or depth > _MAX_DEPTH:
            raise SampleError("the JSON schema is endless, or allows no value")
        entered = len(self._references)
        try:
            return self._value_of_type(self._flatten(schema), depth, index)
        finally:
            del self._references[entered:]

    def _value_of_type(self, schema: dict[str, Any], depth: int, index: int) -> Any:
        if any(
            schema.get(key, 0) > _MAX_SIZE for key in ("minLength", "minItems", "minProperties")
        ):
            raise SampleError("the JSON schema requires too large a value")
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][index % len(schema["enum"])]
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return self._variant(schema, keyword, depth, index)
        type_ = _type_of(schema)
        if type_ == "object":
            return self._object(schema, depth, index)
        if type_ == "array":
            return self._array(schema, depth)
        if type_ == "string":
            return _string(schema, index)
        if type_ in ("integer", "number"):
            return _number(schema, index, type_ == "integer")
        return {"boolean": bool(index % 2), "null": None}[type_]

    def _flatten(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Merge the targets of `$ref` and the schemas of `allOf` into one schema."""
        # A schema inside of itself is endless; the callers leave it out where that is allowed.
        outer = frozenset(self._references)
        followed = 0
        while "$ref" in schema:
            reference = schema["$ref"]
            if reference in outer or (followed := followed + 1) > _MAX_DEPTH:
                raise SampleError(f"{reference} refers to itself")
            self._references.append(reference)
            siblings = {key: value for key, value in schema.items() if key != "$ref"}
            schema = _merge(self._resolve(reference), siblings)
        merged = {key: value for key, value in schema.items() if key != "allOf"}
        for each in schema.get("allOf", []):
            if isinstance(each, dict):
                merged = _merge(merged, self._flatten(each))
        return merged

    def _resolve(self, reference: str) -> dict[str, Any]:
        node: Any = self._root
        if not reference.startswith("#"):
            raise SampleError(f"{reference} is not fetched")
        for part in reference.removeprefix("#").split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            node = node[int(name)] if isinstance(node, list) else node.get(name, {})
        return node if isinstance(node, dict) else {}

    def _variant(self, schema: dict[str, Any], keyword: str, depth: int, index: int) -> Any:
        """Return a value of the first variant that has one; null only as the last resort."""
        rest = {key: value for key, value in schema.items() if key != keyword}
        first = self._first_variant % len(schema[keyword])
        variants = [*schema[keyword][first:], *schema[keyword][:first]]
        variants.sort(key=lambda variant: variant == {"type": "null"})
        for variant in variants:
            entered = len(self._references)
            with contextlib.suppress(SampleError):
                flat = self._flatten(variant) if isinstance(variant, dict) else {}
                return self.value(_merge(rest, flat), depth + 1, index)
            del self._references[entered:]
        raise SampleError(f"no variant of {keyword} has a value")

    def _object(self, schema: dict[str, Any], depth: int, index: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = list(schema.get("required", []))
        additional = schema.get("additionalProperties", True)
        free = additional if isinstance(additional, dict) else {}
        result: dict[str, Any] = {}
        for name in dict.fromkeys([*properties, *required]):
            inner = properties.get(name, free)
            if name in required:
                result[name] = self.value(inner, depth + 1, index)
            elif self._all_properties:
                with contextlib.suppress(SampleError):
                    result[name] = self.value(inner, depth + 1, index)
        missing = schema.get("minProperties", 0) - len(result)
        is_map = isinstance(additional, dict) and not result
        for number in range(max(missing, int(is_map and self._all_properties))):
            result[f"{_WORD}{number or ''}"] = self.value(free, depth + 1)
        return result

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        leading = schema.get("prefixItems", [])
        result = [self.value(inner, depth + 1) for inner in leading]
        required = schema.get("minItems", 0)
        preferred = 1 if self._all_properties and not leading else 0
        count = max(required, min(preferred, schema.get("maxItems", 1)))
        while len(result) < count:
            try:
                result.append(self.value(schema.get("items", True), depth + 1, len(result)))
            except SampleError:
                if len(result) < required:
                    raise
                break
        return result


def _type_of(schema: dict[str, Any]) -> str:
    types = schema.get("type")
    if isinstance(types, str):
        return types
    if types:
        return str(next((each for each in types if each != "null"), "null"))
    return next((each for key, each in _IMPLIED_TYPES.items() if key in schema), "string")


def _merge(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Return one schema that stands for both, as far as their keywords can be combined."""
    merged = {**first, **second}
    for key in first.keys() & second.keys():
        one, other = first[key], second[key]
        if key == "properties":
            merged[key] = {**one, **other}
            for name in one.keys() & other.keys():
                if isinstance(one[name], dict) and isinstance(other[name], dict):
                    merged[key][name] = _merge(one[name], other[name])
        elif key == "required":
            merged[key] = [*one, *other]
        elif key in ("minimum", "minLength", "minItems", "minProperties", "exclusiveMinimum"):
            merged[key] = max(one, other)
        elif key in ("maximum", "maxLength", "maxItems", "maxProperties", "exclusiveMaximum"):
            merged[key] = min(one, other)
        elif key == "enum":
            merged[key] = [value for value in one if value in other]
    return merged


def _string(schema: dict[str, Any], index: int) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if "pattern" in schema:
        text = sample_matching(schema["pattern"])
        if text is None:
            raise SampleError(f"no string was found for the pattern {schema['pattern']}")
    else:
        text = f"{_WORD}{index or ''}"
    while 0 < len(text) < schema.get("minLength", 0):
        text += text[: schema["minLength"] - len(text)]
    return text[: schema.get("maxLength", len(text))]


def _number(schema: dict[str, Any], index: int, is_integer: bool) -> float:
    """Return the allowed number that is closest to 0, plus `index` steps."""
    # Fractions of the decimal notation, since 0.1 has no exact float.
    bounds = {key: Fraction(str(schema[key])) for key in _BOUNDS if key in schema}
    step = bounds.get("multipleOf", Fraction(1))
    has_steps = is_integer or "multipleOf" in bounds
    low, high = _inclusive_bounds(bounds, step, has_steps)
    value: Any = min(max(Fraction(0), low), high)
    if has_steps:
        # A bound below 0 is an upper one, so away from 0 is into the interval.
        value = (math.floor if value < 0 else math.ceil)(value / step) * step
    value += index * step
    return int(value) if value.denominator == 1 else float(value)


def _inclusive_bounds(bounds: dict[str, Fraction], step: Fraction, has_steps: bool) -> Any:
    """Replace exclusive bounds by inclusive ones just inside of them."""
    low = bounds.get("minimum", -math.inf)
    high = bounds.get("maximum", math.inf)
    above = bounds.get("exclusiveMinimum", -math.inf)
    below = bounds.get("exclusiveMaximum", math.inf)
    # With steps, the bound is rounded to the next one, so any tiny distance does. Without, a
    # whole step gives a readable number, and half of the interval if that is smaller.
    width = min(high, below) - max(low, above)
    distance = step / 10**9 if has_steps else min(step, width / 2)
    return max(low, above + distance), min(high, below - distance)
