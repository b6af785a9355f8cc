"""Predictions of the domain `document.markdown`, whose response is a document."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest

from tests.types.test_markdown import BREAK, SENT
from vlmrun.client.types import MarkdownDocument, MarkdownPage, MarkdownTable, PredictionResponse


@pytest.fixture
def document() -> MarkdownDocument:
    return MarkdownDocument.model_validate(copy.deepcopy(SENT))


def prediction(response: Any, **fields: Any) -> PredictionResponse:
    sent = {
        "id": "p1",
        "created_at": "2026-01-02T03:04:05Z",
        "status": "completed",
        "usage": {},
        "domain": "document.markdown",
        "response": response,
        **fields,
    }
    return PredictionResponse.model_validate(sent)


def test_response_of_a_prediction_is_a_document(document: MarkdownDocument) -> None:
    seen = prediction(copy.deepcopy(SENT))
    assert isinstance(seen.response, MarkdownDocument)
    assert str(seen.response) == str(document)
    assert seen.model_dump()["response"] == document.model_dump()
    assert PredictionResponse(**seen.model_dump()).response == document
    assert json.loads(seen.response.model_dump_json(indent=2)) == document.model_dump()
    assert seen.raw is not None
    assert seen.raw["response"]["pages"][0]["skew"] == 0.1


def test_response_of_another_domain_stays_a_dict() -> None:
    seen = prediction({"pages": []}, domain="document.invoice")
    assert seen.response == {"pages": []}


@pytest.mark.parametrize(
    "response",
    [
        {},
        {"pages": None},
        {"pages": "one"},
        {"pages": ["one"]},
        {"pages": [{"content": "x", "tables": {}}]},
        {"pages": [{"content": "x", "tables": [{"headers": [{"id": []}], "data": [{}]}]}]},
        {"markdown": "# One"},
    ],
)
def test_p10_an_invalid_document_stays_a_dict(response: Any) -> None:
    seen = prediction(response)
    assert type(seen.response).__mro__[1] is dict
    assert seen.response == response
    assert seen.raw is not None
    assert seen.raw["response"] == response


@pytest.mark.parametrize("response", ["# One", ["# One"], None])
def test_a_response_that_is_not_an_object_stays_as_it_is(response: Any) -> None:
    assert prediction(response).response == response


def test_p10_pages_are_read_even_with_few_fields() -> None:
    sent = {"pages": [{}, {"content": 7}, {"content": "x", "tables": [{}], "figures": [{}]}]}
    seen = prediction(sent).response
    assert isinstance(seen, MarkdownDocument)
    assert [str(page) for page in seen] == ["", "7", "x"]
    assert seen.content == f"{BREAK}7{BREAK}x"


def test_parsed_with_a_users_response_model(document: MarkdownDocument) -> None:
    from pydantic import BaseModel

    class Pages(BaseModel):
        pages: list[dict[str, Any]]

    parsed = prediction(copy.deepcopy(SENT)).with_response_model(Pages).parsed
    assert isinstance(parsed, Pages)
    assert len(parsed.pages) == 2
    again = prediction(copy.deepcopy(SENT)).with_response_model(MarkdownDocument).parsed
    assert again == document


def test_p10_no_json_makes_a_prediction_unreadable() -> None:
    chance = random.Random(4)
    keys = [*MarkdownTable.__annotations__, *MarkdownPage.__annotations__, "pages", "id", "c0"]

    def any_json(depth: int) -> Any:
        kind = chance.randrange(8 if depth else 5)
        if kind >= 5:
            count = chance.randrange(3)
            if kind == 5:
                return [any_json(depth - 1) for _ in range(count)]
            return {chance.choice(keys): any_json(depth - 1) for _ in range(count * 2)}
        return [None, True, -1, float("nan"), '<Table id="tb-0"/>'][kind]

    documents = 0
    for _ in range(3000):
        response = {"pages": [any_json(4) for _ in range(2)]}
        seen = prediction(response).response
        assert isinstance(seen, (dict, MarkdownDocument))
        documents += isinstance(seen, MarkdownDocument)
        str(seen), repr(seen)
    assert documents > 100
