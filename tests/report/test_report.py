"""Reports: one file, complete or absent, in which nothing of a document is markup."""

from __future__ import annotations

import base64
import io
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter

from tests.pictures.documents import grounded, pdf
from vlmrun import viz
from vlmrun.errors import InputError, MissingFileError
from vlmrun.testing import Server
from vlmrun.types import AgentExecutionResponse, BatchItem, PredictionResponse
from vlmrun.types._base import read

HOSTILE = [
    "<script>window.pwned = 1</script>",
    "</script><script>window.pwned = 2</script>",
    '"><img src=x onerror="window.pwned = 3">',
    "' onmouseover='window.pwned = 4",
    "</style></title></textarea><svg/onload=window.pwned=5>",
    "javascript:window.pwned = 6",
    "&lt;b&gt;&#60;script&#62;",
    "<!--<script>",
    "]]><script>window.pwned = 7</script>",
    "\u202eevil\u202c \u2066x",
    "NUL \x00 BEL \x07 half \ud800",
    "${window.pwned = 8}{{ 7 * 7 }}",
    "a" * 5000,
]

ELEMENTS = """html head meta title style body header h1 p span main section h2 dl div dt dd bdi
    aside input label ol li a figure figcaption img svg rect details summary pre script"""


def prediction(response: Any = None, **fields: Any) -> PredictionResponse:
    values: dict[str, Any] = {
        "id": "pred_1",
        "status": "completed",
        "domain": "document.invoice",
        "created_at": "2026-11-30T10:00:00Z",
        "completed_at": "2026-11-30T10:00:12.5Z",
        "usage": {"credits_used": 6, "elements_processed": 3, "element_type": "page"},
        "response": response,
    }
    return PredictionResponse.model_validate({**values, **fields})


def hostile() -> dict[str, Any]:
    """Return a response with a box on page 0 for each hostile text."""
    response: dict[str, Any] = {}
    for index, name in enumerate(HOSTILE):
        box = {"xywh": [0.1, 0.02 + index / 15, 0.5, 0.03], "page": 0}
        response[name] = name
        response[f"{name}_metadata"] = {
            "confidence": name if index % 2 else "low",
            "bboxes": [{"bbox": box, "content": f"seen {name}", "page": 0}],
        }
    return response


