"""Bounding boxes of grounded results, in every format that the service has used."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vlmrun.common.viz import (
    extract_bbox,
    get_boxes_from_response,
    get_nested_value,
    to_dict,
    xywh_to_xyxy,
)
from vlmrun.types import PredictionResponse

BOX = {"xywh": [0.25, 0.5, 0.5, 0.25]}
CORNERS = (0.25, 0.5, 0.75, 0.75)


def expected_box(
    field: str, content: Any = None, confidence: Any = None, **more: Any
) -> dict[str, Any]:
    return {
        "bbox": CORNERS,
        "field": field,
        "content": content,
        "confidence": confidence,
        **more,
    }


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"bboxes": [BOX]}, [expected_box("total")]),
        ({"bboxes": [BOX, BOX], "confidence": "hi"}, [expected_box("total", None, "hi")] * 2),
        (
            {"bboxes": [{"bbox": BOX, "content": "12.50", "page": 0}], "confidence": "lo"},
            [expected_box("total", "12.50", "lo", page=0)],
        ),
        ({"bbox": BOX, "bbox_content": "12.50"}, [expected_box("total", "12.50")]),
        ({"bbox": BOX, "confidence": 0.75}, [expected_box("total", None, 0.75)]),
        ({"bbox": list(CORNERS), "confidence": "med"}, [expected_box("total", None, "med")]),
        ({"bboxes": [], "bbox": BOX}, [expected_box("total")]),
        (
            {"bboxes": [{**BOX, "confidence": 0}], "confidence": "hi"},
            [expected_box("total", None, 0)],
        ),
        ({"confidence": "hi"}, []),
        ({"bboxes": None, "bbox": None}, []),
        (None, []),
        ("hi", []),
    ],
)
def test_boxes_are_read_from_every_format_of_metadata(metadata: Any, expected: Any) -> None:
    assert get_boxes_from_response({"total": 12.5, "total_metadata": metadata}) == expected


def test_boxes_have_the_path_of_their_field_in_the_order_of_the_result() -> None:
    response = {
        "name_metadata": {"bbox": BOX},
        "items": [{"price": 1, "price_metadata": {"bboxes": [BOX]}}, {"price_metadata": BOX}],
        "seller": {"address": {"city_metadata": {"bbox": BOX}}},
        "all_metadata": {"bbox": BOX},
    }

    assert [box["field"] for box in get_boxes_from_response(response)] == [
        "name",
        "items.0.price",
        "items.1.price",
        "seller.address.city",
        "all",
    ]


def test_boxes_outside_of_metadata_are_found() -> None:
    assert get_boxes_from_response({"cats": [{**BOX, "label": "tabby"}]}) == [
        expected_box("cats.0", "tabby")
    ]
    assert get_boxes_from_response({"bbox": BOX, "confidence": 0.5}) == [
        expected_box("", None, 0.5)
    ]
    assert get_boxes_from_response({"cats": {"bboxes": [BOX]}}) == [expected_box("cats")]


def test_a_field_whose_name_ends_in_metadata_is_searched_too() -> None:
    response = {"file_metadata": {"title": "A", "title_metadata": {"bboxes": [BOX]}}}

    assert get_boxes_from_response(response) == [expected_box("file_metadata.title")]


def test_models_and_predictions_are_searched_and_other_values_have_no_boxes() -> None:
    from pydantic import BaseModel

    class Result(BaseModel):
        total: float = 1
        total_metadata: dict[str, Any] = {"bbox": BOX}

    prediction = PredictionResponse(id="a", response={"total_metadata": {"bbox": BOX}})
    for response in (Result(), [Result()], {"a": Result()}, prediction):
        (box,) = get_boxes_from_response(response)
        assert box["bbox"] == CORNERS
    without_boxes: list[Any] = [None, 7, "text", [], {}, Result, PredictionResponse(id="a")]
    for each in without_boxes:
        assert get_boxes_from_response(each) == []


@pytest.mark.parametrize(
    "box",
    [
        {"xywh": [0, 0, 1]},
        {"xywh": [0, 0, 1, "1"]},
        {"xywh": [0, 0, 1, None]},
        {"xywh": [0, 0, 1, float("nan")]},
        {"xywh": [0, 0, float("inf"), 1]},
        {"xywh": [True, 0, 1, 1]},
        {"xywh": "0001"},
        {"bbox": {"bbox": BOX}},
        {},
        [],
        "1234",
        7,
        None,
    ],
)
def test_an_invalid_box_is_skipped(box: Any) -> None:
    assert extract_bbox(box) is None
    response = {"a_metadata": {"bboxes": [box, BOX], "bbox": box}}
    assert [each["bbox"] for each in get_boxes_from_response(response)] == [CORNERS]


def test_boxes_in_nested_lists_are_found() -> None:
    assert extract_bbox([[0, 0, 1, 1]]) is None
    response = {"a": 1, "a_metadata": {"bboxes": [[BOX], [[0, 0, 1, 1], [BOX]]]}}
    boxes = get_boxes_from_response(response)
    assert [box["bbox"] for box in boxes] == [CORNERS, (0, 0, 1, 1), CORNERS]


@pytest.mark.parametrize("box", [BOX, {"bbox": BOX}, list(CORNERS), {"bbox": CORNERS}])
def test_extract_bbox_accepts_each_format_of_a_box(box: Any) -> None:
    assert extract_bbox(box) == CORNERS


def test_xywh_to_xyxy_adds_width_and_height() -> None:
    assert xywh_to_xyxy((0.25, 0.5, 0.5, 0.25)) == CORNERS


def test_a_result_nested_deeper_than_the_recursion_limit_is_searched() -> None:
    response: Any = {"bbox": BOX}
    for _ in range(50_000):
        response = [response]

    assert len(get_boxes_from_response(response)) == 1


def test_get_nested_value_follows_keys_and_indices_or_raises_key_error() -> None:
    value = {"items": [{"price": 3}], "a.b": 1}

    assert get_nested_value(value, "items.0.price") == 3
    assert get_nested_value(value, "items") == [{"price": 3}]
    for path in ("items.1.price", "items.x", "none", "items.0.price.cents", "a.b", ""):
        with pytest.raises(KeyError, match="No value at"):
            get_nested_value(value, path)


def test_to_dict_converts_predictions_and_leaves_other_values() -> None:
    assert to_dict({"a": 1}) == {"a": 1}
    assert to_dict(PredictionResponse(id="a", response={"b": 2})) == {"b": 2}
    assert json.dumps(to_dict([1])) == "[1]"
