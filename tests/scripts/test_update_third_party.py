"""`make update` with documents of FastAPI applications that share nothing with our contract."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from scripts.lint_spec.rules import lint
from scripts.openapi.strict_yaml import parse
from scripts.update.next_contract import NextContract
from tests.scripts import third_party_app
from tests.scripts.conftest import Merge
from tests.scripts.diff_documents import names

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def merged(merge: Merge) -> NextContract:
    """The small contract with the application's document merged into it."""
    return merge(third_party_app.document())


@pytest.fixture(scope="module")
def document(merged: NextContract) -> Any:
    return parse(merged.text).value


@pytest.fixture(scope="module")
def schemas(document: Any) -> Any:
    return document["components"]["schemas"]


def with_simple_ids(document: dict[str, Any]) -> dict[str, Any]:
    del document["paths"]["/rules/{id}/log/"], document["paths"]["/rules-csv"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            operation["operationId"] = re.sub(r"\W+", "_", f"{method}{path}").strip("_")
    return document


@pytest.mark.parametrize("change", [dict, with_simple_ids])
def test_the_same_document_again_changes_nothing(
    change: Callable[[dict[str, Any]], dict[str, Any]], merge: Merge
) -> None:
    document = change(third_party_app.document())
    once = merge(document).text
    assert merge(document, once).text == once


def test_the_linter_has_no_findings(document: Any) -> None:
    assert list(lint(document)) == []


def test_operations_are_named_after_their_functions(document: Any) -> None:
    ids = [op["operationId"] for item in document["paths"].values() for op in item.values()]
    assert " ".join(ids[3:]) == (
        "create_rule search_rules get_event add_event get_data get_log get_log_rules switch "
        "switch_patch get_table get_table_rules get_table_head log_in get_old_rule"
    )


def test_what_is_left_out_is_reported(merged: NextContract) -> None:
    left_out, converted = merged.report.left_out, merged.report.converted
    assert left_out["webhooks, which have to be described by hand"] == ["rule-fired"]
    assert left_out["items of lists that contain themselves"] == ["Json"]
    unions = "unions whose variants nothing distinguishes; the first that fits is used"
    assert left_out[unions] == ["get_event", "switch", "switch_patch"]
    parameters = "parameters that cannot be generated, or that the client sends itself"
    assert left_out[parameters] == ["create_rule_rules_post: cookie session"]
    bodies = "optional request bodies that are required, but may be empty"
    assert converted[bodies] == ["add_event: request", "search_rules: request"]


def test_constants_that_distinguish_variants_are_required(schemas: Any) -> None:
    for name, constant in {"Wait": "wait", "Notify": "notify"}.items():
        assert schemas[name]["required"] == ["kind"]
        assert schemas[name]["properties"]["kind"] == {"type": "string", "const": constant}


def test_wider_variants_come_last(schemas: Any, document: Any) -> None:
    actions = schemas["Rule"]["properties"]["actions"]["items"]["anyOf"]
    assert names(actions) == ["Wait", "Notify", "Repeat", ""]
    found = document["paths"]["/rules/search"]["post"]["responses"]["200"]["content"]
    assert names(found["application/json"]["schema"]["items"]["anyOf"])[:2] == ["Full", "Brief"]


def test_a_waiver_for_variants_that_nothing_distinguishes(
    document: Any, merged: NextContract, merge: Merge
) -> None:
    found = document["paths"]["/rules/{id}/event"]["get"]["responses"]["200"]["content"]
    schema = found["application/json"]["schema"]
    assert names(schema["anyOf"])[:2] == ["Opened", "Closed"]
    assert list(schema["x-lint"]) == ["union_order"]

    # The next document makes one such union unambiguous, and adds a variant to the other.
    following = third_party_app.document()
    following["components"]["schemas"]["Stop"]["required"] = ["why"]
    response = following["paths"]["/rules/{id}/event"]["get"]["responses"]["200"]
    variants = response["content"]["application/json"]["schema"]["anyOf"]
    variants.append({"$ref": "#/components/schemas/Full"})

    paths = parse(merge(following, merged.text).text).value["paths"]

    schema = paths["/rules/{id}"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert names(schema["anyOf"]) == ["Stop", "Start"]
    assert "x-lint" not in schema
    content = paths["/rules/{id}/event"]["get"]["responses"]["200"]["content"]
    schema = content["application/json"]["schema"]
    assert names(schema["anyOf"])[:3] == ["Full", "Opened", "Closed"]
    assert list(schema["x-lint"]) == ["union_order"]


def test_bodies_are_required_and_not_null(document: Any) -> None:
    assert "parameters" not in document["paths"]["/rules"]["post"]
    assert document["paths"]["/rules/search"]["post"]["requestBody"] == {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Filter"}}},
    }


def test_pydantic_fields(schemas: Any) -> None:
    fields = schemas["Rule"]["properties"]
    # Values that cannot be names become examples, and files inside JSON strings.
    assert fields["window"]["examples"] == ["1d", "7d"]
    assert "format" not in fields["attachment"]
    assert names(fields["mode"]["anyOf"]) == ["RuleMode", "", ""]
    assert schemas["RuleMode"]["description"] == "Who decides."
    lists = [each for each in schemas["Json"]["anyOf"] if each.get("type") == "array"]
    assert lists == [{"type": "array", "items": {}}]


def test_schemas_of_the_same_name_and_similar_content_are_merged(schemas: Any) -> None:
    assert schemas["Status"]["enum"] == ["running", "done", "waiting"]
    fields = schemas["Owner"]["properties"]
    assert names(fields["name"]["anyOf"]) == ["", "Full", "Brief"]
    assert fields["kind"] == {"type": ["string", "null"], "examples": ["person"]}


def test_response_content_types(document: Any) -> None:
    content = document["paths"]["/rules/csv"]["get"]["responses"]["200"]["content"]
    assert content == {"text/csv": {"schema": {"type": "string"}}}
    item = document["paths"]["/rules-csv"]
    assert "content" in item["get"]["responses"]["200"]
    assert item["head"]["responses"]["200"] == {"description": "Success."}
