"""`vlmrun files`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from vlmrun.cli.formatting import short_time, size_text, time_text
from vlmrun.cli.listing import items_of
from vlmrun.cli.options import AllOption, LimitOption, SkipOption, choice_option
from vlmrun.cli.problems import UsageProblem, check_choice
from vlmrun.cli.progress import UploadProgress
from vlmrun.cli.recent_ids import complete
from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run
from vlmrun.cli.tables import Column

app = group("files", "Upload, list, download and delete files.")

PURPOSES = (
    "datasets",
    "fine-tune",
    "assistants",
    "assistants_output",
    "batch",
    "batch_output",
    "vision",
)

FileId = Annotated[
    str, typer.Argument(metavar="ID", help="The id of the file.", autocompletion=complete("files"))
]


@command(app, "upload")
def upload(
    run: Run,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file.")],
    purpose: Annotated[
        str, choice_option("--purpose", metavar="PURPOSE", known=PURPOSES)
    ] = "fine-tune",
    force: Annotated[
        bool, typer.Option("--force", help="Upload it even if the service has its content.")
    ] = False,
) -> None:
    """Upload a file, unless the service already has its content."""
    checked = check_choice("--purpose", purpose, PURPOSES)
    path = file.expanduser()
    if path.is_dir():
        raise UsageProblem(f"FILE: {path} is a folder", "Pass a file")
    known = None if force else run.client.files.get_cached_file(path)
    if known is not None:
        if known.purpose not in (None, checked):
            run.output.warn(
                f"The service has the content of {path.name} already, with the purpose "
                f"{known.purpose!r}; pass --force to upload it with {checked!r}"
            )
        else:
            run.output.note("The service has this content already; pass --force to upload it again")
        stored = known
    else:
        with UploadProgress(run.output) as progress:
            stored = run.client.files.upload(
                path, purpose=checked, force=True, on_progress=progress.callback(path.name)
            )
    action = "Already there" if known is not None else "Uploaded"
    run.output.show(stored.to_dict(), f"{action}: {stored.filename or path.name} {stored.id}")


@command(app, "list", is_list=True)
def list_files(
    run: Run, skip: SkipOption = 0, limit: LimitOption = 10, every: AllOption = False
) -> None:
    """List uploaded files, newest first."""
    run.output.rows(
        items_of(run.client.files, skip, None if every else limit),
        [
            Column("ID"),
            Column("FILENAME", flexible=True),
            Column("SIZE", right=True),
            Column("CREATED", compact=short_time, optional=True),
            Column("PURPOSE", optional=True),
        ],
        lambda file: [
            file.id,
            file.filename,
            size_text(file.bytes),
            time_text(file.created_at),
            file.purpose,
        ],
        empty="No files found",
    )


@command(app, "get")
def get(
    run: Run,
    id: FileId,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="PATH", help="Save the content to this path."),
    ] = None,
) -> None:
    """Show a file's information; with --output, save its content."""
    if output is None:
        file = run.client.files.get(id)
        run.output.details(file.to_dict(), _details(file))
        return
    target = output.expanduser()
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
    path = run.client.files.get_content(id, to=target)
    run.output.show({"id": id, "path": str(path), "bytes": path.stat().st_size}, str(path))


@command(app, "delete")
def delete(run: Run, id: FileId) -> None:
    """Delete a file."""
    deleted = run.client.files.delete(id)
    run.output.show({"id": id, **deleted.to_dict(), "deleted": True}, f"Deleted: {id}")


def _details(file: Any) -> dict[str, Any]:
    return {
        "ID": file.id,
        "Filename": file.filename,
        "Size": size_text(file.bytes),
        "Purpose": file.purpose,
        "Created": time_text(file.created_at),
    }
