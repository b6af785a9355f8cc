"""Mistakes in operations, references, and parts that nothing is generated from."""

from __future__ import annotations

from tests.scripts.lint_spec_cases.parts import (
    ANSWER,
    CREATE,
    FIELD,
    LIST,
    OWNER,
    SCHEMAS,
    TEXT,
    THING,
    Case,
)

HEADERS = {"X-Left": {"description": "How many.", "schema": TEXT}}

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
        "status_text",
        {f"{LIST}/responses": {200: {"description": "Well."}}},
        f"{LIST}/responses/200",
        {f"{LIST}/responses": {"200": {"description": "Well."}}},
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
