"""`vlmrun generate`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import PurePath
from typing import Annotated, Any

import typer

from vlmrun.cli.batch import run_batch
from vlmrun.cli.batch_calls import generate_call
from vlmrun.cli.generate_one import generate_one, generate_parts
from vlmrun.cli.inputs import check_input, find_inputs, is_many, with_pages
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
    PollIntervalOption,
    SchemaOption,
    SkillIdOption,
    SkillOption,
    WaitTimeoutOption,
    skills_of,
)
from vlmrun.cli.problems import UsageProblem, check_choice
from vlmrun.cli.recent_ids import complete
from vlmrun.cli.registration import command, single
from vlmrun.cli.run import Run
from vlmrun.cli.text_arguments import read_schema

# The words that may stand before the files, as in `generate document FILE --domain D`.
KINDS = ("image", "document", "video", "audio")

EXAMPLES = (
    "vlmrun generate -i invoice.pdf -d document.invoice",
    "vlmrun generate document invoice.pdf --domain document.invoice",
    "vlmrun generate -i scan.pdf --schema schema.json -f json",
    "vlmrun generate 'inputs/*.pdf' -d document.invoice -o out/ --table out.csv",
)

app = single()


@command(app, "generate", shows_help=True, examples=EXAMPLES, is_list=True)
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
            "--domain",
            "-d",
            metavar="DOMAIN",
            help="The domain, such as document.invoice.",
            autocompletion=complete("domains"),
        ),
    ] = None,
    skill: SkillOption = None,
    skill_id: SkillIdOption = None,
    schema: SchemaOption = None,
    prompt: Annotated[
        str | None, typer.Option("--prompt", "-p", metavar="TEXT", help="Instructions.")
    ] = None,
    pages: PagesOption = None,
    split: Annotated[
        int | None,
        typer.Option(
            "--split", min=1, metavar="N", help="Send PDFs in parts of N pages, and join them."
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

    For one file, write the response; for several, one line of JSON each. With --output, --table
    or --report, the same command again continues where it stopped, and what was submitted is not
    paid for twice.
    """
    kind, arguments = _kind_and_inputs(words or [], input or [])
    request = _request(domain, skills_of(skill, skill_id), read_schema(schema), prompt)
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
    several = len(arguments) > 1 or any(map(is_many, arguments))
    is_batch = several or output is not None or options.of_batch() is not None
    options.check(is_batch)
    if not batch and is_batch:
        raise UsageProblem("--no-batch is for one response", "Leave it out: batches are queued")
    if split is not None:
        _check_split(options, batch)
    inputs = find_inputs(arguments)
    if not several:
        check_input(inputs[0], "INPUT")
    inputs = with_pages(inputs, pages)
    call = generate_call(request, kind, split)
    if is_batch or dry_run:
        run_batch(run, inputs, call, options)
    elif call.is_split(inputs[0]):
        generate_parts(run, inputs[0], call, options)
    else:
        generate_one(run, inputs[0], call, options, batch=batch)


def _check_split(options: JobOptions, batch: bool) -> None:
    """Refuse the options that have no effect on documents in parts."""
    others = {
        "--no-wait": not options.wait,
        "--no-batch": not batch,
        "--poll-interval": options.poll_interval is not None,
    }
    for name, is_passed in others.items():
        if is_passed:
            raise UsageProblem(f"--split and {name} exclude each other", "Leave one out")


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
    if domain is not None and not domain.strip():
        raise UsageProblem("--domain is empty", "Pass one of `vlmrun hub list`")
    if domain is None and not skills and schema is None:
        raise UsageProblem(
            "--domain is missing", "Pass --domain, or --skill, --skill-id or --schema instead"
        )
    return {"domain": domain, "config": config or None}
