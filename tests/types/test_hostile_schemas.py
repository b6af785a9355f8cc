"""Malicious schemas: each gives a class quickly."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest

from vlmrun.types._schema_models import SchemaModelCache

pytestmark = pytest.mark.slow


def model_of(schema: Any, name: str = "Response") -> Any:
    return SchemaModelCache().model_of(schema, name)


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
    "references in a ring": {
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
    "objects that branch without end": {
        "$ref": "#/$defs/N",
        "$defs": {
            "N": {
                "type": "object",
                "properties": {k: {"$ref": "#/$defs/N", "properties": {}} for k in "abcdef"},
            }
        },
    },
    "ten thousand words": {"properties": {"x": {"enum": [f"w{n}" for n in range(10_000)]}}},
    "odd keywords": {
        "type": "object",
        "properties": {"x": {"properties": "odd", "required": 3, "anyOf": {}, "enum": "ab"}},
        "required": [{}, 3, "x"],
        "title": {"a": 1},
        "description": 7,
    },
    "properties that are none": {"type": "object", "properties": ["x"]},
    "text that is code": {
        "title": "__import__('os').system('false')",
        "properties": {"x": {"default": "__import__('os')", "description": "{0.__class__}"}},
    },
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_schemas_give_a_class_quickly(name: str) -> None:
    before = copy.deepcopy(HOSTILE[name])
    started = time.monotonic()
    cls = model_of(HOSTILE[name])
    assert time.monotonic() - started < 20
    cls.model_validate({"x": None})
    assert before == HOSTILE[name]
