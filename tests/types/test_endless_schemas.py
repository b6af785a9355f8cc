"""P68: schemas that refer to themselves in several ways: validation ends."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from vlmrun.types._schema_model_cache import SchemaModelCache


def nested(depth: int, leaf: Any) -> Any:
    for _ in range(depth):
        leaf = {"a": leaf}
    return leaf


def ladder(depth: int) -> dict[str, Any]:
    """A schema of linear size, in which each level has two variants that lead to the next one."""
    definitions: dict[str, Any] = {"u0": {"type": "integer"}}
    for level in range(1, depth + 1):
        reference = {"a": {"$ref": f"#/$defs/u{level - 1}"}}
        for kind in "xy":
            definitions[f"{kind}{level}"] = {
                "type": "object",
                "title": f"{kind}{level}",
                "properties": {**reference, kind: {"type": "string"}},
                "required": ["a"],
            }
        variants = [{"$ref": f"#/$defs/x{level}"}, {"$ref": f"#/$defs/y{level}"}]
        definitions[f"u{level}"] = {"anyOf": variants}
    return {"$ref": f"#/$defs/u{depth}", "$defs": definitions}


ITSELF = {"$ref": "#"}
RECURSIVE = {"properties": {"a": {"anyOf": [ITSELF, ITSELF, {"type": "array", "items": ITSELF}]}}}

EXPONENTIAL = {
    "nothing but itself": ({"anyOf": [ITSELF, ITSELF]}, {}, True),
    "nothing but itself, in oneOf": ({"oneOf": [ITSELF, ITSELF, ITSELF]}, [1, {"a": 2}], True),
    "itself in allOf": ({"allOf": [{"anyOf": [ITSELF, ITSELF]}]}, {}, True),
    "two definitions that are each other": (
        {
            "anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}],
            "$defs": {
                "a": {"anyOf": [{"$ref": "#/$defs/b"}, {"$ref": "#/$defs/b"}]},
                "b": {"anyOf": [{"$ref": "#/$defs/a"}, ITSELF]},
            },
        },
        {"a": 1},
        True,
    ),
    "a deep value": ({"type": "object", **RECURSIVE}, nested(25, {}), True),
    "a deep value that does not fit": ({"type": "object", **RECURSIVE}, nested(25, 5), False),
    "a ladder": (ladder(18), nested(18, 5), True),
    "a ladder to a value that does not fit": (ladder(14), nested(14, "x"), False),
    "a list of itself": (
        {"anyOf": [{"type": "array", "items": ITSELF}, {"type": "array", "items": ITSELF}]},
        [[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]],
        True,
    ),
}


@pytest.mark.parametrize(("schema", "value", "fits"), EXPONENTIAL.values(), ids=EXPONENTIAL)
def test_p68_validation_ends_however_often_variants_meet(
    schema: dict[str, Any], value: Any, fits: bool
) -> None:
    model = SchemaModelCache().model_of(schema)
    attempts = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal attempts
        attempts += 1
        assert attempts < 100_000

    sys.setprofile(count)
    try:
        if fits:
            model.model_validate(value)
        else:
            with pytest.raises(ValueError, match="validation error"):
                model.model_validate(value)
    finally:
        sys.setprofile(None)
