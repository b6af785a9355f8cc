"""`vlmrun serve`: the mock server, with the options of `python -m vlmrun.testing`."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vlmrun.cli.problems import Problem
from vlmrun.cli.registration import command, single
from vlmrun.cli.run import Run
from vlmrun.testing.command_options import OPTIONS, Option, run_server, variables_of

if TYPE_CHECKING:
    from vlmrun.testing import Server

app = single()


def serve(run: Run, **options: Any) -> None:
    """Run a mock server of the API on this machine, until Ctrl-C.

    It prints the environment variables that let clients use it, and logs requests on stderr. It
    needs the extra `testing`, and no API key.
    """

    def start(server: Server) -> None:
        variables = variables_of(server, options["api_key"])
        run.output.show(
            variables, lambda: [f"export {name}={value}" for name, value in variables.items()]
        )
        # Programs that start the server wait for these lines in a pipe.
        sys.stdout.flush()

    values = {name: () if value is None else value for name, value in options.items()}
    single_valued = {each.name: options[each.name] for each in OPTIONS if not _is_repeated(each)}
    try:
        run_server({**values, **single_valued}, run.output.quiet, start)
    except OSError as error:
        if error.filename is not None or error.strerror is None:
            raise
        raise Problem(f"--port {options['port']}: {error.strerror}", "Use --port 0") from None


def _is_repeated(option: Option) -> bool:
    return isinstance(option.default, tuple)


def _parameter(option: Option) -> inspect.Parameter:
    """Return the parameter from which typer creates an option."""
    kind: Any = option.type
    if _is_repeated(option):
        kind = list[str] | None
    elif option.default is None:
        kind = option.type | None
    info = typer.Option(option.flag, metavar=option.metavar, help=f"{option.help}.")
    return inspect.Parameter(
        option.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None if _is_repeated(option) else option.default,
        annotation=Annotated[kind, info],
    )


# The options are declared once, beside the server that they configure.
_RUN = inspect.Parameter("run", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Run)
vars(serve)["__signature__"] = inspect.Signature([_RUN, *map(_parameter, OPTIONS)])
command(app, "serve")(serve)
