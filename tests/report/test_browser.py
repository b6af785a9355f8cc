"""Reports in a real browser: hostile texts, hovering, keys, dark mode, print, many pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.pictures.documents import grounded, pdf
from tests.report.browser import open_report
from tests.report.test_report import HOSTILE, hostile, prediction
from vlmrun import viz

pytestmark = pytest.mark.slow

HIGHLIGHTED = "() => [...document.querySelectorAll('.on')].map((e) => e.tagName + e.dataset.n)"


def test_p97_hostile_texts_run_nothing_and_are_shown(tmp_path: Path) -> None:
    job = prediction(hostile(), domain=HOSTILE[0])
    path = tmp_path / "r.html"
    viz.report([job, job], path, [Image.new("RGB", (600, 800))] * 2, title=HOSTILE[1])
    with open_report(path) as (page, events):
        page.locator("summary").first.click()
        for name in ("field", "sheet a"):
            page.locator(f".{name}").first.hover()
        page.locator(".field").nth(3).click()
        assert page.evaluate("window.pwned") is None
        assert page.locator("h1").inner_text() == HOSTILE[1]
        values = page.locator("#r0 .value").all_text_contents()
        assert set(HOSTILE[:9]) <= set(values)
        assert page.evaluate("document.querySelectorAll('script, style').length") == 2
        # Even if markup got in, the policy would stop it; this is what that looks like.
        assert not events
        page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"pwned = 9\">')"
        )
        page.wait_for_function("document.querySelector('img[src=x]').complete")
        assert page.evaluate("window.pwned") is None
        assert any("Content Security Policy" in event for event in events)


def test_fields_and_boxes_highlight_each_other(tmp_path: Path) -> None:
    path = prediction(grounded(a=0, b=1, c=1)).to_html(tmp_path / "r.html", pdf(2))
    with open_report(path) as (page, events):
        page.locator("#r0f1").hover()
        assert page.evaluate(HIGHLIGHTED) == ["LI1", "a1"]
        page.locator("#r0b0 rect").hover()
        assert page.evaluate(HIGHLIGHTED) == ["LI0", "a0"]
        page.locator("h1").hover()
        assert page.evaluate(HIGHLIGHTED) == []
        page.locator("#r0f2").click()
        assert page.locator("#r0b2").evaluate("(e) => e.getBoundingClientRect().top") < 800
        assert page.evaluate("document.activeElement.id") == "r0f2"
        page.locator("#r0b0 rect").click()
        assert page.evaluate("document.activeElement.id") == "r0f0"
        # A box can be clicked whose field is filtered out.
        page.locator("input[name=uncertain]").check()
        assert not page.locator("#r0f2").is_visible()
        page.locator("#r0b2 rect").click()
        assert page.evaluate("document.activeElement.id") == "r0f2"
        assert not events


def test_each_link_of_a_field_leads_to_its_page(tmp_path: Path) -> None:
    boxes = [{"xywh": [0.1, 0.1, 0.2, 0.2], "page": page} for page in (0, 3, 6)]
    response = {"a": 1, "a_metadata": {"bboxes": boxes}}
    path = prediction(response).to_html(tmp_path / "r.html", [Image.new("RGB", (90, 120))] * 8)
    place = "(e) => { const r = e.getBoundingClientRect(); return [r.top, r.bottom] }"
    with open_report(path) as (page, _):
        for link, number in {2: 6, 1: 3, 0: 0}.items():
            page.locator("#r0f0 a").nth(link).click()
            top, bottom = page.locator(f"#r0p{number} rect").evaluate(place)
            assert 0 <= top < bottom <= 800


def test_a_box_inside_of_another_can_be_reached(tmp_path: Path) -> None:
    inner, outer = {"xywh": [0.4, 0.4, 0.1, 0.1]}, {"xywh": [0.2, 0.2, 0.6, 0.6]}
    response = {
        "inner": 1,
        "inner_metadata": {"bboxes": [inner]},
        "outer": 2,
        "outer_metadata": {"bboxes": [outer]},
    }
    path = prediction(response).to_html(tmp_path / "r.html", Image.new("RGB", (600, 400)))
    with open_report(path) as (page, _):
        page.locator("#r0b0 rect").hover()
        assert page.evaluate(HIGHLIGHTED) == ["LI0", "a0"]


def test_boxes_are_at_their_place_on_the_page(tmp_path: Path) -> None:
    path = prediction(grounded(a=0, b=1)).to_html(tmp_path / "r.html", pdf(2))
    with open_report(path) as (page, _):
        sheet = page.locator(".sheet").nth(1).bounding_box()
        box = page.locator("#r0b1 rect").bounding_box()
    xywh = grounded(b=1)["b_metadata"]["bboxes"][0]["bbox"]["xywh"]
    assert (box["x"] - sheet["x"]) / sheet["width"] == pytest.approx(xywh[0], abs=0.005)
    assert (box["y"] - sheet["y"]) / sheet["height"] == pytest.approx(xywh[1], abs=0.01)
    assert box["width"] / sheet["width"] == pytest.approx(xywh[2], abs=0.01)


def test_the_keyboard_reaches_everything(tmp_path: Path) -> None:
    response = grounded(alpha=0, beta=1, gamma=1, delta=0)
    response["gamma_metadata"]["confidence"] = "low"
    path = prediction(response).to_html(tmp_path / "r.html", pdf(2))
    active = "document.activeElement.querySelector('.name')?.textContent ?? ''"
    with open_report(path) as (page, events):
        for _ in range(4):
            page.keyboard.press("Tab")
        assert page.evaluate(active) == "gamma"  # low confidence first
        assert page.evaluate(HIGHLIGHTED) == ["LI2", "a2"]
        for key, expected in {"ArrowDown": "alpha", "j": "beta", "k": "alpha"}.items():
            page.keyboard.press(key)
            assert page.evaluate(active) == expected
        for key, expected in {"End": "delta", "ArrowDown ": "delta", "Home": "gamma"}.items():
            page.keyboard.press(key.strip())
            assert page.evaluate(active) == expected
        page.keyboard.press("Enter")
        page.keyboard.press("/")
        page.keyboard.type("bet")
        assert page.locator(".field:visible .name").all_text_contents() == ["beta"]
        page.keyboard.press("ArrowDown")
        assert page.evaluate(active) == "beta"
        page.keyboard.press("/")
        page.keyboard.press("Escape")
        assert page.locator(".field:visible").count() == 4
        page.locator("input[name=uncertain]").check()
        assert page.locator(".field:visible .name").all_text_contents() == ["gamma"]
        page.locator("input[name=uncertain]").uncheck()
        page.locator("input[name=sorted]").uncheck()
        names = page.locator(".field:visible .name").all_text_contents()
        assert names == ["alpha", "beta", "gamma", "delta"]
        assert not events


def test_links_work_without_the_script(tmp_path: Path) -> None:
    path = prediction(grounded(a=0, b=1)).to_html(tmp_path / "r.html", pdf(2))
    with open_report(path, java_script_enabled=False) as (page, events):
        page.locator("#r0f1 a").click()
        page.locator("#r0b1:target").wait_for(state="attached")
        assert not events


def test_dark_mode_print_and_small_screens(tmp_path: Path) -> None:
    tall = [Image.new("RGB", (200, 800))] * 2
    path = prediction(grounded(a=0, b=1)).to_html(tmp_path / "r.html", tall)
    color = "getComputedStyle(document.body).backgroundColor"
    with open_report(path, color_scheme="dark") as (page, _):
        assert page.evaluate(color) == "rgb(15, 18, 22)"
        page.emulate_media(color_scheme="light")
        assert page.evaluate(color) == "rgb(244, 245, 247)"
        page.set_viewport_size({"width": 400, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        page.emulate_media(media="print")
        assert not page.locator(".tools").is_visible()
        assert page.locator(".field").count() == page.locator(".field:visible").count() == 2
        sheet = page.locator(".sheet img").first.bounding_box()
        assert sheet["height"] / sheet["width"] == pytest.approx(4, rel=0.02)
        printed = page.pdf(format="A4")
    assert len(list(viz.pages(printed, dpi=20))) == 3


def test_200_pages_can_be_used(tmp_path: Path) -> None:
    document = [Image.new("RGB", (850, 1100), "white")] * 200
    response: dict[str, Any] = {"rows": []}
    for index in range(200):
        row = grounded(name=index, total=index)
        row["total_metadata"]["confidence"] = "low" if index == 150 else "hi"
        response["rows"].append(row)
    path = prediction(response).to_html(tmp_path / "r.html", document)
    with open_report(path) as (page, events):
        assert page.locator("figure").count() == 200
        assert page.locator(".field .name").first.text_content() == "rows[150].total"
        page.locator(".field").first.click()
        page.wait_for_function(
            "() => { const r = document.querySelector('a.low').getBoundingClientRect();"
            " return r.top >= 0 && r.bottom <= innerHeight }"
        )
        assert page.evaluate(HIGHLIGHTED) == ["LI301", "a301"]
        # Only what is near the window is laid out in full, and hiding a field does not number the
        # others again, which would take seconds.
        last = page.locator(".field").last
        assert last.evaluate("(e) => getComputedStyle(e).contentVisibility") == "auto"
        assert last.evaluate("(e) => getComputedStyle(e).display") == "block"
        page.locator("input[type=search]").fill("page 150")
        assert page.evaluate("document.querySelectorAll('.field:not([hidden])').length") == 2
        assert not events
