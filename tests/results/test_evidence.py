"""Typed evidence: every form in which boxes and confidences are sent."""

from __future__ import annotations

import copy
import json
import math
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from vlmrun.errors import JobNotCompletedError
from vlmrun.testing import Server
from vlmrun.types import AgentExecutionResponse, EvidenceMap, PredictionResponse
from vlmrun.types._sent_file import SentFile

BOX = {"xywh": [0.25, 0.5, 0.5, 0.25]}
XYWH = (0.25, 0.5, 0.5, 0.25)
CORNERS = [0.25, 0.5, 0.75, 0.75]
INVOICE = {
    "id": "A7",
    "items": [
        {
            "total": 12.5,
            "total_metadata": {
                "confidence": "med",
                "bboxes": [{"bbox": BOX, "content": "12.50", "page": 3}],
            },
        }
    ],
}


def evidence_of(response: Any, **fields: Any) -> EvidenceMap:
    sent = {"id": "p", "status": "completed", "response": response, **fields}
    return PredictionResponse.model_validate(sent).evidence


def test_predictions_and_executions_have_evidence(client: Any, server: Server, pdf: Path) -> None:
    server.on_predict(lambda _: INVOICE)
    server.on_execute(lambda _: INVOICE)
    prediction = client.document.generate(
        file=pdf, domain="document.invoice", config={"grounding": True, "confidence": True}
    )
    execution = client.agent.execute(prompt="Read it", batch=False)

    for job in (prediction, execution, client.predictions.get(prediction.id)):
        total = job.evidence["items[0].total"]
        assert (total.value, total.confidence, total.page, total.text) == (12.5, "med", 3, "12.50")
        assert [box.xywh for box in total.boxes] == [XYWH]
        assert total.raw == {
            "confidence": "med",
            "bboxes": [{"bbox": BOX, "content": "12.50", "page": 3}],
        }
        assert list(job.evidence) == ["id", "items[0].total"]
        assert job.evidence["id"].is_empty


@pytest.mark.parametrize(
    ("metadata", "confidence", "pages", "texts"),
    [
        ({"bboxes": [BOX]}, None, [None], [None]),
        ({"bboxes": [BOX, BOX], "confidence": "hi"}, "hi", [None] * 2, [None] * 2),
        ({"bboxes": [[BOX], [BOX, [BOX]]]}, None, [None] * 3, [None] * 3),
        ({"bboxes": BOX, "page": 1}, None, [1], [None]),
        ({"bboxes": [{**BOX, "page": 0}, {"bbox": BOX, "page": 2}]}, None, [0, 2], [None] * 2),
        ({"bboxes": [{"bbox": BOX, "content": "x"}], "confidence": "lo"}, "low", [None], ["x"]),
        ({"bbox": BOX, "bbox_content": "12.50"}, None, [None], ["12.50"]),
        ({"bbox": BOX, "confidence": 0.75}, 0.75, [None], [None]),
        ({"bbox": CORNERS, "confidence": "MEDIUM"}, "med", [None], [None]),
        ({"bboxes": [CORNERS]}, None, [None], [None]),
        ({"bboxes": [], "bbox": BOX}, None, [None], [None]),
        ({"bboxes": ["?", None, BOX], "bbox": BOX}, None, [None], [None]),
        ({"bboxes": [{"xywh": "?"}], "bbox": BOX}, None, [None], [None]),
        ({"bboxes": [{**BOX, "score": 0.2}, {**BOX, "score": "hi"}]}, 0.2, [None] * 2, [None] * 2),
        ([{"bboxes": [BOX], "page": 1}, {"bboxes": [BOX], "page": 2}], None, [1, 2], [None] * 2),
        ({"xywh": BOX["xywh"], "page": "4"}, None, [4], [None]),
        ({"box": {"left": 0.25, "top": 0.5, "right": 0.75, "bottom": 0.75}}, None, [None], [None]),
        ({"bbox_xywh": BOX["xywh"], "text": "x", "score": 0.5}, 0.5, [None], ["x"]),
        ({"bbox": {"xyxy": CORNERS}}, None, [None], [None]),
        ({"confidence": "hi"}, "hi", [], []),
        ({"confidence": "0.25"}, 0.25, [], []),
        ({"confidence": "certain"}, "certain", [], []),
        ({"confidence": True, "bboxes": None, "bbox": None}, None, [], []),
        ("hi", None, [], []),
        (None, None, [], []),
    ],
)  # fmt: skip
def test_p88_each_form_of_metadata_is_read(
    metadata: Any, confidence: Any, pages: list[Any], texts: list[Any]
) -> None:
    total = evidence_of({"total": 1, "total_metadata": metadata})["total"]

    assert (total.value, total.confidence, total.raw) == (1, confidence, metadata)
    assert [box.xywh for box in total.boxes] == [XYWH] * len(pages)
    assert [box.page for box in total.boxes] == pages
    assert [box.text for box in total.boxes] == texts or [total.text] == texts


