"""Time to draw evidence on a PDF relative to rendering it, and size and memory of a report."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from time import perf_counter

from installation import Installation
from measurement import MB, Measurement, interleave, ratios
from processes import run_program
from processes.long_document import grounded, scanned_pdf, text_pdf

from vlmrun import viz

PAGES = 10
BOXES = 20
ROUNDS = 5
DRAWING_TARGET = 2.0

REPORT_PAGES = 200
SIZE_TARGET = 64.0
MEMORY_TARGET = 300.0


def measure(installation: Installation) -> Iterator[Measurement]:
    """Draw in this process; write reports in processes of their own."""
    document = installation.folder / "text.pdf"
    document.write_bytes(text_pdf(PAGES))
    rounds = count()

    def draw() -> float:
        # All pages have the same fields, as those of invoices have, but each round has others.
        response = grounded(PAGES, BOXES, f"field {next(rounds)} ")
        start = perf_counter()
        for _ in viz.draw_pages(document, response):
            pass
        return perf_counter() - start

    def render() -> float:
        start = perf_counter()
        for _ in viz.pages(document):
            pass
        return perf_counter() - start

    def draw_one_by_one() -> float:
        response = grounded(PAGES, BOXES, f"field {next(rounds)} ")
        start = perf_counter()
        for page in range(PAGES):
            viz.draw(document, response, page=page)
        return perf_counter() - start

    cases = {"draw": draw, "draw one by one": draw_one_by_one, "render": render}
    costs = interleave(cases, ROUNDS)
    name = f"time: drawing {PAGES} pages with {PAGES * BOXES} boxes / rendering them"
    yield Measurement(name, ratios(costs["draw"], costs["render"]), "x", DRAWING_TARGET)
    name = f"time: drawing {PAGES} pages by a call for each / rendering them"
    yield Measurement(name, ratios(costs["draw one by one"], costs["render"]), "x", DRAWING_TARGET)

    for kind, content in (("text", text_pdf), ("scans", scanned_pdf)):
        source = installation.folder / f"{kind}.pdf"
        source.write_bytes(content(REPORT_PAGES))
        arguments = [source, str(REPORT_PAGES), str(BOXES), installation.folder / "report.html"]
        size, peak = map(int, run_program("processes.report_once", arguments).split())
        title = f"report of {REPORT_PAGES} pages of {kind}"
        yield Measurement(f"size: {title}", [size / MB], " MB", SIZE_TARGET)
        yield Measurement(f"memory: {title}", [peak / MB], " MB", MEMORY_TARGET)
