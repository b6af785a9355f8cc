"""Tables of a page: columns, rows and cells, as Markdown and as a pandas DataFrame."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args

import attrs

from vlmrun._displayed import Displayed
from vlmrun._messages import did_you_mean, short_repr
from vlmrun._optional_imports import import_optional
from vlmrun.errors import InputError
from vlmrun.types._base import Received

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from pandas import DataFrame

    from vlmrun._cards import Card
    from vlmrun.types._table_files import Table

__all__ = [
    "BoxCoords",
    "MarkdownTable",
    "TableCell",
    "TableColumnType",
    "TableHeader",
    "TableMetadata",
    "replace_nan_recursive_fast",
]

Columns = Literal["id", "name", "none"]
TableColumnType = Literal[
    "str",
    "int",
    "float",
    "bool",
    "date",
    "datetime",
    "time",
    "timedelta",
    "duration",
    "currency",
    "percentage",
    "enum",
]


class BoxCoords(Received):
    """A bounding box, in the unit that the service uses.

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
        column: The index of the column, from 0.
        name: The title of the column.
        dtype: The type of its values, such as "str", "date" or "currency".
    """

    id: str
    column: int
    name: str
    dtype: TableColumnType | str | None = None


class TableCell(Received):
    """A cell of a table.

    Attributes:
        content: The text.
        index: Row and column, from 0.
        span: The number of rows and columns that the cell covers.
        bbox: The location on the page.
    """

    content: str
    bbox: BoxCoords | None = None
    index: tuple[int, int]
    span: tuple[int | None, int | None] | None = None


class TableMetadata(Received):
    """The title, caption and notes of a table."""

    title: str | None = None
    caption: str | None = None
    notes: str | None = None


class MarkdownTable(Received, Displayed):
    """A table of a page. `str(table)` is its Markdown.

    Attributes:
        headers: The columns, from left to right.
        metadata: Title, caption and notes; empty if the service sent none.
        content: The table in Markdown, if the service sent it.
        data: The rows: dicts from a header's id to the value; NaN is read as "".
        bbox: The location on the page.
        cells: The cells, if the layout was requested.

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
    def _normalized(cls, values: dict[str, Any]) -> dict[str, Any]:
        values = super()._normalized(values)
        if "data" in values:
            values["data"] = replace_nan_recursive_fast(values["data"])
        return values

    def __str__(self) -> str:
        return self.render()

    def render(self) -> str:
        """Return the table in Markdown: `content` if there is one, else headers and rows.

        In cells, `|` is escaped and line breaks become `<br>`. Values without a header get a column
        of their own, so that nothing is lost.
        """
        if self.content:
            return str(self.content)
        keys, names = self._all_columns()
        if not names:
            return ""
        lines = [names, ["---"] * len(names), *self._rows(keys)]
        return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)

    def to_dataframe(self, header: Columns = "id") -> DataFrame:
        """Return the rows as a pandas DataFrame.

        Args:
            header: The labels of the columns: "id" (default), "name" (ids if a name occurs twice),
                or "none", which is the same as "id".

        Returns:
            A frame with "" for missing values. It is empty if there is no data, or if the rows do
            not match the headers; they are in `data` then.

        Raises:
            DependencyError: The extra `pandas` is not installed.
            InputError: `header` is not one of these values.
        """
        if header not in get_args(Columns):
            hint = did_you_mean(str(header), get_args(Columns))
            raise InputError(f"header cannot be {short_repr(header)}.{hint}")
        from vlmrun.types._table_files import Table

        pandas = require_pandas()
        keys = self._keys()
        rows = [] if keys is None else self._rows(keys)
        columns = self._ids
        if not rows or any(len(row) != len(columns) for row in rows):
            return pandas.DataFrame()
        names = [each.name for each in self._headers]
        if header == "name" and len(set(names)) == len(names):
            columns = names
        return Table(columns, rows).to_dataframe()

    def to_csv(
        self,
        path: str | os.PathLike[str],
        *,
        escape_formulas: bool = False,
        encoding: str = "utf-8",
    ) -> Path:
        """Write the rows as CSV below the names of the headers. It replaces an existing file.

        Args:
            path: The path of the file.
            escape_formulas: Put `'` before texts that a spreadsheet would take for a formula.
            encoding: The encoding; Excel recognizes "utf-8-sig".

        Returns:
            The path.

        Raises:
            InputError: The file cannot be written.

        Example:
            >>> table = MarkdownTable(headers=[{"id": "c", "column": 0, "name": "Item"}], data=[])
            >>> table.to_csv("table.csv").read_text().strip()
            'Item'
        """
        return self._table().to_csv(path, escape_formulas, encoding)

    def to_jsonl(self, path: str | os.PathLike[str]) -> Path:
        """Write a JSON object per row, with the names of the headers as keys.

        Args:
            path: The path of the file. An existing one is replaced.

        Returns:
            The path.

        Raises:
            InputError: The file cannot be written.
        """
        return self._table().to_jsonl(path)

    def to_excel(self, path: str | os.PathLike[str]) -> Path:
        """Write the rows as an Excel workbook below the names of the headers.

        Args:
            path: The path of the file. An existing one is replaced.

        Returns:
            The path.

        Raises:
            InputError: Excel cannot hold the table, or the file cannot be written.
            DependencyError: The extra `tables` is not installed.
        """
        return self._table().to_excel(path)

    def to_parquet(self, path: str | os.PathLike[str]) -> Path:
        """Write the rows as a Parquet file, with the names of the headers as columns.

        Args:
            path: The path of the file. An existing one is replaced.

        Returns:
            The path.

        Raises:
            InputError: The file cannot be written.
            DependencyError: The extra `tables` is not installed.
        """
        return self._table().to_parquet(path)

    def _card(self) -> Card:
        from vlmrun._cards import Card

        table = self._table()
        facts = [(name, getattr(self.metadata, name, None)) for name in ("title", "caption")]
        if not table.columns:
            facts.append(("content", self.content))
        return Card("Table", facts, table.columns, table.rows, len(table.rows))

    def _table(self) -> Table:
        from vlmrun.types._table_files import Table, unique_names

        keys, names = self._all_columns()
        rows = self._rows(keys)
        width = max([len(names), *map(len, rows)])
        names = unique_names(
            [*names, *(f"Column {index + 1}" for index in range(len(names), width))]
        )
        return Table(names, [[*row, *[""] * (width - len(row))] for row in rows])

    def _all_columns(self) -> tuple[list[str], list[str]]:
        """Return the keys and the names of all columns, those without a header included."""
        names = [header.name for header in self._headers]
        keys = self._keys()
        if keys is None:
            ids = self._ids
            extra = [key for key in self._used_keys() if key not in ids]
            keys, names = ids + extra, names + extra
        return keys, names

    @property
    def _headers(self) -> list[TableHeader]:
        return self.headers or []

    @property
    def _ids(self) -> list[str]:
        return [header.id for header in self._headers]

    def _used_keys(self) -> list[str]:
        """Return the keys of all rows, in the order in which they first occur."""
        rows = [row for row in self.data or [] if isinstance(row, Mapping)]
        return list(dict.fromkeys(key for row in rows for key in row))

    def _keys(self) -> list[str] | None:
        """Return the key of each column's values, or None if the rows do not match the headers.

        These are the ids of the headers. The service has also sent rows with entirely other keys;
        if there are as many of them as headers, they are used in their order.
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
    # Backslashes before a bar are doubled, since they would escape the escape otherwise:
    # https://github.github.com/gfm/#example-200
    text = re.sub(r"(\\*)\|", lambda found: found[1] * 2 + r"\|", text)
    return re.sub(r"\r\n|\r|\n", "<br>", text)


def replace_nan_recursive_fast(obj: Any) -> Any:
    """Replace each NaN by "", in dicts and lists at any depth.

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
    """Import pandas; raises `DependencyError` if it is not installed."""
    return import_optional("pandas", "pandas", "MarkdownTable.to_dataframe")
