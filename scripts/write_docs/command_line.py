"""The text of docs/cli.md: the commands of `vlmrun`, their options, and the exit codes."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from vlmrun.cli import app
from vlmrun.cli.application import COMMANDS
from vlmrun.cli.exit_codes import lines_of_exit_codes

PAGE = Path(__file__).resolve().parents[2] / "docs/cli.md"

_WIDTH = 100

_HEAD = """\
<!-- Written by `make docs` from the commands. Do not edit. -->

# The command line

`pip install 'vlmrun[cli]'` installs the program `vlmrun`; `python -m vlmrun` is the same. The
[guide](guides/command-line.md) shows how to use it. Common to all commands:

- stdout has the result and nothing else; messages, progress and errors go to stderr.
- `--json` (also `-f json`) writes one JSON document, and `--jsonl`, for lists, one per line.
- Options precede environment variables, and these the config file. An empty value counts as none.
- `--api-key`, `--base-url`, `--profile`, `--quiet` and `--debug` may also follow the command.
- Colors and progress bars are shown in terminals only, and not with `NO_COLOR` or `TERM=dumb`.
"""

# They are the same everywhere, and described above.
_COMMON = {"json_", "jsonl", "quiet", "debug", "api_key", "base_url", "profile", "help"}


def render() -> str:
    """Return the text of the page."""
    root: Any = typer.main.get_command(app)
    with root.make_context("vlmrun", [], resilient_parsing=True) as ctx:
        parts = [_HEAD, "## Exit codes\n", "```text", *lines_of_exit_codes(_WIDTH), "```\n"]
        parts += ["## Global options\n", *_options(root, ctx, common=set())]
        for name in COMMANDS:
            if COMMANDS[name].hidden or name == "gw":
                continue
            parts += _command(root.get_command(ctx, name), ctx, f"vlmrun {name}", 2)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def _command(command: Any, parent: Any, path: str, level: int) -> Iterator[str]:
    """Yield the section of a command, and those of the commands below it."""
    name = path.rpartition(" ")[2]
    ctx = command.make_context(name, [], parent=parent, resilient_parsing=True)
    with ctx:
        yield f"\n{'#' * level} {path}\n"
        yield _paragraphs(command.help or "")
        if not hasattr(command, "list_commands"):
            yield f"\n```text\n{path} {' '.join(command.collect_usage_pieces(ctx))}\n```\n"
            yield from _options(command, ctx, _COMMON)
            if command.epilog:
                yield "\n" + _examples(command.epilog)
            return
        for each in command.list_commands(ctx):
            below = command.get_command(ctx, each)
            if not below.hidden:
                yield from _command(below, ctx, f"{path} {each}", level + 1)


def _options(command: Any, ctx: Any, common: set[str]) -> Iterator[str]:
    """Yield a line for each argument and option that is not a common one."""
    for parameter in command.get_params(ctx):
        is_common = parameter.name in common or (parameter.name == "format_" and _is_output(ctx))
        if is_common or getattr(parameter, "hidden", False) or parameter.name == "help":
            continue
        record = parameter.get_help_record(ctx)
        if record is not None:
            name, help = record
            yield _bullet(f"`{re.sub(r' <.*?>', '', name)}`: {_sentence(help)}")


def _is_output(ctx: Any) -> bool:
    """Return whether `--format` is that of the output; `gw transcribe` has another one."""
    return bool(ctx.command.name != "transcribe")


def _sentence(help: str) -> str:
    """Return the help of an option, without the range of numbers, which is for programs."""
    text = re.sub(r"; x>=?[-\d.e]+(?=\])|\[x>=?[-\d.e]+\]", "", help)
    return " ".join(text.split()) or "See above."


def _bullet(text: str) -> str:
    return textwrap.fill(
        f"- {text}", _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _paragraphs(text: str) -> str:
    paragraphs = [" ".join(each.split()) for each in text.strip().split("\n\n")]
    return "\n\n".join(
        textwrap.fill(each, _WIDTH, break_long_words=False, break_on_hyphens=False)
        for each in paragraphs
    )


def _examples(epilog: str) -> str:
    """Return the examples of an epilog as a block of a shell session."""
    _, *commands = epilog.removeprefix("\b\n").split("\n")
    return "\n".join(["```shell", *map(str.strip, commands), "```"])
