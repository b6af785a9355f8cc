"""Declaration of commands: groups, and the options that all commands have."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from vlmrun.cli.command_group import Command, CommandGroup
from vlmrun.cli.config_file import complete_profile
from vlmrun.cli.output import Mode, Output
from vlmrun.cli.problems import UsageProblem, check_choice
from vlmrun.cli.recent_ids import RecentIds
from vlmrun.cli.run import Run
from vlmrun.cli.settings import Settings, check_api_key, check_base_url

CONTEXT_SETTINGS = {"help_option_names": ["--help", "-h"], "max_content_width": 100}


def group(name: str, help: str) -> typer.Typer:
    """Return the app of a module with several commands; without arguments it shows its help.

    Args:
        name: The name of the group.
        help: What it is for, in one sentence.
    """
    app = typer.Typer(
        name=name,
        cls=CommandGroup,
        help=help,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        context_settings=CONTEXT_SETTINGS,
    )
    # Without a callback, typer makes a group of one command that command.
    app.callback()(lambda: None)
    return app


def single() -> typer.Typer:
    """Return the app of a module with one command of the same name."""
    return typer.Typer(
        add_completion=False, rich_markup_mode=None, context_settings=CONTEXT_SETTINGS
    )


def command(
    app: typer.Typer,
    name: str,
    *,
    is_list: bool = False,
    taken: str = "",
    shows_help: bool = False,
    examples: Sequence[str] = (),
    hidden: bool = False,
    lenient: bool = False,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    r"""Register a function as a command, with the options that all commands have.

    Its first parameter is a `Run`; the others are declared as typer describes. The first line of
    its docstring is the help in lists; a `\f` ends what `--help` shows.

    Args:
        app: The app of the module.
        name: The name of the command.
        is_list: Whether it lists objects, and so has `--jsonl`.
        taken: Letters of short options that the command itself uses, of "f", "j" and "q".
        shows_help: Whether it shows its help if there are no arguments.
        examples: Commands that help shows below the options.
        hidden: Whether help leaves the command out.
        lenient: Whether unknown options are passed on as arguments.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        wrapped = _with_common_options(function, is_list, taken)
        register = app.command(
            name,
            cls=Command,
            no_args_is_help=shows_help,
            # A paragraph that begins with \b is not filled.
            epilog="\n  ".join(["\b\nExamples:", *examples]) if examples else None,
            hidden=hidden,
            context_settings={**CONTEXT_SETTINGS, "ignore_unknown_options": lenient},
        )
        register(wrapped)
        return function

    return decorate


def _with_common_options(
    function: Callable[..., None], is_list: bool, taken: str
) -> Callable[..., None]:
    signature = inspect.signature(function, eval_str=True)
    _, *parameters = signature.parameters.values()
    own = {parameter.name for parameter in parameters}
    common = [each for each in _common_parameters(is_list, taken) if each.name not in own]

    @functools.wraps(function)
    def wrapper(ctx: typer.Context, /, **arguments: Any) -> None:
        names = (each.name for each in common)
        options = {name: arguments.pop(name, None) for name in names}
        # `config unset` has flags of these names.
        shared = {
            name: arguments[name]
            for name in own & {"api_key", "base_url"}
            if isinstance(arguments[name], str)
        }
        current = _run_of(ctx, {**options, **shared})
        try:
            function(current, **arguments)
        finally:
            current.close()

    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    keywords = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in parameters]
    every = [context, *keywords, *common]

    # typer passes all by keyword, and finds them in the signature and in the annotations.
    def call(**arguments: Any) -> None:
        wrapper(arguments.pop("ctx"), **arguments)

    functools.update_wrapper(call, function)
    vars(call)["__signature__"] = inspect.Signature(every)
    vars(call).pop("__wrapped__")
    call.__annotations__ = {each.name: each.annotation for each in every}
    return call


def _common_parameters(is_list: bool, taken: str) -> list[inspect.Parameter]:
    def names(long: str, short: str) -> tuple[str, ...]:
        return (long,) if short in taken else (long, f"-{short}")

    formats = "text, json or jsonl" if is_list else "text or json"
    flag: Any = bool
    text: Any = str | None
    options: dict[str, tuple[Any, Any, Any]] = {
        "json_": (flag, typer.Option(*names("--json", "j"), help="Write JSON to stdout."), False),
        "format_": (
            text,
            typer.Option(*names("--format", "f"), metavar="FORMAT", help=f"{formats}."),
            None,
        ),
        "jsonl": (flag, typer.Option("--jsonl", help="Write one JSON object per line."), False),
        "quiet": (
            flag,
            typer.Option(*names("--quiet", "q"), help="No messages and no progress."),
            False,
        ),
        "debug": (flag, typer.Option("--debug", help="Log messages and tracebacks."), False),
        "api_key": (
            text,
            typer.Option("--api-key", metavar="KEY", hidden=True, callback=check_api_key),
            None,
        ),
        "base_url": (
            text,
            typer.Option("--base-url", metavar="URL", hidden=True, callback=check_base_url),
            None,
        ),
        "profile": (
            text,
            typer.Option("--profile", metavar="NAME", hidden=True, autocompletion=complete_profile),
            None,
        ),
    }
    if not is_list:
        del options["jsonl"]
    return [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=default,
            annotation=Annotated[kind, info],
        )
        for name, (kind, info, default) in options.items()
    ]


def _run_of(ctx: typer.Context, options: dict[str, Any]) -> Run:
    settings = ctx.obj if isinstance(ctx.obj, Settings) else Settings()
    settings = settings.with_options(
        api_key=options.get("api_key"),
        base_url=options.get("base_url"),
        profile=options.get("profile"),
        debug=options.get("debug"),
        quiet=options.get("quiet"),
    )
    if options.get("debug"):
        from vlmrun.cli.debugging import start_debugging

        start_debugging(ctx)
    mode = _mode_of(options)
    return Run(settings, Output(mode, settings.quiet, RecentIds(ctx.command_path)))


def _mode_of(options: dict[str, Any]) -> Mode:
    """Return the format of the output; `--json` and `-f json` are the same."""
    allows_lines = "jsonl" in options
    known = ["text", "json", *(["jsonl"] if allows_lines else [])]
    written = options.get("format_")
    modes: set[Any] = set()
    if written is not None:
        modes.add(check_choice("--format", written, known))
    if options.get("json_"):
        modes.add("json")
    if options.get("jsonl"):
        modes.add("jsonl")
    if len(modes) > 1:
        raise UsageProblem(f"Pass one output format, got {' and '.join(sorted(modes))}")
    mode: Mode = modes.pop() if modes else "text"
    return mode
