"""Evidence is drawn on the page that it is on."""

from __future__ import annotations

import gc
import io
import math
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import RectangleObject

from tests.pictures.documents import grounded, pdf, square, tiff, upright
from vlmrun import viz
from vlmrun.common.image import encode_image
from vlmrun.common.viz import render_bbox_image, show_results
from vlmrun.errors import InputError, MissingFileError
from vlmrun.types import PredictionResponse

GREEN, WHITE = (0, 115, 84), (255, 255, 255)


def page_with_box(image: Image.Image) -> int | None:
    """Return the page whose square has a box around it."""
    scaled = image.resize((400, 200))
    found = [
        number
        for number in range(10)
        if any(
            tuple(scaled.getpixel((square(number)[0] + dx, square(number)[1] + 16))) == GREEN
            for dx in range(-2, 3)
        )
    ]
    return found[0] if len(found) == 1 else None


@pytest.fixture(scope="module")
def document() -> bytes:
    return pdf(3)


@pytest.mark.parametrize("page", [0, 1, 2])
def test_p98_a_box_is_drawn_on_its_own_page_only(document: bytes, page: int) -> None:
    response = grounded(first=0, second=1, third=2)
    drawn = viz.draw(document, response, page=page, dpi=144, labels=False)
    assert drawn.size == (400, 200)
    assert page_with_box(drawn) == page


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_rotated_page_of_a_pdf_is_drawn_on_as_it_is_shown(rotation: int) -> None:
    drawn = viz.draw(pdf(2, rotation), grounded(second=1), dpi=144, labels=False)
    assert drawn.size == (400, 200)
    assert page_with_box(drawn) == 1
    cut = viz.crop(pdf(2, rotation), grounded(second=1), "second", padding=0, dpi=144)
    assert cut.size == (32, 32)
    assert max(cut.convert("L").resize((1, 1)).getextrema()) < 40  # type: ignore[type-var]


def test_p98_the_page_is_known_if_all_evidence_is_on_one(document: bytes) -> None:
    assert page_with_box(viz.draw(document, grounded(third=2), dpi=144, labels=False)) == 2
    with pytest.raises(InputError, match=r"has 3 pages, and the evidence is on pages 0, 2.*page=0"):
        viz.draw(document, grounded(first=0, third=2))
    with pytest.raises(InputError, match="no page 7, where the evidence is"):
        viz.draw(document, grounded(other=7))
    with pytest.raises(InputError, match="has no page 3; its last page is 2"):
        viz.draw(document, grounded(first=0), page=3)


def test_p98_an_image_can_show_any_page_but_not_by_accident() -> None:
    image = Image.new("RGB", (400, 200), "white")
    response = grounded(first=0, second=1)
    assert page_with_box(viz.draw(image, response, page=1, labels=False)) == 1
    assert page_with_box(viz.draw(pdf(1), response, dpi=144, labels=False)) == 0
    for call in (viz.draw, viz.draw_pages):
        with pytest.raises(InputError, match=r"on pages 0, 1\. Pass page=0 if the image shows"):
            call(image, response)
    with pytest.raises(InputError, match=r"the evidence is on page 1.*page=1 if the image shows"):
        viz.draw(image, grounded(second=1))


def test_evidence_without_a_page_is_drawn_on_single_pages_only(document: bytes) -> None:
    image = Image.new("RGB", (400, 200), "white")
    assert page_with_box(viz.draw(image, grounded(first=None), labels=False)) == 0
    for call in (viz.draw, viz.draw_pages, partial(viz.crop, field="first"), render_bbox_image):
        with pytest.raises(InputError, match="3 pages, and the response does not say which of"):
            call(document, grounded(first=None))
    some = viz.draw(document, grounded(first=None, third=2), page=0, labels=False)
    assert page_with_box(some) is None


def test_every_form_of_evidence_is_accepted() -> None:
    image = Image.new("RGB", (400, 200), "white")
    response = grounded(first=0)
    prediction = PredictionResponse(id="a", status="completed", response=response)
    expected = viz.draw(image, response).tobytes()
    evidence = prediction.evidence
    for form in (prediction, evidence, evidence["first"], [evidence["first"]], evidence.values()):
        assert viz.draw(image, form).tobytes() == expected
    assert viz.draw(image, None).tobytes() == image.tobytes()
    with pytest.raises(InputError, match="evidence must be prediction"):
        viz.draw(image, 7)


def test_fields_select_what_is_drawn_and_cut_out() -> None:
    image = Image.new("RGB", (400, 200), "white")
    response = {"items": [grounded(name=0), grounded(name=1)]}
    for item in response["items"]:
        del item["name_metadata"]["bboxes"][0]["page"]
    assert page_with_box(viz.draw(image, response, fields="items[1]", labels=False)) == 1
    assert viz.crop(image, response, "items[0].name", padding=0).size == (32, 32)
    assert viz.crop(image, response, "items", padding=0).size == (72, 32)
    assert viz.crop(image, response, "items[0]").size == (32 + 8, 32 + 4)
    with pytest.raises(KeyError, match=r"no field 'item\[0\]'"):
        viz.crop(image, response, "item[0]")
    with pytest.raises(InputError, match="name has no box on page 0"):
        viz.crop(image, {"name": 1}, "name")


