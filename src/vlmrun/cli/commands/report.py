"""`vlmrun report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vlmrun.cli.batch_results import check_report
from vlmrun.cli.formatting import count
from vlmrun.cli.problems import UsageProblem
from vlmrun.cli.recent_ids import complete
from vlmrun.cli.registration import command, single
from vlmrun.cli.report_jobs import fetch_job, report_jobs, source_of
from vlmrun.cli.run import Run

EXAMPLES = (
    "vlmrun report 0f1e2d3c-... --source invoice.pdf",
    "vlmrun report out/ --output november.html --title 'Invoices of November'",
)

app = single()


@command(app, "report", shows_help=True, examples=EXAMPLES)
def report(
    run: Run,
    jobs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="JOB",
            help="Ids of executions and predictions; or files and folders of --output.",
            autocompletion=complete("executions", "predictions"),
        ),
    ] = None,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="The HTML file, which is replaced."),
    ] = Path("report.html"),
    source: Annotated[
        list[Path] | None,
        typer.Option(
            "--source",
            metavar="FILE",
            help="The document of a job, in the order of the jobs; without it, its pages are left "
            "out, unless the file of --output has it.",
        ),
    ] = None,
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="The heading.")] = "Results",
) -> None:
    """Write an HTML report of finished jobs: pages with boxes, fields, usage and responses.

    It is one file that needs no network. It contains the documents, so treat it like them.
    """
    check_report("--output", output)
    found = report_jobs(jobs or [])
    if not found:
        raise UsageProblem("JOB is missing", "Pass ids, or files and folders of --output")
    if source:
        if len(source) != len(found):
            raise UsageProblem(
                f"--source was passed {count(len(source), 'time')} for {count(len(found), 'job')}",
                "Pass one for each job, in their order",
            )
        missing = [path for path in source if not path.expanduser().is_file()]
        if missing:
            raise UsageProblem(f"--source: the file {missing[0]} does not exist")
        found = [
            job._replace(source=path.expanduser()) for job, path in zip(found, source, strict=True)
        ]
    fetched = [fetch_job(run, job) for job in found]
    sources = [source_of(run, job) for job in found]
    for job in fetched:
        if not job.is_finished:
            run.output.note(f"{job.id} is not finished: its status is {job.status}")
    from vlmrun import viz

    path = viz.report(fetched, output.expanduser(), sources, title=title)
    data = {"path": str(path), "jobs": [job.id for job in fetched]}
    run.output.show(data, str(path))
