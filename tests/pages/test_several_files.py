"""Jobs with several files: no box is ever taken for one of another file, or of another page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.pictures.documents import grounded, pdf
from tests.pictures.test_draw import page_with_box
from vlmrun import viz
from vlmrun.common.viz import render_bbox_image
from vlmrun.errors import InputError
from vlmrun.testing import Server
from vlmrun.types import DocumentUrl, PdfPages


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Two PDFs of 8 pages, and an image."""
    found = [tmp_path / "a.pdf", tmp_path / "b.pdf", tmp_path / "c.png"]
    for path in found[:2]:
        path.write_bytes(pdf(8))
    Image.new("RGB", (300, 200), "white").save(found[2])
    return found


@pytest.fixture
def execute(client: Any, server: Server) -> Callable[..., Any]:
    """Return an execution of inputs, whose response has boxes with the given facts about them."""

    def run(inputs: dict[str, Any], **regions: dict[str, Any]) -> Any:
        server.on_execute(lambda _: response_of(regions))
        return client.agent.execute(prompt="Read", inputs=inputs, batch=False)

    return run


def response_of(regions: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return a response with boxes; `shows` is the page in the original, if that is another."""
    response: dict[str, Any] = {}
    for name, facts in regions.items():
        response |= grounded(**{name: facts.pop("shows", facts["page"])})
        response[f"{name}_metadata"]["bboxes"][0].update(facts)
    return response


def test_p98_the_file_that_a_response_names_has_the_box(
    execute: Callable[..., Any], paths: list[Path]
) -> None:
    inputs = {"a": PdfPages(paths[0], "1,6"), "b": PdfPages(paths[1], "3-"), "c": paths[2]}
    evidence = execute(
        inputs,
        in_a={"page": 1, "filename": "a.pdf", "shows": 5},
        in_b={"page": 1, "filename": "b.pdf", "shows": 3},
        in_c={"page": None, "filename": "c.png"},
        unknown={"page": 1},
        other={"page": 1, "filename": "z.pdf"},
        twice={"page": 1, "filename": "a.pdf", "file_id": "z"},
    ).evidence

    assert {name: (item.page, item.files) for name, item in evidence.items()} == {
        "in_a": (5, ("a.pdf",)),
        "in_b": (3, ("b.pdf",)),
        "in_c": (None, ("c.png",)),
        **dict.fromkeys(("unknown", "other", "twice"), (None, ("a.pdf", "b.pdf", "c.png"))),
    }
    assert evidence["unknown"].raw["bboxes"][0]["page"] == 1  # as it was sent
    assert page_with_box(viz.draw(paths[0], evidence, dpi=144, labels=False)) == 5
    both = viz.draw_pages(paths[:2], evidence, page_indices=[5, 11], dpi=144, labels=False)
    assert [page_with_box(image) for image in both] == [5, 3]
    assert viz.draw(paths[2], evidence).getcolors(2) is None  # more than the white of the page
    assert list(evidence.in_file("b.pdf")) == ["in_b"]
    image = next(viz.pages(paths[1], "4", dpi=144))
    assert page_with_box(viz.draw(image, evidence.in_file("b.pdf"), page=3, labels=False)) == 3


def test_ids_of_files_name_them(
    client: Any, execute: Callable[..., Any], paths: list[Path]
) -> None:
    copy = paths[0].parent / "copy" / "a.pdf"
    copy.parent.mkdir()
    copy.write_bytes(pdf(7))
    stored = client.files.upload(pdf(6), filename="b.pdf")
    execution = execute(
        {"a": paths[0], "b": copy, "c": stored}, x={"page": 1, "file_id": stored.id}
    )
    assert execution.evidence["x"].files == ("b.pdf",)
    ids = [file.id for file in execution._sent]
    execution = execute({"a": paths[0], "b": copy, "c": stored}, x={"page": 1, "file_id": ids[1]})
    assert (execution.evidence["x"].page, execution.evidence["x"].files) == (1, (str(copy),))
    assert page_with_box(viz.draw(copy, execution, dpi=144, labels=False)) == 1
    with pytest.raises(InputError, match=r"a\.pdf has no boxes: they are in .*copy.*in_file"):
        viz.draw(paths[0], execution)


OTHERS: dict[str, Callable[[Any], Any]] = {
    "uploaded": lambda client: client.files.upload(pdf(1), filename="b.pdf"),
    "URL": lambda client: DocumentUrl(url="https://example.com/b.pdf?x=1"),
    "URL as a str": lambda client: "https://example.com/b.pdf",
    "nested": lambda client: {"many": [("b.pdf", pdf(1))]},
}


@pytest.mark.parametrize("other", OTHERS)
def test_p98_a_page_number_that_may_be_of_another_file_is_not_mapped(
    client: Any, execute: Callable[..., Any], paths: list[Path], tmp_path: Path, other: str
) -> None:
    inputs = {"a": PdfPages(paths[0], "6"), "b": OTHERS[other](client)}
    execution = execute(inputs, x={"page": 0})
    evidence = execution.evidence
    assert (evidence["x"].page, evidence["x"].files) == (None, ("a.pdf", "b.pdf"))
    assert evidence.pages == ()
    for source in (paths[0], paths[2], Image.new("RGB", (9, 9))):
        for draw in (viz.draw, render_bbox_image, lambda *of: viz.crop(*of, "x")):
            with pytest.raises(InputError, match=r"Several files were sent \(a\.pdf, b\.pdf\)"):
                draw(source, evidence)
    with pytest.raises(InputError, match=r"No box is certainly in the file 'a\.pdf'"):
        evidence.in_file("a.pdf")
    viz.draw(paths[0], execution.response, page=0)  # the caller says where

    report = execution.to_html(tmp_path / "r.html", paths[0]).read_text("utf-8")
    assert "page not stated: in one of a.pdf, b.pdf" in report
    assert "<rect" not in report
    folder = client.executions.save(execution, tmp_path / "s")
    saved = json.loads((folder / "evidence.json").read_text("utf-8"))
    assert saved[0]["boxes"][0]["files"] == ["a.pdf", "b.pdf"]


def test_the_images_of_a_prediction_are_its_pages(client: Any, server: Server) -> None:
    server.on_predict(lambda run: grounded(x=1))
    paths = [Path("examples/inputs/invoice.png").resolve()] * 2
    evidence = client.image.generate("document.invoice", images=paths).evidence
    assert (evidence["x"].page, evidence["x"].files) == (1, ())


def test_names_of_stored_files(client: Any, server: Server, pdf: Path, tmp_path: Path) -> None:
    stored = client.files.upload(pdf)
    jobs = [
        client.document.generate(stored, domain="document.invoice"),
        client.agent.execute(prompt="Read", inputs={"file": stored}, batch=False),
        *(item.result for item in client.document.generate_many([stored], "document.invoice")),
        *(item.result for item in client.agent.execute_many([stored], prompt="Read it")),
    ]
    for job in jobs:
        assert job.to_records()[0]["file"] == "referral.pdf"
        assert "<h1><bdi>referral.pdf" in job.to_html(tmp_path / "r.html").read_text("utf-8")
    by_id = client.document.generate(file_id=stored.id, domain="document.invoice")
    assert by_id.to_records()[0]["file"] == stored.id
