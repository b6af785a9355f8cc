"""Values of the classes that are built from JSON schemas, keyword by keyword."""

from __future__ import annotations

import datetime as dt
import uuid
from random import Random
from typing import Any

import pydantic
import pytest

from vlmrun.testing.generation.schema_samples import SampleError, sample
from vlmrun.types._schema_model_cache import SchemaModelCache

NODE = {
    "type": "object",
    "required": ["value"],
    "properties": {
        "value": {"type": "integer"},
        "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
    },
}


def model_of(schema: Any, name: str = "Response") -> Any:
    return SchemaModelCache().model_of(schema, name)


def value_of_property(schema: Any, **root: Any) -> Any:
    """A function that reads a value by the schema of a required property."""
    cls = model_of({"type": "object", "required": ["x"], "properties": {"x": schema}, **root})
    return lambda value: cls(x=value).x


@pytest.mark.parametrize(
    ("format", "text", "value"),
    [
        ("date", "2024-02-29", dt.date(2024, 2, 29)),
        ("date", "February", "February"),
        ("date", "20240229", "20240229"),
        ("date-time", "2024-02-29T10:00:00Z", dt.datetime(2024, 2, 29, 10, tzinfo=dt.timezone.utc)),
        ("date-time", "2024-02-29", "2024-02-29"),
        ("date-time", "1700000000", "1700000000"),
        ("time", "10:30:00", dt.time(10, 30)),
        ("time", "noon", "noon"),
        ("duration", "P1D", dt.timedelta(days=1)),
        ("uuid", str(uuid.UUID(int=7)), uuid.UUID(int=7)),
        ("uuid", "7", "7"),
        ("uri", "example.com/é", "example.com/é"),
        ("email", "nobody", "nobody"),
        ("of-tomorrow", "x", "x"),
        (["x"], "x", "x"),
    ],
)
def test_a_str_is_converted_by_its_format_or_stays_a_str(
    format: Any, text: str, value: Any
) -> None:
    read = value_of_property({"type": "string", "format": format})(text)
    assert read == value
    assert type(read) is type(value)


def test_converted_values_are_accepted_too() -> None:
    read = value_of_property({"type": "string", "format": "date"})
    assert read(dt.date(2024, 2, 29)) == dt.date(2024, 2, 29)
    for bad in (3, 1.5, True, []):
        with pytest.raises(pydantic.ValidationError):
            read(bad)


