"""Samples of JSON schemas and regular expressions: they conform, and they are deterministic."""

from __future__ import annotations

import datetime
import enum
import json
import os
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Annotated, Any, Literal

import jsonschema_rs
import pydantic
import pytest

from vlmrun.testing.generation.regex_samples import sample_matching
from vlmrun.testing.generation.schema_samples import SampleError, sample


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Line(pydantic.BaseModel):
    code: Annotated[str, pydantic.Field(pattern=r"^[A-Z]{2}-\d{3,5}$")]
    quantity: Annotated[int, pydantic.Field(ge=2, multiple_of=3)]
    price: float
    note: str | None = None


class Node(pydantic.BaseModel):
    name: Annotated[str, pydantic.Field(min_length=10, max_length=12)]
    children: list[Node] = []
    parent: Node | None = None


class Invoice(pydantic.BaseModel):
    id: uuid.UUID
    date: datetime.date
    sent: datetime.datetime
    due: datetime.timedelta
    url: pydantic.HttpUrl
    color: Color
    kind: Literal["a", "b"]
    lines: Annotated[list[Line], pydantic.Field(min_length=2)]
    numbers: Annotated[set[int], pydantic.Field(min_length=3)]
    pair: tuple[int, str]
    totals: dict[str, float]
    node: Node
    either: int | str
    anything: Any
    share: Annotated[float, pydantic.Field(gt=0, lt=1)]
    below: Annotated[int, pydantic.Field(lt=-3)]


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_sample_of_a_pydantic_schema_is_valid(mode: Any) -> None:
    made = Invoice.model_validate(sample(Invoice.model_json_schema(mode=mode)))
    assert made.lines[0].note == "sample"
    assert made.node.children == []
    assert made.node.parent is None


def test_samples_of_the_example_skills_conform() -> None:
    folder = Path(__file__).parents[2] / "examples/skills"
    files = sorted(folder.glob("*/schema.json"))
    assert files
    for file in files:
        schema = json.loads(file.read_text())
        assert jsonschema_rs.is_valid(schema, sample(schema), validate_formats=True)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (True, "sample"),
        ({}, "sample"),
        ({"const": None}, None),
        ({"enum": ["x", "y"]}, "x"),
        ({"type": ["null", "integer"]}, 0),
        ({"type": "null"}, None),
        ({"type": "boolean"}, False),
        ({"type": "string", "minLength": 9}, "samplesam"),
        ({"type": "string", "maxLength": 3}, "sam"),
        ({"type": "string", "maxLength": 0}, ""),
        ({"type": "integer", "exclusiveMinimum": 4}, 5),
        ({"type": "integer", "maximum": -7, "multipleOf": 5}, -10),
        ({"type": "number", "minimum": 0.25, "multipleOf": 0.1}, 0.3),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5}, 0.25),
        ({"type": "array"}, ["sample"]),
        ({"type": "array", "maxItems": 0}, []),
        ({"minItems": 2, "items": {"type": "integer"}}, [0, 1]),
        ({"type": "array", "uniqueItems": True, "minItems": 3}, ["sample", "sample1", "sample2"]),
        ({"type": "array", "prefixItems": [{"const": 1}, {"type": "string"}]}, [1, "sample"]),
        ({"type": "object"}, {}),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"sample": 0}),
        ({"type": "object", "required": ["a"]}, {"a": "sample"}),
        ({"type": "object", "minProperties": 2}, {"sample": "sample", "sample1": "sample"}),
        ({"patternProperties": {"^k[0-9]$": {"const": 1}}, "type": "object"}, {}),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 0),
        ({"anyOf": [{"not": {}}, {"const": 5}]}, 5),
        ({"oneOf": [{"type": "number"}, {"type": "integer"}, {"type": "string"}]}, "sample"),
        ({"allOf": [{"minimum": 3}, {"type": "integer", "minimum": 2}]}, 3),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"const": 1}}}, 1),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}, 0.25),
        ({"type": "number", "exclusiveMinimum": 4, "multipleOf": 5, "exclusiveMaximum": 10}, 5),
        ({"type": "number", "exclusiveMaximum": -3}, -4),
        (
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "definitions": {"Total": {"type": "number"}},
                "properties": {"total": {"$ref": "#/definitions/Total"}},
            },
            {"total": 0},
        ),
    ],
    ids=str,
)
def test_sample_of_each_keyword(schema: Any, expected: Any) -> None:
    assert sample(schema) == expected


