"""Reproducible tar.gz archives of directories, which are written as a stream."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from gzip import GzipFile
from pathlib import Path
from typing import IO, Any

from vlmrun._files.excludes import build_excludes
from vlmrun._files.paths import check_directory, package_folder
from vlmrun._files.portable_names import MAX_NAME_BYTES, bundle_problem
from vlmrun._files.selection import SelectedFile, select
from vlmrun._files.staging import StagedFile
from vlmrun._messages import short_repr
from vlmrun._validation import check_str
from vlmrun.errors import InputError

SUFFIX = ".tar.gz"

# Equal contents must give equal archives, on any machine and at any time, so that the service
# recognizes them. Hence a fixed time (not 1970, which some tools warn about), a plain file's mode,
# no owner, and an explicit level, because zlib's default may change.
_TIME = int(datetime(1980, 1, 1, tzinfo=timezone.utc).timestamp())
_MODE = 0o644
_LEVEL = 6
_MAX_NAME_LENGTH = MAX_NAME_BYTES - len("_YYYYMMDD" + SUFFIX)


def create_archive(directory: str | os.PathLike[str], name: str) -> Path:
    """Pack a directory as `{name}_{YYYYMMDD}.tar.gz`, in the folder `VLMRUN_TMP_DIR`.

    Every call packs it again. On the same day, equal contents give equal bytes, whatever the
    times, modes and owners of the files; only another build of zlib may compress them differently.

    Args:
        directory: The directory to pack. Version control, secrets such as `.env`, virtual
            environments, caches, and files of operating systems and editors are left out
            (`vlmrun.skills.DEFAULT_EXCLUDES`).
        name: The name of the archive. With the date, it is also the name of the one folder in it.

    Returns:
        The path of the archive, which the caller may delete.

    Raises:
        MissingFileError: There is no such directory (also a `FileNotFoundError`).
        InputError: It is a file or has no files in it, a link leads out of it, or the name is not
            a valid file name.
        FileWriteError: The archive cannot be written (also an `OSError`).

    Example:
        >>> create_archive("examples/inputs", "samples").name.startswith("samples_")
        True
    """
    check_archive_name("name", name)
    files = select_files("directory", directory)
    name = dated_name(name)
    target = package_folder("VLMRUN_TMP_DIR", create=True) / f"{name}{SUFFIX}"
    with StagedFile(target.parent, "VLMRUN_TMP_DIR") as staged:
        with staged.write_errors():
            write_archive(files, name, staged.file)
        return staged.save_as(target.name)


def check_archive_name(argument: str, name: Any) -> str:
    """Return a name that an archive, and the folder in it, can have on every system.

    Raises:
        InputError: The name is empty, has several segments, or is not a valid file name.
    """
    check_str(argument, name)
    problem = "it has a slash" if "/" in name else bundle_problem(name)
    if not problem and len(name.encode()) > _MAX_NAME_LENGTH:
        problem = f"it is longer than {_MAX_NAME_LENGTH} bytes"
    if problem:
        raise InputError(
            f"{argument} cannot be {short_repr(name)}: {problem}",
            suggestion="It names a file and a folder: use letters, digits, '-' and '_'",
        )
    return str(name)


def dated_name(name: str) -> str:
    """Return the name with today's date (UTC), for an archive and the folder in it."""
    return f"{name}_{datetime.now(timezone.utc):%Y%m%d}"


def select_files(argument: str, directory: Any, exclude: Iterable[str] = ()) -> list[SelectedFile]:
    """Return the files of a directory that go into its archive, sorted by name.

    Raises:
        MissingFileError: There is no such directory.
        InputError: It is a file, there is nothing to pack, a link leads out of it, or a name is
            not valid UTF-8.
        InputTypeError: `exclude` is not a list of globs.
    """
    root = check_directory(argument, directory, "the directory", "the files")
    found = select(root, build_excludes(exclude), portable=False, argument=argument)
    found.raise_for_problems(f"{argument}: {root} cannot be packed")
    if not found.files:
        left = ", ".join(f"{each.path} ({each.reason})" for each in found.left_out[:3])
        message = f"{argument}: there is no file to pack in {root}"
        raise InputError(f"{message}; left out: {left}" if left else message)
    return found.files


def write_archive(files: Sequence[SelectedFile], name: str, target: IO[bytes]) -> None:
    """Write an archive with all files in one folder of the given name.

    Raises:
        InputError: A file cannot be read, or changes meanwhile.
        OSError: Writing failed.
    """
    with (
        GzipFile("", "wb", _LEVEL, target, mtime=0) as packed,
        tarfile.TarFile("", "w", packed, tarfile.PAX_FORMAT, encoding="utf-8") as archive,
    ):
        for each in files:
            entry = tarfile.TarInfo(f"{name}/{each.name}")
            entry.mtime = _TIME
            entry.mode = _MODE
            _add(archive, entry, each)


def _add(archive: tarfile.TarFile, entry: tarfile.TarInfo, selected: SelectedFile) -> None:
    # The header with the size comes first, so the size is read just before.
    source = selected.to_source()
    entry.size = source.size
    with source.reader() as reader:
        archive.addfile(entry, reader)
