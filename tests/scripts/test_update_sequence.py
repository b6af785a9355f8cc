"""`make update` with several documents, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scripts.lint_spec.rules import lint
from scripts.openapi.strict_yaml import parse
from tests.scripts.conftest import SMALL_CONTRACT, Merge
from tests.scripts.diff_documents import S, obj, ref

pytestmark = pytest.mark.slow

Schema = dict[str, Any]
Follow = Callable[..., Schema]


def one_of(*names: str) -> Schema:
    return {"anyOf": [ref(name) for name in names]}


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


def test_a_value_with_another_spelling_replaces_the_old_one(follow: Follow) -> None:
    job = obj("role", role=ref("Role"))
    follow(received=ref("Job"), Job=job, Role={**S, "enum": ["USER", "AI"]})
    schemas = follow(received=ref("Job"), Job=job, Role={**S, "enum": ["user", "tool"]})
    assert schemas["Role"]["enum"] == ["AI", "user", "tool"]


def test_a_request_schema_is_relaxed_when_a_response_contains_it(follow: Follow) -> None:
    mode = {**S, "enum": ["fast", "slow"]}
    plan = obj("mode", mode=mode, note=S) | {"additionalProperties": False}
    done = obj("id", id=S)
    schemas = follow(sent=ref("Plan"), received=ref("Done"), Plan=plan, Done=done)
    assert schemas["Plan"]["properties"]["mode"] == ref("PlanMode")

    done = obj("id", id=S, plan=ref("Plan"))
    schemas = follow(sent=ref("Plan"), received=ref("Done"), Plan=plan, Done=done)
    assert "additionalProperties" not in schemas["Plan"]
    fields = schemas["Plan"]["properties"]
    assert fields == {
        "mode": {"anyOf": [ref("PlanMode"), S]},
        "note": {"type": ["string", "null"]},
    }


def test_a_new_variant_that_resembles_a_known_one_is_added(follow: Follow) -> None:
    text = obj("text", text=S, state=S)
    call = obj("text", "call", text=S, state=S, call=S)
    picture = obj("url", url=S)
    follow(received=one_of("Text", "Picture"), Text=text, Picture=picture)
    schemas = follow(
        received=one_of("Text", "Picture", "Call"), Text=text, Picture=picture, Call=call
    )
    assert list(schemas["Text"]["properties"]) == ["text", "state"]
    assert schemas["Call"]["required"] == ["text", "call"]


def test_a_schema_that_is_split_covers_both_parts(follow: Follow) -> None:
    follow(received=ref("Job"), Job=obj("id", "by", id=S, by=S, at=S))
    first = obj("id", "by", id=S, by={"type": "integer"})
    second = obj("id", id=S, by=ref("Person"))
    person = obj("name", name=S)
    schemas = follow(received=one_of("First", "Second"), First=first, Second=second, Person=person)
    assert schemas["Job"]["required"] == ["id"]
    kinds = schemas["Job"]["properties"]["by"]["anyOf"]
    assert kinds[:2] == [{"type": "integer"}, ref("Person")]


def test_a_field_that_a_base_requires_stays_without_null(follow: Follow) -> None:
    described = "type: object, description: One., properties: {id: {type: string}"
    ours = f"    Base: {{{described}}}, required: [id]}}\n"
    ours += f"    Plan: {{description: A., allOf: [{ref('Base')}, {{{described}, at: {S}}}}}]}}\n"
    schemas = follow(received=ref("Plan"), ours=ours, Plan=obj("id", id=S, at=S))
    own = schemas["Plan"]["allOf"][1]["properties"]
    assert own == {"id": S, "at": {"type": ["string", "null"]}}
