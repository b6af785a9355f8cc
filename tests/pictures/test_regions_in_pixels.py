"""Regions in pixels, and masks: drawn where they are known to be, and else refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.pictures.documents import pdf, tiff
from vlmrun import viz
from vlmrun.common.viz import render_bbox_image
from vlmrun.errors import InputError
from vlmrun.types import EvidenceBox, EvidenceMask, PredictionResponse

WHITE = (255, 255, 255)
GRID = [[0, 0, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0]]
# The same, in columns, as COCO counts it.
RUNS = {"size": [4, 6], "counts": [9, 2, 2, 2, 9]}


def prediction(region: dict[str, Any]) -> PredictionResponse:
    about = {"confidence": "hi", "bboxes": [region]}
    return PredictionResponse.model_validate(
        {"id": "p", "status": "completed", "response": {"a": 1, "a_metadata": about}}
    )


def box_of(region: dict[str, Any]) -> EvidenceBox:
    (box,) = prediction(region).evidence["a"].boxes
    return box


def changed(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Return what is not white, without the bounds of a page."""
    return image.convert("L").point(lambda level: 255 * (level < 250)).getbbox()


PIXELS = {"xywh": [100, 50, 200, 100], "page": 0}
SIZED: dict[str, dict[str, Any]] = {
    "of the box": {**PIXELS, "page_width": 800, "page_height": 400},
    "of the image": {**PIXELS, "image_width": 800, "image_height": 400},
    "of a mask": {**PIXELS, "mask": {"size": [400, 800], "counts": [320_000]}},
    "polygon": {
        "polygon": [[100, 50], [300, 50], [300, 150], [100, 150]],
        "page_width": "800",
        "page_height": "400",
        "page": 0,
    },
    "COCO polygon": {
        "segmentation": [[100, 50, 300, 50, 300, 150], [100, 50, 100, 150, 300, 150]],
        "page_width": 800,
        "page_height": 400,
        "page": 0,
    },
    "keypoints": {
        "keypoints": [[100, 50], [300, 150]],
        "page_width": 800,
        "page_height": 400,
        "page": 0,
    },
}


@pytest.mark.parametrize("form", SIZED)
def test_pixels_are_scaled_if_the_page_that_was_read_is_known(form: str) -> None:
    box = box_of(SIZED[form])
    assert (box.page_size, box.is_relative) == ((800, 400), False)
    assert box.pixels((400, 200)).xyxy == (50, 25, 150, 75)
    blank = Image.new("RGB", (400, 200), WHITE)
    left, top, right, bottom = (
        changed(viz.draw(blank, prediction(SIZED[form]), labels=False)) or (0,) * 4
    )
    assert 38 <= left <= 50
    assert 15 <= top <= 25
    assert 148 <= right <= 162
    assert 73 <= bottom <= 86
    # A page of 400 by 200 pixels at this resolution.
    page = viz.draw(pdf(8), prediction(SIZED[form]), page=0, dpi=144, labels=False)
    assert page.size == (400, 200)
    assert page.getpixel((50, 60)) != WHITE


def test_p98_pixels_of_a_page_of_unknown_size_are_refused(tmp_path: Path) -> None:
    job = prediction(PIXELS)
    for draw in (viz.draw, render_bbox_image, lambda *a, **k: viz.crop(*a, "a", **k)):
        with pytest.raises(InputError, match="a has a box in pixels of page 0, and the service"):
            draw(pdf(8), job, page=0)
    with pytest.raises(InputError, match="Pass an image of the page as the service read it"):
        list(viz.draw_pages(pdf(2), job))
    assert len(list(viz.draw_pages(pdf(2), job, "2"))) == 1  # where nothing is in pixels
    report = job.to_html(tmp_path / "r.html", pdf(2)).read_text("utf-8")
    assert "<rect" not in report
    assert "page 1, beyond its edges or in pixels" in report


@pytest.mark.parametrize("width", [None, 400])
def test_pixels_of_an_image_are_its_own_at_any_scale(width: int | None) -> None:
    image = Image.new("RGB", (800, 400), WHITE)
    shown = render_bbox_image(image, prediction(PIXELS), width=width, show_content=False)
    scale = shown.width / 800
    box = changed(shown)
    assert box is not None
    assert [round(side / scale / 10) for side in box] == [10, 5, 30, 15]


