"""`vlmrun generate`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Annotated, Any

import typer

from vlmrun.cli.batch import check_poll_interval, require_one_file, run_batch
from vlmrun.cli.batch_calls import generate_call
from vlmrun.cli.batch_options import (
    DEFAULT_CONCURRENCY,
    ArtifactsOption,
    BatchOptions,
    BudgetOption,
    ConcurrencyOption,
    DryRunOption,
    JournalOption,
    OutputOption,
    ReportOption,
    ResubmitUnknownOption,
    RetryFailedOption,
    TableOption,
)
from vlmrun.cli.dry_run import plans_of, show_plans
from vlmrun.cli.generate_one import Prediction, generate_one, generate_parts, plan_parts
from vlmrun.cli.inputs import Input, check_input, find_inputs, is_many
from vlmrun.cli.options import (
    DEFAULT_TIMEOUT,
    PollIntervalOption,
    SchemaOption,
    SkillIdOption,
    SkillOption,
    WaitTimeoutOption,
    skills_of,
)
from vlmrun.cli.problems import UsageProblem, check_choice
from vlmrun.cli.registration import command, single
from vlmrun.cli.run import Run
from vlmrun.cli.text_arguments import read_schema

# The words that may stand before the files, as in `generate document FILE --domain D`.
KINDS = ("image", "document", "video", "audio")

EPILOG = (
    "Examples: vlmrun generate -i invoice.pdf -d document.invoice; "
    "vlmrun generate document invoice.pdf --domain document.invoice; "
    "vlmrun generate -i scan.pdf --schema schema.json -f json; "
    "vlmrun generate 'inputs/*.pdf' -d document.invoice --output out/ --table out.csv"
)

app = single()


@command(app, "generate", shows_help=True, epilog=EPILOG, is_list=True)
def generate(
    run: Run,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT",
            help="Files, folders, globs, URLs, @list.txt or -: one prediction for each. One of "
            f"{', '.join(KINDS)} may stand before them.",
        ),
    ] = None,
    input: Annotated[
        list[str] | None,
        typer.Option("--input", "-i", metavar="INPUT", help="The same as INPUT."),
    ] = None,
    domain: Annotated[
        str | None,
        typer.Option(
            "--domain", "-d", metavar="DOMAIN", help="The domain, such as document.invoice."
        ),
    ] = None,
    skill: SkillOption = None,
    skill_id: SkillIdOption = None,
    schema: SchemaOption = None,
    prompt: Annotated[
        str | None, typer.Option("--prompt", "-p", metavar="TEXT", help="Instructions.")
    ] = None,
    pages: Annotated[
        str | None,
        typer.Option(
            "--pages", metavar="PAGES", help="Send only these pages of a PDF, such as 1-3,7."
        ),
    ] = None,
    split: Annotated[
        int | None,
        typer.Option(
            "--split", min=1, metavar="N", help="Send a PDF in parts of N pages, and join them."
        ),
    ] = None,
    batch: Annotated[bool, typer.Option("--batch/--no-batch", help="Submit it as a job.")] = True,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait for the results, or only print ids.")
    ] = True,
    timeout: WaitTimeoutOption = DEFAULT_TIMEOUT,
    poll_interval: PollIntervalOption = None,
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
    """Extract typed data from files: images, documents, video and audio.

    Of one file, it writes the response; of several, one line of JSON each. With --output, --table
    or --report, the same command again continues where it stopped, and what was submitted is not
    paid for twice.
    """
    kind, arguments = _kind_and_inputs(words or [], input or [])
    request = _request(domain, skills_of(skill, skill_id), read_schema(schema), prompt)
    options = BatchOptions(
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
    )
    several = len(arguments) > 1 or any(map(is_many, arguments))
    used = options.used_option() or ("--output" if output is not None else None)
    options.check()
    _check_combination(split, several, used, batch, wait)
    if several or used:
        check_poll_interval(poll_interval)
    inputs = find_inputs(arguments)
    if not several:
        check_input(inputs[0], "INPUT")
    inputs = [_with_pages(each, pages) for each in inputs]
    call = generate_call(request, kind)
    prediction = Prediction(inputs[0], call, batch, wait, timeout, poll_interval)
    if split is not None:
        (plan_parts if dry_run else generate_parts)(run, prediction, split)
    elif dry_run:
        require_one_file(inputs)
        show_plans(run, plans_of(run, inputs, call, options.journal_path()))
    elif several or used:
        run_batch(run, inputs, call, options)
    else:
        generate_one(run, prediction)


def _kind_and_inputs(words: Sequence[str], inputs: Sequence[str]) -> tuple[str | None, list[str]]:
    kind = None
    if words and (words[0] in KINDS or (len(words) == 2 and _is_mistyped_kind(words[0]))):
        kind = check_choice("KIND", words[0], KINDS)
        words = words[1:]
    arguments = [*inputs, *words]
    if not arguments:
        raise UsageProblem("INPUT is missing", "Pass a file, a folder, a glob or a URL")
    return kind, arguments


def _is_mistyped_kind(word: str) -> bool:
    """Return whether a word is rather `document` with a mistake than a file."""
    return word.isalpha() and not PurePath(word).suffix and not os.path.lexists(word)


def _request(
    domain: str | None, skills: list[Any], schema: Any, prompt: str | None
) -> dict[str, Any]:
    config = {"prompt": prompt, "json_schema": schema, "skills": skills or None}
    config = {name: value for name, value in config.items() if value is not None}
    if domain is None and not skills and schema is None:
        raise UsageProblem(
            "--domain is missing", "Pass --domain, or --skill, --skill-id or --schema instead"
        )
    return {"domain": domain, "config": config or None}


def _check_combination(
    split: int | None, several: bool, used: str | None, batch: bool, wait: bool
) -> None:
    """Check the options of one file and of many."""
    if split is not None and (several or used):
        other = used or "several inputs"
        raise UsageProblem(f"--split has one document, so it excludes {other}", "Run it for each")
    if split is not None and not wait:
        raise UsageProblem("--split and --no-wait exclude each other", "Leave one out")
    if not batch and (several or used):
        other = used or "several inputs"
        raise UsageProblem(f"--no-batch excludes {other}", "Leave it out: batches are queued")


def _with_pages(each: Input, pages: str | None) -> Input:
    """Return an input of which only some pages are sent."""
    if pages is None:
        return each
    if each.is_url or each.suffix != ".pdf":
        raise UsageProblem(f"--pages needs local PDFs, got {each.label}", "Leave it out")
    from vlmrun.types import PdfPages

    item = each.item.expanduser() if isinstance(each.item, Path) else each.item
    return each._replace(item=PdfPages(item, pages))