def test_fields_have_paths_in_the_order_of_the_response() -> None:
    about = {"bboxes": [BOX]}
    response = {
        "name": "a",
        "items": [[{"price": 1, "price_metadata": about}], [{"price_metadata": about}]],
        "seller": {"address": {"city": "x", "city_metadata": about}},
        "tags": ["a", "b"],
        "tags_metadata": [{"confidence": "hi", **about}, {"confidence": "low"}],
        "a.b": 1,
        'say "a"': [True],
        "": {"x": None},
        "file_metadata": {"title": "A", "title_metadata": about},
        "empty": [],
    }
    evidence = evidence_of(response)

    assert list(evidence) == [
        "name",
        "items[0][0].price",
        "items[1][0].price",
        "seller.address.city",
        "tags[0]",
        "tags[1]",
        '["a.b"]',
        '["say \\"a\\""][0]',
        '[""].x',
        "file_metadata.title",
        "empty",
    ]
    assert list(evidence.with_boxes()) == [
        "items[0][0].price",
        "items[1][0].price",
        "seller.address.city",
        "tags[0]",
        "file_metadata.title",
    ]
    assert evidence["items[1][0].price"].value is None
    assert [evidence[f"tags[{index}]"].confidence for index in (0, 1)] == ["hi", "low"]


def test_metadata_may_have_the_structure_of_its_field() -> None:
    address = {"city": "x", "lines": ["a", "b"]}
    about = {"city": {"confidence": "low", "bboxes": [BOX]}, "lines": [{"bbox": BOX}, None]}
    for response in (
        {"address": address, "address_metadata": about},
        {"address": {**address, "_metadata": about}},
    ):
        evidence = evidence_of(response)
        assert list(evidence.with_boxes()) == ["address.city", "address.lines[0]"]
        assert evidence["address.city"].confidence == "low"
        assert evidence["address"].raw == about


def test_objects_that_have_boxes_themselves_are_evidence() -> None:
    cat = {**BOX, "label": "tabby", "confidence": 0.4}
    word = {"bbox_xywh": BOX["xywh"], "poly_xy": [[0.25, 0.5], [0.75, 0.75]], "text": "Total"}
    pose = {"keypoints": [[0.25, 0.5, 0.9], {"x": 0.75, "y": 0.75, "name": "nose"}]}
    evidence = evidence_of({"cats": [cat], "words": {"items": [word]}, "pose": pose})

    found = evidence["cats[0]"]
    assert (found.value, found.confidence, found.text, found.raw) == (cat, 0.4, "tabby", cat)
    assert evidence["cats[0].label"].value == "tabby"
    assert evidence["words.items[0]"].boxes[0].polygon == ((0.25, 0.5), (0.75, 0.75))
    (box,) = evidence["pose"].boxes
    assert box.xywh == XYWH
    assert box.keypoints == ((0.25, 0.5, None, 0.9), (0.75, 0.75, "nose", None))
    assert list(evidence.below("med")) == ["cats[0]"]


