"""Labels, colors, keypoints, outlines and masks."""

from __future__ import annotations

import base64
import io
from itertools import combinations
from random import Random
from typing import Any

import pytest
from PIL import Image, features

from vlmrun import viz
from vlmrun._pictures import fonts
from vlmrun._pictures.placement import Rectangle, place_labels

GREEN, ORANGE, RED, BLUE = (0, 115, 84), (156, 96, 0), (190, 30, 45), (0, 90, 156)
WHITE = (255, 255, 255)
MASK = [[0] * 8 for _ in range(4)]
for row in (1, 2):
    MASK[row][2:6] = [1] * 4


def page(width: int = 400, height: int = 200) -> Image.Image:
    return Image.new("RGB", (width, height), "white")


def drawn(region: dict[str, Any], labels: bool = False, **metadata: Any) -> Image.Image:
    response = {"a": 1, "a_metadata": {"bboxes": [region], **metadata}}
    return viz.draw(page(), response, labels=labels)


@pytest.mark.parametrize(
    ("confidence", "color"),
    [
        ("hi", GREEN),
        ("med", ORANGE),
        ("low", RED),
        ("lo", RED),
        (0.95, GREEN),
        (0.6, ORANGE),
        (0, RED),
        (None, BLUE),
        ("unheard of", BLUE),
    ],
)
def test_the_color_says_how_certain_a_field_is(confidence: Any, color: Any) -> None:
    image = drawn({"xywh": [0.25, 0.25, 0.5, 0.5]}, confidence=confidence)
    assert image.getpixel((100, 50)) == image.getpixel((299, 149)) == color
    assert image.getpixel((99, 50)) == image.getpixel((300, 149)) == WHITE


def test_a_detected_object_is_labelled_with_its_label() -> None:
    box = {"xywh": [0.25, 0.5, 0.5, 0.2]}
    detected = viz.draw(page(), {"found": [{"label": "tree", **box}]})
    assert detected == viz.draw(page(), {"tree": 1, "tree_metadata": {"bboxes": [box]}})


def test_a_label_has_the_name_of_its_field_and_an_uncertain_confidence() -> None:
    plain = drawn({"xywh": [0.25, 0.5, 0.5, 0.2]}, labels=True, confidence="hi")
    uncertain = drawn({"xywh": [0.25, 0.5, 0.5, 0.2]}, labels=True, confidence=0.62)
    assert plain.crop((0, 0, 400, 99)).getcolors(9999) != [(400 * 99, WHITE)]
    widths = [
        image.crop((0, 0, 400, 99)).convert("L").point(lambda p: 255 - p).getbbox()
        for image in (plain, uncertain)
    ]
    assert widths[1][2] - widths[1][0] > widths[0][2] - widths[0][0] + 20


@pytest.mark.parametrize(
    "region",
    [
        {"xywh": [1.01, 0.2, 0.1, 0.1]},
        {"xywh": [0.2, -0.3, 0.1, 0.2]},
        {"xywh": [500, 20, 10, 10]},
    ],
)
def test_a_box_outside_of_the_page_is_not_drawn(region: dict[str, Any]) -> None:
    assert drawn(region, labels=True).tobytes() == page().tobytes()


@pytest.mark.parametrize(
    ("xywh", "corners"),
    [
        ([-0.2, 0.5, 0.4, 0.9], (0, 100, 79, 199)),
        ([0.5, 0.75, -0.25, -0.25], (100, 100, 199, 149)),
        ([0.25, 0.25, 0, 0], (100, 50, 100, 50)),
        ([1.0, 1.0, 0, 0], (399, 199, 399, 199)),
        ([100, 50, 100, 50], (100, 50, 199, 99)),
    ],
)
def test_a_box_is_clipped_turned_and_never_vanishes(xywh: Any, corners: Any) -> None:
    image = drawn({"xywh": xywh}, confidence="hi")
    changed = image.convert("L").point(lambda level: 255 - level).getbbox()
    assert changed == (corners[0], corners[1], corners[2] + 1, corners[3] + 1)


def test_outlines_and_keypoints_are_drawn() -> None:
    triangle = drawn({"polygon": [[0.25, 0.25], [0.75, 0.25], [0.5, 0.75]]}, confidence="hi")
    assert triangle.getpixel((200, 50)) == GREEN
    assert WHITE != triangle.getpixel((200, 100)) != GREEN
    assert triangle.getpixel((110, 140)) == WHITE
    points = {"keypoints": {"nose": [0.5, 0.5], "tail": {"x": 0.9, "y": 0.9}}}
    pose = drawn({"xywh": [0.4, 0.4, 0.55, 0.55], **points}, confidence="hi")
    assert pose.getpixel((200, 100)) == pose.getpixel((360, 180)) == GREEN


