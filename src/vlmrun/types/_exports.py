"""Mixin of the types that can be exported as tables: jobs, pages of lists, items of batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from pandas import DataFrame

    from vlmrun.types._table_files import Table


class TableExports:
    """Exports of one or several results as a table.

    There is a row for each result, with the columns `file`, `id`, `status`, `error` and `credits`,
    and a column for each field of the response: nested ones as "seller.city". Lists are values,
    unless `records` names one: then there is a row for each of its items, with columns such as
    "items.total". Grounding and confidence are left out; `.evidence` has them.
    """

    __slots__ = ()

    def _table(self, records: str | None) -> Table:
        raise NotImplementedError

    def to_records(self, records: str | None = None) -> list[dict[str, Any]]:
        """Return a dict for each row, all with the same keys.

        Args:
            records: A list of the responses, such as "items", for a row for each of its items. By
                default there is a row for each result.

        Raises:
            InputError: No response has such a list.

        Example:
            >>> prediction.to_records()[0]["status"]
            'completed'
        """
        return self._table(records).to_records()

    def to_dataframe(self, records: str | None = None) -> DataFrame:
        """Return a pandas DataFrame.

        Args:
            records: A list of the responses, such as "items", for a row for each of its items. By
                default there is a row for each result.

        Raises:
            InputError: No response has such a list.
            DependencyError: The extra `pandas` is not installed.

        Example:
            >>> frame = prediction.to_dataframe()
        """
        return self._table(records).to_dataframe()

    def to_csv(
        self,
        path: str | os.PathLike[str],
        records: str | None = None,
        *,
        escape_formulas: bool = False,
        encoding: str = "utf-8",
    ) -> Path:
        """Write a CSV file, with lists and objects as JSON. It replaces an existing file.

        Args:
            path: The path of the file. Missing folders are created.
            records: A list of the responses, such as "items", for a row for each of its items.
            escape_formulas: Put `'` before texts that a spreadsheet would take for a formula. Pass
                True if the file is opened in one, and the documents are not your own.
            encoding: The encoding; Excel recognizes "utf-8-sig".

        Returns:
            The path.

        Raises:
            InputError: No response has such a list, or the file cannot be written.

        Example:
            >>> client.predictions.list().to_csv("predictions.csv")
        """
        return self._table(records).to_csv(path, escape_formulas, encoding)

    def to_jsonl(self, path: str | os.PathLike[str], records: str | None = None) -> Path:
        """Write a JSON object per line. It replaces an existing file.

        Args:
            path: The path of the file. Missing folders are created.
            records: A list of the responses, such as "items", for a line for each of its items.

        Returns:
            The path.

        Raises:
            InputError: No response has such a list, or the file cannot be written.

        Example:
            >>> client.predictions.list().to_jsonl("predictions.jsonl")
        """
        return self._table(records).to_jsonl(path)

    def to_excel(self, path: str | os.PathLike[str], records: str | None = None) -> Path:
        """Write an Excel workbook, with lists and objects as JSON. It replaces an existing file.

        No text becomes a formula, and integers of more than 15 digits become text.

        Args:
            path: The path of the file. Missing folders are created.
            records: A list of the responses, such as "items", for a row for each of its items.

        Returns:
            The path.

        Raises:
            InputError: No response has such a list, Excel cannot hold the table, or the file cannot
                be written.
            DependencyError: The extra `tables` is not installed.

        Example:
            >>> prediction.to_excel("prediction.xlsx")
        """
        return self._table(records).to_excel(path)

    def to_parquet(self, path: str | os.PathLike[str], records: str | None = None) -> Path:
        """Write a Parquet file. It replaces an existing file.

        A column with lists, objects, or values of several types becomes text.

        Args:
            path: The path of the file. Missing folders are created.
            records: A list of the responses, such as "items", for a row for each of its items.

        Returns:
            The path.

        Raises:
            InputError: No response has such a list, or the file cannot be written.
            DependencyError: The extra `tables` is not installed.

        Example:
            >>> prediction.to_parquet("prediction.parquet")
        """
        return self._table(records).to_parquet(path)
