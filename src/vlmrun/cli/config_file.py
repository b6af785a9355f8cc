"""The config file `~/.vlmrun/config.toml`: read by all commands, and written by `vlmrun config`.

The keys at its top are the profile "default"; a table `[profiles.NAME]` has those of another
profile. Clients in Python do not read the file.

    api_key = "..."
    profile = "staging"  # the profile to use if neither --profile nor VLMRUN_PROFILE is set

    [profiles.staging]
    api_key = "..."
    base_url = "https://staging.example.com/v1"
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmrun.cli.exit_codes import FAILED
from vlmrun.cli.problems import Problem, UsageProblem, nearest

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

DEFAULT_PROFILE = "default"

# The settings of a profile; other keys are ignored, and kept.
KEYS = ("api_key", "base_url", "cache_dir")

# Only the owner may read it: it contains the API key.
_FILE_MODE, _FOLDER_MODE = 0o600, 0o700

_PROFILE_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ENVIRONMENT = "VLMRUN_PROFILE"

# Control characters, which TOML excludes, except for tabs and the ends of lines.
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Profile(NamedTuple):
    """The profile of a run.

    Attributes:
        name: Its name; "default" for the keys at the top of the file.
        source: Where the name comes from: "option", "environment", "config file" or "default".
        values: Its keys and values.
    """

    name: str
    source: str
    values: dict[str, Any]


def config_path() -> Path:
    """Return the path of the config file.

    Raises:
        Problem: There is no home directory.
    """
    try:
        return Path.home() / ".vlmrun" / "config.toml"
    except RuntimeError:
        raise Problem("There is no home directory for the config file", "Set HOME") from None


def read_profile(name: str | None = None) -> Profile:
    """Return the profile to use, and its values.

    Args:
        name: The profile of `--profile`. By default that of `VLMRUN_PROFILE`, or else the one that
            the key `profile` of the file names, or else "default".

    Raises:
        Problem: The file is damaged or cannot be read.
        UsageProblem: There is no such profile.
    """
    document = read_config()
    chosen, source = _choose(name, document)
    if chosen == DEFAULT_PROFILE:
        return Profile(chosen, source, {key: document[key] for key in KEYS if key in document})
    profiles = document.get("profiles", {})
    if chosen not in profiles:
        known = sorted({DEFAULT_PROFILE, *profiles})
        remedy = f"{nearest(chosen, known)} Known profiles: {', '.join(known)}".strip()
        place = {"environment": f" of {_ENVIRONMENT}", "config file": " of the key 'profile'"}
        raise UsageProblem(
            f"The config file has no profile {chosen!r}{place.get(source, '')}", remedy
        )
    return Profile(chosen, source, dict(profiles[chosen]))


def _choose(name: str | None, document: Mapping[str, Any]) -> tuple[str, str]:
    from_environment = os.environ.get(_ENVIRONMENT, "").strip()
    for value, source in (
        ((name or "").strip(), "option"),
        (from_environment, "environment"),
        (document.get("profile", "").strip(), "config file"),
    ):
        if value:
            return value, source
    return DEFAULT_PROFILE, "default"


def read_config() -> dict[str, Any]:
    """Return the content of the config file; empty if there is none.

    Raises:
        Problem: The file is damaged, a value has a wrong type, or it cannot be read.
    """
    text = _read_text()
    if text is None:
        return {}
    document = _load(text)
    _check_types(document, text)
    return document


def _load(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib

        # Imported five times faster than tomlkit, whose errors have the line, though.
        with suppress(tomllib.TOMLDecodeError, RecursionError):
            return tomllib.loads(text)
    return dict(parse_document(text).unwrap())


def read_document() -> TOMLDocument:
    """Return the config file with its comments, to change it; empty if there is none.

    Raises:
        Problem: The file is damaged, a value has a wrong type, or it cannot be read.
    """
    text = _read_text() or ""
    document = parse_document(text)
    _check_types(document.unwrap(), text)
    return document


def parse_document(text: str) -> TOMLDocument:
    """Return the content of a config file with its comments.

    Raises:
        Problem: It is damaged; the message has the line.
    """
    try:
        import tomlkit
        from tomlkit.exceptions import ParseError, TOMLKitError
    except ModuleNotFoundError:
        remedy = "Install the extra: pip install 'vlmrun[cli]'"
        raise Problem("The config file needs tomlkit, which is not installed", remedy) from None
    try:
        return tomlkit.parse(text)
    except ParseError as error:
        # The part of the message before the position never has the value of a key.
        raise _damaged(error.line, str(error).partition(" at line")[0]) from None
    except (TOMLKitError, RecursionError) as error:
        raise _damaged(None, type(error).__name__) from None


def write_document(document: TOMLDocument) -> Path:
    """Write the config file atomically, readable by its owner only.

    Returns:
        Its path.

    Raises:
        Problem: It cannot be written; the old file is unchanged.
    """
    text = document.as_string()
    # Beside dotted keys, tomlkit can put a table in front of keys that would then be in it.
    if parse_document(text).unwrap() != document.unwrap():
        raise _unusual_form()
    path = config_path()
    try:
        path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise _access_problem(error, "written") from None
    from vlmrun._files.staging import write_file

    # A link, as from a folder of dotfiles, stays a link.
    write_file(path, text.encode(), _FILE_MODE)
    return path


def settings_of(document: TOMLDocument, profile: str) -> Any:
    """Return the table with the settings of a profile, which is created if there is none.

    Args:
        document: The config file.
        profile: The name of the profile.

    Raises:
        Problem: The profiles are inline tables, to which none can be added.
    """
    import tomlkit

    if profile == DEFAULT_PROFILE:
        return document
    try:
        profiles = document.setdefault("profiles", tomlkit.table(is_super_table=True))
        return profiles.setdefault(profile, tomlkit.table())
    except ValueError:
        raise _unusual_form() from None


def complete_profile(incomplete: str) -> list[str]:
    """Return the profiles whose name begins with what was typed, for the completion of shells."""
    try:
        names = [DEFAULT_PROFILE, *read_config().get("profiles", {})]
    except Problem:
        return []
    return sorted(name for name in names if name.startswith(incomplete))


def check_profile_name(name: str) -> str:
    """Return the name of a profile.

    Raises:
        UsageProblem: It has other characters than letters, digits, "-" and "_".
    """
    if not _PROFILE_NAME.fullmatch(name):
        raise UsageProblem(
            f"A profile cannot have the name {name!r}", "Use letters, digits, '-' and '_'"
        )
    return name


def readers_problem() -> str | None:
    """Return a warning if others than the owner can read the config file; otherwise None."""
    if os.name != "posix":
        return None
    try:
        mode = stat.S_IMODE(config_path().stat().st_mode)
    except (OSError, Problem):
        return None
    if not mode & 0o077:
        return None
    return f"Other users can read {config_path()} (mode {mode:o}): run chmod 600 on it"


def _read_text() -> str | None:
    path = config_path()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _access_problem(error, "read") from None
    place = _NOT_TEXT.search(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _damaged(content.count(b"\n", 0, error.start) + 1, "not UTF-8 text") from None
    if place is not None:
        raise _damaged(content.count(b"\n", 0, place.start()) + 1, "not text")
    return text


def _check_types(document: Mapping[str, Any], text: str) -> None:
    """Check the values of the keys that are used.

    Raises:
        Problem: A value has a wrong type; the message has its line.
    """
    _check_strings(document, (*KEYS, "profile"), text, "")
    profiles = document.get("profiles", {})
    if not isinstance(profiles, Mapping):
        raise _wrong_type(text, "", "profiles", "a table for each profile")
    for name, values in profiles.items():
        if not isinstance(values, Mapping):
            raise _wrong_type(text, "profiles", name, "a table")
        _check_strings(values, KEYS, text, f"profiles.{name}")


def _check_strings(values: Mapping[str, Any], keys: tuple[str, ...], text: str, table: str) -> None:
    for key in keys:
        if not isinstance(values.get(key, ""), str):
            raise _wrong_type(text, table, key, "a string between quotation marks")


def _wrong_type(text: str, table: str, key: str, expected: str) -> Problem:
    where = f"{table}.{key}" if table else key
    return _damaged(_line_of(text, table, key), f"{where} must be {expected}")


def _line_of(text: str, table: str, key: str) -> int | None:
    """Return the line of a key; None where it is written in an unusual way."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([^]]*?)\s*\]", line):
            current = header[1].replace('"', "")
            if current == (f"{table}.{key}" if table else key):
                return number
        elif current == table and re.match(rf"\s*\"?{re.escape(key)}\"?\s*[=.]", line):
            return number
    return None


def _damaged(line: int | None, reason: str) -> Problem:
    where = f"line {line}: " if line is not None else ""
    return Problem(
        f"The config file {config_path()} is damaged: {where}{reason}",
        "Correct it, or replace it with `vlmrun config init --force`",
        FAILED,
    )


def _unusual_form() -> Problem:
    return Problem(
        f"The profiles in {config_path()} are written in a form that this command cannot change",
        "Edit the file, or write them as tables: [profiles.NAME]",
    )


def _access_problem(error: OSError, action: str) -> Problem:
    reason = error.strerror or str(error)
    return Problem(f"The config file {config_path()} cannot be {action}: {reason}")
