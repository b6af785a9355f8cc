"""Unpacking of skill archives: all files or none, and none outside the folder."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from vlmrun._files.open_files import check_binary
from vlmrun._files.paths import check_file, check_path, file_errors, format_path
from vlmrun._files.staging import staged_folder
from vlmrun._messages import short_repr
from vlmrun._validation import MAX_SIZE, check_int
from vlmrun.errors import InputError, InputTypeError
from vlmrun.skills.archive_limits import MAX_BYTES, MAX_FILES, MAX_RATIO, max_unpacked_bytes
from vlmrun.skills.archive_members import Member, members_of

_BLOCK = 256 * 1024
# All of these are raised by zipfile for corrupt archives.
_CORRUPT_ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    IndexError,
    OverflowError,
    OSError,
)


def unpack(
    archive: bytes | str | os.PathLike[str] | BinaryIO,
    folder: str | os.PathLike[str],
    *,
    max_bytes: int = MAX_BYTES,
    max_files: int = MAX_FILES,
) -> list[Path]:
    """Unpack a skill's zip into a folder.

    Files are written to a temporary folder and moved when all of them are complete, so a failure
    leaves nothing behind. If SKILL.md is in a single folder around everything instead of at the
    root, that folder is removed. Files that are executable in the archive are executable for
    whoever may read them; nothing else of their permissions is restored. `__MACOSX` is not
    unpacked. Links, devices, encrypted files, and
    paths that leave the folder or collide on some systems are refused.

    Args:
        archive: The zip: its bytes, its path, or a seekable file open for reading bytes.
        folder: A folder that does not exist yet or is empty.
        max_bytes: The maximum number of bytes to unpack, counted while writing; 1 GiB by default.
        max_files: The maximum number of entries, and of folders; 10,000 by default.

    Returns:
        The paths of the files, in the archive's order.

    Raises:
        InputError: The folder is not empty or cannot be written; the archive is corrupt, unsafe,
            too large, a zip bomb (over 64 MiB and 250 times its own size), or has no SKILL.md.
        MissingFileError: There is no such archive (also a `FileNotFoundError`).
        InputTypeError: An argument has a wrong type.

    Example:
        >>> from vlmrun.skills import bundle
        >>> unpack(bundle("examples/skills/patient-referral").data, "copy")[0].name
        'SKILL.md'
    """
    target = check_target(folder)
    check_int("max_bytes", max_bytes, 1, MAX_SIZE)
    check_int("max_files", max_files, 1)
    with _open_zip(archive) as (opened, size):
        members = members_of(opened, max_files, max_bytes)
        # The ratio applies to the whole: a file of zeros in a large skill does not make a bomb.
        limit = max_unpacked_bytes(size, max_bytes)
        with staged_folder(target) as stage:
            _extract(opened, members, stage, limit)
    return [target.joinpath(*member.segments) for member in members if not member.is_folder]


def check_target(folder: str | os.PathLike[str]) -> Path:
    """Return a folder that an archive can be unpacked into, resolved.

    Args:
        folder: The folder, which must be empty or not exist yet.

    Raises:
        InputError: It is not empty, or not a folder.
        InputTypeError: It is neither a str nor a path-like object.
    """
    target = Path(os.path.realpath(check_path("folder", folder)))
    if os.path.isdir(target):
        with file_errors("folder", target):
            first = next(target.iterdir(), None)
        if first is not None:
            raise InputError(
                f"folder: {format_path(target)} is not empty",
                suggestion="Pass a folder that does not exist yet, or empty it first",
            )
    elif os.path.lexists(target):
        raise InputError(
            f"folder: {format_path(target)} is not a folder", suggestion="Pass another path"
        )
    return target


@contextmanager
def _open_zip(archive: Any) -> Iterator[tuple[zipfile.ZipFile, int]]:
    with _open_file(archive) as file:
        try:
            size = file.seek(0, os.SEEK_END)
            opened = zipfile.ZipFile(file)
        except (AttributeError, io.UnsupportedOperation) as error:
            raise InputTypeError(
                "archive must be seekable", suggestion="Pass its bytes: file.read()"
            ) from error
        except _CORRUPT_ARCHIVE_ERRORS as error:
            raise InputError(f"archive is not a zip file: {error}") from error
        with opened:
            yield opened, size


@contextmanager
def _open_file(archive: Any) -> Iterator[BinaryIO]:
    if isinstance(archive, (bytes, bytearray, memoryview)):
        yield io.BytesIO(archive)
    elif isinstance(archive, (str, os.PathLike)):
        path = check_file("archive", archive)
        with file_errors("archive", path):
            file = path.open("rb")
        with file:
            yield file
    else:
        check_binary("archive", archive, "bytes, a path")
        yield archive


def _extract(archive: zipfile.ZipFile, members: list[Member], stage: Path, limit: int) -> None:
    remaining = limit
    for member in members:
        path = stage.joinpath(*member.segments)
        if member.is_folder:
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            for block in _blocks(archive, member):
                remaining -= len(block)
                if remaining < 0:
                    raise InputError(
                        f"archive unpacks to more than {limit} bytes, the limit from max_bytes and "
                        f"{MAX_RATIO} times its own size",
                        suggestion="It may be a zip bomb; if not, pass a larger max_bytes",
                    )
                file.write(block)
        if member.is_executable:
            _make_executable(path)


def _make_executable(path: Path) -> None:
    """Let everyone execute a file who may read it, which is what the umask allows."""
    mode = path.stat().st_mode & 0o777
    path.chmod(mode | (mode & 0o444) >> 2)


def _blocks(archive: zipfile.ZipFile, member: Member) -> Iterator[bytes]:
    try:
        with archive.open(member.info) as content:
            while block := content.read(_BLOCK):
                yield block
    except _CORRUPT_ARCHIVE_ERRORS as error:
        raise InputError(f"archive: {short_repr(member.name)} is corrupt: {error}") from error
