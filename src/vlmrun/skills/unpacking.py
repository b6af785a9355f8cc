"""A skill's zip back into a folder: all of it or nothing, and nothing outside of the folder."""

from __future__ import annotations

import io
import os
import secrets
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from vlmrun._messages import short_repr
from vlmrun.errors import InputError, InputTypeError, MissingFileError
from vlmrun.skills.archive_members import Member, members_of
from vlmrun.skills.directory import checked_path, show_path

MAX_BYTES = 1024**3
MAX_FILES = 10_000
# Deflate makes at most 1:1032; text seldom passes 1:20. Small archives may, and do no harm.
MAX_RATIO = 250
_RATIO_FREE_BYTES = 64 * 1024**2
_BLOCK = 256 * 1024
# zipfile raises all of these for bytes that are not what they claim to be.
_BROKEN = (
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

    Files are written beside their place and moved there when all are whole, so that a failure
    leaves nothing behind. Where SKILL.md is not at the archive's root but in the one folder that
    holds everything, that folder is taken off. `__MACOSX` is not unpacked. Links, devices,
    encrypted files, paths that lead elsewhere or mean different files on different systems are
    refused.

    Args:
        archive: The zip: its bytes, its path, or a file open for reading bytes, which can seek.
        folder: A folder that is not there yet, or empty.
        max_bytes: How much may be unpacked, counted as it is written; 1 GiB by default.
        max_files: How many entries the archive may have; 10,000 by default.

    Returns:
        The files' paths, in the archive's order.

    Raises:
        InputError: The folder is not empty or cannot be written; the archive is broken, unsafe, too
            large, a bomb (over 64 MiB, and 250 times its own size), or has no SKILL.md.
        MissingFileError: No such archive (a `FileNotFoundError`).
        InputTypeError: An argument of a wrong type.

    Example:
        >>> from vlmrun.skills import bundle
        >>> unpack(bundle("examples/skills/patient-referral").data, "copy")[0].name
        'SKILL.md'
    """
    target = check_target(folder)
    for name, value in (("max_bytes", max_bytes), ("max_files", max_files)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise InputTypeError(f"{name} must be an int, got {short_repr(value)}")
        if value < 1:
            raise InputError(f"{name} must be 1 or more, got {value}")
    with _opened(archive) as (opened, size):
        members = members_of(opened, max_files, max_bytes)
        # The ratio is of the whole: one file of blanks in a large skill is no bomb.
        limit = min(max_bytes, max(_RATIO_FREE_BYTES, MAX_RATIO * size))
        with _stage(target) as stage:
            _write(opened, members, stage, limit)
    return [target.joinpath(*member.parts) for member in members if not member.is_folder]


def check_target(folder: str | os.PathLike[str]) -> Path:
    """The folder that an archive can be unpacked into, resolved.

    Raises:
        InputError: It is not empty, or no folder.
        InputTypeError: It is neither text nor a path-like object.
    """
    target = Path(os.path.realpath(checked_path("folder", folder)))
    if os.path.isdir(target):
        if next(target.iterdir(), None) is not None:
            raise InputError(
                f"folder: {show_path(target)} is not empty",
                suggestion="Pass a folder that is not there yet, or empty it first",
            )
    elif os.path.lexists(target):
        raise InputError(
            f"folder: {show_path(target)} is not a folder", suggestion="Pass another path"
        )
    return target


@contextmanager
def _opened(archive: Any) -> Iterator[tuple[zipfile.ZipFile, int]]:
    with _source(archive) as file:
        try:
            size = file.seek(0, os.SEEK_END)
            opened = zipfile.ZipFile(file)
        except (AttributeError, io.UnsupportedOperation) as error:
            raise InputTypeError(
                "archive must be a file that can seek", suggestion="Pass its bytes: file.read()"
            ) from error
        except _BROKEN as error:
            raise InputError(f"archive is not a zip file: {error}") from error
        with opened:
            yield opened, size


@contextmanager
def _source(archive: Any) -> Iterator[BinaryIO]:
    if isinstance(archive, (bytes, bytearray, memoryview)):
        yield io.BytesIO(archive)
    elif isinstance(archive, (str, os.PathLike)):
        path = checked_path("archive", archive)
        if not os.path.exists(path):
            raise MissingFileError(
                f"archive: no such file: {show_path(path)}", suggestion="Check the path"
            )
        if not os.path.isfile(path):
            raise InputError(f"archive: not a file: {show_path(path)}")
        with path.open("rb") as file:
            yield file
    elif hasattr(archive, "read") and not isinstance(archive, io.TextIOBase):
        yield archive
    else:
        raise InputTypeError(
            "archive must be bytes, a path or a file open in binary mode, "
            f"got {short_repr(archive)}",
        )


@contextmanager
def _stage(target: Path) -> Iterator[Path]:
    """A new folder on the target's file system, whose contents become the target's in the end."""
    token = f".unpacking-{secrets.token_hex(6)}"
    is_there = os.path.isdir(target)
    stage = target / token if is_there else target.with_name(token)
    made = _missing_folders(stage.parent)
    try:
        stage.mkdir(parents=True)
        yield stage
        if is_there:
            _move_contents(stage, target)
        else:
            stage.rename(target)
    except BaseException as error:
        shutil.rmtree(stage, ignore_errors=True)
        with suppress(OSError):
            for folder in made:
                folder.rmdir()
        if isinstance(error, OSError):
            raise InputError(
                f"folder: {show_path(target)} cannot be written: {error.strerror or error}",
                suggestion="Pass another path, or check its permissions and the free space",
            ) from error
        raise


def _missing_folders(folder: Path) -> list[Path]:
    missing = []
    while not os.path.exists(folder):
        missing.append(folder)
        folder = folder.parent
    return missing


def _move_contents(stage: Path, target: Path) -> None:
    moved: list[Path] = []
    try:
        for entry in list(stage.iterdir()):
            place = target / entry.name
            if place.exists():
                raise InputError(f"folder: {target} is no longer empty: {entry.name} is in it")
            entry.rename(place)
            moved.append(place)
        stage.rmdir()
    except BaseException:
        for place in moved:
            place.rename(stage / place.name)
        raise


def _write(archive: zipfile.ZipFile, members: list[Member], stage: Path, limit: int) -> None:
    left = limit
    for member in members:
        place = stage.joinpath(*member.parts)
        if member.is_folder:
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            for block in _blocks(archive, member):
                left -= len(block)
                if left < 0:
                    raise InputError(
                        f"archive unpacks to more than {limit} bytes, which is all that max_bytes "
                        f"and its own size ({MAX_RATIO} times) allow",
                        suggestion="It may be a bomb; pass a larger max_bytes if you trust it",
                    )
                file.write(block)


def _blocks(archive: zipfile.ZipFile, member: Member) -> Iterator[bytes]:
    try:
        with archive.open(member.info) as content:
            while block := content.read(_BLOCK):
                yield block
    except _BROKEN as error:
        raise InputError(f"archive: {short_repr(member.name)} is broken: {error}") from error
