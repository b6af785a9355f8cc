"""Mistakes in enums, unions and combinations."""

from __future__ import annotations

from tests.scripts.lint_spec_cases.parts import (
    ENUM,
    EXTRA,
    FIELD,
    NULL,
    OBJECT,
    OPEN,
    OTHER,
    OWNER,
    SCHEMAS,
    TEXT,
    Case,
    extra,
)

LIMIT = {**OBJECT, "required": ["a"]}
KIND = {**OBJECT, "required": ["a"], "properties": {"a": {"const": "x"}, "b": TEXT}}
OTHER_KIND = {**KIND, "properties": {**KIND["properties"], "a": {"const": "y"}}}

UNION_CASES = [
    Case(
        "nullable_enum",
        {FIELD: {"type": ["string", "null"], "enum": ["a", None]}},
        FIELD,
        {
            f"{SCHEMAS}/Extra": ENUM,
            FIELD: {"anyOf": [EXTRA, TEXT, NULL]},
        },
    ),
    Case("nullable_enum", {FIELD: {**ENUM, "nullable": True}}, FIELD, {FIELD: TEXT}),
    Case("nullable_enum", {FIELD: {**ENUM, "type": ["string", "null"]}}, FIELD, {FIELD: TEXT}),
    Case("nullable_enum", {FIELD: {**ENUM, "enum": ["a", None]}}, FIELD, {FIELD: TEXT}),
    *(
        Case(
            "enum_values",
            {f"{SCHEMAS}/Extra": {**ENUM, "enum": values}},
            f"{SCHEMAS}/Extra",
            {f"{SCHEMAS}/Extra": {**ENUM, "enum": values, "x-enum-varnames": ["ONE", "TWO"]}},
        )
        for values in (["a b", "a-b"], ["up", "UP"], ["a.b", "a_b"], ["a/b", "ab"], ["a+", "a"])
    ),
    Case("const", {FIELD: {"const": "x"}}, FIELD, {FIELD: TEXT}),
    Case("const", {FIELD: {"anyOf": [{"const": "x"}, TEXT]}}, f"{FIELD}/anyOf/0", {FIELD: TEXT}),
    Case(
        "const",
        extra({**OBJECT, "required": ["a"], "properties": {"a": {"const": 1}}}),
        f"{SCHEMAS}/Extra/properties/a",
        extra({**OBJECT, "required": ["a"], "properties": {"a": {"const": "x"}}}),
    ),
    Case(
        "no_inline_enum",
        {FIELD: {"anyOf": [{"type": "string", "enum": ["a"]}, TEXT]}},
        f"{FIELD}/anyOf/0",
        {f"{SCHEMAS}/Extra": ENUM, FIELD: {"anyOf": [EXTRA, TEXT]}},
    ),
    Case(
        "enum_names",
        {f"{SCHEMAS}/Extra": {**ENUM, "enum": ["1x", "b"]}},
        f"{SCHEMAS}/Extra",
        {f"{SCHEMAS}/Extra": {**ENUM, "enum": ["1x", "b"], "x-enum-varnames": ["ONE", "B"]}},
    ),
    Case(
        "enum_names",
        {f"{SCHEMAS}/Extra": {**ENUM, "x-enum-varnames": ["ONE"]}},
        f"{SCHEMAS}/Extra",
        {f"{SCHEMAS}/Extra": {**ENUM, "x-enum-varnames": ["ONE", "TWO"]}},
    ),
    *(
        Case(
            "enum_type",
            {f"{SCHEMAS}/Extra": {"description": "One.", "enum": values}},
            f"{SCHEMAS}/Extra",
            {f"{SCHEMAS}/Extra": {"description": "One.", "type": "integer", "enum": [1, -1]}},
        )
        for values in (["a", 1], [1.5], [True, False], [{}], [None])
    ),
    Case(
        "discriminator",
        {FIELD: {"anyOf": [OWNER, OPEN], "discriminator": {"propertyName": "name"}}},
        FIELD,
        {FIELD: {"anyOf": [OWNER, OPEN]}},
    ),
    Case(
        "union_order",
        {
            f"{SCHEMAS}/Extra": OBJECT,
            f"{SCHEMAS}/Other": LIMIT,
            FIELD: {"anyOf": [EXTRA, OTHER, OPEN]},
        },
        f"{FIELD}/anyOf/0",
        {
            f"{SCHEMAS}/Extra": OBJECT,
            f"{SCHEMAS}/Other": LIMIT,
            FIELD: {"anyOf": [OTHER, EXTRA, OPEN]},
        },
    ),
    Case(
        "union_order",
        {
            f"{SCHEMAS}/Extra": KIND,
            f"{SCHEMAS}/Other": KIND,
            FIELD: {"oneOf": [EXTRA, OTHER, OPEN]},
        },
        f"{FIELD}/oneOf/0",
        {
            f"{SCHEMAS}/Extra": KIND,
            f"{SCHEMAS}/Other": OTHER_KIND,
            FIELD: {"oneOf": [EXTRA, OTHER, OPEN]},
        },
    ),
    Case(
        "union_of_dates",
        {FIELD: {"anyOf": [{**TEXT, "format": "date-time"}, TEXT]}},
        FIELD,
        {FIELD: {"anyOf": [{**TEXT, "format": "date-time"}, {"type": "integer"}]}},
    ),
    Case(
        "no_recursive_alias",
        extra({"type": "array", "description": "One.", "items": EXTRA}),
        f"{SCHEMAS}/Extra",
        {
            f"{SCHEMAS}/Extra": {"type": "array", "description": "One.", "items": OTHER},
            f"{SCHEMAS}/Other": {**OBJECT, "properties": {"all": EXTRA}},
        },
    ),
    Case(
        "no_recursive_alias",
        extra({"description": "One.", "anyOf": [TEXT, {"type": "array", "items": EXTRA}]}),
        f"{SCHEMAS}/Extra",
        {},
    ),
    Case(
        "no_recursive_alias",
        extra({"description": "One.", "allOf": [EXTRA, {"properties": {"a": TEXT}}]}),
        f"{SCHEMAS}/Extra",
        {},
    ),
    Case(
        "mergeable_all_of",
        extra({"description": "One.", "allOf": [OWNER, TEXT]}),
        f"{SCHEMAS}/Extra",
        extra({"description": "One.", "allOf": [OWNER, {"properties": {"a": TEXT}}]}),
    ),
    Case(
        "mergeable_all_of",
        extra(
            {"description": "One.", "allOf": [OWNER, {"properties": {"name": {"type": "null"}}}]}
        ),
        f"{SCHEMAS}/Extra",
        extra({"description": "One.", "allOf": [OWNER, {"properties": {"name": TEXT}}]}),
    ),
]
