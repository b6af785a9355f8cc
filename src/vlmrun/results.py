"""Tables and files of many results, such as those of `execute_many` and `generate_many`.

Executions, predictions and pages of lists have methods of the same names.

Example:
    >>> from vlmrun import results
    >>> items = list(client.document.generate_many("in/*.pdf", "document.invoice"))
    >>> results.to_csv(items, "invoices.csv").name
    'invoices.csv'
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vlmrun._messages import type_and_repr
from vlmrun._validation import check_bool, check_int
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._batch_saving import entries_of, save_batch_without_client
from vlmrun.types._origin import resource_of
from vlmrun.types._rows import table_of
from vlmrun.types._saving import check_save_folder
from vlmrun.types.batches import BatchItem
from vlmrun.types.jobs import Job
from vlmrun.types.pdf_pages import PdfPages
from vlmrun.types.predictions import PredictionResponse

if TYPE_CHECKING:
    from pandas import DataFrame

    from vlmrun.types._table_files import Table

__all__ = [
    "join_parts",
    "save",
    "split_pdf",
    "to_csv",
    "to_dataframe",
    "to_excel",
    "to_jsonl",
    "to_parquet",
    "to_records",
]


def to_records(items: Iterable[Any], records: str | None = None) -> list[dict[str, Any]]:
    """Return a dict for each row of the table of results, all with the same keys.

    Args:
        items: Items of a batch, executions, or predictions.
        records: A list of the responses, such as "items", for a row for each of its items. By
            default there is a row for each result.

    Raises:
        InputError: No response has such a list.

    Example:
        >>> to_records([prediction])[0]["status"]
        'completed'
    """
    return _table(items, records).to_records()


def to_dataframe(items: Iterable[Any], records: str | None = None) -> DataFrame:
    """Return the table of results as a pandas DataFrame.

    There is a row for each result, with the columns `file`, `id`, `status`, `error` and `credits`,
    and a column for each field of the response: nested ones as "seller.city". Lists are values,
    unless `records` names one: then there is a row for each of its items, with columns such as
    "items.total".

    Args:
        items: Items of a batch, executions, or predictions.
        records: A list of the responses, such as "items".

    Raises:
        InputError: No response has such a list.
        DependencyError: The extra `pandas` is not installed.

    Example:
        >>> items = client.document.generate_many("in/*.pdf", "document.invoice")
        >>> print(to_dataframe(items)[["file", "status"]])
    """
    return _table(items, records).to_dataframe()


def to_csv(
    items: Iterable[Any],
    path: str | os.PathLike[str],
    records: str | None = None,
    *,
    escape_formulas: bool = False,
    encoding: str = "utf-8",
) -> Path:
    """Write the table of results as CSV, with lists and objects as JSON.

    Args:
        items: Items of a batch, executions, or predictions.
        path: The path of the file. An existing one is replaced, and missing folders are created.
        records: A list of the responses, such as "items", for a row for each of its items.
        escape_formulas: Put `'` before texts that a spreadsheet would take for a formula. Pass True
            if the file is opened in one, and the documents are not your own.
        encoding: The encoding; Excel recognizes "utf-8-sig".

    Returns:
        The path.

    Raises:
        InputTypeError: One of the items is not a result (also a `TypeError`).
        InputError: No response has such a list, or the file cannot be written.

    Example:
        >>> to_csv([prediction], "prediction.csv")
    """
    return _table(items, records).to_csv(path, escape_formulas, encoding)


def to_jsonl(
    items: Iterable[Any], path: str | os.PathLike[str], records: str | None = None
) -> Path:
    """Write the table of results with a JSON object per line.

    Args:
        items: Items of a batch, executions, or predictions.
        path: The path of the file. An existing one is replaced, and missing folders are created.
        records: A list of the responses, such as "items", for a line for each of its items.

    Returns:
        The path.

    Raises:
        InputTypeError: One of the items is not a result (also a `TypeError`).
        InputError: No response has such a list, or the file cannot be written.

    Example:
        >>> to_jsonl([prediction], "prediction.jsonl")
    """
    return _table(items, records).to_jsonl(path)


def to_excel(
    items: Iterable[Any], path: str | os.PathLike[str], records: str | None = None
) -> Path:
    """Write the table of results as an Excel workbook; no text becomes a formula.

    Args:
        items: Items of a batch, executions, or predictions.
        path: The path of the file. An existing one is replaced, and missing folders are created.
        records: A list of the responses, such as "items", for a row for each of its items.

    Returns:
        The path.

    Raises:
        InputError: No response has such a list, Excel cannot hold the table, or the file cannot be
            written.
        DependencyError: The extra `tables` is not installed.

    Example:
        >>> to_excel([prediction], "prediction.xlsx")
    """
    return _table(items, records).to_excel(path)


def to_parquet(
    items: Iterable[Any], path: str | os.PathLike[str], records: str | None = None
) -> Path:
    """Write the table of results as a Parquet file.

    Args:
        items: Items of a batch, executions, or predictions.
        path: The path of the file. An existing one is replaced, and missing folders are created.
        records: A list of the responses, such as "items", for a row for each of its items.

    Returns:
        The path.

    Raises:
        InputTypeError: One of the items is not a result (also a `TypeError`).
        InputError: No response has such a list, or the file cannot be written.
        DependencyError: The extra `tables` is not installed.

    Example:
        >>> to_parquet([prediction], "prediction.parquet")
    """
    return _table(items, records).to_parquet(path)


def save(
    items: Iterable[Any],
    folder: str | os.PathLike[str],
    *,
    artifacts: bool = True,
    client: Any = None,
) -> Any:
    """Save results to a folder: completely, or not at all.

    Each completed result gets a folder in it, with the files that `execution.save` writes. Beside
    them are `results.csv`, with the errors of the others too, and with `'` before text that a
    spreadsheet would read as a formula, and `manifest.json` with the digests of all files.

    Artifacts are downloaded by the client that the results are from. For results of an
    `AsyncVLMRun`, it returns a coroutine: `await save(...)`.

    Args:
        items: Items of a batch, executions, or predictions.
        folder: The folder. It must not exist yet, or be empty; missing parents are created.
        artifacts: Download the artifacts of executions, and those that responses refer to.
        client: A client, for results from a pickle or from another process.

    Returns:
        The path of the folder.

    Raises:
        InputError: The folder is not empty, or cannot be written, or there are artifacts and no
            client.
        APIError: An artifact cannot be downloaded; nothing is saved.

    Example:
        >>> items = client.document.generate_many("in/*.pdf", "document.invoice")
        >>> save(items, "results/all")
    """
    entries = entries_of(_checked(items))
    check_bool("artifacts", artifacts)
    check_save_folder(folder)
    jobs = (job for _, _, job in entries if job is not None)
    known = (resource_of(job) for job in jobs) if client is None else iter([client.predictions])
    resource = next((each for each in known if each is not None), None)
    if resource is None:
        return save_batch_without_client(entries, folder, artifacts)
    return resource._save_batch(entries, folder, artifacts)


def split_pdf(file: Any, size: int) -> list[PdfPages]:
    """Return the parts of a PDF, as inputs of `client.document.generate_many`.

    `client.document.generate(split=...)` does this for one document. With several documents, the
    parts of all can be the inputs of one batch.

    Args:
        file: A path, bytes, an open file, a tuple of a file name and bytes, or `PdfPages`.
        size: The number of pages of a part at most.

    Raises:
        MissingFileError: There is no file at the path.
        InputError: It is not a local PDF that can be read.
        DependencyError: The extra `pdf` is not installed.

    Example:
        >>> from vlmrun.results import split_pdf
        >>> [part.pages for part in split_pdf("examples/inputs/referral.pdf", 1)]
        ['1', '2']
    """
    from vlmrun._requests.document_parts import split_document

    check_int("size", size, 1)
    return split_document(file, size)


def join_parts(items: Iterable[BatchItem[Any]]) -> PredictionResponse:
    """Join the predictions of the parts of a PDF, as `client.document.generate(split=...)` does.

    Args:
        items: The items of all parts of one document, in any order.

    Raises:
        InputError: An item is not about a part that `split_pdf` has returned, or there is none.
        DocumentPartsError: Parts have failed; the message has their pages, and `prediction` the
            others.

    Example:
        >>> from vlmrun.results import join_parts, split_pdf
        >>> parts = split_pdf("examples/inputs/referral.pdf", 1)
        >>> prediction = join_parts(client.document.generate_many(parts, "document.invoice"))
        >>> [part.pages for part in prediction.parts]
        ['1', '2']
    """
    from vlmrun._requests.document_parts import joined, part_of

    found = list(items)
    for item in found:
        pages = getattr(item, "input", None)
        if not isinstance(pages, PdfPages) or any(last is None for _, last in pages.ranges):
            raise InputError(
                f"items must be those of parts of a PDF, got {type_and_repr(item)}",
                suggestion="Pass the items of generate_many(split_pdf(file, size))",
            )
    if not found:
        raise InputError("items is empty")
    return joined(sorted(map(part_of, found), key=lambda part: part.indices))


def _table(items: Any, records: str | None) -> Table:
    return table_of(_checked(items), records)


def _checked(items: Any) -> list[Any]:
    if not isinstance(items, Iterable) or isinstance(items, (str, bytes, dict)):
        is_async = hasattr(items, "__aiter__")
        raise InputTypeError(
            f"items must be a list of results, got {type_and_repr(items)}",
            suggestion=(
                "Collect them first: [item async for item in items]"
                if is_async
                else "Pass a list of executions, predictions or items of a batch"
            ),
        )
    results = list(items)
    for index, item in enumerate(results):
        # Whatever could be a row, such as a number, would become a table without any result.
        if not isinstance(item, (Job, BatchItem)):
            raise InputTypeError(
                f"items[{index}] must be an execution, a prediction or an item of a batch, got "
                f"{type_and_repr(item)}",
                suggestion="Pages of other lists have to_csv themselves",
            )
    return results
