"""Rules of lint_spec: each finds its mistake at the right place, and nothing once it is fixed."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from scripts.lint_spec.rules import RULES, lint
from scripts.openapi.document import join, split

LIST = "/paths/~1v1~1things/get"
CREATE = "/paths/~1v1~1things/post"
SCHEMAS = "/components/schemas"
FIELD = f"{SCHEMAS}/Thing/properties/field"
ABBREVIATIONS = {
    "FORM": f"{CREATE}/requestBody/content/multipart~1form-data/schema",
    "CONTENT": f"{CREATE}/requestBody/content",
    "RESPONSE": f"{LIST}/responses/200",
    "FIELD": FIELD,
    "THING": f"{SCHEMAS}/Thing",
    "LIST": LIST,
    "CREATE": CREATE,
    "SCHEMAS": SCHEMAS,
}

STRING = {"type": "string"}
DATA = yaml.safe_load(Path(__file__).with_name("lint_spec_cases.yaml").read_text("utf-8"))
ALLOWED = DATA["allowed"]

Document = dict[str, Any]


class Case(NamedTuple):
    """A mistake in the small contract, where it is found, and what fixes it."""

    rule: str
    mistake: dict[str, Any]
    found: str
    fixed: dict[str, Any]


def expanded(pointer: str) -> str:
    first, slash, rest = pointer.partition("/")
    return f"{ABBREVIATIONS.get(first, first)}{slash}{rest}"


def cases() -> list[Case]:
    def pointers(values: dict[str, Any]) -> dict[str, Any]:
        return {expanded(key): value for key, value in values.items()}

    return [
        Case(rule, pointers(each["set"]), expanded(each["found"]), pointers(each.get("fixed", {})))
        for rule, listed in DATA["cases"].items()
        for each in listed
    ]


CASES = cases()


def changed(document: Document, values: dict[str, Any]) -> Document:
    """Set values at JSON pointers; None removes what is there."""
    for pointer, value in values.items():
        *parents, last = split(pointer)
        here = document
        for part in parents:
            here = here[part]
        here[last] = deepcopy(value)
        if value is None:
            del here[last]
    return document


def found_by(rule: str, document: Document) -> list[str]:
    return list(dict.fromkeys(finding.pointer for finding in RULES[rule](document)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.found}")
def test_a_rule_finds_its_mistake_where_it_is(case: Case, small_contract: Document) -> None:
    assert found_by(case.rule, changed(small_contract, case.mistake)) == [case.found]


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.fixed],
    ids=lambda case: f"{case.rule}-{case.found}",
)
def test_no_rule_finds_anything_in_the_fixed_document(case: Case, small_contract: Document) -> None:
    assert list(lint(changed(small_contract, case.fixed))) == []


def test_no_rule_finds_anything_in_the_small_contract(small_contract: Document) -> None:
    assert list(lint(small_contract)) == []


def test_each_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(RULES)


def test_a_finding_has_a_reason_and_a_fix(small_contract: Document) -> None:
    document = changed(small_contract, {FIELD: {**STRING, "default": "x"}})
    [(rule, finding)] = lint(document)
    assert rule == "no_default"
    assert finding.reason == "a default is sent even if the caller did not set it"
    assert finding.fix == "remove it; state it in the description"


@pytest.mark.parametrize("name", ALLOWED)
def test_no_rule_finds_anything_in_what_is_allowed(name: str, small_contract: Document) -> None:
    values = {expanded(pointer): value for pointer, value in ALLOWED[name].items()}
    assert list(lint(changed(small_contract, values))) == []


@pytest.mark.parametrize(
    "values", [["1x", "2x"], ["+1", "-1"], ["aB", "a_b"], ["_a", "a"], ["", "x"], ["é", "e"]]
)
def test_enum_values_that_the_generator_distinguishes(
    values: list[str], small_contract: Document
) -> None:
    extra = {"type": "string", "description": "One.", "enum": values}
    document = changed(small_contract, {f"{SCHEMAS}/Extra": extra})
    assert found_by("enum_values", document) == []


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
def test_no_rule_fails_for_data_that_is_not_openapi(document: Any) -> None:
    for rule in RULES.values():
        list(rule(document))
    assert any(name == "openapi" for name, _ in lint(document))


def test_a_waived_rule_has_no_findings(small_contract: Document) -> None:
    mistake = {FIELD: {**STRING, "default": "x"}, f"{LIST}/servers": [{"url": "https://b.example"}]}
    document = changed(small_contract, mistake)
    assert [rule for rule, _ in lint(document)] == ["operation_servers", "no_default"]
    document = changed(document, {f"{FIELD}/x-lint": {"no_default": "The service needs it."}})
    assert [rule for rule, _ in lint(document)] == ["operation_servers"]
    # A waiver applies to everything inside the value.
    document = changed(document, {"/x-lint": {"operation_servers": "Sent by hand."}})
    assert list(lint(document)) == []


@pytest.mark.parametrize("rule", ["no_default", "no_such_rule"])
def test_an_unused_waiver_is_a_finding(rule: str, small_contract: Document) -> None:
    document = changed(small_contract, {f"{SCHEMAS}/Thing/x-lint": {rule: "Why."}})
    [(name, finding)] = lint(document)
    assert (name, finding.pointer) == ("waiver", f"{SCHEMAS}/Thing/x-lint/{rule}")


def test_pointers_are_escaped() -> None:
    assert join("", "paths", "/v1/~x", 200) == "/paths/~1v1~1~0x/200"
    assert split("/paths/~1v1~1~0x/200") == ["paths", "/v1/~x", "200"]
