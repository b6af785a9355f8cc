"""Tables of values: as a pandas DataFrame, and as CSV, JSON Lines, Excel and Parquet files."""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmrun._files.paths import check_path
from vlmrun._files.staging import written_file
from vlmrun._messages import short_repr
from vlmrun._optional_imports import import_optional
from vlmrun._validation import check_bool
from vlmrun.errors import InputError

if TYPE_CHECKING:
    from pandas import DataFrame

# Floats have 53 bits, and Excel shows 15 digits.
_MAX_EXACT_INT = 2**53
_MAX_EXCEL_INT = 10**15
# https://support.microsoft.com/office/excel-specifications-and-limits
_MAX_EXCEL_CELL = 32_767
_MAX_EXCEL_ROWS = 1_048_576
_MAX_EXCEL_COLUMNS = 16_384
# What XML cannot hold is written as in ECMA-376, part 1, 22.9.2.19, and so is what looks like it.
_NOT_IN_XML = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)"
)
# Spreadsheets take a cell that starts with one of these for a formula:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Table(NamedTuple):
    """Columns and rows."""

    columns: list[str]
    rows: list[list[Any]]

    @classmethod
    def of_records(cls, records: Iterable[Mapping[str, Any]]) -> Table:
        """Return a table of dicts, with the columns in the order in which they first occur."""
        records = list(records)
        columns = list(dict.fromkeys(name for record in records for name in record))
        return cls(columns, [[record.get(name) for name in columns] for record in records])

    def to_records(self) -> list[dict[str, Any]]:
        """Return a dict for each row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_dataframe(self) -> DataFrame:
        """Return a pandas DataFrame; raises `DependencyError` without the extra `pandas`."""
        pandas: Any = import_optional("pandas", "pandas", "to_dataframe")
        series = {
            index: pandas.Series(values, dtype="object" if _needs_objects(values) else None)
            for index, values in enumerate(self._values())
        }
        # Named afterwards, since several columns may have the same name.
        frame: DataFrame = pandas.DataFrame(series).set_axis(self.columns, axis="columns")
        return frame

    def to_csv(self, path: Any, escape_formulas: bool = False, encoding: str = "utf-8") -> Path:
        """Write a CSV file, which replaces a file at the path once it is complete."""
        target = check_path("path", path)
        check_bool("escape_formulas", escape_formulas)
        try:
            codecs.lookup(encoding)
        except (LookupError, TypeError):
            raise InputError(
                f"encoding cannot be {short_repr(encoding)}",
                suggestion='Pass "utf-8", or "utf-8-sig" for Excel',
            ) from None
        with written_file(target) as file:
            text = io.TextIOWrapper(file, encoding, errors="backslashreplace", newline="")
            writer = csv.writer(text)
            for row in [self.columns, *self.rows]:
                cells = map(_escaped, row) if escape_formulas else row
                writer.writerow(map(_text, cells))
            text.flush()
            text.detach()
        return target

    def to_jsonl(self, path: Any) -> Path:
        """Write a file with a JSON object per line."""
        target = check_path("path", path)
        with written_file(target) as file:
            for record in self.to_records():
                file.write(_json(record).encode("utf-8", "backslashreplace") + b"\n")
        return target

    def to_excel(self, path: Any) -> Path:
        """Write an Excel workbook; raises `DependencyError` without the extra `tables`."""
        target = check_path("path", path)
        openpyxl: Any = import_optional("openpyxl", "tables", "to_excel")
        self._check_excel()
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Results")
        sheet.freeze_panes = "A2"
        cell_class = import_optional("openpyxl.cell", "tables", "to_excel").WriteOnlyCell
        for row in [self.columns, *self.rows]:
            cells = []
            for value in map(_excel_value, row):
                cell = cell_class(sheet, value)
                if isinstance(value, str):
                    # Text of a document that starts with "=" must not become a formula.
                    cell.data_type = "s"
                cells.append(cell)
            sheet.append(cells)
        with written_file(target) as file:
            book.save(file)
        return target

    def to_parquet(self, path: Any) -> Path:
        """Write a Parquet file; raises `DependencyError` without the extra `tables`."""
        target = check_path("path", path)
        arrow: Any = import_optional("pyarrow", "tables", "to_parquet")
        parquet: Any = import_optional("pyarrow.parquet", "tables", "to_parquet")
        names = unique_names(map(_encodable, self.columns))
        columns = {
            name: arrow.array(_of_one_type(values))
            for name, values in zip(names, self._values(), strict=True)
        }
        with written_file(target) as file:
            parquet.write_table(arrow.table(columns), file)
        return target

    def _values(self) -> list[list[Any]]:
        return [[row[index] for row in self.rows] for index in range(len(self.columns))]

    def _check_excel(self) -> None:
        if len(self.rows) >= _MAX_EXCEL_ROWS or len(self.columns) > _MAX_EXCEL_COLUMNS:
            raise InputError(
                f"Excel cannot hold {len(self.rows)} rows of {len(self.columns)} columns",
                suggestion="Use to_csv or to_parquet",
            )
        for number, row in enumerate([self.columns, *self.rows]):
            for name, value in zip(self.columns, row, strict=True):
                if len(str(_excel_value(value))) > _MAX_EXCEL_CELL:
                    place = f"of row {number}" if number else "as a header"
                    raise InputError(
                        f"Excel cannot hold {short_repr(name)} {place}, which has more than "
                        f"{_MAX_EXCEL_CELL} characters",
                        suggestion='Use to_csv, or a row for each item of a list: records="items"',
                    )


def _needs_objects(values: list[Any]) -> bool:
    """Return whether pandas would make floats of integers that floats cannot hold."""
    largest = max((abs(each) for each in values if type(each) is int), default=0)
    # pandas has integers of 64 bits, and tries a float for larger ones.
    return largest >= 2**63 or (largest > _MAX_EXACT_INT and len(set(map(type, values))) > 1)


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str)
    except ValueError:  # JSON has no NaN
        return json.dumps(without_nan(value), ensure_ascii=False, default=str)


def without_nan(value: Any) -> Any:
    """Return JSON data with null for NaN and infinities, which JSON lacks."""
    if isinstance(value, Mapping):
        return {key: without_nan(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _text(value: Any) -> str:
    """Return a value as the text of a cell; "" for None, NaN and infinities."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    is_json = isinstance(value, (bool, int, float, list, tuple, dict))
    return _json(value) if is_json else str(value)


