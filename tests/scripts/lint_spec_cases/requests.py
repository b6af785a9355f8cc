"""Mistakes in parameters and request bodies."""

from __future__ import annotations

from tests.scripts.lint_spec_cases.parts import (
    CREATE,
    EXTRA,
    FIELD,
    FILE,
    FORM,
    ID_HEADER,
    LIST,
    NULL,
    OWNER,
    SCHEMAS,
    TEXT,
    Case,
    body,
    described,
    form,
    parameter,
)

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
