"""`make update` and `spec_diff` with documents of ten FastAPI applications."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from scripts.lint_spec.rules import lint
from scripts.openapi.strict_yaml import parse
from tests.scripts.conftest import Merge
from tests.scripts.diff_documents import changes
from tests.scripts.fastapi_apps import APPLICATIONS, document

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", APPLICATIONS)
def test_a_document_is_merged_once_and_completely(name: str, merge: Merge) -> None:
    published = document(name)
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
