"""The root of the command line: its global options, and the table of its commands."""

from __future__ import annotations

from typing import Annotated, Any, NoReturn

import typer

from vlmrun.cli.command_group import CommandModule, RootGroup
from vlmrun.cli.config_file import complete_profile
from vlmrun.cli.debugging import start_debugging
from vlmrun.cli.registration import CONTEXT_SETTINGS
from vlmrun.cli.settings import Settings, check_api_key, check_base_url
from vlmrun.version import __version__

_AGENTS, _DATA, _TRAINING, _TOOLS = "Agents and predictions", "Data", "Fine-tuning", "Tools"

# By name: the module in `vlmrun.cli.commands`, and the line in the list of commands.
COMMANDS: dict[str, CommandModule] = {
    "chat": CommandModule("chat", "Talk to the agent.", _AGENTS),
    "execute": CommandModule("execute", "Run an agent, also on many files.", _AGENTS),
    "generate": CommandModule("generate", "Extract typed data from files.", _AGENTS),
    "executions": CommandModule("executions", "List executions, wait for results.", _AGENTS),
    "predictions": CommandModule("predictions", "List predictions, wait for results.", _AGENTS),
    "report": CommandModule("report", "Write an HTML report of finished jobs.", _AGENTS),
    # The module imports the others of the group.
    "skills": CommandModule("skill_files", "Store, check, compare and download skills.", _AGENTS),
    "files": CommandModule("files", "Upload, list, download and delete files.", _DATA),
    "artifacts": CommandModule("artifacts", "List and save what agents have created.", _DATA),
    "hub": CommandModule("hub", "Browse the catalog of schemas.", _DATA),
    "models": CommandModule("models", "List the models for predictions.", _DATA),
    "gateway": CommandModule("gateway", "Use single models: OCR, speech, embeddings.", _DATA),
    "gw": CommandModule("gateway", "The same as gateway.", _DATA),
    "datasets": CommandModule("datasets", "Create and list datasets.", _TRAINING),
    "fine-tuning": CommandModule("fine_tuning", "Start and follow fine-tuning.", _TRAINING),
    "config": CommandModule("config", "Show and change the config file and its profiles.", _TOOLS),
    "doctor": CommandModule("doctor", "Check the key, the network and the installation.", _TOOLS),
    "serve": CommandModule("serve", "Run a mock server of the API on this machine.", _TOOLS),
    "webhooks": CommandModule("webhooks", "Receive callbacks on this machine.", _TOOLS),
    "help": CommandModule("help", "Explain a topic, such as `vlmrun help exit-codes`.", _TOOLS),
}


class VLMRunGroup(RootGroup):
    """The command `vlmrun` with its table of commands."""

    modules = COMMANDS


app = typer.Typer(
    name="vlmrun",
    cls=VLMRunGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings=CONTEXT_SETTINGS,
    epilog="`vlmrun COMMAND --help` describes a command, `vlmrun help exit-codes` the exit codes.",
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"vlmrun version: {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    api_key: Annotated[
        str | None,
        typer.Option(
            metavar="KEY", callback=check_api_key, help="The API key; defaults to VLMRUN_API_KEY."
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            callback=check_base_url,
            help="The URL of the API; defaults to VLMRUN_BASE_URL.",
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            autocompletion=complete_profile,
            help="The profile of the config file; defaults to VLMRUN_PROFILE.",
        ),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show log messages and tracebacks on stderr.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No messages and no progress on stderr.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-v",
            is_eager=True,
            callback=_show_version,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """Use VLM Run from the terminal: agents that read documents, images, audio and video."""
    if debug:
        start_debugging(ctx)
    ctx.obj = Settings(
        api_key=api_key,
        base_url=base_url,
        profile=profile,
        debug=debug,
        quiet=quiet,
    )


def run_program(arguments: list[str] | None = None) -> NoReturn:
    """Run the program, and exit.

    Args:
        arguments: The arguments; by default those of the process.
    """
    command: Any = typer.main.get_command(app)
    command.main(args=arguments)
    raise SystemExit(0)
