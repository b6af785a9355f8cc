"""`vlmrun artifacts`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vlmrun.cli.problems import UsageProblem
from vlmrun.cli.recent_ids import complete
from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run
from vlmrun.cli.tables import Column

app = group("artifacts", "List and save the files that agents have created.")

SessionOption = Annotated[
    str | None,
    typer.Option(
        "--session-id",
        "-s",
        metavar="ID",
        help="The session of a chat.",
        autocompletion=complete("sessions"),
    ),
]
ExecutionOption = Annotated[
    str | None,
    typer.Option(
        "--execution-id",
        "-e",
        metavar="ID",
        help="An execution.",
        autocompletion=complete("executions"),
    ),
]


def _check_namespace(session_id: str | None, execution_id: str | None) -> None:
    if (session_id is None) == (execution_id is None):
        got = "neither" if session_id is None else "both"
        raise UsageProblem(
            f"Pass one of --session-id and --execution-id, got {got}",
            "An artifact belongs to a chat or to an execution",
        )


@command(app, "list", is_list=True)
def list_artifacts(
    run: Run, session_id: SessionOption = None, execution_id: ExecutionOption = None
) -> None:
    """List the artifacts of a chat or an execution."""
    _check_namespace(session_id, execution_id)
    found = run.client.artifacts.list(session_id=session_id, execution_id=execution_id)
    run.output.note(f"Artifacts of {found.namespace_id}")
    run.output.rows(
        found,
        [Column("OBJECT ID"), Column("FILENAME", flexible=True), Column("SOURCE")],
        lambda item: [item.object_id, item.filename, item.source],
        empty="No artifacts found",
    )


@command(app, "get")
def get(
    run: Run,
    object_id: Annotated[str, typer.Argument(metavar="OBJECT_ID", help="Such as img_0a1b2c.")],
    session_id: SessionOption = None,
    execution_id: ExecutionOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="PATH", help="A file, or an existing folder."),
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Write the bytes to stdout, or to --output, as they are.")
    ] = False,
) -> None:
    """Save an artifact, and print its path."""
    _check_namespace(session_id, execution_id)
    client = run.client
    if raw:
        content = client.artifacts.get(
            object_id, session_id=session_id, execution_id=execution_id, raw_response=True
        )
        assert isinstance(content, bytes)
        _save_raw(run, object_id, content, output)
        return
    target = output.expanduser() if output is not None else None
    if target is not None and not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
    path = client.artifacts.download(
        object_id, session_id=session_id, execution_id=execution_id, to=target
    )
    data = {"object_id": object_id, "path": str(path), "bytes": path.stat().st_size}
    run.output.show(data, str(path))


def _save_raw(run: Run, object_id: str, content: bytes, output: Path | None) -> None:
    if output is None and not run.output.is_json:
        run.output.binary(content)
        return
    data: dict[str, object] = {"object_id": object_id, "bytes": len(content)}
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(content)
        data["path"] = str(output)
    run.output.show(data, str(output))
