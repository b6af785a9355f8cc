"""The boxes of grounded results, in every form that the service has sent."""

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


def found(field: str, content: Any = None, confidence: Any = None, **more: Any) -> dict[str, Any]:
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
        ({"bboxes": [BOX]}, [found("total")]),
        ({"bboxes": [BOX, BOX], "confidence": "hi"}, [found("total", None, "hi")] * 2),
        (
            {"bboxes": [{"bbox": BOX, "content": "12.50", "page": 0}], "confidence": "lo"},
            [found("total", "12.50", "lo", page=0)],
        ),
        ({"bbox": BOX, "bbox_content": "12.50"}, [found("total", "12.50")]),
        ({"bbox": BOX, "confidence": 0.75}, [found("total", None, 0.75)]),
        ({"bbox": list(CORNERS), "confidence": "med"}, [found("total", None, "med")]),
        ({"bboxes": [], "bbox": BOX}, [found("total")]),
        ({"bboxes": [{**BOX, "confidence": 0}], "confidence": "hi"}, [found("total", None, 0)]),
        ({"confidence": "hi"}, []),
        ({"bboxes": None, "bbox": None}, []),
        (None, []),
        ("hi", []),
    ],
)
def test_every_shape_of_metadata(metadata: Any, expected: Any) -> None:
    assert get_boxes_from_response({"total": 12.5, "total_metadata": metadata}) == expected


def test_fields_at_any_depth_are_named_by_their_path_in_order() -> None:
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


def test_boxes_without_metadata() -> None:
    assert get_boxes_from_response({"cats": [{**BOX, "label": "tabby"}]}) == [
        found("cats.0", "tabby")
    ]
    assert get_boxes_from_response({"bbox": BOX, "confidence": 0.5}) == [found("", None, 0.5)]
    assert get_boxes_from_response({"cats": {"bboxes": [BOX]}}) == [found("cats")]


def test_a_field_that_is_only_named_like_metadata_is_looked_into() -> None:
    response = {"file_metadata": {"title": "A", "title_metadata": {"bboxes": [BOX]}}}

    assert get_boxes_from_response(response) == [found("file_metadata.title")]


def test_models_predictions_and_anything_else() -> None:
    from pydantic import BaseModel

    class Result(BaseModel):
        total: float = 1
        total_metadata: dict[str, Any] = {"bbox": BOX}

    prediction = PredictionResponse(id="a", response={"total_metadata": {"bbox": BOX}})
    for response in (Result(), [Result()], {"a": Result()}, prediction):
        (box,) = get_boxes_from_response(response)
        assert box["bbox"] == CORNERS
    for nothing in (None, 7, "text", [], {}, Result, PredictionResponse(id="a")):
        assert get_boxes_from_response(nothing) == []


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
        [[0, 0, 1, 1]],
        "1234",
        7,
        None,
    ],
)
def test_what_is_no_box_is_left_out(box: Any) -> None:
    assert extract_bbox(box) is None
    response = {"a_metadata": {"bboxes": [box, BOX], "bbox": box}}
    assert [each["bbox"] for each in get_boxes_from_response(response)] == [CORNERS]


@pytest.mark.parametrize("box", [BOX, {"bbox": BOX}, list(CORNERS), {"bbox": CORNERS}])
def test_forms_of_a_box(box: Any) -> None:
    assert extract_bbox(box) == CORNERS


def test_xywh_to_xyxy() -> None:
    assert xywh_to_xyxy((0.25, 0.5, 0.5, 0.25)) == CORNERS


def test_a_result_nested_as_deeply_as_json_can_be() -> None:
    response: Any = {"bbox": BOX}
    for _ in range(50_000):
        response = [response]

    assert len(get_boxes_from_response(response)) == 1


def test_nested_values() -> None:
    value = {"items": [{"price": 3}], "a.b": 1}

    assert get_nested_value(value, "items.0.price") == 3
    assert get_nested_value(value, "items") == [{"price": 3}]
    for path in ("items.1.price", "items.x", "none", "items.0.price.cents", "a.b", ""):
        with pytest.raises(KeyError, match="No value at"):
            get_nested_value(value, path)


def test_to_dict_takes_what_it_is_given() -> None:
    assert to_dict({"a": 1}) == {"a": 1}
    assert to_dict(PredictionResponse(id="a", response={"b": 2})) == {"b": 2}
    assert json.dumps(to_dict([1])) == "[1]"
