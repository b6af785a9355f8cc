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
FILE = {"type": "string", "format": "binary"}
ID_HEADER = {"name": "id", "in": "header", "schema": TEXT, "description": "Whose."}
FORM = f"{CREATE}/requestBody/content/multipart~1form-data/schema"
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
    Case("openapi", {"/info/title": ...}, "/info", {}),
    Case("openapi_version", {"/openapi": "3.0.3"}, "/openapi", {}),
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
    Case("reference_alive", {FIELD: {"$ref": "#/components/schemas/No"}}, FIELD, {FIELD: OWNER}),
    Case(
        "reference_alive",
        {f"{SCHEMAS}/Extra": {"$ref": "#/components/schemas/Extra"}},
        f"{SCHEMAS}/Extra",
        {},
    ),
    Case(
        "component_reference",
        {FIELD: {"$ref": "#/components/schemas/Thing/properties/id"}},
        FIELD,
        {FIELD: OWNER},
    ),
    Case("reference_alive", {FIELD: {"$ref": "other.yaml#/X"}}, FIELD, {FIELD: OWNER}),
    Case("reference_alive", {FIELD: {"$ref": "https://a.example/b"}}, FIELD, {FIELD: OWNER}),
    Case("reference_alive", {FIELD: {"$ref": "#Owner"}}, FIELD, {FIELD: OWNER}),
    Case(
        "reference_alive",
        {f"{THING}/properties/example": {"$ref": "#/components/schemas/No"}},
        f"{THING}/properties/example",
        {f"{THING}/properties/example": TEXT},
    ),
]

HEADERS = {"X-Left": {"description": "How many.", "schema": TEXT}}
OPERATION_CASES += [
    Case("webhooks", {"/webhooks": {}}, "/webhooks", {}),
    Case(
        "webhooks",
        {f"{CREATE}/callbacks": {"done": {"{$request.body#/url}": {}}}},
        f"{CREATE}/callbacks",
        {},
    ),
    Case(
        "operation_servers",
        {f"{LIST}/servers": [{"url": "https://b.example"}]},
        f"{LIST}/servers",
        {"/servers": [{"url": "https://b.example"}]},
    ),
    Case(
        "operation_servers",
        {"/paths/~1v1~1health/servers": [{"url": "https://b.example"}]},
        "/paths/~1v1~1health/servers",
        {},
    ),
    Case("response_headers", {f"{ANSWER}/headers": HEADERS}, f"{ANSWER}/headers", {}),
    Case(
        "response_headers",
        {f"{ANSWER}/links": {"next": {"operationId": "list_things"}}},
        f"{ANSWER}/links",
        {},
    ),
]


