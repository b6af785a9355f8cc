"""Evidence as callers use it: lookups, selections, pixels and tables."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from vlmrun.errors import DependencyError, InputError
from vlmrun.types import Evidence, EvidenceBox, EvidenceMap, PixelBox

LEFT, RIGHT = (0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.5, 1.0)
EVIDENCE = EvidenceMap(
    [
        Evidence("id", "A7", "hi", 0, (EvidenceBox(LEFT, 0, "A7"), EvidenceBox(RIGHT, 1))),
        Evidence("items[0].total", 12.5, "med", 1, (EvidenceBox(RIGHT, 1),), "12.50"),
        Evidence("date", None, "low", 2),
        Evidence("name", "x", 0.6),
        Evidence("note", "y"),
        Evidence("odd", "z", "certain"),
    ]
)


def test_fields_are_looked_up_by_path() -> None:
    assert EVIDENCE["items[0].total"].value == 12.5
    assert "items[0].total" in EVIDENCE
    assert "items.0.total" not in EVIDENCE
    assert EVIDENCE.get("none") is None
    assert len(EVIDENCE) == len(list(EVIDENCE)) == 6
    with pytest.raises(KeyError, match=re.escape("Did you mean 'items[0].total'?")) as caught:
        EVIDENCE["items[0].totals"]
    assert isinstance(caught.value, InputError)
    with pytest.raises(KeyError, match="no field 0"):
        EVIDENCE[0]


@pytest.mark.parametrize(
    ("limit", "fields"),
    [
        ("hi", ["items[0].total", "date", "name"]),
        ("med", ["date"]),
        ("low", []),
        (0.6, ["date"]),
        (0.61, ["date", "name"]),
        (0.8, ["items[0].total", "date", "name"]),
        (1, ["id", "items[0].total", "date", "name"]),
        (0, []),
    ],
)
def test_below_selects_what_is_less_certain(limit: object, fields: list[str]) -> None:
    assert list(EVIDENCE.below(confidence=limit)) == fields


@pytest.mark.parametrize("limit", ["lo", "certain", 1.5, -1, True, None, float("nan")])
def test_below_refuses_what_is_not_a_confidence(limit: object) -> None:
    with pytest.raises(InputError, match="confidence cannot be"):
        EVIDENCE.below(limit)


def test_on_page_has_the_boxes_of_that_page_only() -> None:
    page = EVIDENCE.on_page(1)
    assert {field: [box.xywh for box in item.boxes] for field, item in page.items()} == {
        "id": [RIGHT],
        "items[0].total": [RIGHT],
    }
    assert page["id"].page == 1
    assert list(EVIDENCE.on_page(2)) == ["date"]
    assert len(EVIDENCE.on_page(9)) == 0
    assert EVIDENCE.pages == (0, 1, 2)
    for wrong in (-1, "1", True, 1.0):
        with pytest.raises(InputError, match="page must be an int from 0"):
            EVIDENCE.on_page(wrong)


@pytest.mark.parametrize(
    ("xywh", "pixels"),
    [
        ((0.25, 0.5, 0.5, 0.25), (50, 50, 150, 75)),
        ((0.75, 0.75, -0.5, -0.25), (50, 50, 150, 75)),
        ((-0.5, -0.5, 1, 1), (0, 0, 100, 50)),
        ((0.9, 0.9, 0.5, 0.5), (180, 90, 200, 100)),
        ((1.2, 1.2, 0.1, 0.1), (200, 100, 200, 100)),
        ((10, 20, 30, 40), (10, 20, 40, 60)),
        ((1e308, 1e308, 1e308, 1e308), (200, 100, 200, 100)),
    ],
)
def test_boxes_are_converted_to_pixels_within_the_image(
    xywh: tuple[float, float, float, float], pixels: tuple[int, int, int, int]
) -> None:
    box = EvidenceBox(xywh)
    assert box.pixels((200, 100)) == pixels
    assert box.pixels(Image.new("L", (200, 100))).xyxy == pixels
    left, top, right, bottom = pixels
    assert PixelBox(*pixels).xywh == (left, top, right - left, bottom - top)


@pytest.mark.parametrize("image", [None, (0, 1), (1,), "a.png", (1.5, 2)])
def test_pixels_need_the_size_of_an_image(image: object) -> None:
    with pytest.raises(InputError, match="image must be a PIL image"):
        EvidenceBox(LEFT).pixels(image)


def test_points_are_converted_to_pixels() -> None:
    box = EvidenceBox(LEFT, polygons=(((0.25, 0.5),),))
    assert box.point_in_pixels(box.polygon[0], (200, 100)) == (50, 50)
    assert EvidenceBox((10, 10, 5, 5)).point_in_pixels((10, 15), (200, 100)) == (10, 15)


def test_evidence_is_a_table_with_a_row_for_each_box() -> None:
    frame = EVIDENCE.to_dataframe()
    assert list(frame["field"]) == ["id", "id", "items[0].total", "date", "name", "note", "odd"]
    assert list(frame.columns) == [
        "field",
        "value",
        "confidence",
        "page",
        "x",
        "y",
        "width",
        "height",
        "text",
    ]
    assert frame.loc[2].to_dict() == {
        "field": "items[0].total",
        "value": 12.5,
        "confidence": "med",
        "page": 1,
        "x": 0.5,
        "y": 0.0,
        "width": 0.5,
        "height": 1.0,
        "text": "12.50",
    }
    assert EvidenceMap().to_dataframe().empty


def test_to_dataframe_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(DependencyError, match=re.escape("vlmrun[pandas]")):
        EVIDENCE.to_dataframe()
    assert EVIDENCE.to_records()[3]["field"] == "date"
