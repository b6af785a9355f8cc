"""A skill's directory and the SKILL.md in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from vlmrun._wording import show
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
        raise InputTypeError(
            f"{name} must be a str or a Path, got {type(value).__name__} {show(value)}"
        )
    if not path.strip():
        raise InputError(f"{name} is empty", suggestion="Use '.' for the current directory")
    if "\0" in path:
        raise InputError(f"{name} cannot be {show(path)}: it has a NUL character")
    return Path(path).expanduser()


def skill_directory(name: str, value: Any) -> Path:
    """The directory that an argument gives, resolved, so that `.` has a name.

    Raises:
        MissingFileError: There is nothing.
        InputError: It is a file.
    """
    path = checked_path(name, value)
    directory = Path(os.path.realpath(path))
    if not directory.exists():
        raise MissingFileError(
            f"{name}: no such directory: {path}", suggestion="Check the path of the skill"
        )
    if not directory.is_dir():
        raise InputError(
            f"{name}: not a directory: {path}",
            suggestion=f"Pass the directory that holds {SKILL_FILE}",
        )
    return directory


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
    if path.name.casefold() == FALLBACK_FILE and path.is_file():
        return Path(os.path.realpath(path.parent)) / path.name
    return skill_file(skill_directory("path", path))
