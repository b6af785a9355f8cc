"""`vlmrun files`."""

from __future__ import annotations

from typing import Annotated

import typer

from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run
from vlmrun.cli.tables import Column

app = group("files", "Upload, list, download and delete files.")


@command(app, "list", is_list=True)
def list_files(
    run: Run,
    skip: Annotated[int, typer.Option(min=0, help="The number of files to skip.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="The number of files to list.")] = 10,
) -> None:
    """List uploaded files, newest first."""
    columns = [Column("ID"), Column("FILENAME", flexible=True), Column("SIZE", right=True)]
    run.output.rows(
        run.client.files.iterate(skip=skip, limit=limit),
        columns,
        lambda file: [file.id, file.filename, file.bytes],
        empty="No files",
    )
