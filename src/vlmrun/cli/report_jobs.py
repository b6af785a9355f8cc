"""The jobs of a report: ids, and the JSON files that `--output` has written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun.cli.exit_codes import NOT_FOUND
from vlmrun.cli.problems import Problem, UsageProblem, one_line
from vlmrun.cli.recent_ids import recent_ids
from vlmrun.cli.run import Run
from vlmrun.cli.text_arguments import read_json_file


class ReportJob(NamedTuple):
    """A job of a report.

    Attributes:
        id: Its id.
        source: The file that it is about, if it is known and there.
        pages: The pages of it that were sent, as `--pages`; None for all.
        parts: The pages and the id of each part, if it was sent in parts.
    """

    id: str
    source: Path | None = None
    pages: str | None = None
    parts: tuple[tuple[str, str], ...] = ()


def report_jobs(arguments: Sequence[str]) -> list[ReportJob]:
    """Return the jobs that the arguments stand for, each once.

    Args:
        arguments: Ids, JSON files of `--output`, or folders of them.

    Raises:
        UsageProblem: A file is not one of `--output`, or a folder has none.
    """
    jobs: dict[str, ReportJob] = {}
    for argument in arguments:
        if not argument:  # such as "$ID", if the variable is not set
            raise UsageProblem("JOB is empty", "Pass an id, or a file or folder of --output")
        path = Path(argument).expanduser()
        if path.is_dir():
            found = [job for file in sorted(path.glob("*.json")) for job in _in_file(file)]
            if not found:
                raise UsageProblem(f"The folder {path} has no results", "Pass that of --output")
        elif path.is_file():
            found = list(_in_file(path)) if path.suffix == ".json" else []
            if not found:
                raise UsageProblem(f"{path} is not the result of a job", "Pass a file of --output")
        elif path.suffix == ".json" or path.parent != Path():
            raise UsageProblem(
                f"The file {path} does not exist", "Pass an id, or a file of --output"
            )
        else:
            found = [ReportJob(argument)]
        jobs.update({job.id: job for job in found})
    return list(jobs.values())


def _in_file(path: Path) -> Iterator[ReportJob]:
    data = read_json_file("JSON", path)
    # Those of `--json` are lists.
    for each in data if isinstance(data, list) else [data]:
        if isinstance(each, dict) and isinstance(each.get("id"), str):
            yield _job_of(each)


def _job_of(data: dict[str, Any]) -> ReportJob:
    path = data.get("input_path", data.get("input"))
    source = Path(path) if isinstance(path, str) and Path(path).is_file() else None
    pages = data.get("pages")
    if parts := _parts_of(data):
        # Their joined response has the page numbers of the document.
        return ReportJob(data["id"], source, parts=parts)
    return ReportJob(data["id"], source, pages if isinstance(pages, str) else None)


def _parts_of(data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the pages and ids of the parts of a document; none if it was sent as a whole."""
    parts = data.get("parts")
    found = [each for each in parts if isinstance(each, dict)] if isinstance(parts, list) else []
    pairs = [(each.get("pages"), each.get("id")) for each in found]
    return tuple((pages, id) for pages, id in pairs if isinstance(pages, str) and id)


def source_of(run: Run, job: ReportJob) -> Any:
    """Return the document of a job, or the pages of it that were sent.

    None if the document lacks these pages.
    """
    from vlmrun.errors import InputError
    from vlmrun.results import split_pdf
    from vlmrun.types import PdfPages

    if job.source is None or job.pages is None:
        return job.source
    try:
        pages = PdfPages(job.source, job.pages)
        split_pdf(pages, 1)  # reads the file, and raises if it lacks these pages
    except InputError as error:
        run.output.warn(f"The pages of {job.id} are not shown: {one_line(error)}")
        return None
    return pages


def fetch_job(run: Run, job: ReportJob) -> Any:
    """Return an execution or a prediction, joined from its parts if there are some.

    Raises:
        Problem: There is no such job.
    """
    if not job.parts:
        return _fetch(run, job.id)
    from vlmrun.results import join_parts
    from vlmrun.types import BatchItem, PdfPages

    return join_parts(
        BatchItem(number, PdfPages("document.pdf", pages), id, run.client.predictions.get(id))
        for number, (pages, id) in enumerate(job.parts)
    )


def _fetch(run: Run, id: str) -> Any:
    """Return a job; the kind that was shown before is asked for first."""
    from vlmrun.errors import ResourceNotFoundError

    kinds = ["executions", "predictions"]
    if any(each.id == id for each in recent_ids("predictions", id)):
        kinds.reverse()
    for kind in kinds:
        try:
            return getattr(run.client, kind).get(id)
        except ResourceNotFoundError:
            continue
    raise Problem(
        f"There is no execution and no prediction {id}",
        "List them with `vlmrun executions list` and `vlmrun predictions list`",
        NOT_FOUND,
    )
