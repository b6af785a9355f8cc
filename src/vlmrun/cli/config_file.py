"""The config file `~/.vlmrun/config.toml`: read by all commands, and written by `vlmrun config`.

The keys at its top are used by default; a table `[profiles.NAME]` has those of a profile.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vlmrun.cli.exit_codes import FAILED
from vlmrun.cli.problems import Problem, UsageProblem, nearest

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

# Only the owner may read it: it contains the API key.
_FILE_MODE, _FOLDER_MODE = 0o600, 0o700


def config_path() -> Path:
    """Return the path of the config file.

    Raises:
        Problem: There is no home directory.
    """
    try:
        return Path.home() / ".vlmrun" / "config.toml"
    except RuntimeError:
        raise Problem("There is no home directory for the config file", "Set HOME") from None


def read_config(profile: str | None = None) -> dict[str, Any]:
    """Return the values of the config file, or of a profile in it; empty if there is no file.

    Raises:
        Problem: The file is damaged or cannot be read.
        UsageProblem: There is no such profile.
    """
    try:
        if not config_path().exists():
            document: Mapping[str, Any] = {}
        else:
            document = read_document().unwrap()
    except OSError as error:
        raise _access_problem(error, "read") from None
    if profile is None:
        return dict(document)
    profiles = document.get("profiles")
    known = profiles if isinstance(profiles, dict) else {}
    values = known.get(profile)
    if not isinstance(values, dict):
        remedy = nearest(profile, known) or f"Known profiles: {', '.join(known) or 'none'}"
        raise UsageProblem(f"The config file has no profile {profile!r}", remedy)
    return values


def read_document() -> TOMLDocument:
    """Return the config file with its comments; empty if there is none.

    Raises:
        Problem: The file is damaged (the message has its line) or cannot be read.
    """
    import tomlkit
    from tomlkit.exceptions import ParseError, TOMLKitError

    path = config_path()
    try:
        return tomlkit.parse(path.read_text("utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except OSError as error:
        raise _access_problem(error, "read") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _damaged(path, line, "not UTF-8 text") from None
    except ParseError as error:
        raise _damaged(path, error.line, str(error).partition(" at line")[0]) from None
    except TOMLKitError as error:
        raise _damaged(path, None, str(error)) from None


def write_document(document: TOMLDocument) -> Path:
    """Write the config file: aside and renamed, readable by its owner only.

    Returns:
        Its path.

    Raises:
        Problem: It cannot be written; the old file is unchanged.
    """
    import tomlkit

    path = config_path()
    # A link, as from a folder of dotfiles, stays a link.
    path = Path(os.path.realpath(path))
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
        with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(tomlkit.dumps(document))
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise _access_problem(error, "written") from None
    return path


def _damaged(path: Path, line: int | None, reason: str) -> Problem:
    where = f"line {line}: " if line is not None else ""
    return Problem(
        f"The config file {path} is damaged: {where}{reason}",
        "Correct it, or replace it with `vlmrun config init --force`",
        FAILED,
    )


def _access_problem(error: OSError, action: str) -> Problem:
    reason = error.strerror or str(error)
    return Problem(f"The config file {config_path()} cannot be {action}: {reason}")