@pytest.mark.parametrize("form", ["bytes", "path", "PIL"])
def test_the_page_of_a_tiff_is_drawn_on(tmp_path: Path, form: str) -> None:
    content = tiff([Image.new("RGB", (400, 200), "white") for _ in range(3)])
    path = tmp_path / "scan.tiff"
    path.write_bytes(content)
    source = {"bytes": content, "path": path}.get(form) or Image.open(io.BytesIO(content))
    drawn = viz.draw(source, grounded(a=0, b=1, c=2), page=2, labels=False)
    assert page_with_box(drawn) == 2


def test_several_sources_are_the_pages_of_one(document: bytes) -> None:
    image = Image.new("RGB", (400, 200), "white")
    drawn = viz.draw([image, document], grounded(c=3), dpi=144, labels=False)
    assert page_with_box(drawn) == 3
    assert [page.size for page in viz.pages([image, document], "2-3", dpi=72)] == [(200, 100)] * 2


def test_a_frame_of_a_video_is_chosen_by_its_time(tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    from vlmrun.common.video import VideoWriter

    path = tmp_path / "clip.avi"
    with VideoWriter(path, fps=10) as video:
        for level in range(0, 250, 50):
            video.write(numpy.full((200, 400, 3), level, dtype="uint8"))
    drawn = viz.draw(path, grounded(a=None), at=0.35, labels=False)
    assert drawn.size == (400, 200)
    assert all(abs(part - 150) < 12 for part in drawn.getpixel((300, 150)))
    with pytest.raises(InputError, match=r"clip\.avi is a video\. Pass the position"):
        viz.draw(path, grounded(a=None))
    with pytest.raises(InputError, match=r"at: clip\.avi ends at 0\.500 s, got 9"):
        viz.draw(path, grounded(a=None), at=9)
    with pytest.raises(InputError, match="at must be a number of seconds"):
        viz.draw(path, grounded(a=None), at=-1)
    with pytest.raises(InputError, match="at must be a number of seconds, got inf"):
        viz.draw(path, grounded(a=None), at=math.inf)


def test_sources_that_cannot_be_read_are_errors(tmp_path: Path, document: bytes) -> None:
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 broken")
    (tmp_path / "empty.tiff").write_bytes(b"")
    (tmp_path / "locked.pdf").write_bytes(pdf(1, password="secret"))
    (tmp_path / "cut.png").write_bytes(whole_png()[:200])
    (tmp_path / "phone.heic").write_bytes(b"\0\0\0\x18ftypmif1" + bytes(100))
    for name, message in {
        "phone.heic": "image, a PDF or a video. Pillow needs a package .* pip install pillow-heif",
        "bad.png": "cannot be read as an image, a PDF or a video",
        "bad.pdf": "cannot be opened as a PDF",
        "empty.tiff": "is empty",
        "locked.pdf": "needs a password. Save a copy without a password",
        "cut.png": "page 0 of source: .*cut.png cannot be read",
    }.items():
        with pytest.raises(InputError, match=message):
            viz.draw(tmp_path / name, {})
    with pytest.raises(InputError, match=r"cannot be read as an image\. Pillow needs a package"):
        encode_image(tmp_path / "phone.heic")
    with pytest.raises(MissingFileError):
        viz.draw(tmp_path / "none.pdf", {})
    for source, message in {7: "must be a path", "https://x.y/a.pdf": "is a URL"}.items():
        with pytest.raises(InputError, match=message):
            viz.draw(source, {})
    with pytest.raises(InputError, match="source is empty"):
        viz.draw([], {})
    none = io.BytesIO()
    PdfWriter().write(none)
    for content, message in {
        b"": "source: the content is empty",
        none.getvalue(): "source: the content cannot be opened as a PDF: it has no pages",
        b"\0\0\0\x18ftypmp42" + bytes(100): "source: the content is a video, which must be a file",
    }.items():
        with pytest.raises(InputError, match=message):
            viz.draw(content, {})
    with pytest.raises(InputError) as caught:
        viz.draw(b"text", {})
    assert " at 0x" not in str(caught.value)


def test_a_page_without_area_is_an_error(tmp_path: Path) -> None:
    writer = PdfWriter()
    for _ in range(2):
        writer.add_blank_page(200, 100)
    writer.pages[0].cropbox = RectangleObject((900, 900, 950, 950))  # outside of the MediaBox
    writer.write(tmp_path / "a.pdf")
    with pytest.raises(InputError, match=r"Page 0 of .*a\.pdf cannot be rendered: it has no area"):
        viz.draw(tmp_path / "a.pdf", {}, page=0)
    assert viz.draw(tmp_path / "a.pdf", {}, page=1, dpi=72).size == (200, 100)


def test_a_pdf_may_begin_with_something_else(document: bytes, tmp_path: Path) -> None:
    mailed = b"\r\nContent-Type: application/pdf\r\n\r\n" + document
    (tmp_path / "a.pdf").write_bytes(mailed)
    for source in (mailed, tmp_path / "a.pdf"):
        assert page_with_box(viz.draw(source, grounded(third=2), dpi=144, labels=False)) == 2


def whole_png() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((50, 50), 50).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("call", [render_bbox_image, show_results])
def test_the_helpers_of_the_official_sdk_take_a_page(document: bytes, call: Any) -> None:
    response = grounded(first=0, third=2)
    if call is render_bbox_image:
        drawn = [call(document, response, 400, page=page, box_color=GREEN) for page in (0, 2)]
    else:
        import base64
        import re

        options = {"render_type": "bboxes", "box_color": GREEN, "image_width": 400}
        shown = call([response] * 2, [document] * 2, page=[0, 2], **options)
        images = re.findall(r'base64,([^"]*)"', shown.data)
        drawn = [Image.open(io.BytesIO(base64.b64decode(image))) for image in images]
    assert [page_with_box(image) for image in drawn] == [0, 2]
    assert "<img" in show_results(response, pdf(1)).data
    with pytest.raises(InputError, match=r"has 3 pages\. Choose one"):
        show_results(response, document)
    with pytest.raises(InputError, match="has no page 3"):
        render_bbox_image(document, response, page=3)


def test_render_bbox_image_does_not_draw_boxes_of_other_pages() -> None:
    image = Image.new("RGB", (400, 200), "white")
    with pytest.warns(UserWarning, match="boxes on page 1 are not drawn on page 0; pass page="):
        drawn: Any = render_bbox_image(image, grounded(second=1))
    assert drawn.tobytes() == image.tobytes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        other: Any = render_bbox_image(image, grounded(second=1), page=1, box_color=GREEN)
    assert page_with_box(other) == 1


def test_pages_are_chosen_before_they_are_read(document: bytes) -> None:
    assert len(list(viz.pages(document))) == 3
    assert len(list(viz.pages(upright()))) == 1
    for selection, count in {"1": 1, "2-": 2, "3,1": 2}.items():
        assert len(list(viz.pages(document, selection))) == count
    assert len(list(viz.pages(document, page_indices=[2, 0]))) == 2
    with pytest.raises(InputError, match=r"pages: .* has 3 pages, so there is no page 4"):
        viz.pages(document, "2-4")
    with pytest.raises(InputError, match=r"page_indices: .* there is no page 4 \(index 3\)"):
        viz.pages(document, page_indices=[3])


def test_an_iterator_that_is_not_used_leaves_no_file_open(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff([upright(), upright()]))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for images in (viz.pages(path), viz.draw_pages(path, grounded(a=0))):
            del images
        gc.collect()
    assert [str(each.message) for each in caught] == []


def test_all_pages_can_be_drawn_at_once(document: bytes) -> None:
    response = grounded(first=0, second=1, third=2)
    drawn = viz.draw_pages(document, response, dpi=144, labels=False)
    assert [page_with_box(image) for image in drawn] == [0, 1, 2]
    chosen = viz.draw_pages(document, response, "3,1", dpi=144, labels=False)
    assert [page_with_box(image) for image in chosen] == [2, 0]
    some = viz.draw_pages(document, response, fields=["second"], dpi=144)
    assert [page_with_box(image) for image in some] == [None, 1, None]
    with pytest.raises(InputError, match="there is no page 4"):
        viz.draw_pages(document, response, "4")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("fields", 7, "fields must be a list of paths, got int 7"),
        ("padding", "1", "padding must be a number from 0 to 1, got '1'"),
        ("padding", math.nan, "padding must be a number from 0 to 1, got nan"),
        ("labels", "no", "labels must be a bool, got 'no'"),
        ("at", 10**400, "at must be a number of seconds, got"),
        ("sources", 7, "sources must be a list with a document for each result, got int 7"),
        ("title", 7, "title must be a str, got int 7"),
        ("escape_formulas", "no", "escape_formulas must be a bool, got 'no'"),
    ],
)
def test_values_of_a_wrong_kind_are_named(
    tmp_path: Path, name: str, value: Any, message: str
) -> None:
    job = PredictionResponse(id="p", status="completed", response=grounded(a=0))
    calls: dict[str, Any] = {
        "padding": partial(viz.crop, upright(), job, "a"),
        "sources": partial(viz.report, [job], tmp_path / "r.html"),
        "title": partial(job.to_html, tmp_path / "r.html"),
        "escape_formulas": partial(job.to_csv, tmp_path / "t.csv"),
    }
    with pytest.raises(InputError, match=message):
        calls.get(name, partial(viz.draw, upright(), job))(**{name: value})
    assert list(tmp_path.iterdir()) == []
