"""One document after the other: what is in openapi.yaml by now, and what the next one says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.lint_spec.__main__ import lint
from scripts.openapi.strict_yaml import parse
from scripts.update.next_contract import make_candidate

HERE = Path(__file__).parent
OVERLAY = HERE.parents[1] / "scripts/update/overlay.yaml"

Schema = dict[str, Any]
Take = Callable[..., Schema]

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
def take(tmp_path: Path) -> Take:
    """Take a document into what the last one has left; gives the schemas, which lint finds good."""
    contract, spec = tmp_path / "openapi.yaml", tmp_path / "vendor.json"
    contract.write_bytes((HERE / "small.yaml").read_bytes())

    def run(*, sent: Schema | None = None, received: Schema, **schemas: Schema) -> Schema:
        operations = {"post": operation("start_job", sent, {"schema": received})}
        document = {
            "openapi": "3.1.0",
            "info": {"title": "Jobs", "version": "1"},
            "paths": {"/jobs": operations},
            "components": {"schemas": schemas},
        }
        spec.write_text(json.dumps(document), "utf-8")
        contract.write_text(make_candidate(spec, contract, OVERLAY).text, "utf-8")
        made: Schema = parse(contract.read_text("utf-8")).value
        assert list(lint(made)) == []
        assert make_candidate(spec, contract, OVERLAY).text == contract.read_text("utf-8")
        found: Schema = made["components"]["schemas"]
        return found

    return run


def names(arms: list[Schema]) -> list[str]:
    return [arm.get("$ref", "").rpartition("/")[2] for arm in arms]


def test_a_value_that_is_spelled_otherwise_takes_the_place_of_the_old_one(take: Take) -> None:
    job = object_of("role", role=ref("Role"))
    take(received=ref("Job"), Job=job, Role={**TEXT, "enum": ["USER", "AI"]})
    schemas = take(received=ref("Job"), Job=job, Role={**TEXT, "enum": ["user", "tool"]})
    assert schemas["Role"]["enum"] == ["AI", "user", "tool"]


def test_what_was_only_sent_is_opened_when_it_comes_back(take: Take) -> None:
    mode = {**TEXT, "enum": ["fast", "slow"]}
    plan = object_of("mode", mode=mode, note=TEXT) | {"additionalProperties": False}
    done = object_of("id", id=TEXT)
    schemas = take(sent=ref("Plan"), received=ref("Done"), Plan=plan, Done=done)
    assert schemas["Plan"]["properties"]["mode"] == ref("PlanMode")

    done = object_of("id", id=TEXT, plan=ref("Plan"))
    schemas = take(sent=ref("Plan"), received=ref("Done"), Plan=plan, Done=done)
    assert "additionalProperties" not in schemas["Plan"]
    fields = schemas["Plan"]["properties"]
    assert fields == {
        "mode": {"anyOf": [ref("PlanMode"), TEXT]},
        "note": {"type": ["string", "null"]},
    }


def test_a_new_kind_that_looks_like_a_known_one_is_a_kind_of_its_own(take: Take) -> None:
    text = object_of("text", text=TEXT, state=TEXT)
    call = object_of("text", "call", text=TEXT, state=TEXT, call=TEXT)
    picture = object_of("url", url=TEXT)
    take(received=one_of("Text", "Picture"), Text=text, Picture=picture)
    schemas = take(
        received=one_of("Text", "Picture", "Call"), Text=text, Picture=picture, Call=call
    )
    assert list(schemas["Text"]["properties"]) == ["text", "state"]
    assert schemas["Call"]["required"] == ["text", "call"]


def test_what_becomes_two_things_holds_for_both(take: Take) -> None:
    take(received=ref("Job"), Job=object_of("id", "by", id=TEXT, by=TEXT, at=TEXT))
    first = object_of("id", "by", id=TEXT, by={"type": "integer"})
    second = object_of("id", id=TEXT, by=ref("Person"))
    person = object_of("name", name=TEXT)
    schemas = take(received=one_of("First", "Second"), First=first, Second=second, Person=person)
    assert schemas["Job"]["required"] == ["id"]
    kinds = schemas["Job"]["properties"]["by"]["anyOf"]
    assert kinds[:2] == [{"type": "integer"}, ref("Person")]
