"""The files of a skill's directory: SKILL.md and others by name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from vlmrun._files.paths import check_directory, check_path, file_errors
from vlmrun._special_files import check_regular
from vlmrun.errors import MissingFileError
from vlmrun.skills.findings import Finding

SKILL_FILE = "SKILL.md"
FALLBACK_FILE = "skill.md"


def check_skill_directory(name: str, value: Any) -> Path:
    """Return the directory of a skill, resolved; see `check_directory`."""
    return check_directory(name, value, "the skill", SKILL_FILE)


def find_skill_file(directory: Path, argument: str = "directory") -> Path:
    """Return the SKILL.md of a directory, or its skill.md if that is the only one.

    Raises:
        MissingFileError: There is neither.
        InputError: The directory cannot be read.
    """
    with file_errors(argument, directory):
        # Listed rather than opened: on a case-insensitive file system, opening SKILL.md succeeds
        # where the file is named skill.md, and other tools would not find it after bundling.
        names = os.listdir(directory)
    for name in (SKILL_FILE, FALLBACK_FILE):
        if name in names and (directory / name).is_file():
            return directory / name
    similar = sorted(name for name in names if name.casefold() == FALLBACK_FILE)
    remedy = f"Rename {similar[0]} to {SKILL_FILE}" if similar else f"Add a {SKILL_FILE} to it"
    if SKILL_FILE in similar:
        remedy = f"Replace {SKILL_FILE} there, which is not a file"
    raise MissingFileError(
        f"{argument}: no {SKILL_FILE} in the directory {directory}", suggestion=remedy
    )


def locate_skill_file(value: Any, argument: str = "path") -> Path:
    """Return the SKILL.md for a path to it, or to the directory that holds it.

    Raises:
        MissingFileError: There is none.
    """
    path = check_path(argument, value)
    if path.name.casefold() == FALLBACK_FILE and os.path.isfile(path):
        path = path.parent
    return find_skill_file(check_skill_directory(argument, path), argument)


def directory_names(skill_file: Path, path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the names of a skill's directory: its own, and that of a link used as `path`."""
    absolute = Path(os.path.abspath(os.path.expanduser(path)))
    directory = absolute.parent if absolute.name.casefold() == FALLBACK_FILE else absolute
    return tuple(dict.fromkeys((skill_file.parent.name, directory.name)))


def read_optional_file(file: Path) -> str | Finding | None:
    """Return the text of a file, a finding if it cannot be read, or None if it does not exist."""
    if not file.exists():
        return None
    try:
        check_regular(file)
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return Finding("error", file.name, f"is not UTF-8 at byte {error.start}; save it as UTF-8")
    except OSError as error:
        return Finding("error", file.name, f"cannot be read: {error.strerror or error}")
