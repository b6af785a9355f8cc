"""A skill's directory and the SKILL.md in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from vlmrun._messages import short_repr, type_and_repr
from vlmrun.errors import InputError, InputTypeError, MissingFileError

SKILL_FILE = "SKILL.md"
FALLBACK_FILE = "skill.md"


def checked_path(name: str, value: Any) -> Path:
    """The path that an argument gives, `~` expanded; nothing is looked up.

    Raises:
        InputTypeError: Neither text nor a path-like object.
        InputError: Empty, or with a NUL.
    """
    path = os.fspath(value) if isinstance(value, (str, os.PathLike)) else value
    if not isinstance(path, str):
        raise InputTypeError(f"{name} must be a str or a Path, got {type_and_repr(value)}")
    if not path.strip():
        raise InputError(f"{name} is empty", suggestion="Use '.' for the current directory")
    if "\0" in path:
        raise InputError(f"{name} cannot be {short_repr(path)}: it has a NUL character")
    return Path(os.path.expanduser(path))


def show_path(path: Path) -> str:
    """The path as an error message may show it."""
    return short_repr(str(path), 300)


def skill_directory(name: str, value: Any) -> Path:
    """The directory of a skill that an argument gives; see `resolved_directory`."""
    return resolved_directory(name, value, "the skill", SKILL_FILE)


def resolved_directory(name: str, value: Any, what: str, holds: str) -> Path:
    """The directory that an argument gives, resolved, so that `.` has a name.

    Args:
        name: The argument.
        value: What it gives.
        what: What is in the directory, for messages.
        holds: What is found there, for messages.

    Raises:
        MissingFileError: There is nothing.
        InputError: It is a file.
    """
    path = checked_path(name, value)
    if not os.path.exists(path):
        raise MissingFileError(
            f"{name}: no such directory: {show_path(path)}", suggestion=f"Check the path of {what}"
        )
    if not os.path.isdir(path):
        raise InputError(
            f"{name}: not a directory: {show_path(path)}",
            suggestion=f"Pass the directory that holds {holds}",
        )
    return Path(os.path.realpath(path))


def skill_file(directory: Path) -> Path:
    """The directory's SKILL.md, or skill.md where that is all there is.

    Names are compared as they are stored, since some systems answer to any case.

    Raises:
        MissingFileError: Neither is there.
        InputError: The directory cannot be read.
    """
    try:
        names = os.listdir(directory)
    except OSError as error:
        raise InputError(f"The directory {directory} cannot be read: {error}") from error
    for name in (SKILL_FILE, FALLBACK_FILE):
        if name in names and (directory / name).is_file():
            return directory / name
    near = sorted(name for name in names if name.casefold() == FALLBACK_FILE)
    remedy = f"Rename {near[0]} to {SKILL_FILE}" if near else f"Add a {SKILL_FILE} to it"
    raise MissingFileError(f"No {SKILL_FILE} in the directory {directory}", suggestion=remedy)


def file_of_skill(value: Any) -> Path:
    """The SKILL.md for a path that is it, or that is the directory around it.

    Raises:
        MissingFileError: There is none.
    """
    path = checked_path("path", value)
    if path.name.casefold() == FALLBACK_FILE and os.path.isfile(path):
        path = path.parent
    return skill_file(skill_directory("path", path))


def names_of_directory(file: Path, given: str | os.PathLike[str]) -> tuple[str, ...]:
    """The names that a skill's directory goes by: its own, and that of a link that leads to it."""
    path = Path(os.path.abspath(os.path.expanduser(given)))
    named = path.parent if path.name.casefold() == FALLBACK_FILE else path
    return tuple(dict.fromkeys((file.parent.name, named.name)))
