"""Malicious schemas: each gives a class, and none takes more than a limited number of steps."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from vlmrun.types._schema_model_builder import MAX_STEPS, SchemaModelBuilder

pytestmark = pytest.mark.slow


def nested(levels: int, wrap: Any) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = wrap(schema)
    return schema


HOSTILE = {
    "ten thousand properties": {"properties": {f"p{n}": {"type": "string"} for n in range(10_000)}},
    "objects in objects": nested(200, lambda s: {"type": "object", "properties": {"x": s}}),
    "lists in lists": {"properties": {"x": nested(200, lambda s: {"type": "array", "items": s})}},
    "unions in unions": {"properties": {"x": nested(200, lambda s: {"anyOf": [s, True]})}},
    "references in a cycle": {
        "properties": {"x": {"$ref": "#/$defs/A"}},
        "$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}},
    },
    "a chain of references": {
        "$ref": "#/$defs/A0",
        "$defs": {f"A{n}": {"$ref": f"#/$defs/A{n + 1}"} for n in range(2000)},
    },
    "allOf that doubles": {
        "$ref": "#/$defs/A0",
        "$defs": {
            f"A{n}": {"allOf": [{"$ref": f"#/$defs/A{n + 1}"}] * 2, "required": ["x"]}
            for n in range(60)
        },
    },
    "allOf that contains itself": {"allOf": [{"$ref": "#"}], "properties": {"x": {}}},
    "objects that branch infinitely": {
        "$ref": "#/$defs/N",
        "$defs": {
            "N": {
                "type": "object",
                "properties": {k: {"$ref": "#/$defs/N", "properties": {}} for k in "abcdef"},
            }
        },
    },
    "ten thousand values": {"properties": {"x": {"enum": [f"w{n}" for n in range(10_000)]}}},
    "odd keywords": {
        "type": "object",
        "properties": {"x": {"properties": "odd", "required": 3, "anyOf": {}, "enum": "ab"}},
        "required": [{}, 3, "x"],
        "title": {"a": 1},
        "description": 7,
    },
    "properties that are a list": {"type": "object", "properties": ["x"]},
    "strings that are code": {
        "title": "__import__('os').system('false')",
        "properties": {"x": {"default": "__import__('os')", "description": "{0.__class__}"}},
    },
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_schemas_give_a_class_in_a_limited_number_of_steps(name: str) -> None:
    schema = copy.deepcopy(HOSTILE[name])
    builder = SchemaModelBuilder(schema)

    model = builder.build("Response")

    assert builder.steps < 1.1 * MAX_STEPS
    model.model_validate({"x": None})
    assert schema == HOSTILE[name]
