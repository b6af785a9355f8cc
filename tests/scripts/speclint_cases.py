"""Mistakes in a contract, and what mends them: the cases of `speclint`'s rules."""

from __future__ import annotations

from typing import Any, NamedTuple

Change = dict[str, Any]

LIST = "/paths/~1v1~1things/get"
CREATE = "/paths/~1v1~1things/post"
ANSWER = f"{LIST}/responses/200"
JSON = "content/application~1json/schema"
SCHEMAS = "/components/schemas"
THING = f"{SCHEMAS}/Thing"
FIELD = f"{THING}/properties/field"

TEXT = {"type": "string"}
NULL = {"type": "null"}
OBJECT = {"type": "object", "description": "One.", "properties": {"a": TEXT}}
ENUM = {"type": "string", "description": "One.", "enum": ["a", "b"]}
OWNER = {"$ref": "#/components/schemas/Owner"}
EXTRA = {"$ref": "#/components/schemas/Extra"}
OTHER = {"$ref": "#/components/schemas/Other"}
OPEN = {"type": "object", "additionalProperties": True}


class Case(NamedTuple):
    """A mistake: what is set at which pointer, and where it is found; then what mends it.

    `...` takes the value at a pointer away. Where nothing is to be set, to take the mistake back
    is to mend it.
    """

    rule: str
    mistake: Change
    found: str
    mended: Change


def parameter(**given: Any) -> Change:
    return {f"{LIST}/parameters": [{"in": "query", "description": "It.", "schema": TEXT, **given}]}


def body(content: Any) -> Change:
    return {f"{CREATE}/requestBody": {"required": True, "content": content}}


def form(field: Any) -> Change:
    """A request of one form, with one field."""
    extra = {"type": "object", "description": "A form.", "properties": {"field": field}}
    return {**body({"multipart/form-data": {"schema": EXTRA}}), f"{SCHEMAS}/Extra": extra}


def extra(schema: Any) -> Change:
    """A component that a field of a response refers to."""
    return {f"{SCHEMAS}/Extra": schema, FIELD: EXTRA}


def changed(document: dict[str, Any], change: Change) -> dict[str, Any]:
    """The document with values set, or taken away, at JSON pointers."""
    for pointer, value in change.items():
        *parents, last = (part.replace("~1", "/") for part in pointer.split("/")[1:])
        here = document
        for part in parents:
            here = here[part]
        if value is ...:
            del here[last]
        else:
            here[last] = value
    return document


