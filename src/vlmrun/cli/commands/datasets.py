"""`vlmrun datasets`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer

from vlmrun.cli.formatting import short_time, time_text
from vlmrun.cli.listing import items_of
from vlmrun.cli.options import AllOption, LimitOption, SkipOption, choice_option
from vlmrun.cli.problems import UsageProblem, check_choice
from vlmrun.cli.recent_ids import complete
from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run
from vlmrun.cli.tables import Column

app = group("datasets", "Create and list datasets for fine-tuning.")

# What `--dataset-type` accepts, and what is sent for it.
TYPES = {"images": "images", "documents": "documents", "pdfs": "documents", "videos": "videos"}
_SUFFIXES = {
    "images": (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp"),
    "documents": (".pdf",),
    "videos": (".mp4", ".webm"),
}

WandbUrl = Annotated[
    str | None, typer.Option("--wandb-base-url", metavar="URL", help="The URL of Weights & Biases.")
]
WandbProject = Annotated[
    str | None, typer.Option("--wandb-project-name", metavar="NAME", help="The project there.")
]
WandbKey = Annotated[
    str | None, typer.Option("--wandb-api-key", metavar="KEY", help="The API key for it.")
]


@command(app, "create")
def create(
    run: Run,
    directory: Annotated[
        Path, typer.Option("--directory", metavar="DIR", help="The folder with the files.")
    ],
    domain: Annotated[
        str,
        typer.Option(
            "--domain",
            metavar="DOMAIN",
            help="Such as document.invoice.",
            autocompletion=complete("domains"),
        ),
    ],
    dataset_name: Annotated[
        str, typer.Option("--dataset-name", metavar="NAME", help="The name of the dataset.")
    ],
    dataset_type: Annotated[str, choice_option("--dataset-type", metavar="TYPE", known=TYPES)],
    wandb_base_url: WandbUrl = None,
    wandb_project_name: WandbProject = None,
    wandb_api_key: WandbKey = None,
) -> None:
    """Pack a folder, upload it, and create a dataset from it."""
    kind = TYPES[check_choice("--dataset-type", dataset_type, TYPES)]
    folder = directory.expanduser()
    if not folder.is_dir():
        raise UsageProblem(f"--directory {folder} is not a folder", "Check the path")
    suffixes = _SUFFIXES[kind]
    files = [path for path in folder.rglob("*") if path.suffix.lower() in suffixes]
    if not files:
        raise UsageProblem(
            f"--directory {folder} has no {kind}", f"Their names end with {', '.join(suffixes)}"
        )
    run.output.note(f"{len(files)} {kind} found in {folder}")
    dataset = run.client.datasets.create(
        domain=domain,
        dataset_directory=folder,
        dataset_name=dataset_name,
        dataset_type=cast('Literal["images", "videos", "documents"]', kind),
        wandb_base_url=wandb_base_url,
        wandb_project_name=wandb_project_name,
        wandb_api_key=wandb_api_key,
    )
    run.output.note(f"Dataset {dataset_name} created, status {dataset.status}")
    run.output.show(dataset.to_dict(), dataset.id)


@command(app, "list", is_list=True)
def list_datasets(
    run: Run, skip: SkipOption = 0, limit: LimitOption = 10, every: AllOption = False
) -> None:
    """List datasets, newest first."""
    run.output.rows(
        items_of(run.client.datasets, skip, None if every else limit),
        [
            Column("ID"),
            Column("NAME"),
            Column("TYPE", optional=True),
            Column("DOMAIN", optional=True),
            Column("CREATED", compact=short_time, optional=True),
            Column("COMPLETED", compact=short_time, optional=True),
            Column("STATUS"),
            Column("WANDB URL", flexible=True, optional=True),
        ],
        _row,
        empty="No datasets found",
    )


def _row(dataset: Any) -> list[Any]:
    return [
        dataset.id,
        dataset.dataset_name,
        dataset.dataset_type,
        dataset.domain,
        time_text(dataset.created_at),
        time_text(dataset.completed_at),
        dataset.status,
        dataset.wandb_url,
    ]
