"""Paths that are passed as arguments, and the errors of the file system that they cause."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENAMETOOLONG, ENOENT, ENOTDIR
from pathlib import Path
from stat import S_ISDIR
from typing import Any

from vlmrun._messages import short_repr, type_and_repr
from vlmrun._redaction import redact
from vlmrun._special_files import SPECIAL, is_special, open_regular
from vlmrun.constants import VLMRUN_CACHE_DIR_ENV, folder
from vlmrun.errors import (
    FileAccessError,
    FileWriteError,
    InputError,
    InputTypeError,
    MissingFileError,
    VLMRunError,
)

_MAX_SHOWN = 300
_URL = re.compile("(?i)^(https?:)/{1,2}")


@contextmanager
def file_errors(
    argument: str, path: object, action: str = "read", suggestion: str | None = None
) -> Iterator[None]:
    """Raise errors of the file system as errors of this package.

    This is the one place that translates them: it is put around everything that opens, reads or
    writes a file of the caller's.

    Args:
        argument: Name of the argument that the path was passed as.
        path: The path.
        action: What failed, as a past participle.
        suggestion: How to resolve an error that is not about the path itself.

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
        FileAccessError: Any other error of the file system (also an `OSError`); a `FileWriteError`
            unless the file is read.
        InputError: The path is not valid on this system.
    """
    try:
        yield
    except VLMRunError:  # some of them are also errors of the file system
        raise
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingFileError(
            f"{argument}: no such file: {format_path(path)}", suggestion="Check the path"
        ) from error
    except OSError as error:
        if error.errno == ENAMETOOLONG and action == "read":
            raise MissingFileError(
                f"{argument}: no such file: {short_repr(str(path))}, which is too long for a path",
                suggestion="A str is a path here: pass content as bytes",
            ) from None
        kind = FileAccessError if action == "read" else FileWriteError
        raise kind(
            f"{argument}: {format_path(path)} cannot be {action}: {error.strerror or error}",
            suggestion=suggestion,
        ) from error
    except UnicodeEncodeError as error:  # a lone surrogate, where names are UTF-8
        raise InputError(
            f"{argument}: {format_path(path)} is not a valid path: {error.reason}"
        ) from error


@contextmanager
def open_file_errors(argument: str, file: Any, label: object = None) -> Iterator[None]:
    """Raise any error of a caller's open file as an error of this package.

    Files that decompress, decrypt or download what is read have exceptions of their own.

    Args:
        argument: Name of the argument that the file was passed as.
        file: The file.
        label: What messages show of it; by default its name.

    Raises:
        FileAccessError: The file cannot be read.
    """
    label = label or getattr(file, "name", "the open file")
    with file_errors(argument, label):
        try:
            yield
        except (OSError, VLMRunError, MemoryError):
            raise
        except Exception as error:
            raise FileAccessError(
                f"{argument}: {label} cannot be read: {type(error).__name__}: {error}"
            ) from error


def check_path(name: str, value: Any) -> Path:
    """Return a path with `~` expanded. Nothing needs to exist there.

    Raises:
        InputTypeError: The value is neither a str nor a path-like object.
        InputError: The path is empty, not valid on this system, or a URL.
        MissingFileError: It begins with the home directory of a user that does not exist, or with
            a current directory that does not exist any longer.
    """
    path = os.fspath(value) if isinstance(value, (str, os.PathLike)) else value
    if not isinstance(path, str):
        raise InputTypeError(
            f"{name} must be a str or a Path, got {type_and_repr(value)}",
            suggestion=f"Pass {name}='...'",
        )
    if not path.strip():
        # Path("") is the current directory, which is seldom what an empty variable means.
        raise InputError(f"{name} is empty", suggestion="Use '.' for the current directory")
    if "\0" in path:
        raise InputError(f"{name} cannot be {short_repr(path)}: it has a NUL character")
    if _URL.match(path):  # a Path has one slash left of two
        url = redact(_URL.sub(r"\1//", path))
        raise InputError(
            f"{name} is a URL, not a path: {short_repr(url)}",
            suggestion="Pass it as url=..., or in inputs; the service downloads it itself",
        )
    with file_errors(name, path):
        os.fsencode(path)
    # Path.expanduser raises RuntimeError for an unknown user; os.path leaves such a path as it is.
    expanded = os.path.expanduser(path)
    # Programs name their lock files "~$report.docx", which is not the home directory of a user.
    user = Path(expanded).parts[0] if expanded.startswith("~") else ""
    if user and not os.path.lexists(user):
        raise MissingFileError(
            f"{name}: {format_path(expanded)} cannot be used: {user} has no home directory",
            suggestion=f"Write ./{user} for a name that begins with ~",
        )
    if not os.path.isabs(expanded):
        try:
            os.getcwd()
        except OSError:
            raise MissingFileError(
                f"{name}: the current directory, in which {format_path(expanded)} would be, does "
                "not exist any longer",
                suggestion="Pass an absolute path",
            ) from None
    return Path(expanded)


def check_file(name: str, value: Any) -> Path:
    """Return the path of an existing regular file, with `~` expanded.

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
        InputError: It is a directory, a pipe or a device, or not a valid path.
        InputTypeError: The value is neither a str nor a path-like object.
    """
    path = check_path(name, value)
    if str(value)[:5].lower() == "data:":
        raise InputError(
            f"{name} is a data URL, not a path", suggestion="Pass its content as bytes"
        )
    with file_errors(name, path):
        status = os.stat(path)
    if S_ISDIR(status.st_mode):
        raise InputError(
            f"{name}: not a file: {format_path(path)}", suggestion="Pass the path of a file"
        )
    # Reading a pipe or a device may block, never end, or give other bytes for each attempt.
    if is_special(status.st_mode):
        raise InputError(
            f"{name}: not a file: {format_path(path)} {SPECIAL}",
            suggestion="Copy its content to a file, or pass it as bytes",
        )
    return path


def read_file(name: str, path: Path) -> bytes:
    """Return the content of a file; `name` is the argument that errors refer to."""
    with file_errors(name, path), open_regular(path) as file:
        return file.read()


def check_directory(name: str, value: Any, owner: str, contents: str) -> Path:
    """Return an existing directory, resolved, so that `.` has a name too.

    Args:
        name: Name of the argument.
        value: Its value.
        owner: Whose directory it is, for error messages, such as "the skill".
        contents: What the directory must contain, for error messages.

    Raises:
        MissingFileError: The path does not exist.
        InputError: The path is a file, or cannot be read.
    """
    path = check_path(name, value)
    with file_errors(name, path):
        try:
            is_directory = S_ISDIR(os.stat(path).st_mode)
        except OSError as error:
            if error.errno not in (ENOENT, ENOTDIR, ENAMETOOLONG):
                raise
            raise MissingFileError(
                f"{name}: no such directory: {format_path(path)}",
                suggestion=f"Check the path of {owner}",
            ) from None
    if not is_directory:
        raise InputError(
            f"{name}: not a directory: {format_path(path)}",
            suggestion=f"Pass the directory that holds {contents}",
        )
    return Path(os.path.realpath(path))


def package_folder(name: str, *, create: bool = False) -> Path:
    """Return one of this package's own folders; see `vlmrun.constants.folder`.

    Raises:
        InputError: There is no home directory, or the folder cannot be created.
    """
    try:
        with file_errors(name, "the folder", "created"):
            return folder(name, make=create)
    except RuntimeError as error:  # pathlib, if neither HOME nor the system names a home directory
        raise InputError(
            f"{name}: {error}",
            suggestion=f"Set HOME or {VLMRUN_CACHE_DIR_ENV}, or pass the path to write to",
        ) from None


def format_path(path: object) -> str:
    """Return a path as error messages show it: as it is, or quoted if that would be unreadable."""
    text = str(path)
    if text.isprintable() and text.strip() == text and len(text) <= _MAX_SHOWN:
        return text
    return short_repr(text, _MAX_SHOWN)
