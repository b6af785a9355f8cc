"""The entries of a zip, each of them checked before any is unpacked."""

from __future__ import annotations

import stat
import zipfile
from typing import NoReturn

import attrs

from vlmrun._files.portable_names import clashes, normal, path_fault
from vlmrun._messages import short_repr
from vlmrun.errors import InputError
from vlmrun.skills.directory import FALLBACK_FILE, SKILL_FILE

_MACOS_FOLDER = "__MACOSX"
_METHODS = {0: "stored", 8: "deflated"}
# Bit 0 of an entry's flags: encrypted; bit 6: strongly; bit 13: its names are masked.
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_REMEDY = "Do not unpack it by other means unless you trust where it came from"


@attrs.frozen
class Member:
    """One entry: the name it has in the archive, and the path's parts that it is unpacked to."""

    info: zipfile.ZipInfo
    name: str
    parts: tuple[str, ...]
    is_folder: bool


def members_of(archive: zipfile.ZipFile, max_files: int, max_bytes: int) -> list[Member]:
    """What there is to unpack, in the archive's order.

    Raises:
        InputError: Too many entries, too many bytes by their own account, an entry that is unsafe,
            two that collide, or no SKILL.md.
    """
    infos = archive.infolist()
    if len(infos) > max_files:
        raise InputError(
            f"archive has {len(infos)} entries, more than max_files={max_files}",
            suggestion="Pass a larger max_files if it is trustworthy and that large",
        )
    stated = sum(info.file_size for info in infos)
    if stated > max_bytes:
        raise InputError(
            f"archive unpacks to {stated} bytes, more than max_bytes={max_bytes}",
            suggestion="Pass a larger max_bytes if it is trustworthy and that large",
        )
    members = [member for member in map(_member, infos) if member.parts]
    files = ["/".join(member.parts) for member in members if not member.is_folder]
    folders = ["/".join(member.parts) for member in members if member.is_folder]
    if found := clashes(files, folders):
        first, second = found[0]
        _refuse(
            second, f"is the same file as {short_repr(first)} on some systems, or lies below it"
        )
    return _rooted([member for member in members if member.parts[0] != _MACOS_FOLDER])


def _member(info: zipfile.ZipInfo) -> Member:
    # zipfile cuts a name at a NUL and mends separators, so the name as it came is looked at too.
    for name in (info.orig_filename, info.filename):
        path = name.removeprefix("./").rstrip("/")
        if name not in (".", "./") and (fault := path_fault(normal(path))):
            _refuse(name, f"cannot be unpacked: {fault}")
    is_folder = info.filename.endswith("/")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or (kind == stat.S_IFDIR) > is_folder:
        _refuse(info.filename, "is a link or a special file")
    if info.flag_bits & _ENCRYPTED:
        _refuse(info.filename, "is encrypted")
    if info.compress_type not in _METHODS:
        _refuse(info.filename, f"is packed by method {info.compress_type}, not deflated or stored")
    if is_folder and info.file_size:
        _refuse(info.filename, "is a folder with contents of its own")
    parts = tuple(part for part in normal(info.filename).split("/") if part not in ("", "."))
    return Member(info, info.filename, parts, is_folder)


def _rooted(members: list[Member]) -> list[Member]:
    """The members with SKILL.md at the root: one folder around everything is taken off."""
    if _has_skill_file(members, 0):
        return members
    tops = {member.parts[0] for member in members}
    if len(tops) == 1 and _has_skill_file(members, 1):
        inner = [attrs.evolve(member, parts=member.parts[1:]) for member in members]
        return [member for member in inner if member.parts]
    raise InputError(
        f"archive has no {SKILL_FILE} at its root, nor in one folder around everything",
        suggestion="vlmrun.skills.bundle(directory) makes one that does",
    )


def _has_skill_file(members: list[Member], depth: int) -> bool:
    return any(
        len(member.parts) == depth + 1
        and member.parts[depth] in (SKILL_FILE, FALLBACK_FILE)
        and not member.is_folder
        for member in members
    )


def _refuse(name: str, fault: str) -> NoReturn:
    raise InputError(f"archive: the entry {short_repr(name)} {fault}", suggestion=_REMEDY)
