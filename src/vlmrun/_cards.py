"""Short views of objects, for notebooks and terminals.

A view never has a whole document, a signed URL, or markup of a document: texts are cut, the queries
of URLs are removed, and everything is escaped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from typing import Any, NamedTuple

from vlmrun._redaction import redact

MAX_ROWS = 12
MAX_COLUMNS = 8
MAX_TEXT = 80
_MAX_FACT = 300
# Much more than is shown: values are cut before they are searched for URLs.
_MAX_READ = 4000
# They reorder the text around them: https://www.unicode.org/reports/tr9/
_REORDERING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}

_STYLE = (
    "<style>.vlmrun-card{font-size:13px;line-height:1.4;max-width:100%;overflow-x:auto}"
    ".vlmrun-card table{border-collapse:collapse;margin:4px 0}"
    ".vlmrun-card th,.vlmrun-card td{padding:2px 10px 2px 0;text-align:left;vertical-align:top;"
    "border-bottom:1px solid rgba(128,128,128,.3)}</style>"
)


class Card(NamedTuple):
    """A short view of an object.

    Attributes:
        title: What it is.
        facts: Names and values; those that are None are left out.
        columns: The columns of a table.
        rows: Its first rows.
        total: The number of all rows.
        note: A remark below.
    """

    title: str
    facts: Sequence[tuple[str, Any]] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    total: int = 0
    note: str | None = None


def first_rows(items: Iterable[Any]) -> list[Any]:
    """Return the items that a card has room for."""
    return list(islice(items, MAX_ROWS))


def shown(value: Any, limit: int = MAX_TEXT) -> str:
    """Return a value as one line of printable text, without secrets of URLs, and not too long."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    text = value if isinstance(value, str) else str(value)
    text = redact(text[:_MAX_READ])
    text = " ".join("".join(map(_printable, text)).split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _printable(character: str) -> str:
    if character.isspace():
        return " "
    # Escape sequences would control the terminal.
    is_safe = unicodedata.category(character) not in ("Cc", "Cs") and (
        ord(character) not in _REORDERING
    )
    return character if is_safe else "\N{REPLACEMENT CHARACTER}"


def _facts(card: Card) -> list[tuple[str, str]]:
    return [(name, shown(value, _MAX_FACT)) for name, value in card.facts if value is not None]


def _notes(card: Card) -> list[str]:
    hidden = max(card.total, len(card.rows)) - len(card.rows[:MAX_ROWS])
    columns = len(card.columns) - MAX_COLUMNS
    notes = []
    if hidden > 0:
        notes.append(f"{hidden} more row{'s' if hidden > 1 else ''}")
    if columns > 0:
        notes.append(f"{columns} more column{'s' if columns > 1 else ''}")
    if card.note:
        notes.append(shown(card.note, _MAX_FACT))
    return notes


def _cells(card: Card) -> list[list[str]]:
    rows = [card.columns, *card.rows[:MAX_ROWS]]
    return [[shown(cell) for cell in row[:MAX_COLUMNS]] for row in rows] if card.columns else []


def to_html(card: Card) -> str:
    """Return a card as HTML, in which everything is escaped."""
    parts = [f"<b>{escape(shown(card.title))}</b>"]
    facts = _facts(card)
    if facts:
        rows = (f"<tr><th>{escape(name)}</th><td>{_html(value)}</td></tr>" for name, value in facts)
        parts.append(f"<table>{''.join(rows)}</table>")
    cells = _cells(card)
    if cells:
        head = "".join(f"<th>{_html(cell)}</th>" for cell in cells[0])
        body = "".join(
            f"<tr>{''.join(f'<td>{_html(cell)}</td>' for cell in row)}</tr>" for row in cells[1:]
        )
        parts.append(f"<table><tr>{head}</tr>{body}</table>")
    parts += [f"<div>… {escape(note)}</div>" for note in _notes(card)]
    return f'{_STYLE}<div class="vlmrun-card">{"".join(parts)}</div>'


def _html(text: str) -> str:
    return f'<span dir="auto">{escape(text)}</span>'


def to_rich(card: Card) -> Any:
    """Return a card as rich shows it; texts are no markup."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    parts: list[Any] = [Text(shown(card.title), "bold")]
    facts = _facts(card)
    if facts:
        grid = Table.grid(padding=(0, 2))
        for name, value in facts:
            grid.add_row(Text(name, "dim"), Text(value))
        parts.append(grid)
    cells = _cells(card)
    if cells:
        table = Table(show_edge=False, pad_edge=False)
        for cell in cells[0]:
            table.add_column(Text(cell), overflow="fold")
        for row in cells[1:]:
            table.add_row(*map(Text, row))
        parts.append(table)
    parts += [Text(f"… {note}", "dim") for note in _notes(card)]
    return Group(*parts)


def to_text(card: Card) -> str:
    """Return a card as plain text."""
    lines = [shown(card.title)]
    facts = _facts(card)
    width = max((len(name) for name, _ in facts), default=0)
    lines += [f"  {name:<{width}}  {value}" for name, value in facts]
    cells = _cells(card)
    if cells:
        size = max(map(len, cells))
        padded = [[*row, *[""] * (size - len(row))] for row in cells]
        widths = [max(map(len, column)) for column in zip(*padded, strict=True)]
        for row in padded:
            lines.append(
                "  "
                + "  ".join(
                    f"{cell:<{wide}}" for cell, wide in zip(row, widths, strict=True)
                ).rstrip()
            )
    lines += [f"  … {note}" for note in _notes(card)]
    return "\n".join(lines)
