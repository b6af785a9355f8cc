"""`vlmrun hub`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from vlmrun.cli.recent_ids import complete
from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run
from vlmrun.cli.tables import Column, lines_of_details

app = group("hub", "Browse the catalog of schemas.")

REPOSITORY = "https://github.com/vlm-run/vlmrun-hub"


@command(app, "version")
def version(run: Run) -> None:
    """Show the version of the hub."""
    info = run.client.hub.info()
    run.output.details(info.to_dict(), {"Hub version": info.version, "Repository": REPOSITORY})


@command(app, "list", is_list=True)
def list_domains(
    run: Run,
    domain: Annotated[
        str | None, typer.Option("--domain", metavar="TEXT", help="Only domains with this text.")
    ] = None,
) -> None:
    """List the domains, by category."""
    found = [each for each in run.client.hub.list_domains() if not domain or domain in each.domain]
    run.output.rows(
        sorted(found, key=lambda each: (each.domain.partition(".")[0], each.domain)),
        [Column("CATEGORY"), Column("DOMAIN")],
        lambda each: [each.domain.partition(".")[0], each.domain],
        empty="No domains found",
    )


@command(app, "schema")
def schema(
    run: Run,
    domain: Annotated[
        str,
        typer.Argument(
            metavar="DOMAIN",
            help="Such as document.invoice.",
            autocompletion=complete("domains"),
        ),
    ],
) -> None:
    """Show the schema of a domain; with --json, nothing but the JSON schema."""
    found = run.client.hub.get_schema(domain)

    def text() -> list[str]:
        details = lines_of_details({"Domain": found.domain, "Version": found.schema_version})
        return [*details, "", *json.dumps(found.json_schema, indent=2).split("\n")]

    run.output.show(found.json_schema, text)
