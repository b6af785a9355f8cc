"""Tables of a page: their columns, rows and cells, as Markdown and as a pandas DataFrame."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args

import attrs

from vlmrun._messages import did_you_mean, short_repr
from vlmrun._optional_imports import import_optional
from vlmrun.errors import InputError
from vlmrun.types._base import Received

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "BoxCoords",
    "MarkdownTable",
    "TableCell",
    "TableHeader",
    "TableMetadata",
    "replace_nan_recursive_fast",
]

Columns = Literal["id", "name", "none"]


class BoxCoords(Received):
    """A box, in the unit that the service gives it in.

    Attributes:
        xywh: Left, top, width, height.
    """

    xywh: list[float]

    @property
    def xyxy(self) -> list[float]:
        """Left, top, right, bottom."""
        x, y, width, height = self.xywh
        return [x, y, x + width, y + height]


class TableHeader(Received):
    """A column.

    Attributes:
        id: The key of its values in the rows of `MarkdownTable.data`.
        column: Its place, from 0.
        name: What stands above it.
        dtype: The kind of its values, such as "str", "date" or "currency".
    """

    id: str
    column: int
    name: str
    dtype: str | None = None


class TableCell(Received):
    """A cell, and where it stands.

    Attributes:
        content: Its text.
        index: Row and column, from 0.
        span: Rows and columns that it covers.
        bbox: Where it is on the page.
    """

    content: str
    bbox: BoxCoords | None = None
    index: tuple[int, int]
    span: tuple[int | None, int | None] | None = None


class TableMetadata(Received):
    """What stands around a table."""

    title: str | None = None
    caption: str | None = None
    notes: str | None = None


class MarkdownTable(Received):
    """A table of a page. `str(table)` is its Markdown.

    Attributes:
        headers: The columns, from left to right.
        metadata: Title, caption and notes; empty where nothing was sent.
        content: The table as text, where the service has written it out.
        data: The rows, each with its values under the headers' ids; NaN reads as "".
        bbox: Where it is on the page.
        cells: The cells, where the layout was asked for.

    Example:
        >>> table = MarkdownTable(
        ...     headers=[{"id": "c0", "column": 0, "name": "Item"}],
        ...     data=[{"c0": "Lens"}],
        ... )
        >>> print(table)
        | Item |
        | --- |
        | Lens |
    """

    metadata: TableMetadata = attrs.field(factory=TableMetadata)
    content: str | None = None
    headers: list[TableHeader]
    data: list[dict[str, Any]] | None = None
    bbox: BoxCoords | None = None
    cells: list[TableCell] | None = None

    @classmethod
    def _normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        values = super()._normalised(values)
        if "data" in values:
            values["data"] = replace_nan_recursive_fast(values["data"])
        return values

    def __str__(self) -> str:
        return self.render()

    def render(self) -> str:
        """The table in Markdown: `content` if there is one, else made of names and rows.

        In a cell `|` is escaped and a line break becomes `<br>`. Values that belong to no header
        get a column of their own, so that nothing is lost.
        """
        if self.content:
            return str(self.content)
        names = [header.name for header in self._headers]
        keys = self._keys()
        if keys is None:
            ids = self._ids
            further = [key for key in self._used_keys() if key not in ids]
            keys, names = ids + further, names + further
        if not names:
            return ""
        lines = [names, ["---"] * len(names), *self._rows(keys)]
        return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)

    def to_dataframe(self, header: Columns = "id") -> DataFrame:
        """The rows as a pandas DataFrame.

        Args:
            header: What the columns are called: by "id" (default); by "name", or by id where a
                name occurs twice; "none" is the same as "id".

        Returns:
            A frame with "" where a row has no value. It is empty without data, and where the rows
            do not fit the headers; `data` has them.

        Raises:
            DependencyError: The extra `pandas` is not installed.
            InputError: `header` is another word.
        """
        if header not in get_args(Columns):
            words = get_args(Columns)
            raise InputError(
                f"header cannot be {short_repr(header)}.{did_you_mean(str(header), words)}"
            )
        pandas = require_pandas()
        keys = self._keys()
        rows = [] if keys is None else self._rows(keys)
        columns = self._ids
        if not rows or any(len(row) != len(columns) for row in rows):
            return pandas.DataFrame()
        names = [each.name for each in self._headers]
        if header == "name" and len(set(names)) == len(names):
            columns = names
        return pandas.DataFrame(rows, columns=columns)

    @property
    def _headers(self) -> list[TableHeader]:
        return self.headers or []

    @property
    def _ids(self) -> list[str]:
        return [header.id for header in self._headers]

    def _used_keys(self) -> list[str]:
        """The keys of all rows, in the order in which they first occur."""
        rows = [row for row in self.data or [] if isinstance(row, Mapping)]
        return list(dict.fromkeys(key for row in rows for key in row))

    def _keys(self) -> list[str] | None:
        """By column, the key of its values; None where the rows do not fit the headers.

        They are the headers' ids. Where no row has any of these, as many other keys will do.
        """
        ids, used = self._ids, self._used_keys()
        if set(used) <= set(ids):
            return ids
        return used if len(used) == len(ids) and not set(used) & set(ids) else None

    def _rows(self, keys: list[str]) -> list[list[Any]]:
        return [_values(row, keys) for row in self.data or []]


def _values(row: Any, keys: list[str]) -> list[Any]:
    if isinstance(row, Mapping):
        return [row.get(key, "") for key in keys]
    return list(row) if isinstance(row, list) else [row]


def _cell(value: Any) -> str:
    text = "" if value is None else str(value).strip()
    # What is a backslash before the bar must stay one, and not escape the escape.
    text = re.sub(r"(\\*)\|", lambda found: found[1] * 2 + r"\|", text)
    return re.sub(r"\r\n|\r|\n", "<br>", text)


def replace_nan_recursive_fast(obj: Any) -> Any:
    """The value with "" in place of each NaN, in dicts and lists at any depth.

    Example:
        >>> replace_nan_recursive_fast({"total": [1.5, float("nan")]})
        {'total': [1.5, '']}
    """
    if isinstance(obj, dict):
        return {key: replace_nan_recursive_fast(value) for key, value in obj.items()}
    if isinstance(obj, list):
        return [replace_nan_recursive_fast(value) for value in obj]
    return "" if isinstance(obj, float) and math.isnan(obj) else obj


def require_pandas() -> Any:
    """The module pandas, imported; `DependencyError` if it is not installed."""
    return import_optional("pandas", "pandas", "MarkdownTable.to_dataframe")