def test_pages_of_a_tiff_have_pixels() -> None:
    source = tiff([Image.new("RGB", (400, 200), WHITE)] * 2)
    region = {"xywh": [100, 50, 200, 100], "page": 1}
    drawn = viz.draw(source, prediction(region), labels=False)
    assert changed(drawn) == (100, 50, 300, 150)


@pytest.mark.parametrize("mask", [GRID, RUNS], ids=["rows", "run lengths"])
def test_masks_are_typed(mask: Any) -> None:
    (found,) = prediction({"xywh": [0, 0, 1, 1], "mask": mask}).evidence["a"].masks
    assert isinstance(found, EvidenceMask)
    assert found.to_image().getbbox() == (2, 1, 4, 3)
    assert found.to_image((600, 400)).getbbox() == (200, 100, 400, 300)
    assert box_of({"xywh": [0, 0, 1, 1]}).mask is None
    with pytest.raises(InputError, match="The mask cannot be read: str"):
        EvidenceMask("x").to_image()


def test_the_mask_of_a_region_is_not_a_field() -> None:
    masks: list[Any] = [GRID, RUNS, "iVBORw0KGgo" * 20, "worn", True, ["a"]]
    for mask in masks:
        head = {"bbox": [0, 0, 1, 1], "label": "head", "mask": mask}
        job = PredictionResponse(id="p", status="completed", response={"head": head})
        has_field = any(field.startswith("head.mask") for field in job.evidence)
        assert has_field == (masks.index(mask) > 2)


def test_a_mask_alone_is_a_region() -> None:
    box = box_of({"mask": RUNS, "page": 0})
    assert box.pixels((600, 400)).xyxy == (200, 100, 400, 300)
    assert prediction({"mask": "N95", "page": 0}).evidence["a"].boxes == ()


def test_outlines_of_several_parts() -> None:
    parts = [[[0, 0], [0.1, 0], [0.1, 0.1]], [[0.5, 0.5], [0.6, 0.5], [0.6, 0.6]]]
    item = prediction({"polygon": parts, "page": 0}).evidence["a"]
    assert item.polygons == tuple(tuple(map(tuple, part)) for part in parts)
    assert item.boxes[0].polygon == item.polygons[0]
    assert [round(edge, 2) for edge in item.boxes[0].xyxy] == [0, 0, 0.6, 0.6]
    flat = box_of({"segmentation": [[0.1, 0.2, 0.3, 0.2, 0.3, 0.4]], "page": 0})
    assert (flat.polygon, flat.mask) == (((0.1, 0.2), (0.3, 0.2), (0.3, 0.4)), None)
    rows = box_of({"segmentation": [[0, 1, 1, 0, 0, 0]] * 2, "page": 0})
    assert (rows.polygons, rows.mask is None) == ((), False)


def test_a_pdf_is_read_in_its_present_state(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(2))
    response = {"a": 1, "a_metadata": {"bboxes": [{"xywh": [0.25, 0.25, 0.5, 0.5], "page": 1}]}}
    first = viz.draw(path, response)
    assert viz.draw(path, response).tobytes() == first.tobytes()
    response["a_metadata"]["bboxes"][0]["xywh"] = [0, 0, 0.5, 0.5]  # type: ignore[index]
    assert viz.draw(path, response).tobytes() != first.tobytes()
    path.write_bytes(pdf(3))
    assert len(list(viz.pages(path))) == 3
    first_page, second_page = (viz.draw(path, {}, page=page) for page in (0, 1))
    assert first_page.tobytes() != second_page.tobytes()
    opened = viz.pages(path), viz.pages(path)  # at the same time
    assert [len(list(each)) for each in opened] == [3, 3]
    path.unlink()
    with pytest.raises(InputError, match="no such file"):
        viz.draw(path, response)


@pytest.mark.slow
def test_a_pdf_that_is_kept_open_is_closed_silently(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(1))
    code = "from vlmrun import viz; print(viz.draw('a.pdf', {}).size)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("(417, 209)\n", "")
