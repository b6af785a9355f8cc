"""Images with bounding boxes, and tables for notebooks."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from vlmrun.common.viz import (
    DisplayOptions,
    ensure_image,
    filter_response_data,
    format_json_html,
    render_bbox_image,
    render_image,
    show_results,
)
from vlmrun.errors import DependencyError, InputError, MissingFileError
from vlmrun.types import PredictionResponse

GROUNDED = {
    "total": 12.5,
    "total_metadata": {
        "confidence": "hi",
        "bboxes": [{"bbox": {"xywh": [0.25, 0.25, 0.5, 0.5]}, "content": "12.50"}],
    },
}
RED = (255, 0, 0)
ATTACKS = ['<script>alert("x")</script>', "<img src=x onerror=alert(1)>", "</pre></td>&amp;"]


@pytest.fixture
def image() -> Image.Image:
    return Image.new("RGB", (200, 100), "white")


def decode_element(element: str) -> Image.Image:
    """Decode the image of an `<img>` element."""
    (content,) = re.findall(r'src="data:image/png;base64,([^"]*)"', element)
    return Image.open(io.BytesIO(base64.b64decode(content)))


class Table(HTMLParser):
    """The tags of an HTML source, and the contents of its table cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.rows: list[list[str]] = []
        self.feed(html.partition("</style>")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        self.rows[-1][-1] += data


def test_a_box_is_drawn_at_its_position_on_a_copy_of_the_image(image: Image.Image) -> None:
    drawn = render_bbox_image(image, GROUNDED)

    assert isinstance(drawn, Image.Image)
    assert drawn.size == image.size
    assert drawn.getpixel((50, 50)) == drawn.getpixel((149, 50)) == RED
    assert drawn.getpixel((100, 50)) == drawn.getpixel((30, 50)) == (255, 255, 255)
    assert image.getextrema() == ((255, 255),) * 3


def test_width_color_thickness_labels_and_base64_are_applied(image: Image.Image) -> None:
    thick = render_bbox_image(image, GROUNDED, 400, box_color=(0, 0, 255), box_thickness=9)
    assert isinstance(thick, Image.Image)
    assert thick.size == (400, 200)
    assert thick.getpixel((107, 100)) == (0, 0, 255)
    plain = render_bbox_image(image, GROUNDED)
    for option in ({"show_content": True}, {"show_confidence": True}):
        assert render_bbox_image(image, GROUNDED, **option) != plain  # type: ignore[arg-type]
    element = render_bbox_image(image, GROUNDED, return_base64=True)
    assert isinstance(element, str)
    assert decode_element(element).size == (200, 100)


@pytest.mark.parametrize(
    "xywh", [[0, 0, 1, 1], [-5, -5, 99, 99], [0.9, 0.9, -0.5, -0.5], [2, 2, 1, 1], [0, 0, 0, 0]]
)
def test_boxes_outside_of_the_image_can_be_drawn(image: Image.Image, xywh: list[float]) -> None:
    response = {"a_metadata": {"bbox": {"xywh": xywh}, "bbox_content": "text", "confidence": 0.5}}

    drawn = render_bbox_image(image, response, show_content=True, show_confidence=True)
    assert isinstance(drawn, Image.Image)
    assert drawn.size == image.size


@pytest.mark.parametrize("content", ["Übergröße", "日本語", "a\nb" * 100, {"a": [1]}, "", 7])
def test_content_of_any_type_and_script_can_be_drawn(image: Image.Image, content: Any) -> None:
    response = {"a_metadata": {"bbox": {"xywh": [0, 0, 1, 1]}, "bbox_content": content}}

    assert render_bbox_image(image, response, show_content=True)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16", "F", "YCbCr"])
def test_images_of_any_mode_can_be_rendered(mode: str) -> None:
    image = Image.new("RGB", (20, 10), "white").convert("L").convert(mode)

    assert decode_element(render_image(image)).size == (20, 10)
    assert isinstance(render_bbox_image(image, GROUNDED), Image.Image)


def test_ensure_image_opens_files_upright_and_rejects_other_values(
    image: Image.Image, tmp_path: Path
) -> None:
    path = tmp_path / "image.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(path, exif=exif)

    assert ensure_image(image) is image
    assert ensure_image(path).size == ensure_image(str(path)).size == (100, 200)
    with pytest.raises(MissingFileError):
        ensure_image(tmp_path / "none.png")
    path.write_bytes(b"no image")
    with pytest.raises(InputError, match=r"image\.jpg cannot be read as an image"):
        ensure_image(path)
    with pytest.raises(InputError, match="image must be a PIL image or a path, got int"):
        ensure_image(7)  # type: ignore[arg-type]


def test_render_image_scales_to_the_width(image: Image.Image) -> None:
    assert decode_element(render_image(image)).size == (200, 100)
    assert decode_element(render_image(image, 50)).size == (50, 25)
    with pytest.raises(InputError, match="width must be 1 or more"):
        render_image(image, 0)


def test_each_result_has_a_row_with_its_image(image: Image.Image) -> None:
    shown = show_results([{"a": 1, "b": {"c": [2]}}, {"d": None}], [image, image])
    table = Table(shown.data)

    assert table.rows[0] == ["Image", "a", "b", "d"]
    assert table.rows[1][1] == "1"
    assert table.rows[1][2].split() == ["{", '"c":', "[", "2", "]", "}"]
    assert table.rows[2] == ["", "", "", ""]
    assert shown.data.count("<img ") == 2
    assert type(shown).__module__ == "IPython.core.display"


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("as_json", [False, True])
def test_markup_in_results_is_escaped(image: Image.Image, attack: str, as_json: bool) -> None:
    result = {attack: attack, "nested": {attack: [attack]}, "total_metadata": {"bbox": attack}}
    shown = show_results(
        result, image, {attack: attack}, render_type="bboxes", as_json=as_json, show_content=True
    )
    table = Table(shown.data)

    assert table.tags <= {"table", "tr", "th", "td", "pre", "img"}
    assert shown.data.count("<img ") == 1
    assert attack.replace('"', r"\"") in "".join(table.rows[1]) or attack in table.rows[1]


def test_fields_limit_and_json_choose_columns_and_rows(image: Image.Image) -> None:
    results = [{"Image": "mine", "items": [{"price": 3}], "embedding": [0.5]}, {"items": []}]
    images = [image, image]

    assert Table(show_results(results, images).data).rows[0] == ["Image", "Image", "items"]
    chosen = show_results(results, images, fields=["items.0.price", "none"])
    assert [row[1:] for row in Table(chosen.data).rows] == [
        ["items.0.price", "none"],
        ["3", ""],
        ["", ""],
    ]
    as_json = Table(show_results(results, images, [{"n": 1}, {"n": 2}], as_json=True).data)
    assert as_json.rows[0] == ["Image", "Response", "Image Info"]
    assert "embedding" not in as_json.rows[1][1]
    assert len(Table(show_results(results, images, limit=1).data).rows) == 2
    assert show_results(results, images, table_style="td { color: red }").data.startswith(
        "<style>td { color: red }</style>"
    )


def test_a_table_shows_boxes_only_if_requested(image: Image.Image) -> None:
    prediction = PredictionResponse(id="a", response=GROUNDED)
    plain = show_results(prediction, image, image_width=None)
    boxes = show_results(prediction, image, image_width=None, render_type="bboxes")

    assert Table(plain.data).rows[0] == ["Image", "total", "total_metadata"]
    assert decode_element(plain.data).getpixel((50, 50)) == (255, 255, 255)
    assert decode_element(boxes.data).getpixel((50, 50)) == RED
    assert decode_element(show_results(prediction, image).data).width == 800


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"result": [{}, {}]}, "result has 2 items, image has 1"),
        ({"image_info": [{}, {}]}, "image_info has 2 items, image has 1"),
        ({"render_type": "pie"}, "render_type cannot be 'pie'"),
        ({"image_width": 0}, "image_width must be 1 or more"),
        ({"limit": -1}, "limit must be 0 or more"),
        ({"box_color": (1, 2)}, "box_color must be 3 values"),
        ({"box_color": (1, 2, 256)}, "box_color must be 0 to 255"),
        ({"box_thickness": 0}, "box_thickness must be 1 or more"),
    ],
)
def test_an_invalid_option_raises_input_error(
    image: Image.Image, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        show_results(**{"result": {}, "image": image, **arguments})


def test_display_options_compare_by_value() -> None:
    assert DisplayOptions() == DisplayOptions(render_type="default", box_color=RED)
    assert DisplayOptions(limit=3).model_dump()["limit"] == 3


def test_embeddings_are_filtered_and_json_is_escaped() -> None:
    assert filter_response_data({"a": [{"vector": [1], "b": 2}], "embedding": 1}) == {
        "a": [{"b": 2}]
    }
    assert "&lt;b&gt;" in format_json_html({"a": "<b>"})


def test_without_ipython_the_error_names_the_extra(
    image: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "IPython.display", None)

    with pytest.raises(DependencyError, match=r"pip install 'vlmrun\[viz\]'"):
        show_results({}, image)
    assert render_image(image)
