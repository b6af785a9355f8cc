"""Groups of commands: imported when they are used, and with short messages for mistakes."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from os.path import isfile
from typing import Any, NamedTuple

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from vlmrun.cli.exit_codes import CLOSED_PIPE, FAILED, SUCCESS, USAGE
from vlmrun.cli.interrupts import (
    interruption_code,
    let_signals_end_the_program,
    watch_interrupts,
)
from vlmrun.cli.streams import (
    flush_stdout,
    is_about_stdout,
    printable,
    shown,
    width_of,
    write,
)

# Below it, there is no room for the help of an option beside its name.
_NARROW = 60


class CommandModule(NamedTuple):
    """A command of the root, in a module of its own.

    Attributes:
        module: The module with its `app`, below `vlmrun.cli.commands`.
        help: What it is for, as in the list of commands.
        section: The heading in that list.
        hidden: Whether the list leaves it out.
    """

    module: str
    help: str
    section: str = "Commands"
    hidden: bool = False


class Command(TyperCommand):
    """A command whose help fits narrow terminals."""

    def get_help(self, ctx: Any) -> str:
        """Return the help."""
        for parameter in self.params:
            if parameter.param_type_name == "argument":
                # typer 0.29 shows the type in Python, such as list[str].
                vars(parameter)["display_type_rich"] = lambda ctx: ""
        return super().get_help(fit_help(ctx))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the pieces of the usage line, with required arguments as they are."""
        # typer 0.29 puts them in braces, which stand for a choice elsewhere.
        return [re.sub(r"^\{(.*)\}", r"\1", each) for each in super().collect_usage_pieces(ctx)]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; an error of the parser names this command."""
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            if getattr(error, "ctx", ctx) is None:
                vars(error)["ctx"] = ctx
            if hasattr(error, "option_name"):  # the parser knows none of this name
                file = next((each for each in given if each[0:1] == "-" and isfile(each)), None)
                if file is not None:
                    vars(error)["message"] += f". {shown(file)} is a file: write ./{shown(file)}."
            raise


class CommandGroup(TyperGroup):
    """A group whose help fits narrow terminals."""

    def get_help(self, ctx: Any) -> str:
        """Return the help."""
        return super().get_help(fit_help(ctx))


class RootGroup(CommandGroup):
    """The command `vlmrun`: it imports a command when it is used, and shows all errors.

    Attributes:
        modules: The commands by name, in the order of the list.
    """

    modules: Mapping[str, CommandModule]

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands that the list shows."""
        return [name for name, each in self.modules.items() if not each.hidden]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, after importing its module."""
        found = self.modules.get(cmd_name)
        if found is None:
            return None
        module = import_module(f"vlmrun.cli.commands.{found.module}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the arguments begin with; suggest a similar name otherwise."""
        name = args[0]
        if name not in self.modules and not name.startswith("-"):
            from vlmrun.cli.problems import UsageProblem, nearest

            hint = nearest(name, self.list_commands(ctx)) or "`vlmrun --help` lists the commands"
            raise UsageProblem(f"There is no command {name!r}", hint)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands by section, without importing any."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            each = self.modules[name]
            sections.setdefault(each.section, []).append((name, each.help))
        for title, rows in sections.items():
            with formatter.section(title):
                formatter.write_dl(rows)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; errors become a message on stderr and an exit code."""
        try:
            with watch_interrupts(), _warnings_in_one_line():
                result = super().invoke(ctx)
                flush_stdout()
        except BaseException as error:
            status = _report(error, ctx)
            if status is None:
                raise
            raise typer.Exit(status) from None
        return result

    def main(
        self,
        args: Any = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the program with arguments, and exit unless `standalone_mode` is False."""
        try:
            status = super().main(
                args=args,
                prog_name=prog_name or "vlmrun",
                complete_var=complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
        except Exception as error:  # of the parser, or of a value of a global option
            found = _report(error, getattr(error, "ctx", None))
            if found is None:
                raise
            status = found
        status = status if isinstance(status, int) else SUCCESS
        if status == SUCCESS:
            try:
                flush_stdout()
            except OSError as error:  # after --help; commands have reported it themselves
                status = _report_lost_output(error)
        if standalone_mode:
            let_signals_end_the_program()
            sys.exit(status)
        return status


def fit_help(ctx: Any) -> Any:
    """Return a context whose help has the width of the terminal, even of a narrow one."""
    width = width_of(sys.stdout)
    if width is not None and width < _NARROW:
        ctx.terminal_width = width
        base = type(ctx).formatter_class
        ctx.formatter_class = type("NarrowFormatter", (base,), {"write_dl": _write_below})
    return ctx


def _write_below(formatter: Any, rows: Any, **_: Any) -> None:
    """Write each help below its option, instead of beside it."""
    for name, help in rows:
        formatter.write_text(name)
        formatter.indent()
        formatter.write_text(help)
        formatter.dedent()


@contextmanager
def _warnings_in_one_line() -> Iterator[None]:
    """Show warnings for users of the SDK in one line on stderr, and no others."""
    import warnings

    def show(message: Any, *_: Any, **__: Any) -> None:
        from vlmrun.cli.output import Output

        Output().warn("Warning: " + " ".join(str(message).split()))

    with warnings.catch_warnings():
        if not sys.warnoptions:
            warnings.simplefilter("ignore")
            warnings.filterwarnings("default", category=UserWarning)
        warnings.showwarning = show
        yield


def _report(error: BaseException, ctx: Any) -> int | None:
    """Show an error, and return the exit code; None for an exception that ends the program."""
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return _report_interruption(error)
    if isinstance(error, SystemExit) or not isinstance(error, Exception):
        return None
    if isinstance(error, OSError) and is_about_stdout(error):
        return _report_lost_output(error)
    if isinstance(error, (typer.Abort, EOFError)):
        return _show("Nothing was read: standard input has ended", USAGE)
    if hasattr(error, "format_message"):
        return _report_usage(error, ctx)
    from vlmrun.cli.debugging import is_debugging, show_traceback
    from vlmrun.cli.exit_codes import exit_code_of
    from vlmrun.cli.problems import one_line

    if ctx is not None and is_debugging(ctx):
        show_traceback(error)
    return _show(one_line(error), exit_code_of(error))


def _show(message: str, status: int) -> int:
    from vlmrun.cli.output import write_error

    write_error(message)
    return status


def _report_usage(error: Any, ctx: Any) -> int:
    """Show an error of the parser: in one line, with the command that explains the options."""
    ctx = getattr(error, "ctx", None) or ctx
    if type(error).__name__ == "NoArgsIsHelpError":
        write(sys.stderr, ctx.get_help() + "\n")
        return USAGE
    message = printable(" ".join(_usage_message(error).split()))
    hint = f" Try '{ctx.command_path} --help'." if ctx is not None else ""
    return _show(message.rstrip(".?") + ("?" if message.endswith("?") else ".") + hint, USAGE)


def _usage_message(error: Any) -> str:
    """Return the message of an error of the parser, with the value that is invalid."""
    message = str(error.format_message())
    # typer reads values with pydantic, whose errors have the value, but not in their message.
    parameter = getattr(error, "param", None)
    reasons: Any = getattr(error.__cause__, "errors", None)
    if parameter is None or reasons is None:
        return message
    problems: Any = reasons()
    first: dict[str, Any] = problems[0]
    reason = first["msg"].partition(",")[0].replace("Input should be", "must be")
    return f"{parameter.opts[0]} {reason}, got {first['input']!r}"


def _report_interruption(error: BaseException) -> int:
    """Say what goes on after Ctrl-C, as far as the notes of the exception tell."""
    _warn("Interrupted", *_notes_of(error))
    return interruption_code()


def _notes_of(error: BaseException) -> list[str]:
    """Return what became of jobs and requests, by the notes of an exception that ended a call."""
    from vlmrun.cli.problems import what_to_check

    notes = [str(note) for note in getattr(error, "__notes__", [])]
    # Notes of the SDK about a request that was on its way name Python code.
    return [
        f"A request was on its way. {what_to_check(note)}" if "client." in note else note
        for note in notes
    ]


def _warn(*lines: str) -> None:
    from vlmrun.cli.output import Output

    Output().warn("\n".join(lines))


def _report_lost_output(error: OSError) -> int:
    """Report that the result could not be written, unless its reader has simply ended."""
    _forget_stdout()
    if error.errno == errno.EPIPE:
        return CLOSED_PIPE
    if notes := _notes_of(error):  # the jobs, whose results can be fetched again
        _warn(*notes)
    return _show(f"The result cannot be written to standard output: {error.strerror}", FAILED)


def _forget_stdout() -> None:
    """Discard what is left of stdout, which Python would otherwise write at its end, and fail."""
    try:
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stdout.fileno())
        os.close(descriptor)
    except (AttributeError, OSError, ValueError):
        pass
