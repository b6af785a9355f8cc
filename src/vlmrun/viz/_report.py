"""Reports of several results."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from vlmrun._files.paths import check_path
from vlmrun._messages import type_and_repr
from vlmrun._report.items import ReportItem
from vlmrun._report.write import write_report
from vlmrun._validation import check_str
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._report_artifacts import ReportArtifacts
from vlmrun.types._report_items import report_item
from vlmrun.types.batches import BatchItem, file_name_of
from vlmrun.types.jobs import Job
from vlmrun.types.pdf_pages import PdfPages


def report(
    results: Iterable[Any],
    path: str | os.PathLike[str],
    sources: Sequence[Any] | None = None,
    *,
    title: str = "Results",
    artifacts: Mapping[str, Any] | bool = True,
) -> Path:
    """Write an HTML report of several results: one file, which needs no network.

    It shows the pages with the boxes of the fields, and the fields beside them, those with a low
    confidence first; status, usage and times; artifacts; and the responses as JSON.

    Args:
        results: Predictions, executions, or the items of `execute_many` and `generate_many`. If
            there are none, the report says so.
        path: The file to write; it is replaced if it exists, and only once the report is complete.
            Missing folders are created.
        sources: The document of each result, as `draw` accepts it; None for the file that this
            client sent with it. `PdfPages` is for a job that was fetched by its id, if only these
            pages were sent: its response counts them only.
        title: The heading.
        artifacts: True (default) downloads the artifacts that the responses refer to, up to 60 in
            at most 30 seconds, by the client that the results are from: images are shown, and
            others named with their types and sizes. With an `AsyncVLMRun`,
            `await asyncio.to_thread(report, results, path)` does so. Or pictures by their ids, as
            `draw` accepts sources. False only names them.

    Returns:
        The path of the report.

    Raises:
        InputError: A result is of another kind, the lists differ in length, a source cannot be
            read, or the file cannot be written (also a `ValueError`).
        DependencyError: The extra `images` or `pdf` is not installed.

    Example:
        >>> report([prediction], "report.html", title="Invoices of November").name
        'report.html'
    """
    target = check_path("path", path)
    check_str("title", title)
    if isinstance(results, (str, bytes, Mapping, Job, BatchItem)) or not isinstance(
        results, Iterable
    ):
        raise InputTypeError(
            f"results must be a list of results, got {type_and_repr(results)}",
            suggestion="Use to_html(path) of a single result",
        )
    listed = list(results)
    if sources is not None and (
        isinstance(sources, (str, bytes)) or not isinstance(sources, Iterable)
    ):
        raise InputTypeError(
            f"sources must be a list with a document for each result, got {type_and_repr(sources)}"
        )
    documents = [None] * len(listed) if sources is None else list(sources)
    if len(documents) != len(listed):
        raise InputError(f"sources has {len(documents)} items, results has {len(listed)}")
    found = ReportArtifacts(artifacts)
    items = [
        _item(f"results[{index}]", result, source, found)
        for index, (result, source) in enumerate(zip(listed, documents, strict=True))
    ]
    return write_report(target, items, title)


def _item(name: str, result: Any, source: Any, artifacts: ReportArtifacts) -> ReportItem:
    if isinstance(source, PdfPages):
        result, source = _of_pages(name, result, source)
    if isinstance(result, Job):
        return report_item(result, source, artifacts=artifacts)
    if not isinstance(result, BatchItem):
        raise InputTypeError(
            f"{name} must be a prediction, an execution or an item of a batch, "
            f"got {type_and_repr(result)}"
        )
    job, problem = result.result, None
    if job is None:
        job = getattr(result.error, "job", None)
        problem = "Not submitted" if result.error is None else str(result.error)
    if isinstance(job, Job):
        # What is known to have been sent is only shown if it has not changed since.
        if source is None and not job._sent and isinstance(result.input, (PurePath, str)):
            source = _existing(result.input)
        return report_item(job, source, problem=problem, artifacts=artifacts)
    named = source if isinstance(source, (str, PurePath)) else result.input
    title = file_name_of(named) or f"Item {result.index + 1}"
    facts = [] if result.id is None else [("Id", result.id)]
    return ReportItem(title=title, status="failed", facts=facts, problem=problem)


def _of_pages(name: str, result: Any, pages: PdfPages) -> tuple[Any, Any]:
    """Return a result that knows which pages of a document were sent, and the document."""
    from vlmrun._requests.pdf_parts import part_of_pdf
    from vlmrun._requests.sent_files import files_sent

    if not isinstance(result, Job):
        raise InputTypeError(
            f"PdfPages in sources need a job as {name}, got {type_and_repr(result)}"
        )
    sent = files_sent([part_of_pdf(pages, name.replace("results", "sources"))])
    job = result._set(_sent=sent, _evidence=None)
    return job, pages.file


def _existing(value: Any) -> Path | None:
    try:
        return Path(value) if Path(value).is_file() else None
    except (OSError, ValueError):  # a str that is not a path
        return None