def test_samples_of_formats_conform() -> None:
    for name in ("date", "date-time", "time", "duration", "email", "uri", "uuid", "ipv4", "ipv6"):
        schema = {"type": "string", "format": name}
        assert jsonschema_rs.is_valid(schema, sample(schema), validate_formats=True), name


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 2, "maximum": 1},
        {"enum": []},
        {"type": "string", "minLength": 10**9},
        {"type": "array", "minItems": 10**9},
        {"type": "string", "pattern": "^(?=x)y$"},
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"allOf": [{"$ref": "#"}]},
        {"type": "object", "properties": {"a": False}, "required": ["a"]},
        {"$ref": "https://example.com/x"},
        {"$ref": "#/nothing"},
        {"type": "x"},
        {"type": "integer", "maximum": 2, "exclusiveMaximum": True},
        {"items": [{"const": 1}]},
        {"type": "array", "contains": {"const": 3}},
        {
            "properties": {"a": {"const": 1}},
            "if": {"properties": {"a": {"const": 1}}},
            "then": {"required": ["b"]},
        },
        3,
    ],
    ids=str,
)
def test_schema_without_a_sample_raises(schema: Any) -> None:
    with pytest.raises(SampleError):
        sample(schema)


@pytest.mark.parametrize(
    "pattern",
    [
        "^[0-9]{10}$",
        r"\d{3}-\d{4}",
        "^(foo|bar)+$",
        "[^a-z]",
        r"^[^\W\d]+$",
        r"^(a)\1$",
        "^.{3,}$",
        r"\bword\b",
        "^(?!x)x?y$",
        "(?i)^sam",
        r"^\s\S\w\W\D$",
        "^[^s]+?$",
        r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$",
        r"^\$[0-9]+\.[0-9]{2}$",
        r"^(?=.*\d)(?=.*[a-z]).{8,}$",
        "^(?!sam)[a-z]{5}$",
        "^[a-f0-9]{128}$",
        "^a{10000}$",
        "^$",
        "",
    ],
)
def test_pattern_gets_a_matching_string(pattern: str) -> None:
    text = sample_matching(pattern)
    assert text is not None
    assert re.search(pattern, text)
    assert sample_matching(pattern) == text


@pytest.mark.slow
def test_string_of_a_pattern_is_the_same_in_each_process() -> None:
    program = (
        "from vlmrun.testing.generation.regex_samples import sample_matching\n"
        "print(sample_matching('^(?!sam)[^b]{5}-\\\\W$'))"
    )
    texts = {
        subprocess.check_output(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, text=True
        )
        for seed in ("0", "1", "2")
    }
    assert len(texts) == 1
    assert re.search(r"^[^b]{5}-\W$", texts.pop().rstrip("\n"))


@pytest.mark.parametrize(
    "pattern",
    ["(", r"^\p{L}$", "^(?=.*[A-Z])[a-z]+$", r"[^\x00-\uffff]", "[[a]", "a" * 5000, "\ud800"],
)
def test_unsupported_pattern_gets_none(pattern: str) -> None:
    assert sample_matching(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "a{100000}",
        "a{99999999999}",
        "(a{999}){999}",
        "(((a{99}){99}){99}){99}",
        f"({'a' * 1900}){{20000}}",
        "[^\x00-\U0010fffe]{1000}",
        "(" * 900 + "a+" + ")" * 900,
        "^(a|aa){40}(?<!a)$",
        "^(x+x+)+y(?<!y)$",
    ],
    ids=lambda pattern: pattern[:30],
)
def test_expensive_pattern_is_given_up(pattern: str) -> None:
    """Without limits, these would take from minutes to years, or exceed the recursion limit."""
    assert sample_matching(pattern) is None