def test_p88_tables_of_markdown_documents_are_on_their_page() -> None:
    table = {"headers": [], "bbox": BOX, "cells": [{"content": "x", "index": [0, 0], "bbox": BOX}]}
    pages = [
        {"content": "a"},
        {"content": "b", "tables": [table]},
        {"content": "c", "tables": [table], "metadata": {"page_number": 7}},
    ]
    evidence = evidence_of({"pages": pages}, domain="document.markdown")

    assert {field: item.page for field, item in evidence.with_boxes().items()} == {
        "pages[1].tables[0]": 1,
        "pages[1].tables[0].cells[0]": 1,
        "pages[2].tables[0]": 7,
        "pages[2].tables[0].cells[0]": 7,
    }
    assert evidence["pages[1].tables[0].cells[0]"].text == "x"


def test_jobs_without_a_response_have_no_evidence() -> None:
    for fields in ({}, {"status": "failed", "response": {"error": "x"}}):
        with pytest.raises(JobNotCompletedError):
            AgentExecutionResponse(id="e", **fields).evidence
    assert len(AgentExecutionResponse(id="e", status="completed").evidence) == 0
    assert evidence_of("text")[""].value == "text"


def test_evidence_follows_copies_and_pages() -> None:
    job = PredictionResponse.model_validate({"id": "p", "status": "completed", "response": INVOICE})
    first = job.evidence
    assert job.evidence is first

    for same in (copy.deepcopy(job), pickle.loads(pickle.dumps(job))):
        assert same.evidence == first
    other = job.model_copy(update={"response": {"total": 1}})
    assert list(other.evidence) == ["total"]
    for pages, page in (((5, 6, 7, 9), 9), ((5,), None), (None, 3)):
        moved = job._replaced(_sent=(SentFile("a.pdf", pages=pages),))
        assert moved.evidence["items[0].total"].page == page


def test_p88_parsed_classes_have_no_metadata_unless_they_have_fields_for_it() -> None:
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        total: float

    class Strict(BaseModel):
        model_config = ConfigDict(extra="forbid")
        total: float

    class WithMetadata(BaseModel):
        total: float
        total_metadata: dict[str, Any] | None = None

    about = {"bboxes": [BOX]}
    response = {"total": 1, "total_metadata": about, "gone_metadata": about, "_metadata": about}
    job = PredictionResponse.model_validate(
        {"id": "p", "status": "completed", "response": response}
    )
    assert job.with_response_model(Open).parsed.model_extra == {}
    assert job.with_response_model(Strict).parsed == Strict(total=1)
    assert job.with_response_model(WithMetadata).parsed.total_metadata == about
    assert list(job.with_response_model(Open).evidence) == ["", "total", "gone"]


def test_a_response_nested_deeper_than_the_recursion_limit_is_read() -> None:
    from vlmrun.types._evidence_reader import read_evidence

    response: Any = {"bbox": BOX}
    for _ in range(20_000):
        response = [response]
    (item,) = read_evidence(response).values()
    assert item.field == "[0]" * 20_000


KEYS = st.sampled_from(
    [
        "x",
        "x_metadata",
        "_metadata",
        "bboxes",
        "bbox",
        "xywh",
        "page",
        "confidence",
        "content",
        "box",
        "polygon",
        "poly_xy",
        "keypoints",
        "score",
        "left",
        "pages",
        "tables",
        "metadata",
        "page_number",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["hi", "0.5", "x"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(JSON)
def test_p88_no_shape_fails_and_nothing_is_invented(response: Any) -> None:
    for fields in ({}, {"domain": "document.markdown"}):
        job = PredictionResponse.model_validate(
            {"id": "p", "status": "completed", "response": response, **fields}
        )
        evidence = job.evidence
        for field, item in evidence.items():
            assert item.field == field
            assert item.page is None or item.page >= 0
            assert all(math.isfinite(number) for box in item.boxes for number in box.xywh)
            for box in item.boxes:
                left, top, right, bottom = box.pixels((100, 50))
                assert 0 <= left <= right <= 100
                assert 0 <= top <= bottom <= 50
        assert len(evidence.below("hi")) <= len(evidence)
        for page in evidence.pages:
            assert len(evidence.on_page(page)) > 0
        assert len(evidence.to_records()) >= len(evidence)
        assert json.dumps(job.raw) is not None
