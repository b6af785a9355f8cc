"""Writing of a report, one page after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vlmrun._files.pdf_file import Resolution
from vlmrun._files.staging import written_file
from vlmrun._image_pages import import_pil
from vlmrun._pictures.sources import Pages, open_pages
from vlmrun._report.fields import field_list
from vlmrun._report.html import as_json, end, isolated, start, text
from vlmrun._report.items import THUMBNAIL_SIDE, Artifact, ReportItem
from vlmrun._report.layout import Layout, lay_out
from vlmrun._report.pages import largest_side, page_figure, thumbnail
from vlmrun.errors import InputError

if TYPE_CHECKING:
    from PIL import Image

    from vlmrun.types.evidence import Evidence

_LEGEND = (
    '<p class="legend">Confidence: <span class="chip low">low</span>, <span class="chip med">'
    'medium</span>, <span class="chip hi">high</span>, <span class="chip none">not stated</span>.'
    '<span class="keys"> Keys: / filters, ↑ ↓ or k j move, Enter shows the place.</span></p>'
)
_NOTHING = '<p class="note">No results.</p>'
_MOST_FIELDS = 20_000


def write_report(path: Path, items: Sequence[ReportItem], title: str) -> Path:
    """Write a report, completely or not at all.

    Args:
        path: The file, as `check_path` returns it; it is replaced if it exists.
        items: The results.
        title: The heading.

    Raises:
        InputError: A source cannot be read, or the file cannot be written.
        DependencyError: A source needs an extra that is not installed.
    """
    with written_file(path) as file:
        # Counted first: the pages share the size of the file.
        layouts = [_layout(item) for item in items]
        for piece in _document(items, title, layouts):
            file.write(piece.encode())
    return path


def _document(items: Sequence[ReportItem], title: str, layouts: Sequence[Layout]) -> Iterator[str]:
    yield from start(title)
    yield f"<header><h1>{isolated(title)}</h1>{_LEGEND if items else _NOTHING}"
    if len(items) > 1:
        yield from _contents(items)
    yield "</header>\n<main>\n"
    count = sum(len(layout.pages) for layout in layouts)
    for index, item in enumerate(items):
        yield from _result(f"r{index}", item, title, layouts[index], count)
    yield "</main>\n"
    yield from end()


def _contents(items: Sequence[ReportItem]) -> Iterator[str]:
    yield '<nav aria-label="Results"><ol>'
    for index, item in enumerate(items):
        low = sum(field.level == "low" for field in item.evidence.values())
        doubt = f' · <span class="chip low">{low} low</span>' if low else ""
        status = text(item.status)
        if item.status == "failed":
            status = f'<span class="chip low">{status}</span>'
        yield f'<li><a href="#r{index}">{isolated(item.title)}</a> {status}{doubt}</li>'
    yield "</ol></nav>"


def _result(prefix: str, item: ReportItem, title: str, layout: Layout, count: int) -> Iterator[str]:
    yield f'<section class="result" id="{prefix}" aria-labelledby="{prefix}t">'
    hidden = ' class="hidden"' if item.title == title else ""
    yield f'<h2 id="{prefix}t"{hidden}>{isolated(item.title)}</h2><dl>'
    for name, value in (("Status", item.status), *item.facts):
        yield f"<div><dt>{text(name)}</dt><dd>{isolated(value)}</dd></div>"
    yield "</dl>\n"
    if item.problem is not None:
        yield f'<p class="problem">{isolated(item.problem)}</p>\n'
    if item.note is not None:
        yield f'<p class="note">{isolated(item.note)}</p>\n'
    fields = _fields(item)
    if len(fields) < len(item.evidence):
        yield f'<p class="note">The first {len(fields)} of {len(item.evidence)} fields.</p>\n'
    if fields or item.source is not None:
        yield f'<div class="columns{" plain" if item.source is None else ""}">\n'
        if fields:
            yield from field_list(prefix, fields, layout)
        if item.source is not None:
            yield from _pages(prefix, item, layout, count)
        yield "</div>\n"
    yield from _artifacts(item.artifacts)
    if item.response is not None:
        raw = text(as_json(item.response, indent=2))
        yield f"<details><summary>Response as JSON</summary><pre>{raw}</pre></details>\n"
    yield "</section>\n"


def _fields(item: ReportItem) -> list[Evidence]:
    return list(item.evidence.values())[:_MOST_FIELDS]


def _layout(item: ReportItem) -> Layout:
    if item.source is None:
        return Layout()
    with open_pages(item.source) as pages:
        return lay_out(item, _fields(item), pages)


def _pages(prefix: str, item: ReportItem, layout: Layout, count: int) -> Iterator[str]:
    yield '<div class="pages">\n'
    linked: set[int] = set()
    resolution = Resolution(max_side=largest_side(count))
    with open_pages(item.source, resolution=resolution) as pages:
        for page in layout.pages:
            image, problem = _image(pages, page)
            marks = layout.marks[page]
            yield from page_figure(prefix, page, image, problem, marks, count, linked)
    yield "</div>\n"


def _image(pages: Pages, page: int) -> tuple[Image.Image, str]:
    """Return a page; if it is damaged, an empty one, and why.

    The other pages, and the other results of a batch, can be read.
    """
    try:
        return pages.image(page), ""
    except InputError as error:
        return import_pil().new("RGB", (850, 1100), "lightgray"), str(error)


def _artifacts(artifacts: Sequence[Artifact]) -> Iterator[str]:
    if not artifacts:
        return
    yield '<h3>Artifacts</h3><div class="artifacts">'
    for artifact in artifacts:
        picture = "" if artifact.picture is None else _picture(artifact)
        about = f'<p class="dim">{isolated(artifact.about)}</p>' if artifact.about else ""
        yield f"<figure>{picture}<figcaption>{isolated(artifact.id)}</figcaption>{about}</figure>"
    yield "</div>\n"


def _picture(artifact: Artifact) -> str:
    name = f"artifacts[{artifact.id!r}]"
    resolution = Resolution(max_side=THUMBNAIL_SIDE)
    with open_pages(artifact.picture, resolution=resolution, name=name) as pages:
        return f'<img alt="{text(artifact.id)}" src="{thumbnail(pages.image(0))}">'
