"""A value that conforms to a JSON Schema, for answers that nobody has read out of anything."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import jsonschema_rs

from vlmrun.testing.contract import refuse
from vlmrun.testing.patterns import text_matching

_DEPTH = 12
_JOINED = ("allOf", "if", "then", "else")
_TURNS = 4
_MOST = 10_000
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
_KINDS = {
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
    """No conforming value could be made; the message says why."""


def sample(schema: Any) -> Any:
    """A value that conforms to a JSON Schema, checked by a validator.

    Texts read "sample" wherever the schema leaves them free. Local references are followed, others
    are not. Whole properties are left out only where a full object does not conform.

    Raises:
        SampleError: The schema is broken, or asks for more than can be made up by simple means.

    Example:
        >>> sample({"type": "object", "properties": {"total": {"type": "number"}}})
        {'total': 0}
    """
    if schema is True:
        return _WORD
    if not isinstance(schema, dict):
        raise SampleError("the JSON schema is not an object")
    try:
        validator = jsonschema_rs.validator_for(schema, validate_formats=True, retriever=refuse)
    except ValueError as error:
        reason = str(error).partition("\n")[0]
        raise SampleError(f"the JSON schema is broken: {reason}") from None
    for turn, everything in product(range(_TURNS), (True, False)):
        sampler = _Sampler(schema, everything, turn)
        with contextlib.suppress(SampleError, RecursionError):
            value = sampler.value(schema)
            if validator.is_valid(value):
                return value
    raise SampleError("no value that conforms to the JSON schema could be made up")


class _Sampler:
    """One way to go about it: with all properties or the required ones, and by which arms.

    `turn` is the arm of each union that is tried first.
    """

    def __init__(self, root: dict[str, Any], everything: bool, turn: int) -> None:
        self._root = root
        self._everything = everything
        self._turn = turn
        self._open: list[str] = []

    def value(self, schema: Any, depth: int = 0, number: int = 0) -> Any:
        """A value for a schema; `number` tells the items of one list apart."""
        if schema is True or schema == {}:
            return f"{_WORD}{number or ''}"
        if not isinstance(schema, dict) or depth > _DEPTH:
            raise SampleError("the JSON schema has no end, or allows nothing")
        entered = len(self._open)
        try:
            return self._of_flat(self._flat(schema), depth, number)
        finally:
            del self._open[entered:]

    def _of_flat(self, schema: dict[str, Any], depth: int, number: int) -> Any:
        if any(schema.get(key, 0) > _MOST for key in ("minLength", "minItems", "minProperties")):
            raise SampleError("the JSON schema asks for too much")
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][number % len(schema["enum"])]
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return self._first(schema, keyword, depth, number)
        kind = _kind(schema)
        if kind == "object":
            return self._object(schema, depth, number)
        if kind == "array":
            return self._array(schema, depth)
        if kind == "string":
            return _text(schema, number)
        if kind in ("integer", "number"):
            return _number(schema, number, kind == "integer")
        return {"boolean": bool(number % 2), "null": None}[kind]

    def _flat(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema with its reference and its allOf worked in."""
        # What is inside of itself has no end, and is left out wherever that is allowed.
        outer = frozenset(self._open)
        followed = 0
        while "$ref" in schema:
            reference = schema["$ref"]
            if reference in outer or (followed := followed + 1) > _DEPTH:
                raise SampleError(f"{reference} refers to itself")
            self._open.append(reference)
            others = {key: value for key, value in schema.items() if key != "$ref"}
            schema = _merged(self._target(reference), others)
        arms = [*schema.get("allOf", []), schema.get(("then", "else")[self._turn % 2])]
        merged = {key: value for key, value in schema.items() if key not in _JOINED}
        for arm in arms:
            merged = _merged(merged, self._flat(arm)) if isinstance(arm, dict) else merged
        return merged

    def _target(self, reference: str) -> dict[str, Any]:
        node: Any = self._root
        if not reference.startswith("#"):
            raise SampleError(f"{reference} is not fetched")
        for part in reference.removeprefix("#").split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            node = node[int(name)] if isinstance(node, list) else node.get(name, {})
        return node if isinstance(node, dict) else {}

    def _first(self, schema: dict[str, Any], keyword: str, depth: int, number: int) -> Any:
        """A value by the first arm that gives one; null only if no other does."""
        rest = {key: value for key, value in schema.items() if key != keyword}
        first = self._turn % len(schema[keyword])
        arms = [*schema[keyword][first:], *schema[keyword][:first]]
        arms.sort(key=lambda arm: arm == {"type": "null"})
        for arm in arms:
            entered = len(self._open)
            with contextlib.suppress(SampleError):
                flat = self._flat(arm) if isinstance(arm, dict) else {}
                return self.value(_merged(rest, flat), depth + 1, number)
            del self._open[entered:]
        raise SampleError(f"no arm of {keyword} gives a value")

    def _object(self, schema: dict[str, Any], depth: int, number: int) -> dict[str, Any]:
        known = schema.get("properties", {})
        required = list(schema.get("required", []))
        made: dict[str, Any] = {}
        for name in dict.fromkeys([*known, *required]):
            inner = known.get(name, self._free(schema))
            if name in required:
                made[name] = self.value(inner, depth + 1, number)
            elif self._everything:
                with contextlib.suppress(SampleError):
                    made[name] = self.value(inner, depth + 1, number)
        made |= dict(self._further(schema, made, depth))
        return made

    def _further(
        self, schema: dict[str, Any], made: dict[str, Any], depth: int
    ) -> Iterator[tuple[str, Any]]:
        """Entries that only patterns or additionalProperties speak of."""
        missing = schema.get("minProperties", 0) - len(made)
        for pattern, inner in schema.get("patternProperties", {}).items():
            name = text_matching(pattern)
            if name and name not in made and (self._everything or missing > 0):
                missing -= 1
                yield name, self.value(inner, depth + 1)
        is_map = isinstance(schema.get("additionalProperties"), dict) and not made
        for index in range(max(missing, int(is_map and self._everything))):
            yield f"{_WORD}{index or ''}", self.value(self._free(schema), depth + 1)

    def _free(self, schema: dict[str, Any]) -> Any:
        inner = schema.get("additionalProperties", True)
        return inner if isinstance(inner, dict) else {}

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        items = schema.get("items", True)
        leading = schema.get("prefixItems", items if isinstance(items, list) else [])
        further = schema.get("additionalItems", True) if isinstance(items, list) else items
        made = [self.value(inner, depth + 1) for inner in leading]
        wished = 1 if self._everything and not leading else 0
        count = max(schema.get("minItems", 0), min(wished, schema.get("maxItems", 1)))
        if "contains" in schema:
            made.append(self.value(schema["contains"], depth + 1))
        while len(made) < count:
            try:
                made.append(self.value(further, depth + 1, len(made)))
            except SampleError:
                if len(made) < schema.get("minItems", 0):
                    raise
                break
        return made