def described(name: str, place: str = "query", **given: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": TEXT, "description": "It.", **given}


ONE = "/paths/~1v1~1things~1{id}"
ONE_GET = {
    "operationId": "get_thing",
    "tags": ["things"],
    "description": "Get a thing.",
    "security": [],
    "responses": {"204": {"description": "There is none."}},
}
ONE_ID = described("id", "path", required=True)

REQUEST_CASES = [
    Case(
        "parameter_name_unique",
        {f"{LIST}/parameters": [described("page-size"), described("page_size")]},
        LIST,
        {f"{LIST}/parameters": [described("page-size"), described("page")]},
    ),
    Case(
        "parameter_name_unique",
        {f"{LIST}/parameters": [described("id")], "/paths/~1v1~1things/parameters": [ID_HEADER]},
        LIST,
        {f"{LIST}/parameters": [ID_HEADER], "/paths/~1v1~1things/parameters": [ID_HEADER]},
    ),
    Case(
        "parameter_type",
        parameter(name="X-Ids", **{"in": "header"}, schema={"type": "array", "items": TEXT}),
        f"{LIST}/parameters/0",
        parameter(name="X-Ids", **{"in": "header"}, schema=TEXT),
    ),
    Case(
        "parameter_type",
        parameter(name="X-Id", **{"in": "header"}, schema={"type": ["string", "null"]}),
        f"{LIST}/parameters/0",
        parameter(name="X-Id", **{"in": "header"}, schema={"type": "integer"}),
    ),
    Case(
        "parameter_type",
        parameter(name="session", **{"in": "cookie"}),
        f"{LIST}/parameters/0",
        {},
    ),
    Case(
        "parameter_type",
        parameter(name="filter", schema=OWNER),
        f"{LIST}/parameters/0",
        parameter(name="filter", schema={"type": "array", "items": TEXT}),
    ),
    Case(
        "path_parameters",
        {ONE: {"get": ONE_GET}},
        f"{ONE}/get",
        {ONE: {"get": ONE_GET, "parameters": [ONE_ID]}},
    ),
    Case(
        "path_parameters",
        {ONE: {"get": ONE_GET, "parameters": [described("id", "path")]}},
        f"{ONE}/get",
        {ONE: {"get": {**ONE_GET, "parameters": [ONE_ID]}}},
    ),
    Case("path_parameters", {f"{LIST}/parameters": [ONE_ID]}, LIST, {}),
    Case(
        "request_type",
        body({"text/plain": {"schema": TEXT}}),
        f"{CREATE}/requestBody/content/text~1plain",
        body({"application/octet-stream": {"schema": FILE}}),
    ),
    Case(
        "request_type",
        body({"application/json": {}}),
        f"{CREATE}/requestBody/content/application~1json",
        body({"application/merge-patch+json; charset=utf-8": {"schema": OWNER}}),
    ),
    Case(
        "required_body",
        {f"{CREATE}/requestBody/required": ...},
        f"{CREATE}/requestBody",
        {},
    ),
    Case(
        "required_body",
        body({"application/json": {"schema": {"anyOf": [OWNER, NULL]}}}),
        f"{CREATE}/requestBody/content/application~1json/schema",
        body({"application/json": {"schema": OWNER}}),
    ),
    *(
        Case("simple_multipart", form(field), FORM, form({"anyOf": [TEXT, {"type": "number"}]}))
        for field in ({}, {"anyOf": [TEXT, NULL]}, {"type": "array", "items": TEXT})
    ),
    Case(
        "form_encoding",
        {
            **form(FILE),
            f"{CREATE}/requestBody/content": {
                "multipart/form-data": {
                    "schema": EXTRA,
                    "encoding": {"field": {"contentType": "image/png"}},
                }
            },
        },
        f"{CREATE}/requestBody/content/multipart~1form-data/encoding",
        form(FILE),
    ),
    Case(
        "file_format",
        form({**TEXT, "contentMediaType": "application/octet-stream"}),
        f"{SCHEMAS}/Extra/properties/field",
        form(FILE),
    ),
    Case("file_format", {FIELD: FILE}, FIELD, {FIELD: {**TEXT, "format": "byte"}}),
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

LIMIT = {**OBJECT, "required": ["a"]}
KIND = {**OBJECT, "required": ["a"], "properties": {"a": {"const": "x"}, "b": TEXT}}
OTHER_KIND = {**KIND, "properties": {**KIND["properties"], "a": {"const": "y"}}}

UNION_CASES = [
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

RESPONSE_CASES = [
    *(
        Case(
            "status_code",
            {f"{LIST}/responses/{status}": {"description": "No."}},
            f"{LIST}/responses/{status}",
            {f"{LIST}/responses/5XX": {"description": "No."}},
        )
        for status in ("5xx", "600", "error")
    ),
    Case(
        "response_type",
        {f"{ANSWER}/content": {"application/pdf": {"schema": FILE}}},
        ANSWER,
        {
            f"{ANSWER}/content": {
                "application/pdf": {"schema": FILE},
                "application/octet-stream": {"schema": FILE},
            }
        },
    ),
    Case(
        "whole_response",
        {f"{ANSWER}/content": {"application/json": {}}},
        f"{ANSWER}/content/application~1json",
        {},
    ),
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

CASES = [*OPERATION_CASES, *REQUEST_CASES, *SCHEMA_CASES, *UNION_CASES, *RESPONSE_CASES]
