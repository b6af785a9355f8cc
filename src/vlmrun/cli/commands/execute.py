"""`vlmrun execute`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from vlmrun.cli.batch import run_batch
from vlmrun.cli.batch_calls import execute_call
from vlmrun.cli.execute_one import execute_one
from vlmrun.cli.inputs import find_files, find_inputs, with_pages
from vlmrun.cli.job_options import (
    DEFAULT_CONCURRENCY,
    ArtifactsOption,
    BudgetOption,
    ConcurrencyOption,
    DryRunOption,
    JobOptions,
    JournalOption,
    OutputOption,
    PagesOption,
    ReportOption,
    ResubmitUnknownOption,
    RetryFailedOption,
    TableOption,
)
from vlmrun.cli.options import (
    DEFAULT_TIMEOUT,
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

EXAMPLES = (
    "vlmrun execute -n invoices:3 -i invoice.pdf",
    "vlmrun execute -p 'Read it' -i a.pdf -i b.pdf --schema schema.json -f json",
    "vlmrun execute 'inputs/*.pdf' --schema invoice.json -o out/ --table out.csv",
)

app = single()


@command(app, "execute", shows_help=True, examples=EXAMPLES, is_list=True)
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
    pages: PagesOption = None,
    schema: SchemaOption = None,
    skill: SkillOption = None,
    skill_id: SkillIdOption = None,
    toolset: ToolsetOption = None,
    model: ModelOption = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait for the results, or only print ids.")
    ] = True,
    timeout: WaitTimeoutOption = DEFAULT_TIMEOUT,
    poll_interval: PollIntervalOption = None,
    callback_url: Annotated[
        str | None,
        typer.Option("--callback-url", metavar="URL", help="Where the service posts results."),
    ] = None,
    output: OutputOption = None,
    table: TableOption = None,
    report: ReportOption = None,
    artifacts: ArtifactsOption = False,
    journal: JournalOption = None,
    concurrency: ConcurrencyOption = DEFAULT_CONCURRENCY,
    budget: BudgetOption = None,
    retry_failed: RetryFailedOption = False,
    resubmit_unknown: ResubmitUnknownOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Run an agent: once, with the files of --input, or once for each of many inputs.

    With --output, --table or --report, the same command again continues where it stopped, and what
    was submitted is not paid for twice.
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
    options = JobOptions(
        output,
        table,
        report,
        artifacts,
        journal,
        concurrency,
        budget,
        retry_failed,
        resubmit_unknown,
        wait,
        timeout,
        poll_interval,
        dry_run,
    )
    options.check(is_batch=bool(inputs))
    if inputs and input:
        raise UsageProblem(
            "INPUT and --input exclude each other",
            "Pass files as arguments for one execution each, with --input for a single one",
        )
    if inputs:
        run_batch(run, with_pages(find_inputs(inputs), pages), execute_call(sent), options)
        return
    if (used := options.of_batch()) is not None:
        raise UsageProblem(f"{used} needs INPUT arguments", "Pass files, folders or globs")
    execute_one(run, sent, with_pages(find_files(input), pages), options)
