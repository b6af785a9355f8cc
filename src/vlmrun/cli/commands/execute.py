"""`vlmrun execute`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from vlmrun.cli.batch import BatchOptions, execute_batch
from vlmrun.cli.execute_one import Submission, execute_one
from vlmrun.cli.options import (
    InputOption,
    ModelOption,
    PollIntervalOption,
    SchemaOption,
    SkillIdOption,
    SkillOption,
    ToolsetOption,
    WaitTimeoutOption,
    skills_of,
    toolsets_of,
)
from vlmrun.cli.problems import UsageProblem
from vlmrun.cli.registration import command, single
from vlmrun.cli.run import Run
from vlmrun.cli.text_arguments import read_schema, text_or_file

EPILOG = (
    "Examples: vlmrun execute -n invoices:3 -i invoice.pdf; "
    "vlmrun execute -p 'Read it' -i a.pdf -i b.pdf --schema schema.json -f json; "
    "vlmrun execute 'inputs/*.pdf' --schema invoice.json --output out/ --table out.csv"
)

DEFAULT_TIMEOUT = 300

app = single()


@command(app, "execute", shows_help=True, epilog=EPILOG, is_list=True)
def execute(
    run: Run,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT",
            help="Files, folders, globs, URLs, @list.txt or -: one execution for each.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", "-n", metavar="NAME[:VERSION]", help="A named agent.")
    ] = None,
    prompt: Annotated[
        str | None, typer.Option("--prompt", "-p", metavar="TEXT|FILE", help="The instructions.")
    ] = None,
    input: InputOption = None,
    schema: SchemaOption = None,
    skill: SkillOption = None,
    skill_id: SkillIdOption = None,
    toolset: ToolsetOption = None,
    model: ModelOption = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait for the results, or only print ids.")
    ] = True,
    timeout: WaitTimeoutOption = DEFAULT_TIMEOUT,
    poll_interval: PollIntervalOption = 5,
    callback_url: Annotated[
        str | None,
        typer.Option("--callback-url", metavar="URL", help="Where the service posts results."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="A folder for one JSON per input."),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            "--table", metavar="FILE", help="A .csv, .jsonl, .parquet or .xlsx of all inputs."
        ),
    ] = None,
    artifacts: Annotated[
        bool, typer.Option("--artifacts", help="Save the artifacts, below --output.")
    ] = False,
    journal: Annotated[
        Path | None,
        typer.Option("--journal", metavar="FILE", help="Where the state is kept, to resume."),
    ] = None,
    concurrency: Annotated[
        int,
        typer.Option("--concurrency", min=1, metavar="N", help="The number of inputs at a time."),
    ] = 8,
    budget: Annotated[
        float | None,
        typer.Option("--budget", min=0, metavar="CREDITS", help="Stop after so many credits."),
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Submit jobs again that failed before.")
    ] = False,
    resubmit_unknown: Annotated[
        bool,
        typer.Option(
            "--resubmit-unknown", help="Submit again what may be running; it may be billed twice."
        ),
    ] = False,
) -> None:
    """Run an agent: once, with the files of --input, or once for each of many inputs.

    With --output or --table, the same command again continues where it stopped, and what was
    submitted is not paid for twice.
    """
    request: dict[str, Any] = {
        "name": name,
        "prompt": None if prompt is None else text_or_file("--prompt", prompt),
        "response_model": read_schema(schema),
        "skills": skills_of(skill, skill_id) or None,
        "toolsets": toolsets_of(toolset),
        "model": model,
        "callback_url": callback_url,
    }
    sent = {key: value for key, value in request.items() if value is not None}
    if not (name or request["prompt"] or request["skills"]):
        raise UsageProblem("--prompt is missing", "Pass it, or --name, --skill or --skill-id")
    if inputs:
        if input:
            raise UsageProblem(
                "INPUT and --input exclude each other",
                "Pass files as arguments for one execution each, with --input for a single one",
            )
        options = BatchOptions(
            output,
            table,
            artifacts,
            journal,
            concurrency,
            budget,
            retry_failed,
            resubmit_unknown,
            wait,
            timeout,
            poll_interval,
        )
        execute_batch(run, inputs, sent, options)
        return
    _refuse_batch_options(table, journal, budget, retry_failed or None, resubmit_unknown or None)
    submission = Submission(sent, input or [], wait, timeout, poll_interval, output, artifacts)
    execute_one(run, submission)


def _refuse_batch_options(*values: Any) -> None:
    names = ("--table", "--journal", "--budget", "--retry-failed", "--resubmit-unknown")
    for name, value in zip(names, values, strict=True):
        if value is not None:
            raise UsageProblem(f"{name} needs INPUT arguments", "Pass files, folders or globs")
