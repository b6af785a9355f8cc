"""Mistakes in what responses hold."""

from __future__ import annotations

from tests.scripts.lint_spec_cases.parts import (
    ANSWER,
    ENUM,
    EXTRA,
    FIELD,
    FILE,
    JSON,
    LIST,
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

DONE = {"description": "Done."}
HEAD = "/paths/~1v1~1things/head"
LOOK = {"operationId": "look", "tags": ["things"], "description": "Look.", "security": []}

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
        "no_body",
        {f"{LIST}/responses/204": {**DONE, "content": {"application/json": {"schema": OWNER}}}},
        f"{LIST}/responses/204/content",
        {f"{LIST}/responses/204": DONE},
    ),
    Case(
        "no_body",
        {HEAD: {**LOOK, "responses": {"200": {**DONE, "content": {"text/csv": {"schema": TEXT}}}}}},
        f"{HEAD}/responses/200/content",
        {HEAD: {**LOOK, "responses": {"200": DONE}}},
    ),
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
