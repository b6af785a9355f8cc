"""Documents as Markdown: the responses of the domain `document.markdown`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, overload

import attrs

from vlmrun._displayed import Displayed
from vlmrun.types._base import Received
from vlmrun.types.tables import MarkdownTable

if TYPE_CHECKING:
    from typing_extensions import Self

    from vlmrun._cards import Card

__all__ = [
    "MarkdownDocument",
    "MarkdownFigure",
    "MarkdownPage",
    "MarkdownPageMetadata",
]

_PLACEHOLDER = re.compile(
    r'<Table\s+id="tb-(?P<table>[0-9]{1,9})"\s*/>|<Figure\s+id="fg-(?P<figure>[0-9]{1,9})"\s*/>'
)
_PAGE_BREAK = "\n\n---PAGE BREAK---\n\n"


class MarkdownPageMetadata(Received):
    """The metadata of a page.

    Attributes:
        page_number: The number of the page, from 0.
        language: The language of the page.
    """

    page_number: int | None = None
    language: str | None = None


class MarkdownFigure(Received, Displayed):
    """A figure of a page, described in text."""

    id: int
    title: str | None = None
    caption: str | None = None
    content: str | None = None

    def _card(self) -> Card:
        from vlmrun._cards import Card

        names = ("title", "caption", "content")
        return Card(f"Figure {self.id}", [(name, getattr(self, name)) for name in names])

    def render(self) -> str:
        """Return the figure in Markdown: its placeholder, followed by its content."""
        return f'<Figure id="fg-{self.id}"/>\n\n{self.content or ""}'


class MarkdownPage(Received, Displayed):
    r"""A page of a document. `str(page)` is its Markdown, including tables and figures.

    Attributes:
        content: The text, with placeholders such as `<Table id="tb-0"/>` for the first table of
            `tables`, and `<Figure id="fg-1"/>` for the figure whose id is 1.
        markdown_content: The same as `render()`.
        tables: The page's tables.
        figures: The page's figures.
        metadata: Page number and language; empty if the service sent none.

    Example:
        >>> figures = [{"id": 1, "content": "Sales rise."}]
        >>> page = MarkdownPage(content='Report\n\n<Figure id="fg-1"/>', figures=figures)
        >>> print(page)
        Report
        <BLANKLINE>
        <Figure id="fg-1"/>
        <BLANKLINE>
        Sales rise.
    """

    content: str
    markdown_content: str | None = None
    tables: list[MarkdownTable] | None = None
    figures: list[MarkdownFigure] | None = None
    metadata: MarkdownPageMetadata = attrs.field(factory=MarkdownPageMetadata)

    def _verify(self) -> None:
        self._set(markdown_content=self.render())

    @classmethod
    def _from_wire(cls, raw: dict[str, Any], where: str) -> Self:
        page = super()._from_wire(raw, where)
        page._verify()
        return page

    def __str__(self) -> str:
        return self.render() if self.markdown_content is None else self.markdown_content

    def _card(self) -> Card:
        from vlmrun._cards import Card

        facts = [
            ("page", self.metadata.page_number),
            ("content", self.content),
            ("tables", len(self.tables or [])),
            ("figures", len(self.figures or [])),
        ]
        return Card("Page in Markdown", facts)

    def render_markdown(self) -> None:
        """Set `markdown_content` to the page in Markdown: its default, unless it was sent."""
        self._set(markdown_content=self.render())

    def render(self) -> str:
        """Return the page in Markdown.

        Tables without a placeholder are appended; figures without one are left out.
        """
        tables = self.tables or []
        figures = {
            str(figure.id): figure for figure in reversed(self.figures or [])
        }  # the first wins
        placed = set()

        def fill(found: re.Match[str]) -> str:
            if found["table"] is None:
                figure = figures.get(found["figure"])
                return found[0] if figure is None else figure.render()
            number = int(found["table"])
            if number >= len(tables):
                return found[0]
            placed.add(number)
            return tables[number].render()

        text = _PLACEHOLDER.sub(fill, str(self.content or ""))
        rest = [table.render() for index, table in enumerate(tables) if index not in placed]
        return "\n\n".join(filter(None, [text, *rest]))


class MarkdownDocument(Received, Displayed):
    """A document, as a sequence of pages: `len(document)`, `document[0]`, `for page in document`.

    `str(document)` is the whole document in Markdown, with `---PAGE BREAK---` between pages.

    Example:
        >>> document = MarkdownDocument(pages=[{"content": "# One"}, {"content": "# Two"}])
        >>> len(document), document[1].content
        (2, '# Two')
    """

    pages: list[MarkdownPage]

    def __str__(self) -> str:
        return _PAGE_BREAK.join(map(str, self.pages))

    def _card(self) -> Card:
        from vlmrun._cards import Card, first_rows

        rows = [
            [index, _first_line(page), len(page.tables or []), len(page.figures or [])]
            for index, page in enumerate(first_rows(self.pages))
        ]
        title = f"Markdown document of {len(self)} pages"
        return Card(title, (), ("page", "content", "tables", "figures"), rows, len(self))

    def __len__(self) -> int:
        return len(self.pages)

    def __iter__(self) -> Iterator[MarkdownPage]:
        return iter(self.pages)

    @overload
    def __getitem__(self, index: int) -> MarkdownPage: ...
    @overload
    def __getitem__(self, index: slice) -> list[MarkdownPage]: ...
    def __getitem__(self, index: int | slice) -> MarkdownPage | list[MarkdownPage]:
        return self.pages[index]

    @property
    def content(self) -> str:
        """The text of all pages as it was received, with placeholders for tables and figures."""
        return _PAGE_BREAK.join(str(page.content or "") for page in self.pages)

    @property
    def all_tables(self) -> list[MarkdownTable]:
        """The tables of all pages."""
        return [table for page in self.pages for table in page.tables or []]

    @property
    def all_figures(self) -> list[MarkdownFigure]:
        """The figures of all pages."""
        return [figure for page in self.pages for figure in page.figures or []]


def _first_line(page: MarkdownPage) -> str:
    lines = (line.strip() for line in str(page.content or "").splitlines())
    return next(filter(None, lines), "")