def _kind(schema: dict[str, Any]) -> str:
    kinds = schema.get("type")
    if isinstance(kinds, str):
        return kinds
    if kinds:
        return str(next((kind for kind in kinds if kind != "null"), "null"))
    return next((kind for key, kind in _KINDS.items() if key in schema), "string")


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Both schemas at once, as far as their keywords can be joined."""
    joined = {**one, **other}
    for key in one.keys() & other.keys():
        mine, theirs = one[key], other[key]
        if key in ("properties", "patternProperties"):
            joined[key] = {**mine, **theirs}
            for name in mine.keys() & theirs.keys():
                if isinstance(mine[name], dict) and isinstance(theirs[name], dict):
                    joined[key][name] = _merged(mine[name], theirs[name])
        elif key == "required":
            joined[key] = [*mine, *theirs]
        elif key in ("minimum", "minLength", "minItems", "minProperties", "exclusiveMinimum"):
            joined[key] = max(mine, theirs)
        elif key in ("maximum", "maxLength", "maxItems", "maxProperties", "exclusiveMaximum"):
            joined[key] = min(mine, theirs)
        elif key == "enum":
            joined[key] = [value for value in mine if value in theirs]
    return joined


def _text(schema: dict[str, Any], number: int) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if "pattern" in schema:
        text = text_matching(schema["pattern"])
        if text is None:
            raise SampleError(f"no text for the pattern {schema['pattern']}")
    else:
        text = f"{_WORD}{number or ''}"
    while 0 < len(text) < schema.get("minLength", 0):
        text += text[: schema["minLength"] - len(text)]
    return text[: schema.get("maxLength", len(text))]


def _number(schema: dict[str, Any], number: int, whole: bool) -> float:
    bounds = {
        key: Fraction(str(schema[key]))
        for key in _BOUNDS
        # In draft 4, a boolean says whether the other bound is meant exclusively.
        if key in schema and not isinstance(schema[key], bool)
    }
    low, high = bounds.get("minimum"), bounds.get("maximum")
    above, below = bounds.get("exclusiveMinimum"), bounds.get("exclusiveMaximum")
    step = bounds.get("multipleOf", Fraction(1))
    off = step
    if above is not None and below is not None and not whole:
        off = min(step, (below - above) / 2)
    if above is not None and (low is None or above >= low):
        low = above + off
    if below is not None and (high is None or below <= high):
        high = below - off
    on_steps = whole or "multipleOf" in schema
    value = Fraction(0)
    if low is not None and low > 0:
        value = math.ceil(low / step) * step if on_steps else low
    elif high is not None and high < 0:
        value = math.floor(high / step) * step if on_steps else high
    value += number * step
    return int(value) if value.denominator == 1 else float(value)
