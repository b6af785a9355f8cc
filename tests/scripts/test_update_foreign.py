"""Documents that nobody here has seen: what is mended, and what is said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.lint_spec.__main__ import lint
from scripts.openapi.strict_yaml import parse
from scripts.update.next_contract import Candidate, make_candidate
from tests.scripts import foreign_app

HERE = Path(__file__).parent
Change = Callable[[dict[str, Any]], dict[str, Any]]

OVERLAY = HERE.parents[1] / "scripts/update/overlay.yaml"


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Candidate:
    """What the document makes of the small contract."""
    spec = tmp_path_factory.mktemp("foreign") / "openapi.json"
    spec.write_text(json.dumps(foreign_app.document()), "utf-8")
    return make_candidate(spec, HERE / "small.yaml", OVERLAY)


@pytest.fixture(scope="module")
def document(taken: Candidate) -> Any:
    """The next contract, read."""
    return parse(taken.text).value


@pytest.fixture(scope="module")
def schemas(document: Any) -> Any:
    """Its schemas."""
    return document["components"]["schemas"]


def names(arms: list[dict[str, Any]]) -> list[str]:
    return [arm.get("$ref", "").rpartition("/")[2] for arm in arms]


def with_ids_like_ours(document: dict[str, Any]) -> dict[str, Any]:
    del document["paths"]["/rules/{id}/log/"], document["paths"]["/rules-csv"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            operation["operationId"] = re.sub(r"\W+", "_", f"{method}{path}").strip("_")
    return document


@pytest.mark.parametrize("change", [dict, with_ids_like_ours])
def test_the_same_document_again_changes_nothing(change: Change, tmp_path: Path) -> None:
    contract, spec = tmp_path / "openapi.yaml", tmp_path / "openapi.json"
    spec.write_text(json.dumps(change(foreign_app.document())), "utf-8")
    once = make_candidate(spec, HERE / "small.yaml", OVERLAY).text
    contract.write_text(once, "utf-8")
    assert make_candidate(spec, contract, OVERLAY).text == once


def test_the_linter_finds_nothing(document: Any) -> None:
    assert list(lint(document)) == []


def test_words_that_tell_kinds_apart_are_required(schemas: Any) -> None:
    for name, word in {"Wait": "wait", "Notify": "notify"}.items():
        assert schemas[name]["required"] == ["kind"]
        assert schemas[name]["properties"]["kind"] == {"type": "string", "const": word}


def test_a_kind_that_takes_the_others_comes_behind_them(schemas: Any, document: Any) -> None:
    assert names(schemas["Rule"]["properties"]["actions"]["items"]["anyOf"]) == [
        *("Wait", "Notify", "Repeat", "")
    ]
    found = document["paths"]["/rules/search"]["post"]["responses"]["200"]["content"]
    arms = found["application/json"]["schema"]["items"]["anyOf"]
    assert names(arms)[:2] == ["Full", "Brief"]


def test_kinds_that_nothing_tells_apart_are_left_and_told(document: Any, taken: Candidate) -> None:
    found = document["paths"]["/rules/{id}/event"]["get"]["responses"]["200"]["content"]
    schema = found["application/json"]["schema"]
    assert names(schema["anyOf"])[:2] == ["Opened", "Closed"]
    assert list(schema["x-lint"]) == ["union_order"]
    assert [each for each in taken.report.left_out if each.startswith("get_event: nothing tells")]


def test_the_next_document_may_tell_them_apart_or_add_a_kind(
    taken: Candidate, tmp_path: Path
) -> None:
    contract, spec = tmp_path / "openapi.yaml", tmp_path / "openapi.json"
    contract.write_text(taken.text, "utf-8")
    document = foreign_app.document()
    document["components"]["schemas"]["Stop"]["required"] = ["why"]
    response = document["paths"]["/rules/{id}/event"]["get"]["responses"]["200"]
    kinds = response["content"]["application/json"]["schema"]["anyOf"]
    kinds.append({"$ref": "#/components/schemas/Full"})
    spec.write_text(json.dumps(document), "utf-8")

    paths = parse(make_candidate(spec, contract, OVERLAY).text).value["paths"]

    schema = paths["/rules/{id}"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert names(schema["anyOf"]) == ["Stop", "Start"]
    assert "x-lint" not in schema
    content = paths["/rules/{id}/event"]["get"]["responses"]["200"]["content"]
    schema = content["application/json"]["schema"]
    assert names(schema["anyOf"])[:3] == ["Full", "Opened", "Closed"]
    assert list(schema["x-lint"]) == ["union_order"]


def test_security_that_nobody_described_is_told(document: Any, taken: Candidate) -> None:
    assert list(document["components"]["securitySchemes"]) == ["bearer"]
    told = [each for each in taken.report.left_out if "tokenAuth" in each]
    assert told == ["security tokenAuth: the document does not describe it; taken for our key"]


def test_webhooks_are_told(taken: Candidate) -> None:
    assert "the webhooks rule-fired; describe them by hand" in taken.report.left_out


def test_cookies_are_the_clients(document: Any, taken: Candidate) -> None:
    assert "parameters" not in document["paths"]["/rules"]["post"]
    assert "POST /rules: the cookie 'session'; the client keeps its own" in taken.report.left_out


def test_an_optional_body_is_always_sent_and_never_null(document: Any) -> None:
    body = document["paths"]["/rules/search"]["post"]["requestBody"]
    assert body["required"] is True
    assert body["content"] == {
        "application/json": {"schema": {"$ref": "#/components/schemas/Filter"}}
    }


def test_that_a_body_cannot_be_left_out_is_told_where_it_matters(taken: Candidate) -> None:
    told = [each for each in taken.report.left_out if "body" in each]
    assert told == ["POST /rules/{id}/event: the body may be left out there, and not here"]


def test_values_that_make_no_names_are_examples(schemas: Any) -> None:
    assert schemas["Rule"]["properties"]["window"]["examples"] == ["1d", "7d"]


def test_an_item_of_a_union_goes_without_words_of_its_own(schemas: Any) -> None:
    mode = schemas["Rule"]["properties"]["mode"]["anyOf"]
    assert names(mode) == ["RuleMode", "", ""]
    assert schemas["RuleMode"]["description"] == "Who decides."


def test_what_has_a_known_name_and_holds_alike_is_the_same(schemas: Any) -> None:
    assert schemas["Status"]["enum"] == ["running", "done", "waiting"]
    fields = schemas["Owner"]["properties"]
    assert names(fields["name"]["anyOf"]) == ["", "Full", "Brief", ""]
    assert fields["kind"] == {"type": ["string", "null"], "examples": ["person"]}


def test_a_list_that_holds_itself_holds_anything(schemas: Any, taken: Candidate) -> None:
    lists = [arm for arm in schemas["Json"]["anyOf"] if arm.get("type") == "array"]
    assert lists == [{"type": "array", "items": {}}]
    assert "Json: holds itself, so that its lists may hold anything" in taken.report.left_out


def test_a_file_inside_json_is_text(schemas: Any) -> None:
    assert "format" not in schemas["Rule"]["properties"]["attachment"]


def test_json_that_says_nothing_beside_another_form_is_left_out(document: Any) -> None:
    content = document["paths"]["/rules/csv"]["get"]["responses"]["200"]["content"]
    assert content == {"text/csv": {"schema": {"type": "string"}}}


def test_what_head_answers_has_no_body(document: Any) -> None:
    item = document["paths"]["/rules-csv"]
    assert "content" in item["get"]["responses"]["200"]
    assert item["head"]["responses"]["200"] == {"description": "Success."}


def test_names_are_those_of_the_functions(document: Any) -> None:
    ids = [op["operationId"] for item in document["paths"].values() for op in item.values()]
    assert ids[3:] == [
        *(
            "create_rule",
            "search_rules",
            "get_event",
            "add_event",
            "get_data",
            "get_log",
            "get_log_rules",
            "switch",
            "switch_patch",
            "get_table",
            "get_table_rules",
            "get_table_head",
            "log_in",
            "get_old_rule",
            "get_new_rule",
        )
    ]