def png_mask() -> str:
    buffer = io.BytesIO()
    image = Image.new("L", (8, 4))
    image.putdata([255 * value for row in MASK for value in row])
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.mark.parametrize(
    "mask",
    [
        MASK,
        png_mask(),
        f"data:image/png;base64,{png_mask()}",
        {"size": [4, 8], "counts": [9, 2, 2, 2, 2, 2, 2, 2, 9]},
        {"size": [4, 8], "counts": "922000007"},
    ],
    ids=["rows", "base64", "data URL", "run lengths", "compressed"],
)
def test_masks_are_tinted(mask: Any) -> None:
    image = drawn({"xywh": [0.9, 0.9, 0.1, 0.1], "mask": mask}, confidence="hi")
    inside = image.getpixel((200, 100)), image.getpixel((110, 55)), image.getpixel((290, 145))
    assert all(pixel != WHITE for pixel in inside)
    for outside in [(80, 100), (320, 100), (200, 30), (200, 170)]:
        assert image.getpixel(outside) == WHITE


@pytest.mark.parametrize(
    "mask",
    [
        "no base64",
        "data:image/png;base64,AAAA",
        [],
        [[]],
        [[1, 2], [3]],
        {"size": [4, 8]},
        {"size": [1 << 20, 1 << 20], "counts": [1 << 40]},
        {"size": [2, 2], "counts": [-4, 8]},
        {"size": "big", "counts": None},
        7,
    ],
)
def test_an_unknown_mask_is_left_out(mask: Any) -> None:
    region = {"xywh": [0.25, 0.25, 0.5, 0.5]}
    with_mask = drawn({**region, "mask": mask}, confidence="hi")
    assert with_mask.tobytes() == drawn(region, confidence="hi").tobytes()


def test_labels_never_overlap_and_stay_on_the_page() -> None:
    random = Random(7)
    for count in (5, 50, 300):
        boxes, sizes = [], []
        for _ in range(count):
            left, top = random.randrange(-20, 900), random.randrange(-20, 900)
            box = Rectangle(left, top, left + random.randrange(90), top + random.randrange(40))
            boxes.append(box)
            sizes.append(random.choice([None, (random.randrange(20, 90), 14), (5000, 14)]))
        places, _ = place_labels(boxes, sizes, (1000, 1000))
        placed = [place for place in places if place is not None]
        assert all(a.overlap(b) == 0 for a, b in combinations(placed, 2))
        assert all(min(p) >= 0 and max(p) <= 1000 for p in placed)
        fitting = sum(size is not None and size[0] < 1000 for size in sizes)
        assert len(placed) >= 0.7 * fitting
        assert all(place is None for place, size in zip(places, sizes, strict=True) if not size)


def test_a_label_does_not_hide_its_own_box() -> None:
    boxes = [
        Rectangle(900, 500, 990, 520),
        Rectangle(0, 0, 50, 20),
        Rectangle(940, 980, 1000, 1000),
    ]
    places, hidden = place_labels(boxes, [(200, 20)] * 3, (1000, 1000))
    assert hidden == 0
    assert all(place and not place.overlap(box) for place, box in zip(places, boxes, strict=True))


LABELS = [
    "Übergröße",
    "日本語の請求書",
    "סך הכל",
    "المبلغ الإجمالي",
    "a\nb",
    "…" * 200,
    "\x00",
    "",
    "🧾",
]


@pytest.mark.parametrize("name", LABELS)
def test_a_label_in_any_script_can_be_drawn(name: str) -> None:
    response = {name: 1, f"{name}_metadata": {"bbox": {"xywh": [0.1, 0.5, 0.5, 0.2]}}}
    image = viz.draw(page(), response)
    has_label = image.crop((0, 0, 400, 100)).getcolors(9999) != [(400 * 100, WHITE)]
    assert has_label == (name != "\x00")


def test_labels_are_smaller_where_they_would_hide_other_boxes() -> None:
    size = (1240, 1754)
    columns = {"date": 100, "name": 446, "total": 792}
    boxes = {
        f"{name}{row}": (left, 60 + 33 * row, left + 300, 88 + 33 * row)
        for name, left in columns.items()
        for row in range(8)
    }
    response: dict[str, Any] = {}
    for field, (left, top, right, bottom) in boxes.items():
        xywh = [left / 1240, top / 1754, (right - left) / 1240, (bottom - top) / 1754]
        response |= {
            field: 1,
            f"{field}_metadata": {"confidence": "hi", "bboxes": [{"xywh": xywh}]},
        }
    labeled, plain = (viz.draw(page(*size), response, labels=each) for each in (True, False))
    assert labeled != plain
    for box in boxes.values():
        assert labeled.crop(box) == plain.crop(box)


def test_letters_that_no_font_has_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_SYSTEM_FONTS", ())
    assert fonts.font_for("Summe", 12)[1] == "Summe"
    assert fonts.font_for("合計", 12)[1] == "\\u5408\\u8a08"


def test_a_text_from_right_to_left_is_in_visual_order(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fonts._in_visual_order("total סכום 12") == (
        "total סכום 12" if features.check("raqm") else "total םוכס 12"
    )
    monkeypatch.setattr(fonts, "_has_raqm", lambda: False)
    assert fonts._in_visual_order("total סכום 12") == "total םוכס 12"