OPERATION_CASES = [
    Case("operation_id", {f"{LIST}/operationId": ...}, LIST, {}),
    Case("operation_id", {f"{LIST}/operationId": "listThings"}, LIST, {}),
    Case("operation_id_unique", {f"{LIST}/operationId": "create_thing"}, CREATE, {}),
    Case("operation_id_unique", {f"{LIST}/operationId": "createThing"}, CREATE, {}),
    Case("one_tag", {f"{LIST}/tags": ...}, LIST, {}),
    Case("one_tag", {f"{LIST}/tags": ["things", "all"]}, LIST, {}),
    Case("one_tag", {f"{LIST}/tags": ["My Things"]}, LIST, {}),
    Case("operation_described", {f"{LIST}/description": ...}, LIST, {}),
    Case("operation_described", {f"{LIST}/description": " "}, LIST, {}),
    Case("security", {f"{LIST}/security": ...}, LIST, {f"{LIST}/security": []}),
    Case(
        "one_request_type",
        body({"application/json": {"schema": OWNER}, "text/csv": {"schema": TEXT}}),
        f"{CREATE}/requestBody",
        body({"application/json": {"schema": OWNER}}),
    ),
    Case(
        "one_request_type",
        {
            f"{CREATE}/requestBody": {"$ref": "#/components/requestBodies/Both"},
            "/components/requestBodies": {
                "Both": {
                    "content": {"application/json": {"schema": OWNER}, "text/csv": {"schema": TEXT}}
                }
            },
        },
        "/components/requestBodies/Both",
        {},
    ),
    Case(
        "simple_multipart",
        form({"type": "boolean"}),
        f"{CREATE}/requestBody/content/multipart~1form-data/schema",
        form({"type": "string", "format": "binary"}),
    ),
    Case(
        "simple_multipart",
        form(OWNER),
        f"{CREATE}/requestBody/content/multipart~1form-data/schema",
        form({"type": "integer"}),
    ),
    Case(
        "status_text",
        {f"{LIST}/responses": {200: {"description": "Well."}}},
        f"{LIST}/responses/200",
        {f"{LIST}/responses": {"200": {"description": "Well."}}},
    ),
    Case("parameter_name", parameter(name="body"), f"{LIST}/parameters/0", parameter(name="text")),
    Case(
        "parameter_name",
        parameter(name="Headers", **{"in": "header"}),
        f"{LIST}/parameters/0",
        parameter(name="X-Headers", **{"in": "header"}),
    ),
    Case(
        "parameter_name",
        {"/components/parameters": {"Page": {"name": "params", "in": "query", "schema": TEXT}}},
        "/components/parameters/Page",
        {},
    ),
    Case(
        "parameter_style",
        parameter(name="ids", explode=False, schema={"type": "array", "items": TEXT}),
        f"{LIST}/parameters/0",
        parameter(name="ids", schema={"type": "array", "items": TEXT}),
    ),
    Case(
        "parameter_style",
        parameter(name="filter", style="deepObject", schema=OWNER),
        f"{LIST}/parameters/0",
        parameter(name="filter"),
    ),
    Case(
        "parameter_style",
        {
            "/paths/~1v1~1health/parameters": [
                {"name": "q", "in": "query", "content": {"application/json": {"schema": TEXT}}}
            ]
        },
        "/paths/~1v1~1health/parameters/0",
        {"/paths/~1v1~1health/parameters": [{"name": "q", "in": "query", "schema": TEXT}]},
    ),
    Case(
        "path_item_reference",
        {
            "/paths/~1v1~1more": {"$ref": "#/components/pathItems/More"},
            "/components/pathItems": {"More": {"description": "Nothing."}},
        },
        "/paths/~1v1~1more",
        {},
    ),
    Case(
        "component_reference", {FIELD: {"$ref": "#/components/schemas/No"}}, FIELD, {FIELD: OWNER}
    ),
    Case(
        "component_reference",
        {FIELD: {"$ref": "#/components/schemas/Thing/properties/id"}},
        FIELD,
        {FIELD: OWNER},
    ),
    Case("component_reference", {FIELD: {"$ref": "other.yaml#/X"}}, FIELD, {FIELD: OWNER}),
    Case(
        "component_reference",
        {f"{THING}/properties/example": {"$ref": "#/components/schemas/No"}},
        f"{THING}/properties/example",
        {f"{THING}/properties/example": TEXT},
    ),
]

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

RESPONSE_CASES = [
    Case("whole_response", {f"{ANSWER}/{JSON}": {}}, f"{ANSWER}/{JSON}", {}),
    Case(
        "json_first",
        {
            f"{ANSWER}/content": {
                "text/csv": {"schema": TEXT},
                "application/json": {"schema": OWNER},
            }
        },
        ANSWER,
        {
            f"{ANSWER}/content": {
                "application/json": {"schema": OWNER},
                "text/csv": {"schema": TEXT},
            }
        },
    ),
    Case(
        "open_response_object",
        extra({**OBJECT, "additionalProperties": False}),
        f"{SCHEMAS}/Extra",
        extra(OBJECT),
    ),
    Case("open_response_enum", {FIELD: ENUM}, FIELD, {FIELD: TEXT}),
    Case(
        "open_response_enum",
        extra(ENUM),
        f"{SCHEMAS}/Extra",
        {f"{SCHEMAS}/Extra": ENUM, FIELD: {"anyOf": [EXTRA, TEXT]}},
    ),
    Case(
        "open_response_enum",
        {f"{SCHEMAS}/Extra": ENUM, FIELD: {"anyOf": [EXTRA, NULL]}},
        f"{SCHEMAS}/Extra",
        {f"{SCHEMAS}/Extra": ENUM, FIELD: {"oneOf": [EXTRA, {"type": ["string", "null"]}]}},
    ),
    Case(
        "open_response_union",
        {f"{SCHEMAS}/Other": OBJECT, FIELD: {"anyOf": [OWNER, OTHER]}},
        FIELD,
        {f"{SCHEMAS}/Other": OBJECT, FIELD: {"anyOf": [OWNER, OTHER, OPEN]}},
    ),
]

CASES = [*OPERATION_CASES, *SCHEMA_CASES, *RESPONSE_CASES]