def _escaped(value: Any) -> Any:
    is_formula = isinstance(value, str) and value.startswith(_FORMULA_STARTS)
    return f"'{value}" if is_formula else value


def _excel_value(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < _MAX_EXCEL_INT:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", _text(value))


def _of_one_type(values: list[Any]) -> list[Any]:
    """Return the values of a column that can have one type only: else they become text."""
    kinds = {_kind(value) for value in values if value is not None}
    if kinds <= {"float"} or (len(kinds) == 1 and not kinds & {"large", "other"}):
        return values
    if kinds == {"int", "float"}:
        return [None if value is None else float(value) for value in values]
    texts = (None if value is None else _text(value) for value in values)
    return [text and _encodable(text) for text in texts]


def _encodable(text: str) -> str:
    """Return a text with escapes for lone surrogates, which UTF-8 cannot encode."""
    return text.encode("utf-8", "backslashreplace").decode()


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "other"  # may have lone surrogates
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if abs(value) <= _MAX_EXACT_INT else "large"
    return "float" if isinstance(value, float) else "other"


def unique_names(names: Iterable[str]) -> list[str]:
    """Return names of columns that differ: the second "Total" is "Total (2)"."""
    taken: set[str] = set()
    found = []
    for name in names:
        number, candidate = 1, name
        while candidate in taken:
            number += 1
            candidate = f"{name} ({number})"
        taken.add(candidate)
        found.append(candidate)
    return found


def check_records(records: Any) -> str | None:
    """Return the argument `records`; raises `InputError` unless it is None or a path."""
    if records is None or (isinstance(records, str) and records):
        return records
    raise InputError(
        f"records cannot be {short_repr(records)}",
        suggestion='Pass the name of a list of the response, such as "items"',
    )
