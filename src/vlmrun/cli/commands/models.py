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
    models = [each for each in run.client.models.list() if (domain or "") in (each.domain or "")]
    run.output.rows(
        sorted(models, key=lambda each: each.domain or ""),
        [Column("CATEGORY"), Column("MODEL"), Column("DOMAIN")],
        lambda each: [(each.domain or "").partition(".")[0], each.model, each.domain or ""],
        empty="No models found",
    )
