"""Tables as aligned lines, without boxes, so that they can be read, copied and piped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from vlmrun.cli.streams import printable

_GAP = "  "
_ELLIPSIS = "…"
_SHORTEST = 12


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        title: Its heading.
        flexible: Whether its values may be cut to fit a terminal. Ids, names and versions never
            are.
        right: Whether it is aligned to the right, as numbers are.
        compact: Returns a shorter form of a value, for narrow terminals.
        optional: Whether narrow terminals leave it out.
    """

    title: str
    flexible: bool = False
    right: bool = False
    compact: Callable[[str], str] | None = None
    optional: bool = False


def lines_of_table(
    columns: Sequence[Column], rows: Sequence[Sequence[Any]], width: int | None
) -> list[str]:
    """Return the lines of a table, the first of which has the headings.

    If the columns do not fit, values become shorter, and optional columns are left out. If that is
    not enough, each row becomes a block of lines.

    Args:
        columns: The columns.
        rows: The values of each row.
        width: The columns of the terminal; None for no limit.
    """
    texts = [[_cell(value) for value in row] for row in rows]
    lines = _aligned(columns, texts, width)
    if lines is not None:
        return lines
    short = [
        [
            column.compact(text) if column.compact else text
            for column, text in zip(columns, row, strict=True)
        ]
        for row in texts
    ]
    shown = list(range(len(columns)))
    for left_out in [None, *(index for index in reversed(shown) if columns[index].optional)]:
        shown = [index for index in shown if index != left_out]
        some = [columns[index] for index in shown]
        lines = _aligned(some, [[row[index] for index in shown] for row in short], width)
        if lines is not None:
            return lines
    assert width is not None
    return _blocks(columns, texts, width)


def _aligned(
    columns: Sequence[Column], texts: Sequence[Sequence[str]], width: int | None
) -> list[str] | None:
    """Return a line for the headings and for each row; None if they do not fit."""
    sizes = [
        max([_size(column.title), *(_size(row[index]) for row in texts)])
        for index, column in enumerate(columns)
    ]
    fitted = sizes if width is None else _fit(columns, sizes, width)
    if fitted is None:
        return None
    titles = [column.title for column in columns]
    return [_line(columns, row, fitted) for row in [titles, *texts]]


def lines_of_details(values: Mapping[str, Any]) -> list[str]:
    """Return "Name:  value" lines, aligned, without those that have no value."""
    texts = {name: printable(str(value)) for name, value in values.items() if value is not None}
    longest = max((_size(name) for name in texts), default=0) + 1
    return [f"{_pad(name + ':', longest)} {text}" for name, text in texts.items()]


def _cell(value: Any) -> str:
    return "" if value is None else " ".join(printable(str(value)).split())


def _size(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _pad(text: str, size: int, right: bool = False) -> str:
    space = " " * (size - _size(text))
    return space + text if right else text + space


def _cut(text: str, size: int) -> str:
    if _size(text) <= size:
        return text
    while text and _size(text) > size - 1:
        text = text[:-1]
    return text + _ELLIPSIS


def _fit(columns: Sequence[Column], sizes: list[int], width: int) -> list[int] | None:
    """Return the sizes with flexible columns made narrower; None if that is not enough."""
    sizes = list(sizes)
    excess = sum(sizes) + len(_GAP) * (len(sizes) - 1) - width
    while excess > 0:
        flexible = [
            index
            for index, column in enumerate(columns)
            if column.flexible and sizes[index] > _SHORTEST
        ]
        if not flexible:
            return None
        widest = max(flexible, key=lambda index: sizes[index])
        sizes[widest] -= 1
        excess -= 1
    return sizes


def _line(columns: Sequence[Column], row: Sequence[str], sizes: Sequence[int]) -> str:
    cells = [
        _pad(_cut(text, size), size, column.right)
        for column, text, size in zip(columns, row, sizes, strict=True)
    ]
    return _GAP.join(cells).rstrip()


def _blocks(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return the rows as blocks for narrow terminals: the first value, and below it the others."""
    _, *others = columns
    longest = max((_size(column.title) for column in others), default=0)
    room = max(width - longest - 2 * len(_GAP), _SHORTEST)
    lines: list[str] = []
    for first, *values in rows:
        lines.append(first)
        for column, text in zip(others, values, strict=True):
            value = _cut(text, room) if column.flexible else text
            lines.append((_GAP + _pad(column.title, longest) + _GAP + value).rstrip())
    return lines
