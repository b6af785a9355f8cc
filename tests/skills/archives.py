"""Zips as an attacker or another tool would write them."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Mapping

from .conftest import GOOD


def archive_of(
    files: Mapping[str, str | bytes],
    *,
    compression: int = zipfile.ZIP_DEFLATED,
    with_skill: bool = True,
) -> bytes:
    """A zip with these entries, and a good SKILL.md before them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        if with_skill:
            archive.writestr("SKILL.md", GOOD)
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def archive_with_mode(name: str, mode: int, content: str = "/etc/passwd") -> bytes:
    """A zip with one entry of a special kind: a link, a device, a pipe."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("SKILL.md", GOOD)
        entry = zipfile.ZipInfo(name)
        entry.create_system = 3
        entry.external_attr = mode << 16
        archive.writestr(entry, content)
    return buffer.getvalue()


def with_raw_name(archive: bytes, placeholder: str, name: bytes) -> bytes:
    """The zip with a name of the same length put where `placeholder` stands, headers and all."""
    assert len(placeholder) == len(name)
    return archive.replace(placeholder.encode(), name)


def with_flag(archive: bytes, flag: int) -> bytes:
    """The zip with a flag set on its last entry."""
    edited = bytearray(archive)
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = edited.rindex(signature) + offset
        (flags,) = struct.unpack_from("<H", edited, at)
        struct.pack_into("<H", edited, at, flags | flag)
    return bytes(edited)


def with_method(archive: bytes, method: int) -> bytes:
    """The zip with another compression method stated for its last entry."""
    edited = bytearray(archive)
    for signature, offset in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        struct.pack_into("<H", edited, edited.rindex(signature) + offset, method)
    return bytes(edited)


def with_stated_size(archive: bytes, size: int) -> bytes:
    """The zip with another unpacked size stated for its last entry."""
    edited = bytearray(archive)
    for signature, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<I", edited, edited.rindex(signature) + offset, size)
    return bytes(edited)


LINK = stat.S_IFLNK | 0o777
CHARACTER_DEVICE = stat.S_IFCHR | 0o666
BLOCK_DEVICE = stat.S_IFBLK | 0o666
PIPE = stat.S_IFIFO | 0o644
SOCKET = stat.S_IFSOCK | 0o644
FOLDER = stat.S_IFDIR | 0o755
