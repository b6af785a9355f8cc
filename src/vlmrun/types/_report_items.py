"""Jobs, as a report shows them.

They are Any here: the module of their class imports this one.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from typing import Any, NamedTuple

from vlmrun._files.open_files import version_of
from vlmrun._files.paths import check_file, file_errors
from vlmrun._pictures.sources import open_pages
from vlmrun._report.items import ReportItem
from vlmrun.errors import DependencyError, InputError
from vlmrun.types._evidence_places import are_pages
from vlmrun.types._report_artifacts import ReportArtifacts

_NO_PAGES = "The pages are not shown: "


class Document(NamedTuple):
    """The document of a result, or why it is not at hand."""

    source: Any = None
    note: str | None = None


def report_item(
    job: Any,
    source: Any = None,
    *,
    problem: str | None = None,
    artifacts: ReportArtifacts,
) -> ReportItem:
    """Return what a report shows of a job.

    Args:
        job: An execution or a prediction.
        source: Its document; by default, the file that this client sent.
        problem: Why it has failed; by default, what the service says.
        artifacts: Returns the artifacts of the job.
    """
    is_readable = job.response is not None and job.status != "failed"
    response = job._sent_response()
    document = Document(source) if source is not None else _sent_document(job)
    return ReportItem(
        title=_title(job, source),
        status=str(job.status),
        facts=_facts(job),
        evidence=job.evidence if is_readable else {},
        response=response,
        source=document.source,
        pages=job._page_numbers,
        artifacts=artifacts.of(job, response),
        problem=job._failure() if problem is None else problem,
        note=document.note,
    )


def _sent_document(job: Any) -> Document:
    """Return what was sent with a job, if it is one document and can still be read."""
    files = job._sent
    if not files:
        return Document(note=f"{_NO_PAGES}pass the document as source=...")
    names = ", ".join(file.name for file in files[:5])
    # The images of a prediction are its pages; of several inputs, nothing says which a page is of.
    if len(files) > 1 and not are_pages(files):
        return Document(note=f"{_NO_PAGES}several files were sent ({names}); pass source=...")
    paths = [file.path for file in files if file.path is not None]
    if len(paths) < len(files):
        return Document(note=f"{_NO_PAGES}{names} was not a file on the disk; pass source=...")
    try:
        for file in files:
            _check_version(file)
        open_pages(paths).close()
    except (InputError, DependencyError) as error:
        return Document(note=f"{_NO_PAGES}{error}")
    return Document(paths if len(paths) > 1 else paths[0])


def _check_version(file: Any) -> None:
    path = check_file("source", file.path)
    if file.version is None:
        return
    with file_errors("source", path), path.open("rb") as opened:
        if version_of(opened) != file.version:
            raise InputError(f"{file.name} has changed since it was sent; pass source=...")


def _title(job: Any, source: Any) -> str:
    if isinstance(source, (str, PurePath)):
        return PurePath(source).name
    names = ", ".join(file.name for file in job._sent[:5])
    return names or str(getattr(job, "name", None) or getattr(job, "domain", None) or job.id)


def _facts(job: Any) -> list[tuple[str, str]]:
    """Return the known facts of a job besides its response."""
    usage = getattr(job, "usage", None)
    started, ended = getattr(job, "created_at", None), getattr(job, "completed_at", None)
    facts = {
        "Id": job.id,
        "Agent": getattr(job, "name", None),
        "Domain": getattr(job, "domain", None),
        "Created": _time(started),
        "Completed": _time(ended),
        "Took": f"{(ended - started).total_seconds():.1f} s" if started and ended else None,
        "Credits": getattr(usage, "credits_used", None),
        "Elements": _elements(usage),
        "Steps": getattr(usage, "steps", None),
        "Processing": _seconds(getattr(usage, "duration_seconds", None)),
    }
    return [(name, _number(value)) for name, value in facts.items() if value is not None]


def _elements(usage: Any) -> str | None:
    count = getattr(usage, "elements_processed", None)
    kind = getattr(usage, "element_type", None)
    if count is None:
        return None
    plural = "s" if kind and count != 1 else ""
    return f"{_number(count)} {kind or ''}{plural}".strip()


def _seconds(value: Any) -> str | None:
    return f"{_number(value)} s" if value else None


def _time(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(" ", "seconds").replace("+00:00", " UTC")


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
