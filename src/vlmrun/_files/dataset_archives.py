"""A directory as one tar.gz, written piece by piece: the same contents give the same bytes."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from gzip import GzipFile
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, BinaryIO

from vlmrun._files.excludes import excludes_given
from vlmrun._files.portable_names import MAX_NAME_BYTES, path_fault
from vlmrun._files.selection import Chosen, select
from vlmrun._files.upload_source import Reader
from vlmrun._messages import short_repr
from vlmrun._validation import check_str
from vlmrun.constants import folder
from vlmrun.errors import InputError
from vlmrun.skills.directory import resolved_directory

SUFFIX = ".tar.gz"

# No file in an archive may depend on the machine or the moment: a fixed time (not 1970, of which
# some tools warn), a plain file's mode, no owner, and a level that no default can change.
_TIME = int(datetime(1980, 1, 1, tzinfo=timezone.utc).timestamp())
_MODE = 0o644
_LEVEL = 6
_LONGEST_NAME = MAX_NAME_BYTES - len("_YYYYMMDD" + SUFFIX)


def create_archive(directory: str | os.PathLike[str], name: str) -> Path:
    """Pack a directory as `{name}_{YYYYMMDD}.tar.gz`, in the folder `VLMRUN_TMP_DIR`.

    It is packed anew by every call. On one day the same contents give the same bytes, whatever the
    times, modes and owners of the files; only another build of zlib may compress them to others.

    Args:
        directory: What to pack. Version control, secrets such as `.env`, virtual environments,
            caches and litter of systems and editors stay behind (`vlmrun.skills.DEFAULT_EXCLUDES`).
        name: Of the archive, and, with the day, of the one folder that all files are in.

    Returns:
        The archive; it is yours to delete.

    Raises:
        MissingFileError: No such directory (a `FileNotFoundError`).
        InputError: It is a file, there is no file in it, a link leads out of it, or the name
            cannot be that of a file.
        OSError: The archive cannot be written.

    Example:
        >>> create_archive("examples/inputs", "samples").name.startswith("samples_")
        True
    """
    check_name("name", name)
    files = files_in("directory", directory)
    name = dated(name)
    target = folder("VLMRUN_TMP_DIR") / f"{name}{SUFFIX}"
    file = NamedTemporaryFile(dir=target.parent, prefix=".", delete=False)  # noqa: SIM115
    try:
        with file:
            write(files, name, file)
        os.replace(file.name, target)
    except BaseException:
        os.unlink(file.name)
        raise
    return target


def check_name(argument: str, name: Any) -> str:
    """A name that an archive, and the folder in it, can have on every system.

    Raises:
        InputError: It is empty, leads elsewhere, or no file can have it.
    """
    check_str(argument, name)
    fault = "it has a slash" if "/" in name else path_fault(name)
    if not fault and len(name.encode()) > _LONGEST_NAME:
        fault = f"it is longer than {_LONGEST_NAME} bytes"
    if fault:
        raise InputError(
            f"{argument} cannot be {short_repr(name)}: {fault}",
            suggestion="It names a file and a folder: use letters, digits, '-' and '_'",
        )
    return str(name)


def dated(name: str) -> str:
    """What an archive of this day (UTC) is called, less its suffix, and the folder in it."""
    return f"{name}_{datetime.now(timezone.utc):%Y%m%d}"


def files_in(argument: str, directory: Any, exclude: Iterable[str] = ()) -> list[Chosen]:
    """The files of a directory that go into its archive, sorted by name.

    Raises:
        MissingFileError: No such directory.
        InputError: It is a file, there is nothing to pack, a link leads out of it, or a name is no
            text.
        InputTypeError: `exclude` is no list of globs.
    """
    root = resolved_directory(argument, directory, "the directory", "the files")
    found = select(root, excludes_given(exclude), portable=False)
    found.check(f"{argument}: {root} cannot be packed")
    if not found.files:
        left = ", ".join(f"{each.path} ({each.reason})" for each in found.left_out[:3])
        message = f"{argument}: there is no file to pack in {root}"
        raise InputError(f"{message}; left out: {left}" if left else message)
    return found.files


def write(files: Sequence[Chosen], name: str, target: IO[bytes]) -> None:
    """Write an archive of files that are all in one folder of the given name.

    Raises:
        InputError: A file cannot be opened any more, or became shorter.
        OSError: Reading or writing failed.
    """
    with (
        GzipFile("", "wb", _LEVEL, target, mtime=0) as packed,
        tarfile.TarFile("", "w", packed, tarfile.PAX_FORMAT, encoding="utf-8") as archive,
    ):
        for chosen in files:
            entry = tarfile.TarInfo(f"{name}/{chosen.name}")
            entry.mtime = _TIME
            entry.mode = _MODE
            _add(archive, entry, chosen.source)


def _add(archive: tarfile.TarFile, entry: tarfile.TarInfo, source: str) -> None:
    with _opened(source) as file:
        entry.size = os.fstat(file.fileno()).st_size
        try:
            archive.addfile(entry, Reader(file, 0, entry.size))
        except InputError:
            raise InputError(f"{source} became shorter while it was packed") from None


def _opened(source: str) -> BinaryIO:
    try:
        return open(source, "rb")
    except OSError as error:
        raise InputError(
            f"{source} cannot be read: {error.strerror or error}",
            suggestion="Check its permissions, or leave it out with exclude=[...]",
        ) from error
