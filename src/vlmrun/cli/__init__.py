"""The command line: `vlmrun`, or `python -m vlmrun`.

To add a command, write a function in a module of `vlmrun.cli.commands`, below the `app` of it:

    app = group("files", help="Upload, list and delete files.")

    @command(app, "get")
    def get(run: Run, file_id: Annotated[str, typer.Argument(help="The id of the file.")]) -> None:
        # its docstring is the help
        file = run.client.files.get(file_id)
        run.output.details(file.to_dict(), {"ID": file.id, "Name": file.filename})

and, for a new module, a line in `COMMANDS` of `application.py`. `command` adds the options that all
commands have (`--json`, `--format`, `--quiet`, `--debug`, and `--jsonl` with `is_list=True`), and
passes a `Run`: its `client` is created when it is first used, `output` writes the result to stdout
and everything else to stderr (`note`, `warn`), and `settings` are the global options. A command
that has one of the short options `-j`, `-f` and `-q` itself passes `taken="f"`.

Errors of the SDK are not caught: `command_group.py` shows them in one line, and `exit_codes.py` has
the code of each. For mistakes in arguments, raise `UsageProblem(message, remedy)`, and `Problem`
for other errors. Modules import what is slow, such as `vlmrun`, `vlmrun.errors` or rich, inside
functions: `vlmrun --help` imports typer and nothing else. Only public names of `vlmrun` are used,
and two helpers, `_messages.closest` and `_files.staging.write_file`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vlmrun.cli.application import app as app

__all__ = ["app", "main"]

_NEEDS_EXTRA = (
    "vlmrun: the command line needs {name}, which is not installed. "
    "Install the extra: pip install 'vlmrun[cli]'"
)


def main() -> None:
    """Run the command line with the arguments of the program, and exit with its exit code.

    Raises:
        SystemExit: Always; `vlmrun help exit-codes` lists the codes.

    Example:
        >>> import sys
        >>> from vlmrun.cli import main
        >>> sys.argv = ["vlmrun", "--version"]
        >>> main()
        Traceback (most recent call last):
        SystemExit: 0
    """
    if sys.argv[1:] in (["--version"], ["-v"]) and sys.stdout is not None:
        from vlmrun.version import __version__

        try:
            # Scripts ask for the version often, so that answer needs no imports.
            print(f"vlmrun version: {__version__}", flush=True)
            sys.exit(0)
        except OSError:  # the program below reports the error
            pass
    try:
        from vlmrun.cli.application import run_program
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("typer", "rich", "click"):
            raise
        print(_NEEDS_EXTRA.format(name=error.name), file=sys.stderr)
        sys.exit(1)
    run_program()


if not TYPE_CHECKING:  # with a module __getattr__, type checkers would accept any name

    def __getattr__(name: str) -> Any:
        if name != "app":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from vlmrun.cli.application import app

        return app