def test_formatted_values_are_dumped_as_json() -> None:
    cls = model_of({"properties": {"on": {"type": "string", "format": "date"}}})
    assert cls(on="2024-02-29").model_dump_json() == '{"on":"2024-02-29"}'
    assert cls(on="soon").model_dump(mode="json") == {"on": "soon"}


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string"}, ["a", ""], [1, None, {}]),
        ({"type": "integer"}, [1, -1, 3.0], ["x", 1.5, None]),
        ({"type": "number"}, [1, 1.5, 1e300], ["x", None]),
        ({"type": "boolean"}, [True, False], ["x", None]),
        ({"type": "null"}, [None], [0]),
        ({"type": ["string", "null"]}, ["a", None], [[]]),
        ({"type": ["integer", "object"], "properties": {"a": {"type": "string"}}}, [1], ["x"]),
        ({"enum": ["a", 1, None]}, ["a", 1, None], ["b", 2]),
        ({"enum": ["a", 0.5, []]}, ["a", 0.5, [], "b"], []),
        ({"enum": []}, ["x"], []),
        ({"const": "v"}, ["v"], ["w"]),
        ({"const": {"a": 1}}, [{"a": 1}], []),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, [1, None], ["x"]),
        ({"oneOf": [{"type": "integer"}, True]}, [1, "x"], []),
        ({"type": "array", "items": {"type": "integer"}}, [[1], []], [["x"], 1, None]),
        ({"type": "array"}, [[1, "x"]], ["x"]),
        ({"type": "array", "items": [{"type": "integer"}]}, [[1, "x"]], ["x"]),
        ({"type": "array", "prefixItems": [{"type": "integer"}]}, [[1, "x"]], ["x"]),
        ({"type": "object"}, [{"a": 1}], [[]]),
        (
            {"type": "object", "additionalProperties": {"type": "integer"}},
            [{"a": 1}],
            [{"a": "x"}],
        ),
        ({}, [1, None, "x", []], []),
        (True, [1, None], []),
        ({"type": "of-tomorrow"}, [1, None], []),
        ({"type": {"odd": 1}}, [1], []),
        ({"$ref": "https://example.com/schema.json"}, [1, None], []),
        ({"$ref": "#/$defs/Missing"}, [1, None], []),
        ({"$ref": "#anchor"}, [1], []),
        ({"$ref": "#/$defs/Word"}, ["a"], [1]),
        ({"$ref": "#/$defs/A%20b~1c"}, [1], ["x"]),
        ({"$ref": "#/$defs/Word", "description": "x", "maxLength": 3}, ["abcd"], [1]),
        ({"allOf": [{"$ref": "#/$defs/Word"}]}, ["a"], [1]),
        ({"allOf": "odd"}, [1], []),
        ({"anyOf": [{"$ref": "#/$defs/Word"}, {"type": "null"}], "title": "T"}, ["a", None], [1]),
        # Bounds and patterns are not enforced.
        ({"type": "integer", "maximum": 3}, [4], []),
        ({"type": "string", "pattern": "^(?!x)", "maxLength": 1}, ["xx"], []),
    ],
    ids=str,
)
def test_values_are_read_as_their_schema_says(schema: Any, good: list[Any], bad: list[Any]) -> None:
    definitions = {"Word": {"type": "string"}, "A b/c": {"type": "integer"}}
    read = value_of_property(schema, **{"$defs": definitions})
    for value in good:
        assert read(value) == value
    for value in bad:
        with pytest.raises(pydantic.ValidationError):
            read(value)


def test_nan_is_accepted_as_a_number() -> None:
    assert value_of_property({"type": "number"})(float("nan")) != 0


def random_schema(random: Random, depth: int = 0) -> Any:
    """Some schema of an object, of a list or of a single value."""
    kinds = ["string", "integer", "number", "boolean", "enum", "const", "ref", "nullable"]
    kind = random.choice(
        kinds if depth > 3 else [*kinds, "object", "object", "array", "any", "all"]
    )
    if kind == "object":
        keys = random.sample(["a", "b", "c-d", "class", "copy", "x_metadata", "é"], 3)
        inner = {key: random_schema(random, depth + 1) for key in keys}
        return {"type": "object", "properties": inner, "required": keys[: random.randrange(4)]}
    if kind == "array":
        return {"type": "array", "items": random_schema(random, depth + 1)}
    if kind in ("any", "all"):
        variants = [random_schema(random, depth + 1) for _ in range(2 if kind == "any" else 1)]
        return {f"{kind}Of": variants}
    if kind == "string":
        formats = [{}, {"format": "date"}, {"format": "date-time"}, {"format": "uuid"}]
        return {"type": "string", **random.choice(formats), "minLength": 1}
    special = {
        "enum": {"enum": [1, "x", None]},
        "const": {"const": random.choice([1, "x", None, True])},
        "ref": {"$ref": random.choice(["#/$defs/Word", "#/$defs/Node"])},
        "nullable": {"type": ["integer", "null"]},
    }
    return special.get(kind, {"type": kind})


@pytest.mark.parametrize("seed", range(300))
def test_conforming_values_survive_a_round_trip(seed: int) -> None:
    schema = random_schema(Random(seed))
    schema["$defs"] = {"Word": {"type": "string"}, "Node": NODE}
    try:
        value = sample(schema)
    except SampleError:
        return
    read = model_of(schema).model_validate(value)
    assert read.model_dump(mode="json", exclude_unset=True) == value