class Elements(HTMLParser):
    """The elements of a report: tag and attributes, and the texts of some."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "input"):
            name = dict(attrs).get("class") or tag
            self._open.append(name)
            self.texts.setdefault(name, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for name in self._open:
            self.texts[name][-1] += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attributes
            for found, attributes in self.found
            if found == tag and wanted.items() <= attributes.items()
        ]


def test_a_report_has_the_pages_with_boxes_and_the_fields_beside_them(tmp_path: Path) -> None:
    response = grounded(first=0, second=1, third=1)
    response["second_metadata"]["confidence"] = "low"
    response["third_metadata"]["confidence"] = 0.62
    response["cover"] = {"id": "img_0a1b2c"}
    target = prediction(response).to_html(tmp_path / "report.html", pdf(2))

    assert target == tmp_path / "report.html"
    elements = Elements(target)
    assert [each["alt"] for each in elements.all("img")] == ["Page 1", "Page 2"]
    assert elements.texts["name"] == ["second", "third", "cover.id", "first"]
    assert elements.texts["value"] == ["SECOND", "THIRD", "img_0a1b2c", "FIRST"]
    assert {"low", "0.62", "hi"} <= {*elements.texts["chip low"], *elements.texts["chip med"]} | {
        *elements.texts["chip hi"]
    }
    boxes = elements.all("a", id="r0b1")
    assert boxes == [
        {"href": "#r0f1", "data-n": "1", "class": "low", "tabindex": "-1", "id": "r0b1"}
    ]
    assert len(elements.all("rect")) == 3
    facts = dict(zip(elements.texts["dt"], elements.texts["dd"], strict=True))
    assert facts["Status"] == "completed"
    assert (facts["Took"], facts["Credits"], facts["Elements"]) == ("12.5 s", "6", "3 pages")
    assert "img_0a1b2c" in elements.texts["figcaption"]
    assert '"first": "FIRST"' in elements.texts["pre"][0]


def test_links_of_a_report_lead_to_elements_of_it(tmp_path: Path) -> None:
    response = grounded(a=0, b=1, c=None, outside=0)
    response["outside_metadata"]["bboxes"][0]["bbox"]["xywh"] = [1.2, 1.2, 0.1, 0.1]
    items = [prediction(response), prediction(grounded(d=0), id="pred_2")]
    elements = Elements(viz.report(items, tmp_path / "r.html", [pdf(2), pdf(1)]))
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {str(each["href"]).removeprefix("#") for each in elements.all("a")}
    assert links <= set(ids)
    assert "page 1, beyond its edges or in pixels" in elements.texts["about"][3]


def test_p97_a_report_has_no_network_and_one_script(tmp_path: Path) -> None:
    path = prediction(hostile()).to_html(tmp_path / "r.html", Image.new("RGB", (600, 800)))
    source = path.read_text("utf-8")
    elements = Elements(path)
    assert len(elements.all("script")) == len(elements.all("style")) == 1
    (policy,) = [str(each["content"]) for each in elements.all("meta") if each.get("http-equiv")]
    assert policy.startswith("default-src 'none'; img-src data:; ")
    assert "unsafe" not in policy
    for tag, name in (("script", "script-src"), ("style", "style-src")):
        content = re.search(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
        assert content is not None
        digest = base64.b64encode(sha256(content[1].encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    for tag, attributes in elements.found:
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert (attributes.get("href") or "#").startswith("#")
        assert (attributes.get("src") or "data:image/jpeg").startswith("data:image/jpeg")
    assert "http:" not in source.partition("<main>")[0].replace("http-equiv", "")


def test_p97_texts_of_a_document_are_escaped_and_isolated(tmp_path: Path) -> None:
    job = prediction(hostile(), domain=HOSTILE[0], message=HOSTILE[1])
    path = job.to_html(tmp_path / "r.html", Image.new("RGB", (60, 80)), title=HOSTILE[2])
    elements = Elements(path)
    assert {tag for tag, _ in elements.found} <= set(ELEMENTS.split())
    values = set(elements.texts["value"])
    for text in HOSTILE[:9]:
        assert text in values
    assert elements.texts["h1"] == [HOSTILE[2]]
    assert f"{'a' * 2000}…" in values
    assert f"…{'a' * 299}" in elements.texts["name"]
    assert "NUL \ufffd BEL \ufffd half \ufffd" in values
    assert not {"\u202d", "\u202e"} & set(path.read_text("utf-8"))  # they reverse what is read


def test_failed_jobs_and_items_of_batches_are_shown(tmp_path: Path) -> None:
    failed = AgentExecutionResponse(id="e1", status="failed", response={"error": "no <text>"})
    running = PredictionResponse(id="p1", status="running")
    items = [
        failed,
        running,
        BatchItem(index=2, input="no file", id="p2", error=ValueError("<refused>")),
        BatchItem(index=3, input=None, result=prediction({"total": 3})),
        BatchItem(index=4, input=None, error=ValueError("<refused>")),
    ]
    elements = Elements(viz.report(items, tmp_path / "r.html", title="Invoices"))
    assert elements.texts["h2"] == ["e1", "p1", "no file", "document.invoice", "Item 5"]
    assert elements.texts["problem"] == ["no <text>", "<refused>", "<refused>"]
    assert elements.texts["value"] == ["3"]
    assert [each.get("href") for each in elements.all("a")][:4] == ["#r0", "#r1", "#r2", "#r3"]
    single = Elements(failed.to_html(tmp_path / "failed.html"))
    assert single.texts["problem"] == ["no <text>"]
    assert "pass the document as source=" in single.texts["note"][0]


def test_boxes_without_a_page_are_on_the_only_one(tmp_path: Path) -> None:
    response = {"a": 1, "a_metadata": {"bboxes": [{"xywh": [0.1, 0.1, 0.2, 0.2]}]}}
    one = Elements(prediction(response).to_html(tmp_path / "one.html", pdf(1)))
    assert "in the image" in one.texts["about"][0]
    assert len(one.all("rect")) == 1
    two = Elements(prediction(response).to_html(tmp_path / "two.html", pdf(2)))
    assert two.texts["about"] == ["page not stated"]
    assert two.all("rect") == []


def test_p97_a_report_that_cannot_be_completed_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_text("old")
    for source, error in {
        tmp_path / "none.pdf": MissingFileError,
        b"no image": InputError,
        b"": InputError,
    }.items():
        with pytest.raises(error):
            prediction({"a": 1}).to_html(path, source)
    with pytest.raises(InputError, match="sources has 1 items, results has 2"):
        viz.report([prediction(), prediction()], path, [None])
    with pytest.raises(InputError, match=r"results\[0\] must be a prediction"):
        viz.report([{"a": 1}], path)
    with pytest.raises(InputError, match=r"results must be a list.*Use to_html\(path\)"):
        viz.report(prediction(), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_page_does_not_fail_the_report_of_a_batch(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((50, 50), 50).save(buffer, "PNG")
    whole = buffer.getvalue()
    job = prediction(grounded(a=0) | {"b": 1, "b_metadata": {"bboxes": [{"xywh": [2, 2, 5, 5]}]}})
    html = viz.report([job, job], tmp_path / "r.html", [whole[:200], whole]).read_text("utf-8")
    assert "<figcaption>Page 1: page 0 of source: the content cannot be read:" in html
    assert "<figcaption>Page 1</figcaption>" in html


def test_a_report_says_that_it_does_not_show_all_fields(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vlmrun._report.write._MOST_FIELDS", 2)
    elements = Elements(prediction({"a": 1, "b": 2, "c": 3}).to_html(tmp_path / "r.html"))
    assert "The first 2 of 3 fields." in elements.texts["note"]
    assert len(elements.texts["name"]) == 2


def test_a_large_page_is_rendered_as_small_as_it_is_shown(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(14400, 10800)
    writer.write(tmp_path / "plan.pdf")
    html = prediction().to_html(tmp_path / "r.html", tmp_path / "plan.pdf").read_text("utf-8")
    assert 'width="1800" height="1350"' in html


@pytest.mark.slow
def test_pages_share_the_size_of_a_report(tmp_path: Path) -> None:
    noise = Image.effect_noise((1200, 1600), 80).convert("RGB")
    path = prediction(grounded(a=0)).to_html(tmp_path / "r.html", [noise] * 3)
    sizes = [len(str(each["src"])) for each in Elements(path).all("img")]
    assert len(sizes) == 3
    from vlmrun._report import pages

    small = pages._jpeg(noise, 60_000)
    assert len(small) <= 60_000
    assert len(pages._jpeg(noise, 1)) < len(small)


def test_a_deeply_nested_response_does_not_fail(tmp_path: Path) -> None:
    deep: Any = "end"
    for _ in range(3000):
        deep = {"a": deep}
    sent = {"id": "p1", "status": "completed", "response": {"deep": deep, "plain": 1}}
    path = read(PredictionResponse, sent).to_html(tmp_path / "r.html")
    assert "plain" in Elements(path).texts["name"]


def test_the_pages_are_those_of_the_file_that_was_sent(
    client: Any, server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf(2))
    server.on_predict(lambda run: grounded(a=0, b=1))
    sent = client.document.generate(path, domain="document.invoice")
    for job in (sent, client.predictions.get(sent.id), client.predictions.wait(sent.id)):
        elements = Elements(job.to_html(tmp_path / "r.html"))
        assert elements.texts["h1"] == ["scan.pdf"]
        assert len(elements.all("img")) == len(elements.all("rect")) == 2
    path.write_bytes(pdf(3))
    for report in (
        sent.to_html(tmp_path / "r.html"),
        viz.report([BatchItem(0, path, sent.id, sent)], tmp_path / "r.html"),
    ):
        assert "scan.pdf has changed since it was sent" in Elements(report).texts["note"][0]
    path.unlink()
    elements = Elements(sent.to_html(tmp_path / "r.html"))
    assert "no such file" in elements.texts["note"][0]
    assert elements.all("img") == []


def test_several_inputs_have_pages_only_if_their_order_is_known(
    client: Any, server: Server, tmp_path: Path
) -> None:
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path in paths:
        Image.new("RGB", (40, 20)).save(path)
    images = client.image.generate("document.invoice", images=paths)
    assert len(Elements(images.to_html(tmp_path / "r.html")).all("img")) == 2
    files = {"a": paths[0], "b": paths[1]}
    execution = client.agent.execute(prompt="Compare", inputs=files, batch=False)
    elements = Elements(execution.to_html(tmp_path / "r.html"))
    assert "several files were sent (a.png, b.png)" in elements.texts["note"][0]
