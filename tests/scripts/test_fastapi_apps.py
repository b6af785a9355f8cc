"""`make update` and `spec_diff` with documents of FastAPI applications.

Their documents share nothing with our contract; that of `test_update_documents.py` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from scripts.lint_spec.rules import lint
from scripts.openapi.strict_yaml import parse
from scripts.update.next_contract import NextContract
from tests.scripts.conftest import Merge
from tests.scripts.diff_documents import changes, names
from tests.scripts.fastapi_apps import APPLICATIONS, document

pytestmark = pytest.mark.slow


def with_simple_ids(published: dict[str, Any]) -> dict[str, Any]:
    """Name each operation after its method and path, and keep one of those with the same name."""
    paths: dict[str, Any] = {}
    ids: set[str] = set()
    for path, item in published["paths"].items():
        for method, operation in item.items():
            id = re.sub(r"\W+", "_", f"{method}{path}").strip("_")
            if id not in ids:
                ids.add(id)
                paths.setdefault(path, {})[method] = {**operation, "operationId": id}
    return {**published, "paths": paths}


@pytest.mark.parametrize("name", APPLICATIONS)
@pytest.mark.parametrize("change", [dict, with_simple_ids])
def test_a_document_is_merged_once_and_completely(
    name: str, change: Callable[[dict[str, Any]], dict[str, Any]], merge: Merge
) -> None:
    published = change(document(name))
    text = merge(published).text
    contract = parse(text).value
    assert list(lint(contract)) == []
    assert published["paths"].keys() <= contract["paths"].keys()
    assert merge(published, text).text == text


@pytest.mark.parametrize("name", APPLICATIONS)
def test_a_document_does_not_differ_from_itself_in_another_order(name: str) -> None:
    def reverse(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: reverse(each) for key, each in reversed(value.items())}
        return [reverse(each) for each in value] if isinstance(value, list) else value

    published = document(name)
    assert changes(published, reverse(published)) == []


def test_schemas_of_generic_classes_are_named_after_them(merge: Merge) -> None:
    schemas = parse(merge(document("generics")).text).value["components"]["schemas"]
    names = "PagePageUser PageUser PairStrPagePageUser PairStrUser PairDictStrIntListInt User"
    assert set(names.split()) <= schemas.keys()
    assert "Unnamed" not in schemas


def test_large_limits_are_exact(merge: Merge) -> None:
    """FastAPI writes them as floats, of which the last digit must not change."""
    published = document("nested")
    again = parse(merge(published, merge(published).text).text).value
    person = again["components"]["schemas"]["PersonInput"]
    assert person["properties"]["age"]["minimum"] == -(2**63)


def test_the_discriminator_of_a_union_that_can_be_null_is_compared() -> None:
    old = document("unions")
    best = old["components"]["schemas"]["House"]["properties"]["best"]["anyOf"][0]
    assert best["discriminator"]["mapping"].keys() == {"cat", "dog", "wolf"}
    new = deepcopy(old)
    new["components"]["schemas"]["House"]["properties"]["best"]["anyOf"][0]["discriminator"] = {
        "propertyName": "species"
    }
    found = {(change.kind, change.subject) for change in changes(old, new)}
    assert found == {("discriminator-changed", "House.best")}


@pytest.fixture(scope="module")
def merged(merge: Merge) -> NextContract:
    """The small contract with the document of `rules` merged into it."""
    return merge(document("rules"))


@pytest.fixture(scope="module")
def contract(merged: NextContract) -> Any:
    return parse(merged.text).value


@pytest.fixture(scope="module")
def schemas(contract: Any) -> Any:
    return contract["components"]["schemas"]


def test_operations_are_named_after_their_functions(contract: Any) -> None:
    ids = [op["operationId"] for item in contract["paths"].values() for op in item.values()]
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


def test_wider_variants_come_last(schemas: Any, contract: Any) -> None:
    actions = schemas["Rule"]["properties"]["actions"]["items"]["anyOf"]
    assert names(actions) == ["Wait", "Notify", "Repeat", ""]
    found = contract["paths"]["/rules/search"]["post"]["responses"]["200"]["content"]
    assert names(found["application/json"]["schema"]["items"]["anyOf"])[:2] == ["Full", "Brief"]


def test_a_waiver_for_variants_that_nothing_distinguishes(
    contract: Any, merged: NextContract, merge: Merge
) -> None:
    found = contract["paths"]["/rules/{id}/event"]["get"]["responses"]["200"]["content"]
    schema = found["application/json"]["schema"]
    assert names(schema["anyOf"])[:2] == ["Opened", "Closed"]
    assert list(schema["x-lint"]) == ["union_order"]

    # The next document makes one such union unambiguous, and adds a variant to the other.
    following = document("rules")
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


def test_bodies_are_required_and_not_null(contract: Any) -> None:
    assert "parameters" not in contract["paths"]["/rules"]["post"]
    assert contract["paths"]["/rules/search"]["post"]["requestBody"] == {
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


def test_response_content_types(contract: Any) -> None:
    content = contract["paths"]["/rules/csv"]["get"]["responses"]["200"]["content"]
    assert content == {"text/csv": {"schema": {"type": "string"}}}
    item = contract["paths"]["/rules-csv"]
    assert "content" in item["get"]["responses"]["200"]
    assert item["head"]["responses"]["200"] == {"description": "Success."}
