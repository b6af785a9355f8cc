"""Long documents are sent in parts, and their responses joined in order."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import attrs
import pytest
from pydantic import BaseModel

from tests.pictures.documents import grounded, pdf
from tests.pictures.test_draw import page_with_box
from vlmrun import viz
from vlmrun.errors import DocumentPartsError, InputError, InsufficientCreditsError
from vlmrun.results import join_parts, split_pdf
from vlmrun.testing import Fault, Server
from vlmrun.types import BatchItem, MarkdownDocument, PdfPages, PredictionResponse
from vlmrun.types._joining import join_responses, renumbered


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "contract.pdf"
    path.write_bytes(pdf(8))
    return path


def first_page(run: Any) -> int:
    """Return the first page of the part that a request is about, from its file name."""
    match = re.search(r"\.pages-(\d+)", run.facts["filename"])
    assert match is not None
    return int(match[1]) - 1


def rows(run: Any) -> dict[str, Any]:
    """Return a response with a row for each page of the part, with evidence."""
    start = first_page(run)
    found = []
    for page in range(run.facts["pages"]):
        row = grounded(name=start + page)
        row["name"] = start + page
        row["name_metadata"]["bboxes"][0]["page"] = page
        found.append(row)
    return {"rows": found, "title": None if start == 0 else f"from {start}"}


def test_lists_are_joined_in_order_with_evidence_on_original_pages(
    client: Any, server: Server, document: Path, tmp_path: Path
) -> None:
    server.on_predict(rows)
    joined = client.document.generate(document, domain="document.invoice", split=3)

    assert joined.status == "completed"
    assert [row["name"] for row in joined.response["rows"]] == list(range(8))
    assert joined.response["title"] == "from 3"  # the first that is not empty
    assert [part.pages for part in joined.parts] == ["1-3", "4-6", "7-8"]
    assert [part.prediction.response["title"] for part in joined.parts][1:] == ["from 3", "from 6"]
    assert joined.parts[2].prediction.evidence["rows[1].name"].page == 7
    for page in range(8):
        assert joined.evidence[f"rows[{page}].name"].page == page
        assert page_with_box(viz.draw(document, joined, page=page, dpi=144, labels=False)) == page
    report = joined.to_html(tmp_path / "r.html").read_text("utf-8")
    assert report.count("<figure") == 8
    assert joined.usage.elements_processed == 8


def test_artifacts_are_those_of_the_parts(
    client: Any, server: Server, document: Path, tmp_path: Path
) -> None:
    def figure(run: Any) -> dict[str, Any]:
        id = f"img_{first_page(run):06}"
        server.add_artifact(run.id, b"\x89PNG\r\n\x1a\n" + id.encode(), id)
        return {"figures": [{"id": id}]}

    server.on_predict(figure)
    joined = client.document.generate(document, domain="document.invoice", split=4)
    saved = client.predictions.save(joined, tmp_path / "a") / "artifacts"
    assert sorted(path.stem for path in saved.iterdir()) == ["img_000000", "img_000004"]
    assert "not downloaded" not in joined.to_html(tmp_path / "r.html").read_text("utf-8")


def test_a_selection_is_split_too(client: Any, server: Server, document: Path) -> None:
    server.on_predict(rows)
    joined = client.document.generate(document, domain="document.invoice", pages="8,1-2,5", split=2)
    assert [part.indices for part in joined.parts] == [(7, 0), (1, 4)]
    single = client.document.generate(document, domain="document.invoice", split=100)
    assert [part.pages for part in single.parts] == ["1-8"]
    assert single.id == single.parts[0].prediction.id


def test_markdown_is_joined_with_the_numbers_of_its_pages(
    client: Any, server: Server, document: Path
) -> None:
    def markdown(run: Any) -> dict[str, Any]:
        start = first_page(run)
        return {
            "pages": [
                {"content": f"# Page {start + page + 1}", "metadata": {"page_number": page}}
                for page in range(run.facts["pages"])
            ]
        }

    server.on_predict(markdown)
    joined = client.document.generate(document, domain="document.markdown", split=3)
    assert isinstance(joined.response, MarkdownDocument)
    assert [str(page) for page in joined.response] == [f"# Page {n}" for n in range(1, 9)]
    assert [page.metadata.page_number for page in joined.response] == list(range(8))


class Row(BaseModel):
    name: int


class Table(BaseModel):
    rows: list[Row]


def test_the_joined_response_is_parsed(client: Any, server: Server, document: Path) -> None:
    server.on_predict(rows)
    arguments: dict[str, Any] = {"domain": "document.invoice", "split": 3}
    joined = client.document.generate(document, response_model=Table, **arguments)
    assert [row.name for row in joined.parsed.rows] == list(range(8))
    cast = client.document.generate(
        document, config={"response_model": Table}, autocast=True, **arguments
    )
    assert isinstance(cast.response, Table)


def test_p99_failed_parts_are_named_and_the_others_kept(
    client: Any, server: Server, document: Path
) -> None:
    def fail(run: Any) -> Any:
        if first_page(run) == 3:
            raise ValueError("too blurred")
        return rows(run)

    server.on_predict(fail)
    with pytest.raises(DocumentPartsError) as caught:
        client.document.generate(document, domain="document.invoice", split=3)
    error = caught.value
    assert str(error).startswith("1 of 3 parts failed. pages 4-6: ")
    assert "send the rest with pages='4-6'" in str(error)
    assert [row["name"] for row in error.prediction.response["rows"]] == [0, 1, 2, 6, 7]
    assert [part.error is None for part in error.parts] == [True, False, True]
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert len(again.parts) == 3

    server.on_predict(lambda run: 1 / 0)
    with pytest.raises(DocumentPartsError, match=r"3 of 3 parts failed.*pages='1-8'") as caught:
        client.document.generate(document, domain="document.invoice", split=3)
    assert caught.value.prediction is None


def test_p99_what_has_completed_survives_when_the_credits_end(
    client: Any, server: Server, document: Path
) -> None:
    server.on_predict(rows)
    server.inject(Fault("generate_document_prediction", status=402, skip=1, times=None))
    with pytest.raises(DocumentPartsError, match="7 of 8 parts failed") as caught:
        client.document.generate(document, domain="document.invoice", split=1)
    (done,) = [part for part in caught.value.parts if part.prediction is not None]
    assert caught.value.prediction.response["rows"][0]["name"] == done.indices[0]
    assert {type(part.error) for part in caught.value.parts} == {
        type(None),
        InsufficientCreditsError,
    }
    server.inject(Fault("generate_document_prediction", status=402, times=None))
    with pytest.raises(InsufficientCreditsError):
        client.document.generate(document, domain="document.invoice", split=4)


def test_a_journal_sends_only_parts_without_a_prediction(
    client: Any, server: Server, document: Path, tmp_path: Path
) -> None:
    arguments: dict[str, Any] = {
        "domain": "document.invoice", "split": 3, "journal": tmp_path / "journal.sqlite"
    }  # fmt: skip
    server.on_predict(lambda run: 1 / 0 if first_page(run) == 3 else rows(run))
    with pytest.raises(DocumentPartsError, match="1 of 3 parts failed"):
        client.document.generate(document, **arguments)
    server.on_predict(rows)
    server.clear()
    joined = client.document.generate(document, **arguments)
    assert [row["name"] for row in joined.response["rows"]] == list(range(8))
    sent = [each.operation for each in server.requests]
    assert sent.count("generate_document_prediction") == 1
    del arguments["split"]
    with pytest.raises(InputError, match="journal is for the parts of split"):
        client.document.generate(document, **arguments)


def about(page: int) -> dict[str, Any]:
    return {"confidence": "hi", "bboxes": [{"bbox": {"xywh": [0, 0, 1, 1]}, "page": page}]}


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        (["# A", "# B"], "# A\n\n# B"),
        ([[1], [2, 3]], [1, 2, 3]),
        ([{"a": {"b": [1]}}, {"a": {"b": [2], "c": 3}}], {"a": {"b": [1, 2], "c": 3}}),
        ([{"n": ""}, {"n": "x"}, {"n": "y"}], {"n": "x"}),
        ([{"n": 0}, {"n": 5}], {"n": 0}),
        ([None, {"n": 5}], {"n": 5}),
        ([{"n": None, "n_metadata": 1}, {"n": 2, "n_metadata": 3}], {"n": 2, "n_metadata": 3}),
        ([{"n": 1}, {"n": 2, "n_metadata": 3}], {"n": 1, "n_metadata": None}),
        (
            [{"l": [1, 2], "l_metadata": [7, 8]}, {"l": [3]}],
            {"l": [1, 2, 3], "l_metadata": [7, 8, None]},
        ),
        (
            [{"l": [1], "l_metadata": about(0)}, {"l": [2], "l_metadata": about(4)}],
            {
                "l": [1, 2],
                "l_metadata": {
                    "confidence": "hi",
                    "bboxes": [*about(0)["bboxes"], *about(4)["bboxes"]],
                },
            },
        ),
        ([[1], {"a": 2}], [1]),
    ],
)
def test_responses_are_joined(responses: list[Any], expected: Any) -> None:
    assert join_responses(responses) == expected


def test_only_pages_of_evidence_are_renumbered() -> None:
    response = {"page": 1, "total": 3, "total_metadata": about(1), "note": {"page": 0}}
    result = renumbered(response, [20, 21])
    assert result == {
        "page": 1,
        "total": 3,
        "total_metadata": about(21),
        "note": {"page": 0},
    }
    inline = renumbered({"figures": [{"bbox": [0, 0, 1, 1], "page": 0}]}, [20, 21])
    assert inline["figures"][0]["page"] == 20
    assert renumbered({"a_metadata": about(7)}, [20])["a_metadata"]["bboxes"][0]["page"] is None


def test_other_predictions_have_no_parts() -> None:
    assert PredictionResponse(id="a").parts == ()


def test_parts_of_several_documents_in_one_batch(
    client: Any, server: Server, document: Path
) -> None:
    server.on_predict(rows)
    parts = split_pdf(PdfPages(document, "2-"), 3)
    assert [each.pages for each in parts] == ["2-4", "5-7", "8"]
    items = list(client.document.generate_many(parts, "document.invoice"))
    joined = join_parts(reversed(items))
    assert [row["name"] for row in joined.response["rows"]] == list(range(1, 8))
    failed = attrs.evolve(items[1], result=None, error=InputError("x"))
    with pytest.raises(DocumentPartsError, match=r"1 of 3 parts failed\. pages 5-7: x") as raised:
        join_parts([items[0], failed, items[2]])
    assert len(raised.value.prediction.response["rows"]) == 4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: split_pdf("missing.pdf", 2), "missing.pdf"),
        (lambda: split_pdf(b"%PDF-1.7", 0), "size must be 1 or more, got 0"),
        (lambda: join_parts([]), "items is empty"),
        (lambda: join_parts([BatchItem(0, "a.pdf")]), "must be those of parts of a PDF"),
        (lambda: join_parts([BatchItem(0, PdfPages("a.pdf", "2-"))]), "split_pdf"),
    ],
)
def test_mistakes_with_parts(call: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()
