"""Some pages of a PDF are sent, and evidence has the pages of the original."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from tests.pictures.documents import grounded, pdf, square
from tests.pictures.test_draw import page_with_box
from vlmrun import viz
from vlmrun.errors import DocumentPartsError, InputError, MissingFileError
from vlmrun.testing import Fault, Server
from vlmrun.types import DocumentPlan, PdfPages


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "contract.pdf"
    path.write_bytes(pdf(8))
    return path


def sent_pages(client: Any) -> list[int]:
    """Return which pages of `pdf` a file that was uploaded has."""
    (upload, *_) = client.files.list()
    content = client.files.get_content(upload.id)
    found = []
    for image in viz.pages(content, dpi=144):
        dark = [
            number
            for number in range(8)
            if image.convert("L").getpixel((square(number)[0] + 16, 16)) < 100
        ]
        found += dark
    return found


FORMS: dict[str, Callable[[Path], Any]] = {
    "path": lambda path: path,
    "str": str,
    "bytes": lambda path: path.read_bytes(),
    "open file": lambda path: io.BytesIO(path.read_bytes()),
}


@pytest.mark.parametrize("form", FORMS)
def test_only_the_chosen_pages_are_sent(
    client: Any, server: Server, document: Path, form: str
) -> None:
    server.on_predict(lambda run: grounded(a=0, b=3))
    prediction = client.document.generate(
        FORMS[form](document), domain="document.invoice", pages="1-3,7"
    )
    assert sent_pages(client) == [0, 1, 2, 6]
    assert [each.page for each in prediction.evidence.values()] == [0, 6]
    assert prediction.evidence["b"].boxes[0].page == 6
    assert prediction.response["b_metadata"]["bboxes"][0]["page"] == 3  # as it was sent


def test_p98_evidence_is_drawn_on_the_pages_of_the_original(
    client: Any, server: Server, document: Path, tmp_path: Path
) -> None:
    def answer(run: Any) -> dict[str, Any]:
        response = grounded(b=6)
        response["b_metadata"]["bboxes"][0]["page"] = 1  # the second page that was sent
        return response

    server.on_predict(answer)
    part = PdfPages.of_indices(document, [2, 6])
    sent = client.document.generate(part, domain="document.invoice")
    for job in (sent, client.predictions.get(sent.id)):
        assert page_with_box(viz.draw(document, job, dpi=144, labels=False)) == 6
        report = job.to_html(tmp_path / "r.html").read_text("utf-8")
        assert "Page 3<" in report
        assert "Page 7<" in report
        assert report.count("<figure") == 2


def test_evidence_without_a_page_is_on_the_only_page_that_was_sent(
    client: Any, server: Server, document: Path, tmp_path: Path
) -> None:
    def answer(run: Any) -> dict[str, Any]:
        response = {**grounded(b=6), "note": "no box"}
        del response["b_metadata"]["bboxes"][0]["page"]
        return response

    server.on_predict(answer)
    one = client.document.generate(document, domain="document.invoice", pages="7")
    assert (one.evidence["b"].page, one.evidence["b"].boxes[0].page) == (6, 6)
    assert one.evidence["note"].page is None
    assert page_with_box(viz.draw(document, one, dpi=144, labels=False)) == 6
    two = client.document.generate(document, domain="document.invoice", pages="6-7")
    assert two.evidence["b"].page is None


def test_pages_of_inputs_are_cut(client: Any, server: Server, document: Path) -> None:
    server.on_execute(lambda run: grounded(a=1))
    execution = client.agent.execute(
        prompt="Read", inputs={"file": PdfPages(document, "8,2")}, batch=False
    )
    assert sent_pages(client) == [7, 1]
    assert execution.evidence["a"].page == 1


def test_pages_of_many_files_are_cut(client: Any, server: Server, document: Path) -> None:
    server.on_predict(lambda run: grounded(a=0))
    items = [PdfPages(document, "3"), PdfPages(document, "5-")]
    results = list(client.document.generate_many(items, "document.invoice"))
    assert [item.result.evidence["a"].page for item in results] == [2, 4]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pages": "9"}, r"contract\.pdf has 8 pages, so there is no page 9"),
        ({"pages": "x"}, "'x' is not a selection of pages"),
        ({"pages": 1}, r"pages must be a str of page numbers from 1.*got int 1.*of_indices"),
        ({"pages": [0, 1]}, r"'1' is the first page. For indices, which count from 0: PdfPages"),
        ({"pages": "1", "config": {"page_indices": [0]}}, "pages=... or config.page_indices"),
        ({"split": 0}, "split must be 1 or more"),
        ({"split": 2, "batch": True}, "batch=True cannot be combined with split"),
        ({"split": 2, "id": "mine"}, "id='mine' cannot be combined with split"),
        ({"file": "no-suffix", "pages": "1"}, "file must be a local file.*config.page_indices"),
        ({"file": "https://x.y/a.pdf", "split": 2}, "file must be a local file"),
        ({"file": PdfPages(b"", "1"), "pages": "1"}, "pages=... or PdfPages"),
        ({"file": b"a,b\n1,2\n", "pages": "1"}, "is not a PDF, and only a PDF has pages"),
        ({"file": b"%PDF-1.7 broken", "pages": "1"}, "cannot be read as a PDF"),
        ({"file": pdf(1, password="x"), "pages": "1"}, "needs a password"),
        ({"file": 7, "pages": "1"}, "file must be a path, bytes or an open file, got int"),
        ({"file": None, "pages": "1"}, "pages needs a local PDF"),
        (
            {"file": None, "url": "https://x.y/a.pdf", "pages": "1"},
            r"pages needs a local PDF.*page_indices",
        ),
    ],
)
def test_p99_invalid_pages_are_errors_before_anything_is_sent(
    client: Any, server: Server, document: Path, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        client.document.generate(**{"file": document, "domain": "document.invoice", **arguments})
    assert server.requests == []


def test_a_missing_file_is_an_error(client: Any, tmp_path: Path) -> None:
    for arguments in ({"pages": "1"}, {"split": 3}, {"dry_run": True}):
        with pytest.raises(MissingFileError):
            client.document.generate(tmp_path / "none.pdf", domain="document.invoice", **arguments)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_pdf_with_an_empty_password_can_be_cut(
    client: Any, tmp_path: Path, algorithm: str
) -> None:
    pytest.importorskip("cryptography")
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(8))))
    writer.encrypt("", "owner", algorithm=algorithm)
    writer.write(tmp_path / "a.pdf")
    client.document.generate(tmp_path / "a.pdf", domain="document.invoice", pages="2-3")
    assert sent_pages(client) == [1, 2]


def test_p99_a_dry_run_counts_pages_and_files(client: Any, server: Server, document: Path) -> None:
    def plan(**arguments: Any) -> DocumentPlan:
        result: DocumentPlan = client.document.generate(
            document, domain="document.invoice", dry_run=True, **arguments
        )
        return result

    whole = plan()
    assert repr(whole).startswith("DocumentPlan(files=1, ")
    assert (whole.files, whole.bytes, whole.pages) == (1, document.stat().st_size, 8)
    assert whole.credits == 16.0
    assert (plan(pages="1-3").files, plan(pages="1-3").pages) == (1, 3)
    split = plan(split=3)
    assert (split.files, split.pages, split.credits) == (3, 8, 16.0)
    assert plan(pages="1-3,7", split=3).files == 2
    remote = client.document.generate("https://x.y/a.pdf", domain="document.invoice", dry_run=True)
    assert (remote.files, remote.pages) == (0, None)
    assert server.requests == []


def test_a_dry_run_says_which_parts_are_done(
    client: Any, server: Server, document: Path, tmp_path: Path
) -> None:
    common: dict[str, Any] = {
        "file": document,
        "domain": "document.invoice",
        "split": 3,
        "journal": tmp_path / "runs.sqlite",
    }
    server.inject(Fault("generate_document_prediction", status=422))
    with pytest.raises(DocumentPartsError) as caught:
        client.document.generate(**common)
    missing = {index for part in caught.value.parts if part.error for index in part.indices}
    server.clear()
    plan = client.document.generate(**common, dry_run=True)
    assert (plan.files, plan.pages, plan.is_done) == (3, 8, False)
    done = client.document.generate(
        **{**common, "journal": None, "pages": plan.done_pages}, dry_run=True
    )
    assert done.pages == 8 - len(missing)
    assert plan.credits == 2 * len(missing)
    assert server.requests == []
    client.document.generate(**common)
    plan = client.document.generate(**common, dry_run=True)
    assert (plan.is_done, plan.done_pages, plan.credits) == (True, "1-8", 0)
    plan = client.document.generate(**{**common, "journal": None}, dry_run=True)
    assert (plan.is_done, plan.done_pages) == (None, None)


@pytest.mark.parametrize(
    ("indices", "sent", "pages"),
    [
        ([2, 4], [0, 1], [2, 4]),  # no page 0 was read: they count the chosen ones
        ([2, 4], [1], [4]),
        ([2, 4], [2, 4], [2, 4]),
        ([0, 1, 7], [0, 1, 7], [0, 1, 7]),
        ([0, 1, 7], [0, 1], [0, 1]),
        ([0, 2], [0, 1], [0, 2]),
        ([1, 2], [1], [None]),  # page 1 of the file, or the second one of those chosen
        ([4, 2], [0, 1], [None, None]),  # in which order?
        ([4, 2], [2, 4], [2, 4]),
        ([2, 4], [7], [None]),
        ([6], [None], [6]),
        ([6], [0], [6]),
    ],
)
def test_p98_pages_that_the_service_chose_are_those_of_the_file(
    client: Any,
    server: Server,
    document: Path,
    indices: list[int],
    sent: list[int | None],
    pages: list[int | None],
) -> None:
    names = "abc"
    server.on_predict(lambda run: grounded(**dict(zip(names, sent, strict=False))))
    arguments: Any = {"domain": "document.invoice", "config": {"page_indices": indices}}
    prediction = client.document.generate(document, **arguments)
    (item,) = client.document.generate_many([document], **arguments)
    pickled = pickle.loads(pickle.dumps(prediction))
    for job in (prediction, client.predictions.get(prediction.id), item.result, pickled):
        assert [each.page for each in job.evidence.values()] == pages
        assert [each.boxes[0].page for each in job.evidence.values()] == pages


@pytest.mark.parametrize("numbers", [(None, None), (1, 2), (0, 1)])
def test_the_pages_of_a_markdown_document_show_how_they_are_counted(
    client: Any, server: Server, document: Path, numbers: Any
) -> None:
    table = {"headers": [], "bbox": {"xywh": [0.1, 0.1, 0.2, 0.2]}}
    metadata = [{} if number is None else {"page_number": number} for number in numbers]
    pages: Any = [{"content": "", "metadata": each} for each in metadata]
    pages[1]["tables"] = [table]
    server.on_predict(lambda run: {"pages": pages})
    prediction = client.document.generate(
        document, domain="document.markdown", config={"page_indices": [1, 2]}
    )
    (item,) = prediction.evidence.with_boxes().values()
    assert item.page == 2  # that of the second page which was chosen


def test_a_report_has_the_pages_that_were_read(
    client: Any, server: Server, document: Path, tmp_path: Path
) -> None:
    server.on_predict(lambda run: grounded(a=1))
    part = PdfPages(document, "2-4")
    prediction = client.document.generate(
        part, domain="document.invoice", config={"page_indices": [0, 2]}
    )
    assert prediction.evidence["a"].page == 3
    report = prediction.to_html(tmp_path / "r.html").read_text("utf-8")
    assert [f"Page {n}<" in report for n in range(1, 9)] == [n in (2, 4) for n in range(1, 9)]
