"""Results in notebooks and terminals: short, escaped, and without secrets."""

from __future__ import annotations

import io
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from IPython.core.formatters import DisplayFormatter
from rich.console import Console

from vlmrun.errors import JobFailedError, ResponseDecodeError, VLMRunError
from vlmrun.testing import Server
from vlmrun.types import (
    AgentExecutionResponse,
    AgentSkill,
    BatchItem,
    Evidence,
    EvidenceBox,
    MarkdownDocument,
    MarkdownFigure,
    MarkdownTable,
    PredictionResponse,
    SkillInfo,
)
from vlmrun.types.page import Page

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>[red]x[/red][link=https://e.com]y[/link]"
    "\x1b]0;title\x07\x1b[31m\u202etxt.exe\ud800 https://s3.example.com/a.pdf?X-Sig=SECRET "
)
LONG = HOSTILE + "long " * 5000
RESPONSE: dict[str, Any] = {
    LONG: LONG,
    "total": 1.5,
    "total_metadata": {"confidence": "low", "bboxes": [{"xywh": [0, 0, 1, 1], "page": 2}]},
    **{f"field_{index}": LONG for index in range(500)},
}
PREDICTION = PredictionResponse.model_validate(
    {"id": "p1", "status": "completed", "domain": HOSTILE, "response": RESPONSE}
)
FAILED = AgentExecutionResponse.model_validate(
    {"id": "e1", "status": "failed", "name": HOSTILE, "response": {"error": LONG}}
)
PAGES = [{"content": f"{LONG}\n{LONG}", "figures": [], "tables": []}] * 300
HEADERS = [{"id": f"c{index}", "column": index, "name": LONG} for index in range(40)]
TABLE = MarkdownTable(headers=HEADERS, data=[{"c0": LONG}] * 300, metadata={"title": LONG})

OBJECTS: dict[str, Callable[[], Any]] = {
    "prediction": lambda: PREDICTION,
    "failed": lambda: FAILED,
    "text": lambda: AgentExecutionResponse.model_validate(
        {**FAILED.raw, "status": "x", "response": LONG}
    ),
    "page": lambda: Page([PREDICTION, FAILED] * 100),
    "page of skills": lambda: Page([SkillInfo(id="s1", name=LONG, description=LONG)]),
    "page of others": lambda: Page([LONG] * 100),
    "empty page": lambda: Page(),
    "skill": lambda: SkillInfo(id="s1", name=LONG, description=LONG),
    "inline skill": lambda: AgentSkill(name=LONG, source={"data": "QUJDRA=="}),
    "error": lambda: VLMRunError(LONG),
    "error of a job": lambda: JobFailedError(LONG, job=FAILED),
    "error with data": lambda: ResponseDecodeError(LONG, raw=RESPONSE),
    "document": lambda: MarkdownDocument(pages=PAGES),
    "page of a document": lambda: MarkdownDocument(pages=PAGES)[0],
    "figure": lambda: MarkdownFigure(id=1, title=LONG, content=LONG),
    "table": lambda: TABLE,
    "evidence": lambda: PREDICTION.evidence,
    "one field": lambda: Evidence(LONG, LONG, "low", 2, (EvidenceBox((0, 0, 1, 1)),) * 100, LONG),
    "item": lambda: BatchItem(0, LONG, "p1", PREDICTION),
    "failed item": lambda: BatchItem(0, "a.pdf", error=VLMRunError(LONG)),
}


class _Tags(HTMLParser):
    """The tags and attributes of HTML, and the tags that are open at its end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        self.found |= {tag, *(name for name, _ in attributes)}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", OBJECTS)
def test_p78_notebooks_show_a_short_escaped_view(name: str) -> None:
    formats, _ = DisplayFormatter().format(OBJECTS[name]())

    tags = _Tags(formats["text/html"])
    assert tags.open == []
    assert tags.found <= {"style", "div", "class", "b", "table", "tr", "th", "td", "span", "dir"}
    assert "SECRET" not in formats["text/html"]
    assert len(formats["text/html"]) < 20_000
    formats["text/html"].encode()


@pytest.mark.parametrize("name", OBJECTS)
def test_p78_terminals_show_no_markup_and_no_escape_sequences(name: str) -> None:
    formats, _ = DisplayFormatter().format(OBJECTS[name]())
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    console.print(OBJECTS[name]())

    for text in (formats["text/plain"], console.file.getvalue()):
        shown = text.replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
        assert "\x1b" not in shown
        assert "\x07" not in shown
        assert "\u202e" not in shown
        assert "SECRET" not in shown
        assert len(shown) < 20_000
        shown.encode()


def test_views_show_what_matters(client: Any, server: Server) -> None:
    server.on_execute(lambda run: {"total": 12.5, "items": [{"name": "Lens"}]})
    execution = client.agent.execute(prompt="Read it", batch=False)
    html = execution._repr_html_()
    for text in (execution.id, "completed", "total", "12.5", "items[0].name", "Lens"):
        assert text in html
    assert execution.id in client.executions.list()._repr_html_()

    console = Console(file=io.StringIO(), width=120)
    console.print(PREDICTION, TABLE, VLMRunError("[bold]broken[/bold]"))
    text = console.file.getvalue()
    for part in ("Prediction p1", "total", "low", "490 more rows", "32 more columns"):
        assert part in text
    assert "[bold]broken[/bold]" in text


def test_views_of_jobs_without_a_response() -> None:
    html = FAILED._repr_html_()
    assert "failed" in html
    assert "more row" not in html
    pending = PredictionResponse.model_validate({"id": "p2", "status": "pending"})
    assert "pending" in pending._repr_html_()
