"""`vlmrun fine-tuning`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from vlmrun.cli.commands.datasets import WandbKey, WandbProject, WandbUrl
from vlmrun.cli.formatting import short_time, time_text
from vlmrun.cli.listing import items_of
from vlmrun.cli.options import AllOption, LimitOption, SkipOption
from vlmrun.cli.problems import UsageProblem
from vlmrun.cli.recent_ids import complete
from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run
from vlmrun.cli.tables import Column
from vlmrun.cli.waiting import reason_of

app = group("fine-tuning", "Start and follow fine-tuning jobs.")

JobId = Annotated[
    str,
    typer.Argument(
        metavar="JOB_ID", help="The id of the job.", autocompletion=complete("fine-tuning")
    ),
]


@command(app, "create")
def create(
    run: Run,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="MODEL TRAINING_FILE", help="The older form of both options."),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", metavar="MODEL", help="The base model.")
    ] = None,
    training_file: Annotated[
        str | None,
        typer.Option("--training-file", metavar="ID|FILE", help="The training examples."),
    ] = None,
    validation_file: Annotated[
        str | None,
        typer.Option("--validation-file", metavar="ID|FILE", help="The validation examples."),
    ] = None,
    num_epochs: Annotated[
        int, typer.Option("--num-epochs", min=1, metavar="N", help="Epochs.")
    ] = 1,
    batch_size: Annotated[
        int, typer.Option("--batch-size", min=1, metavar="N", help="Examples per batch.")
    ] = 1,
    learning_rate: Annotated[
        float, typer.Option("--learning-rate", min=0, metavar="RATE", help="The learning rate.")
    ] = 2e-4,
    suffix: Annotated[
        str | None, typer.Option("--suffix", metavar="TEXT", help="A part of the new model's name.")
    ] = None,
    wandb_project_name: WandbProject = None,
    wandb_api_key: WandbKey = None,
    wandb_base_url: WandbUrl = None,
) -> None:
    """Start a fine-tuning job, and print its id."""
    model, training_file = _both(model, training_file, words or [])
    job = run.client.fine_tuning.create(
        model,
        training_file,
        validation_file=validation_file,
        num_epochs=num_epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        suffix=suffix,
        wandb_api_key=wandb_api_key,
        wandb_base_url=wandb_base_url,
        wandb_project_name=wandb_project_name,
    )
    run.output.note(f"Fine-tuning job created, status {job.status}")
    run.output.show(job.to_dict(), job.id)


def _both(model: str | None, training_file: str | None, words: list[str]) -> tuple[str, str]:
    """Return model and training file, which are options or, in older code, two arguments."""
    if len(words) > 2:
        raise UsageProblem(f"Unexpected argument: {words[2]}", "Pass options after both arguments")
    for word in words:
        if model is None:
            model = word
        elif training_file is None:
            training_file = word
        else:
            raise UsageProblem(f"{word!r} is one argument too many", "Pass options or arguments")
    if model is None:
        raise UsageProblem("--model is missing", "Pass the base model, such as vlm-1")
    if training_file is None:
        raise UsageProblem("--training-file is missing", "Pass the id of a file, or its path")
    return model, training_file


@command(app, "list", is_list=True)
def list_jobs(
    run: Run, skip: SkipOption = 0, limit: LimitOption = 10, every: AllOption = False
) -> None:
    """List fine-tuning jobs, newest first."""
    run.output.rows(
        items_of(run.client.fine_tuning, skip, None if every else limit),
        [
            Column("ID"),
            Column("MODEL"),
            Column("STATUS"),
            Column("CREATED", compact=short_time),
            Column("COMPLETED", compact=short_time, optional=True),
            Column("WANDB URL", flexible=True, optional=True),
        ],
        lambda job: [*_values(job).values()],
        empty="No fine-tuning jobs found",
    )


@command(app, "get")
def get(run: Run, job_id: JobId) -> None:
    """Show a fine-tuning job."""
    job = run.client.fine_tuning.get(job_id)
    message = reason_of(job) if job.status == "failed" else job.message
    run.output.details(job.to_dict(), {**_values(job), "Message": message or None})


@command(app, "cancel")
def cancel(run: Run, job_id: JobId) -> None:
    """Cancel a fine-tuning job."""
    run.client.fine_tuning.cancel(job_id)


@command(app, "provision")
def provision(
    run: Run,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The fine-tuned model.")],
    duration: Annotated[
        int,
        typer.Option("--duration", min=1, metavar="SECONDS", help="How long it is provisioned."),
    ] = 600,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, metavar="N", help="Requests at the same time.")
    ] = 1,
) -> None:
    """Provision a fine-tuned model for requests."""
    found = run.client.fine_tuning.provision(model, duration=duration, concurrency=concurrency)
    values = {
        "ID": found.id,
        "Model": found.model,
        "Status": found.status,
        "Duration": found.duration,
        "Concurrency": found.concurrency,
        "Message": found.message,
    }
    run.output.details(found.to_dict(), values)


def _values(job: Any) -> dict[str, Any]:
    return {
        "ID": job.id,
        "Model": job.model,
        "Status": job.status,
        "Created": time_text(job.created_at),
        "Completed": time_text(job.completed_at),
        "Wandb URL": job.wandb_url,
    }
