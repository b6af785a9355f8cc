"""`vlmrun config`."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from vlmrun.cli.config_file import config_path, read_config, read_document, write_document
from vlmrun.cli.problems import UsageProblem
from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run
from vlmrun.cli.settings import check_api_key, check_base_url
from vlmrun.cli.streams import is_terminal
from vlmrun.cli.tables import lines_of_details
from vlmrun.cli.text_arguments import read_stdin

app = group("config", "Show and change the config file, ~/.vlmrun/config.toml.")

_SECRETS = ("api_key",)
_SHOWN = 4

_TEMPLATE = """\
# The settings of `vlmrun`. Options and environment variables override them.

# Your API key, from https://app.vlm.run
api_key = ""

# The URL of the API.
# base_url = "https://api.vlm.run/v1"
"""


def masked(key: str) -> str:
    """Return an API key as it may be shown: its ends, or nothing of a short one."""
    if len(key) < 4 * _SHOWN:
        return "*" * 8
    return f"{key[:_SHOWN]}...{key[-_SHOWN:]}"


@command(app, "init", taken="f")
def init(
    run: Run,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace an existing file.")] = False,
) -> None:
    """Write a config file with comments."""
    import tomlkit

    path = config_path()
    if path.exists() and not force:
        raise UsageProblem(f"The config file {path} exists", "Pass --force to replace it")
    path = write_document(tomlkit.parse(_TEMPLATE))
    next_steps = "Set your key: vlmrun config set --api-key -"
    run.output.show({"path": str(path)}, f"Created {path}")
    run.output.note(next_steps)


@command(app, "show")
def show(run: Run) -> None:
    """Show the settings, with most of the API key hidden."""
    values = read_config(run.settings.profile)
    shown = {name: _shown(name, value) for name, value in values.items() if value not in ("", None)}
    run.output.show(shown, lambda: _lines(shown))


def _shown(name: str, value: Any) -> Any:
    return masked(value) if name in _SECRETS and isinstance(value, str) else value


def _lines(shown: dict[str, Any]) -> list[str]:
    if not shown:
        return [f"Nothing is set in {config_path()}; `vlmrun config set` sets it"]
    return lines_of_details({name: value for name, value in shown.items() if name != "profiles"})


@command(app, "set")
def set_values(
    run: Run,
    api_key: Annotated[
        str | None,
        typer.Option(
            "--api-key",
            metavar="KEY",
            callback=check_api_key,
            help="The API key; - reads it from standard input, or asks for it.",
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", callback=check_base_url, help="The API's URL."),
    ] = None,
) -> None:
    """Set what is passed, and keep everything else in the file."""
    values = {"api_key": _key(api_key), "base_url": _url(base_url)}
    given = {name: value for name, value in values.items() if value is not None}
    if not given:
        run.output.show({}, "Nothing to set: pass --api-key or --base-url")
        return
    document = read_document()
    table = _table(document, run.settings.profile)
    for name, value in given.items():
        table[name] = value
    path = write_document(document)
    run.output.show({"path": str(path), "set": list(given)}, f"Set {', '.join(given)} in {path}")


@command(app, "unset")
def unset(
    run: Run,
    api_key: Annotated[bool, typer.Option("--api-key", help="Remove the API key.")] = False,
    base_url: Annotated[bool, typer.Option("--base-url", help="Remove the URL.")] = False,
) -> None:
    """Remove settings from the file."""
    flags = {"api_key": api_key, "base_url": base_url}
    names = [name for name, is_set in flags.items() if is_set]
    if not names:
        run.output.show({}, "Nothing to remove: pass --api-key or --base-url")
        return
    document = read_document()
    table = _table(document, run.settings.profile)
    removed = [name for name in names if name in table]
    for name in removed:
        del table[name]
    path = write_document(document) if removed else config_path()
    text = f"Removed {', '.join(removed)} from {path}" if removed else f"Not set in {path}"
    run.output.show({"path": str(path), "removed": removed}, text)


def _table(document: Any, profile: str | None) -> Any:
    """Return the part of the config file with the values of a profile; it is created if needed."""
    if profile is None:
        return document
    import tomlkit

    profiles = document.setdefault("profiles", tomlkit.table(is_super_table=True))
    return profiles.setdefault(profile, tomlkit.table())


def _key(value: str | None) -> str | None:
    if value is None:
        return None
    if value == "-":
        if is_terminal(sys.stdin):
            value = typer.prompt("API key", hide_input=True, err=True)
        else:
            value = read_stdin("The API key")
    key = str(value).strip()
    if not key or any(each.isspace() or not each.isprintable() for each in key):
        raise UsageProblem("--api-key is empty, or has spaces or line breaks in it")
    return key


def _url(value: str | None) -> str | None:
    if value is None:
        return None
    url = value.strip()
    if not url.lower().startswith(("http://", "https://")):
        raise UsageProblem(f"--base-url {url!r} is not a URL", "It begins with https://")
    return url
