"""The rules of `speclint`: each finds its mistake, at the right place, and nothing once mended."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.lint_spec.rules import RULES, lint
from scripts.openapi.document import join
from tests.scripts.lint_spec_cases import CASES
from tests.scripts.lint_spec_cases.parts import (
    ENUM,
    EXTRA,
    FIELD,
    LIST,
    SCHEMAS,
    TEXT,
    Case,
    changed,
    parameter,
)


def found_by(rule: str, document: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(finding.pointer for finding in RULES[rule](document)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.found}")
def test_a_rule_finds_its_mistake_where_it_is(case: Case, small_contract: dict[str, Any]) -> None:
    assert found_by(case.rule, changed(small_contract, case.mistake)) == [case.found]


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.mended],
    ids=lambda case: f"{case.rule}-{case.found}",
)
def test_no_rule_finds_anything_in_the_mended_document(
    case: Case, small_contract: dict[str, Any]
) -> None:
    assert list(lint(changed(small_contract, case.mended))) == []


def test_no_rule_finds_anything_in_the_small_contract(small_contract: dict[str, Any]) -> None:
    assert list(lint(small_contract)) == []


def test_each_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(RULES)


def test_each_finding_says_why_and_what_to_do(small_contract: dict[str, Any]) -> None:
    document = changed(small_contract, {FIELD: {**TEXT, "default": "x"}})
    [(rule, finding)] = lint(document)
    assert rule == "no_default"
    assert finding.reason == "a default is sent although the caller did not set it"
    assert finding.fix == "remove it; say in the description what the service takes"


@pytest.mark.parametrize(
    "values", [["1x", "2x"], ["+1", "-1"], ["aB", "a_b"], ["_a", "a"], ["", "x"], ["é", "e"]]
)
def test_enum_values_that_the_generator_keeps_apart(
    values: list[str], small_contract: dict[str, Any]
) -> None:
    document = changed(small_contract, {f"{SCHEMAS}/Extra": {**ENUM, "enum": values}})
    assert found_by("enum_values", document) == []


def test_an_enum_that_only_requests_hold_may_be_closed(small_contract: dict[str, Any]) -> None:
    change = {f"{SCHEMAS}/Extra": ENUM, **parameter(name="order", schema=EXTRA)}
    assert list(lint(changed(small_contract, change))) == []


def test_an_error_response_may_say_nothing_about_its_form(small_contract: dict[str, Any]) -> None:
    error = {"description": "Failed.", "content": {"application/json": {"schema": {}}}}
    change = {f"{LIST}/responses/500": error}
    assert list(lint(changed(small_contract, change))) == []


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "text",
        {"paths": [1], "components": 2},
        {"paths": {"/x": None, "/y": {"get": [], "parameters": [None]}}},
        {"components": {"schemas": {"A": None, "B": [], "C": {"anyOf": {}, "required": 1}}}},
    ],
)
def test_no_rule_fails_on_a_document_that_is_none(document: Any) -> None:
    for rule in RULES.values():
        list(rule(document))
    assert any(name == "openapi" for name, _ in lint(document))


def test_what_is_waived_is_not_found(small_contract: dict[str, Any]) -> None:
    mistake = {FIELD: {**TEXT, "default": "x"}, f"{LIST}/servers": [{"url": "https://b.example"}]}
    document = changed(small_contract, mistake)
    assert [rule for rule, _ in lint(document)] == ["operation_servers", "no_default"]
    document = changed(document, {f"{FIELD}/x-lint": {"no_default": "The service needs it."}})
    assert [rule for rule, _ in lint(document)] == ["operation_servers"]
    # One above waives for all that is below.
    document = changed(document, {"/x-lint": {"operation_servers": "Sent by hand."}})
    assert list(lint(document)) == []


@pytest.mark.parametrize("rule", ["no_default", "no_such_rule"])
def test_a_waiver_of_nothing_is_found(rule: str, small_contract: dict[str, Any]) -> None:
    document = changed(small_contract, {f"{SCHEMAS}/Thing/x-lint": {rule: "Why."}})
    [(name, finding)] = lint(document)
    assert (name, finding.pointer) == ("waiver", f"{SCHEMAS}/Thing/x-lint/{rule}")


def test_pointers_are_escaped() -> None:
    assert join("", "paths", "/v1/~x", 200) == "/paths/~1v1~1~0x/200"
