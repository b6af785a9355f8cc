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
    """

    id: str
    source: Path | None = None
    pages: str | None = None


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
            parts = each.get("parts")
            if isinstance(parts, list) and len(parts) > 1:
                raise UsageProblem(
                    f"{path} is about a document in parts, which are jobs of their own",
                    "Pass --report to `vlmrun generate`",
                )
            path_of_source = each.get("input_path", each.get("input"))
            source = Path(path_of_source) if isinstance(path_of_source, str) else None
            pages = each.get("pages")
            yield ReportJob(
                each["id"],
                source if source is not None and source.is_file() else None,
                pages if isinstance(pages, str) else None,
            )


def source_of(run: Run, job: ReportJob) -> Any:
    """Return the document of a job, or the pages of it that were sent.

    If it lacks these pages, the report does without.
    """
    from vlmrun.errors import InputError
    from vlmrun.results import split_pdf
    from vlmrun.types import PdfPages

    if job.source is None or job.pages is None:
        return job.source
    pages = PdfPages(job.source, job.pages)
    try:
        split_pdf(pages, 1)
    except InputError as error:
        run.output.warn(f"The pages of {job.id} are not shown: {one_line(error)}")
        return None
    return pages


def fetch_job(run: Run, id: str) -> Any:
    """Return an execution or a prediction; the kind that was shown before is asked for first.

    Raises:
        Problem: There is neither.
    """
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
