"""`make update` with several documents, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scripts.lint_spec.rules import lint
from scripts.openapi.strict_yaml import parse
from tests.scripts.conftest import SMALL_CONTRACT, Merge

Schema = dict[str, Any]
Follow = Callable[..., Schema]

TEXT = {"type": "string"}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def one_of(*names: str) -> Schema:
    return {"anyOf": [ref(name) for name in names]}


def object_of(*required: str, **fields: Schema) -> Schema:
    return {"type": "object", "properties": fields, "required": list(required)}


def operation(id: str, sent: Schema | None, received: Schema) -> Schema:
    made: Schema = {"operationId": id, "tags": ["jobs"], "responses": {}}
    made["responses"]["200"] = {"description": "Good.", "content": {"application/json": received}}
    if sent:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": sent}}}
    return made


@pytest.fixture
def follow(merge: Merge) -> Follow:
    """Merge a document into the result of the last one; return the schemas, without findings."""
    text = SMALL_CONTRACT.read_text("utf-8")

    def run(
        *, sent: Schema | None = None, received: Schema, ours: str = "", **schemas: Schema
    ) -> Schema:
        nonlocal text
        operations = {"post": operation("start_job", sent, {"schema": received})}
        document = {
            "openapi": "3.1.0",
            "info": {"title": "Jobs", "version": "1"},
            "paths": {"/jobs": operations},
            "components": {"schemas": schemas},
        }
        text = merge(document, text + ours).text
        made: Schema = parse(text).value
        assert list(lint(made)) == []
        assert merge(document, text).text == text
        found: Schema = made["components"]["schemas"]
        return found

    return run


def names(variants: list[Schema]) -> list[str]:
    return [each.get("$ref", "").rpartition("/")[2] for each in variants]


def test_a_value_with_another_spelling_replaces_the_old_one(follow: Follow) -> None:
    job = object_of("role", role=ref("Role"))
    follow(received=ref("Job"), Job=job, Role={**TEXT, "enum": ["USER", "AI"]})
    schemas = follow(received=ref("Job"), Job=job, Role={**TEXT, "enum": ["user", "tool"]})
    assert schemas["Role"]["enum"] == ["AI", "user", "tool"]


def test_a_request_schema_is_relaxed_when_a_response_contains_it(follow: Follow) -> None:
    mode = {**TEXT, "enum": ["fast", "slow"]}
    plan = object_of("mode", mode=mode, note=TEXT) | {"additionalProperties": False}
    done = object_of("id", id=TEXT)
    schemas = follow(sent=ref("Plan"), received=ref("Done"), Plan=plan, Done=done)
    assert schemas["Plan"]["properties"]["mode"] == ref("PlanMode")

    done = object_of("id", id=TEXT, plan=ref("Plan"))
    schemas = follow(sent=ref("Plan"), received=ref("Done"), Plan=plan, Done=done)
    assert "additionalProperties" not in schemas["Plan"]
    fields = schemas["Plan"]["properties"]
    assert fields == {
        "mode": {"anyOf": [ref("PlanMode"), TEXT]},
        "note": {"type": ["string", "null"]},
    }


def test_a_new_variant_that_resembles_a_known_one_is_added(follow: Follow) -> None:
    text = object_of("text", text=TEXT, state=TEXT)
    call = object_of("text", "call", text=TEXT, state=TEXT, call=TEXT)
    picture = object_of("url", url=TEXT)
    follow(received=one_of("Text", "Picture"), Text=text, Picture=picture)
    schemas = follow(
        received=one_of("Text", "Picture", "Call"), Text=text, Picture=picture, Call=call
    )
    assert list(schemas["Text"]["properties"]) == ["text", "state"]
    assert schemas["Call"]["required"] == ["text", "call"]


def test_a_schema_that_is_split_covers_both_parts(follow: Follow) -> None:
    follow(received=ref("Job"), Job=object_of("id", "by", id=TEXT, by=TEXT, at=TEXT))
    first = object_of("id", "by", id=TEXT, by={"type": "integer"})
    second = object_of("id", id=TEXT, by=ref("Person"))
    person = object_of("name", name=TEXT)
    schemas = follow(received=one_of("First", "Second"), First=first, Second=second, Person=person)
    assert schemas["Job"]["required"] == ["id"]
    kinds = schemas["Job"]["properties"]["by"]["anyOf"]
    assert kinds[:2] == [{"type": "integer"}, ref("Person")]


def test_a_field_that_a_base_requires_stays_without_null(follow: Follow) -> None:
    described = "type: object, description: One., properties: {id: {type: string}"
    ours = f"    Base: {{{described}}}, required: [id]}}\n"
    ours += (
        f"    Plan: {{description: A., allOf: [{ref('Base')}, {{{described}, at: {TEXT}}}}}]}}\n"
    )
    schemas = follow(received=ref("Plan"), ours=ours, Plan=object_of("id", id=TEXT, at=TEXT))
    own = schemas["Plan"]["allOf"][1]["properties"]
    assert own == {"id": TEXT, "at": {"type": ["string", "null"]}}
