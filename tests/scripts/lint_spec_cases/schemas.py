"""Mistakes in schemas."""

from __future__ import annotations

from tests.scripts.lint_spec_cases.parts import (
    FIELD,
    LIST,
    OBJECT,
    OPEN,
    OWNER,
    SCHEMAS,
    TEXT,
    THING,
    Case,
    extra,
    parameter,
)

SCHEMA_CASES = [
    Case("described", {f"{THING}/description": ...}, THING, {}),
    Case("described", {f"{THING}/description": " "}, THING, {}),
    Case("no_default", {FIELD: {**TEXT, "default": "x"}}, FIELD, {FIELD: TEXT}),
    Case(
        "no_default",
        parameter(name="limit", schema={"type": "integer", "default": 10}),
        f"{LIST}/parameters/0/schema",
        parameter(name="limit", schema={"type": "integer"}),
    ),
    Case("no_uuid", {FIELD: {**TEXT, "format": "uuid"}}, FIELD, {FIELD: TEXT}),
    Case("no_inline_object", {FIELD: OBJECT}, FIELD, {FIELD: {}}),
    Case(
        "no_inline_object",
        {FIELD: {"type": "array", "items": {"type": ["object", "null"]}}},
        f"{FIELD}/items",
        {FIELD: {"type": "array", "items": OWNER}},
    ),
    Case(
        "no_inline_object",
        {FIELD: {"anyOf": [OWNER, {"properties": {"a": TEXT}}]}},
        f"{FIELD}/anyOf/1",
        {FIELD: {"anyOf": [OWNER, OPEN]}},
    ),
    Case("no_title", {FIELD: {**TEXT, "title": "Field"}}, FIELD, {FIELD: TEXT}),
    Case("schema_name", {f"{SCHEMAS}/File": OBJECT}, f"{SCHEMAS}/File", {}),
    Case("schema_name", {f"{SCHEMAS}/Cast": OBJECT}, f"{SCHEMAS}/Cast", {}),
    Case("schema_name", {f"{SCHEMAS}/Http-Status": OBJECT}, f"{SCHEMAS}/Http-Status", {}),
    Case("schema_name_unique", {f"{SCHEMAS}/thing": OBJECT}, f"{SCHEMAS}/thing", {}),
    Case(
        "property_name_unique",
        {f"{THING}/properties/created-at": TEXT},
        THING,
        {f"{THING}/properties/created": TEXT},
    ),
    Case(
        "property_name_unique",
        {f"{THING}/properties/createdAt": TEXT},
        THING,
        {f"{THING}/properties/created-on": TEXT},
    ),
    Case("array_items", {FIELD: {"type": "array"}}, FIELD, {FIELD: {"type": "array", "items": {}}}),
    Case(
        "array_items",
        {FIELD: {"type": ["array", "null"]}},
        FIELD,
        {FIELD: {"type": "array", "prefixItems": [TEXT]}},
    ),
    Case(
        "nullable_keyword",
        {FIELD: {**TEXT, "nullable": True}},
        FIELD,
        {FIELD: {"type": ["string", "null"]}},
    ),
    *(
        Case(
            "property_name", {f"{THING}/properties/{name}": TEXT}, f"{THING}/properties/{name}", {}
        )
        for name in ("prop", "prop_name", "isoparse", "additional_keys")
    ),
    Case("property_name", {f"{THING}/properties/cls": TEXT}, f"{THING}/properties/cls", {}),
    Case("property_name", {f"{THING}/properties/toDict": TEXT}, f"{THING}/properties/toDict", {}),
    Case("no_boolean_schema", {FIELD: True}, FIELD, {FIELD: {}}),
    Case(
        "no_boolean_schema",
        {FIELD: {"type": "array", "items": True}},
        f"{FIELD}/items",
        {FIELD: {"type": "array", "items": {}}},
    ),
    Case(
        "nothing_beside_union",
        extra({"description": "One.", "allOf": [OWNER], "properties": {"a": TEXT}}),
        f"{SCHEMAS}/Extra",
        extra({"description": "One.", "allOf": [OWNER, {"properties": {"a": TEXT}}]}),
    ),
    Case(
        "nothing_beside_union",
        extra({"description": "One.", "anyOf": [OWNER, OPEN], "required": ["a"]}),
        f"{SCHEMAS}/Extra",
        extra({"description": "One.", "anyOf": [OWNER, OPEN]}),
    ),
    Case(
        "nothing_beside_reference",
        {FIELD: {**OWNER, "description": "Whose."}},
        FIELD,
        {FIELD: {"description": "Whose.", "allOf": [OWNER]}},
    ),
    Case("no_alias", extra({**OWNER}), f"{SCHEMAS}/Extra", {FIELD: OWNER}),
    Case(
        "required_defined",
        {f"{THING}/required": ["id", "name"]},
        THING,
        {f"{THING}/required": ["id"]},
    ),
    Case("no_ignored_keyword", {FIELD: {**TEXT, "not": {"enum": ["x"]}}}, FIELD, {FIELD: TEXT}),
    Case(
        "no_ignored_keyword",
        extra({**OBJECT, "patternProperties": {"^x-": TEXT}}),
        f"{SCHEMAS}/Extra",
        extra({**OBJECT, "additionalProperties": TEXT}),
    ),
]
