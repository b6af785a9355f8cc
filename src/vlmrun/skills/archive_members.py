"""Validation of all entries of a zip, before any of them is unpacked."""

from __future__ import annotations

import stat
import zipfile
from stat import S_IXUSR
from typing import NoReturn

import attrs

from vlmrun._files.portable_names import find_collisions, normalize, path_problem
from vlmrun._messages import short_repr
from vlmrun.errors import InputError
from vlmrun.skills.archive_limits import exceeds_folders
from vlmrun.skills.directory import FALLBACK_FILE, SKILL_FILE

_UNIX = 3
_MACOS_FOLDER = "__MACOSX"
# The other methods need optional modules (bzip2, lzma) and can decompress to far more.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Bit 0: encrypted; bit 6: strong encryption; bit 13: the local header is masked. See 4.4.4 of
# https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_REMEDY = "Do not unpack it with other tools unless you trust its source"


@attrs.frozen
class Member:
    """An entry: its name in the archive, and the segments of the path that it is unpacked to."""

    info: zipfile.ZipInfo
    name: str
    segments: tuple[str, ...]
    is_folder: bool

    @property
    def is_executable(self) -> bool:
        """Whether it is a file that its owner may execute, on a system with such a permission."""
        mode = self.info.external_attr >> 16
        return self.info.create_system == _UNIX and not self.is_folder and bool(mode & S_IXUSR)


def members_of(archive: zipfile.ZipFile, max_files: int, max_bytes: int) -> list[Member]:
    """Return the entries to unpack, in the archive's order.

    Raises:
        InputError: There are too many entries or, according to their headers, too many bytes; an
            entry is unsafe; two collide; or there is no SKILL.md.
    """
    infos = archive.infolist()
    if len(infos) > max_files:
        raise InputError(
            f"archive has {len(infos)} entries, more than max_files={max_files}",
            suggestion="Pass a larger max_files if you trust the archive",
        )
    total = sum(info.file_size for info in infos)
    if total > max_bytes:
        raise InputError(
            f"archive unpacks to {total} bytes, more than max_bytes={max_bytes}",
            suggestion="Pass a larger max_bytes if you trust the archive",
        )
    members = [member for member in map(_member, infos) if member.segments]
    if exceeds_folders(
        (member.segments + ("",) * member.is_folder for member in members), max_files
    ):
        raise InputError(
            f"archive has more folders than max_files={max_files}",
            suggestion="Pass a larger max_files if you trust the archive",
        )
    files = ["/".join(member.segments) for member in members if not member.is_folder]
    folders = ["/".join(member.segments) for member in members if member.is_folder]
    if collisions := find_collisions(files, folders):
        first, second = collisions[0]
        _refuse(second, f"is the same file as {short_repr(first)} on some systems, or is below it")
    return _strip_common_folder(
        [member for member in members if member.segments[0] != _MACOS_FOLDER]
    )


def _member(info: zipfile.ZipInfo) -> Member:
    # zipfile cuts a name at a NUL and replaces separators in `filename`, so the original name is
    # checked too: other programs may read it differently.
    for name in (info.orig_filename, info.filename):
        path = name.removeprefix("./").rstrip("/")
        if name not in (".", "./") and (problem := path_problem(normalize(path))):
            _refuse(name, f"cannot be unpacked: {problem}")
    is_folder = info.filename.endswith("/")
    # The upper half has the Unix mode, if the archive was made on such a system; otherwise 0.
    file_type = stat.S_IFMT(info.external_attr >> 16)
    is_directory = file_type == stat.S_IFDIR
    if file_type not in (0, stat.S_IFREG, stat.S_IFDIR) or (is_directory and not is_folder):
        _refuse(info.filename, "is a link or a special file")
    if info.flag_bits & _ENCRYPTED:
        _refuse(info.filename, "is encrypted")
    if info.compress_type not in _METHODS:
        _refuse(
            info.filename, f"is compressed by method {info.compress_type}, not deflated or stored"
        )
    if is_folder and info.file_size:
        _refuse(info.filename, "is a folder with content of its own")
    segments = tuple(part for part in normalize(info.filename).split("/") if part not in ("", "."))
    return Member(info, info.filename, segments, is_folder)


def _strip_common_folder(members: list[Member]) -> list[Member]:
    """Move SKILL.md to the root by removing a single folder around everything."""
    if _has_skill_file(members, 0):
        return members
    top_names = {member.segments[0] for member in members}
    if len(top_names) == 1 and _has_skill_file(members, 1):
        inner = [attrs.evolve(member, segments=member.segments[1:]) for member in members]
        return [member for member in inner if member.segments]
    raise InputError(
        f"archive has no {SKILL_FILE} at its root, nor in a single folder around everything",
        suggestion="vlmrun.skills.bundle(directory) creates one that does",
    )


def _has_skill_file(members: list[Member], depth: int) -> bool:
    return any(
        len(member.segments) == depth + 1
        and member.segments[depth] in (SKILL_FILE, FALLBACK_FILE)
        and not member.is_folder
        for member in members
    )


def _refuse(name: str, problem: str) -> NoReturn:
    raise InputError(f"archive: the entry {short_repr(name)} {problem}", suggestion=_REMEDY)
