"""`python -m vlmrun.testing --port 8000`: run the mock server until it is interrupted."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vlmrun.errors import VLMRunError
from vlmrun.testing.command_options import OPTIONS, run_server, variables_of

if TYPE_CHECKING:
    # Needs the extra `testing`; without it, the command ends with an error, and not a traceback.
    from vlmrun.testing import Server


def main(arguments: list[str] | None = None) -> int:
    """Run the server; return 0 after an interrupt, 2 if it cannot start."""
    parser = _parser()
    options = vars(parser.parse_args(arguments))
    try:
        run_server(
            options, options["quiet"], lambda server: print_variables(server, options["api_key"])
        )
    except (VLMRunError, OSError) as error:
        parser.error(str(error))
    return 0


def print_variables(server: Server, api_key: str | None) -> None:
    """Print the environment variables that let a client use the server, as shell commands."""
    lines = [f"export {name}={value}" for name, value in variables_of(server, api_key).items()]
    # Flushed, since programs that start the server wait for these lines in a pipe.
    print("\n".join(lines), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vlmrun.testing",
        description="A mock server of the VLM Run API on 127.0.0.1. It accepts any API key.",
        epilog="It prints the environment variables that let a client use it, and logs each "
        "request to standard error.",
    )
    for option in OPTIONS:
        if option.type is bool:
            parser.add_argument(option.flag, action="store_true", help=option.help)
            continue
        is_repeated = isinstance(option.default, tuple)
        shows_default = not is_repeated and option.default is not None
        parser.add_argument(
            option.flag,
            type=option.type,
            action="append" if is_repeated else "store",
            default=[] if is_repeated else option.default,
            metavar=option.metavar,
            help=f"{option.help} (default {option.default})" if shows_default else option.help,
        )
    parser.add_argument("--quiet", action="store_true", help="Do not log requests")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
