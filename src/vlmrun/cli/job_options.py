"""The options that `execute` and `generate` share: results, resuming, limits and waiting."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from vlmrun.cli.options import check_folder
from vlmrun.cli.problems import UsageProblem

JOURNAL = ".vlmrun-journal.sqlite"

PagesOption = Annotated[
    str | None,
    typer.Option("--pages", metavar="PAGES", help="Send only these pages of PDFs, such as 1-3,7."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        help="A folder for one JSON per input; it is created if there is none.",
    ),
]
TableOption = Annotated[
    Path | None,
    typer.Option(
        "--table", metavar="FILE", help="A .csv, .jsonl, .parquet or .xlsx of all inputs."
    ),
]
ReportOption = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="An HTML report of all inputs."),
]
ArtifactsOption = Annotated[
    bool, typer.Option("--artifacts", help="Save the artifacts, below --output.")
]
JournalOption = Annotated[
    Path | None,
    typer.Option(
        "--journal",
        metavar="FILE",
        help="The file that records the jobs, so that the same command resumes; by default it is "
        "next to the results.",
    ),
]
ConcurrencyOption = Annotated[
    int,
    typer.Option(
        "--concurrency", min=1, metavar="N", help="The number of inputs, or parts, at a time."
    ),
]
BudgetOption = Annotated[
    float | None,
    typer.Option(
        "--budget",
        min=0,
        metavar="CREDITS",
        help="Stop submitting once this many credits are used.",
    ),
]
RetryFailedOption = Annotated[
    bool, typer.Option("--retry-failed", help="Submit jobs again that failed before.")
]
ResubmitUnknownOption = Annotated[
    bool,
    typer.Option(
        "--resubmit-unknown", help="Submit again what may be running; it may be billed twice."
    ),
]
DryRunOption = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Send nothing; list the pages, sizes and credits of the inputs."
    ),
]

DEFAULT_CONCURRENCY = 8


class JobOptions(NamedTuple):
    """The options of `execute` and `generate`.

    Attributes:
        output: The folder for one JSON per input.
        table: The file with a row per input.
        report: The HTML report.
        artifacts: Whether to save the artifacts.
        journal: The path of the journal; by default it is next to the results.
        concurrency: The number of inputs at a time.
        budget: Credits after which nothing more is submitted.
        retry_failed: Whether to submit jobs again that failed before.
        resubmit_unknown: Whether to submit again what may be running.
        wait: Whether to wait for the results.
        timeout: Seconds to wait for each job.
        poll_interval: Seconds between two polls at most; None for the default of the SDK.
        dry_run: Whether to send nothing.
    """

    output: Path | None
    table: Path | None
    report: Path | None
    artifacts: bool
    journal: Path | None
    concurrency: int
    budget: float | None
    retry_failed: bool
    resubmit_unknown: bool
    wait: bool
    timeout: float
    poll_interval: float | None
    dry_run: bool

    def of_batch(self) -> str | None:
        """Return an option that only a batch has, if one was passed; `--output` is not one."""
        options = {
            "--table": self.table,
            "--report": self.report,
            "--journal": self.journal,
            "--budget": self.budget is not None,
            "--retry-failed": self.retry_failed,
            "--resubmit-unknown": self.resubmit_unknown,
        }
        return next((name for name, value in options.items() if value), None)

    def check(self, is_batch: bool) -> None:
        """Check the options that need or exclude each other.

        Args:
            is_batch: Whether there is a job for each input, rather than one.

        Raises:
            UsageProblem: An option is missing, excludes another one, or names no folder.
        """
        check_folder(self.output)
        if self.artifacts and self.output is None:
            raise UsageProblem("--artifacts needs --output", "Pass the folder for the results")
        other = "--output" if self.output is not None else self.of_batch()
        if not self.wait and other is not None:
            raise UsageProblem(
                f"--no-wait only prints ids, so it excludes {other}", "Leave one out"
            )
        if is_batch and self.poll_interval is not None:
            raise UsageProblem("--poll-interval is for one job", "Leave it out for several inputs")

    def journal_path(self) -> Path | None:
        """Return the path of the journal: by default next to the results; None without any."""
        path = self.journal
        if path is None and self.output is not None:
            path = self.output / JOURNAL
        elif path is None:
            file = self.table or self.report
            path = file and file.with_name(f".{file.name}.journal.sqlite")
        return None if path is None else path.expanduser()
