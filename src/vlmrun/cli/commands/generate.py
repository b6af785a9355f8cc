"""`vlmrun generate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from vlmrun.cli.jobs import response_lines
from vlmrun.cli.options import (
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
from vlmrun.cli.uploads import check_files, upload_files
from vlmrun.cli.waiting import (
    job_data,
    job_footer,
    resumable,
    resume_command,
    show_job,
    wait_for_job,
)

# The words that may stand before the file, as in `generate document FILE --domain D`.
KINDS = ("image", "document", "video", "audio")

EPILOG = (
    "Examples: vlmrun generate -i invoice.pdf -d document.invoice; "
    "vlmrun generate document invoice.pdf --domain document.invoice; "
    "vlmrun generate -i scan.pdf --schema schema.json -f json"
)

app = single()


@command(app, "generate", shows_help=True, epilog=EPILOG)
def generate(
    run: Run,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE", help=f"The file, or one of {', '.join(KINDS)} and the file."
        ),
    ] = None,
    input: Annotated[
        Path | None, typer.Option("--input", "-i", metavar="FILE", help="The file.")
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
    batch: Annotated[bool, typer.Option("--batch/--no-batch", help="Submit it as a job.")] = True,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait for the job, or only print its id.")
    ] = True,
    timeout: WaitTimeoutOption = 300,
) -> None:
    """Extract typed data from one file."""
    kind, file = _kind_and_file(words or [], input)
    (path,) = check_files("--input", [file])
    kind = kind or _kind_of(path)
    skills = skills_of(skill, skill_id)
    config: dict[str, Any] = {
        "prompt": prompt,
        "json_schema": read_schema(schema),
        "skills": skills or None,
    }
    config = {name: value for name, value in config.items() if value is not None}
    if domain is None and not skills and "json_schema" not in config:
        raise UsageProblem(
            "--domain is missing", "Pass --domain, or --skill, --skill-id or --schema instead"
        )
    (uploaded,) = upload_files(run, [path])
    # Images are sent to the same operation as documents, as the official command does.
    resource = {"video": run.client.video, "audio": run.client.audio}.get(kind, run.client.document)
    options: dict[str, Any] = {} if batch else {"wait_timeout": timeout}
    job: Any = resource.generate(
        file_id=uploaded.id, domain=domain, batch=batch, config=config or None, **options
    )
    with resumable("predictions", job.id):
        run.output.recent.add([job])
        if batch and not wait:
            run.output.show(job_data(job), str(job.id))
            run.output.dim(f"Wait for it: {resume_command('predictions', job.id)}")
            return
        if batch:
            run.output.dim(f"Prediction {job.id} submitted, status {job.status}")
            job = wait_for_job(run, "predictions", job.id, timeout, 5)
        show_job(run, "predictions", job, lambda: response_lines(job))
        run.output.dim(job_footer(job))


def _kind_and_file(words: list[str], file: Path | None) -> tuple[str | None, Path]:
    kind = None
    if words and (len(words) > 1 or words[0] in KINDS):
        kind = check_choice("KIND", words[0], KINDS)
        words = words[1:]
    files = [*([file] if file is not None else []), *map(Path, words)]
    if len(files) != 1:
        got = "none" if not files else ", ".join(map(str, files))
        raise UsageProblem(
            f"Pass one file with --input, got {got}", "For many files, use `vlmrun execute FILE...`"
        )
    return kind, files[0]


def _kind_of(path: Path) -> str:
    from vlmrun.constants import SUPPORTED_AUDIO_FILETYPES, SUPPORTED_VIDEO_FILETYPES

    suffix = path.suffix.lower()
    if suffix in SUPPORTED_VIDEO_FILETYPES:
        return "video"
    return "audio" if suffix in SUPPORTED_AUDIO_FILETYPES else "document"
