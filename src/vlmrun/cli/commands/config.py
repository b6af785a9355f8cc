"""`vlmrun config`."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from vlmrun.cli.config_file import (
    DEFAULT_PROFILE,
    KEYS,
    Profile,
    check_profile_name,
    complete_profile,
    config_path,
    parse_document,
    read_config,
    read_document,
    read_profile,
    readers_problem,
    settings_of,
    write_document,
)
from vlmrun.cli.problems import Problem, UsageProblem
from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run
from vlmrun.cli.settings import check_api_key, check_base_url
from vlmrun.cli.streams import is_terminal
from vlmrun.cli.text_arguments import read_stdin

app = group("config", "Show and change the config file and its profiles.")

_TEMPLATE = """\
# The settings of the command `vlmrun`; only you can read this file.
# Options and environment variables (VLMRUN_API_KEY, VLMRUN_BASE_URL) take precedence.

api_key = ""
# base_url = "https://api.vlm.run/v1"
# cache_dir = "~/.vlmrun/cache"

# Another profile, for `vlmrun --profile staging ...`:
# [profiles.staging]
# api_key = ""
# base_url = "https://staging.example.com/v1"
"""

# Of a shorter key, the first and last four characters would be too large a part.
_SHORTEST_SHOWN = 16

_NOTHING_GIVEN = "Nothing to change: pass --api-key, --base-url or --cache-dir"


@command(app, "init", taken="f")
def init(
    run: Run,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace an existing file.")] = False,
) -> None:
    """Create the config file."""
    path = config_path()
    if os.path.lexists(path) and not force:
        raise Problem(f"{path} exists already", "Pass --force to replace it, with its keys")
    written = write_document(parse_document(_TEMPLATE))
    run.output.show({"path": str(path)}, str(written))
    run.output.note("Next: vlmrun config set --api-key -, and then vlmrun doctor")


@command(app, "show")
def show(run: Run) -> None:
    """Show the settings of the profile that is used. Keys are shown in part only."""
    profile = read_profile(run.settings.profile)
    shown = {key: _shown(key, profile.values[key]) for key in KEYS if profile.values.get(key)}
    overriding = [] if run.settings.profile else _overriding_variables()
    data = {
        "path": str(config_path()),
        "profile": profile.name,
        **{key: shown.get(key) for key in KEYS},
        "profiles": _names(read_config()),
        "environment": overriding,
    }
    if shown or run.output.is_json:
        run.output.show(data, lambda: [f"{key}: {value}" for key, value in shown.items()])
    else:
        run.output.note(_nothing_set(profile))
    if profile.name != DEFAULT_PROFILE:
        run.output.note(f"Profile {profile.name} (from {profile.source})")
    for name in overriding:
        run.output.note(f"{name} is set, and takes precedence over the config file")
    if problem := readers_problem():
        run.output.note(f"Warning: {problem}")


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
        typer.Option(
            "--base-url", metavar="URL", callback=check_base_url, help="The URL of the API."
        ),
    ] = None,
    cache_dir: Annotated[
        str | None,
        typer.Option("--cache-dir", metavar="DIR", help="Where artifacts are stored."),
    ] = None,
) -> None:
    """Store settings, in the profile of --profile or else in the one that is used."""
    if api_key == "-":
        api_key = _read_key()
    given = {"api_key": api_key, "base_url": base_url, "cache_dir": cache_dir}
    values = {key: value.strip() for key, value in given.items() if value is not None}
    if not values:
        run.output.note(_NOTHING_GIVEN)
        return
    _check_values(values)
    document = read_document()
    name = _profile_to_change(run)
    settings = settings_of(document, name)
    for key, value in values.items():
        settings[key] = value
    _write(run, document, name, f"Stored {', '.join(values)}")


@command(app, "unset")
def unset_values(
    run: Run,
    api_key: Annotated[bool, typer.Option("--api-key", help="Remove the API key.")] = False,
    base_url: Annotated[bool, typer.Option("--base-url", help="Remove the URL.")] = False,
    cache_dir: Annotated[bool, typer.Option("--cache-dir", help="Remove the folder.")] = False,
) -> None:
    """Remove settings, from the profile of --profile or else from the one that is used."""
    flags = {"api_key": api_key, "base_url": base_url, "cache_dir": cache_dir}
    keys = [key for key, is_given in flags.items() if is_given]
    if not keys:
        run.output.note(_NOTHING_GIVEN)
        return
    profile = read_profile(run.settings.profile)
    document = read_document()
    settings = settings_of(document, profile.name)
    for key in keys:
        settings.pop(key, None)
    _write(run, document, profile.name, f"Removed {', '.join(keys)}")


@command(app, "profiles", is_list=True)
def list_profiles(run: Run) -> None:
    """List the profiles, with a * at the one that is used."""
    from vlmrun.cli.tables import Column

    document = read_config()
    used = read_profile(run.settings.profile).name
    rows = [{"name": name, "is_used": name == used} for name in _names(document)]
    run.output.rows(
        rows,
        [Column("PROFILE"), Column("USED")],
        lambda row: [row["name"], "*" if row["is_used"] else ""],
        empty="No profiles",
        data=lambda row: row,
    )


@command(app, "use")
def use_profile(
    run: Run,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="The profile; 'default' is the top of the file.",
            autocompletion=complete_profile,
        ),
    ],
) -> None:
    """Use a profile from now on, if neither --profile nor VLMRUN_PROFILE is set."""
    read_profile(name)
    document = read_document()
    if name == DEFAULT_PROFILE:
        document.pop("profile", None)
    else:
        document["profile"] = name
    _write(run, document, name, "From now on, commands use it")


@command(app, "remove")
def remove_profile(
    run: Run,
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="The profile.", autocompletion=complete_profile),
    ],
) -> None:
    """Remove a profile with its settings."""
    if name == DEFAULT_PROFILE:
        raise UsageProblem("The default profile cannot be removed", "Use `vlmrun config unset`")
    read_profile(name)
    document = read_document()
    profiles: Any = document["profiles"]
    del profiles[name]
    if not profiles:
        del document["profiles"]
    if document.get("profile") == name:
        document.pop("profile")
    _write(run, document, name, "Removed")


def _write(run: Run, document: Any, profile: str, done: str) -> None:
    path = write_document(document)
    run.output.show(
        {"path": str(path), "profile": profile}, f"{done} (profile {profile} of {path})"
    )


def _profile_to_change(run: Run) -> str:
    """Return the profile to change, which `--profile` may create."""
    if run.settings.profile:
        return check_profile_name(run.settings.profile)
    return read_profile().name


def _read_key() -> str:
    """Return the key from a hidden prompt, or from standard input, never from the arguments."""
    if is_terminal(sys.stdin):
        from getpass import getpass

        key = getpass("API key: ")
    else:
        key = read_stdin("The API key")
    if not key.strip():
        raise UsageProblem("--api-key -: the API key is empty")
    return key.strip()


def _check_values(values: dict[str, str]) -> None:
    """Check a key and a URL as a client would.

    Raises:
        ConfigurationError: One of them is invalid.
    """
    from vlmrun import VLMRun

    empty = next((key for key, value in values.items() if not value), None)
    if empty is not None:
        option = f"--{empty.replace('_', '-')}"
        raise UsageProblem(
            f"{option} is empty", f"To remove it, use `vlmrun config unset {option}`"
        )
    # With a value for both, the environment is not read.
    key, url = values.get("api_key", "unused"), values.get("base_url", "https://unused.invalid/v1")
    VLMRun(api_key=key, base_url=url).close()


def _names(document: dict[str, Any]) -> list[str]:
    return [DEFAULT_PROFILE, *sorted(document.get("profiles", {}))]


def _overriding_variables() -> list[str]:
    names = (f"VLMRUN_{key.upper()}" for key in KEYS)
    return [name for name in names if os.environ.get(name, "").strip()]


def _nothing_set(profile: Profile) -> str:
    place = f"The profile {profile.name} of {config_path()}"
    if profile.name == DEFAULT_PROFILE:
        place = str(config_path())
    return f"{place} has no settings; `vlmrun config set --api-key -` stores an API key"


def _shown(key: str, value: str) -> str:
    if key != "api_key":
        return value
    return f"{value[:4]}...{value[-4:]}" if len(value) >= _SHORTEST_SHOWN else "*" * 8
