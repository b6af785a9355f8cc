"""`vlmrun models`."""

from __future__ import annotations

from typing import Annotated

import typer

from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run
from vlmrun.cli.tables import Column

app = group("models", "List the models for predictions.")


@command(app, "list", is_list=True)
def list_models(
    run: Run,
    domain: Annotated[
        str | None, typer.Option("--domain", metavar="TEXT", help="Only domains with this text.")
    ] = None,
) -> None:
    """List the pairs of model and domain that the API key may use."""
    pairs = [(each.domain or "", each) for each in run.client.models.list()]
    run.output.rows(
        sorted((pair for pair in pairs if not domain or domain in pair[0]), key=lambda p: p[0]),
        [Column("CATEGORY"), Column("MODEL"), Column("DOMAIN")],
        lambda pair: [pair[0].partition(".")[0], pair[1].model, pair[0]],
        empty="No models found",
        data=lambda pair: pair[1].to_dict(),
    )
