"""Validation of paths that are passed as arguments."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from vlmrun._messages import short_repr, type_and_repr
from vlmrun.errors import InputError, InputTypeError, MissingFileError


def check_path(name: str, value: Any) -> Path:
    """Return a path with `~` expanded. Nothing needs to exist there.

    Raises:
        InputTypeError: The value is neither a str nor a path-like object.
        InputError: The path is empty or contains a NUL character.
    """
    path = os.fspath(value) if isinstance(value, (str, os.PathLike)) else value
    if not isinstance(path, str):
        raise InputTypeError(f"{name} must be a str or a Path, got {type_and_repr(value)}")
    if not path.strip():
        # Path("") is the current directory, which is seldom what an empty variable means.
        raise InputError(f"{name} is empty", suggestion="Use '.' for the current directory")
    if "\0" in path:
        raise InputError(f"{name} cannot be {short_repr(path)}: it has a NUL character")
    # Path.expanduser raises RuntimeError for an unknown user; os.path leaves such a path as it is.
    return Path(os.path.expanduser(path))


def check_directory(name: str, value: Any, owner: str, contents: str) -> Path:
    """Return an existing directory, resolved, so that `.` has a name too.

    Args:
        name: Name of the argument.
        value: Its value.
        owner: Whose directory it is, for error messages, such as "the skill".
        contents: What the directory must contain, for error messages.

    Raises:
        MissingFileError: The path does not exist.
        InputError: The path is a file.
    """
    path = check_path(name, value)
    if not os.path.exists(path):
        raise MissingFileError(
            f"{name}: no such directory: {format_path(path)}",
            suggestion=f"Check the path of {owner}",
        )
    if not os.path.isdir(path):
        raise InputError(
            f"{name}: not a directory: {format_path(path)}",
            suggestion=f"Pass the directory that holds {contents}",
        )
    return Path(os.path.realpath(path))


def format_path(path: Path) -> str:
    """Return a path as error messages show it."""
    return short_repr(str(path), 300)
