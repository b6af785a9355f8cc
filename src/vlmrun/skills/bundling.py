"""A skill's directory as one zip: the same bytes for the same contents, wherever it is built."""

from __future__ import annotations

import io
import os
import zipfile
from base64 import b64encode
from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import attrs

from vlmrun._files.excludes import excludes_for
from vlmrun._files.selection import Chosen, LeftOut, Selection, select
from vlmrun.errors import InputError
from vlmrun.skills.directory import FALLBACK_FILE, SKILL_FILE, skill_directory, skill_file

# Nothing in the archive may depend on the machine: the earliest time that a zip can state, a plain
# file's mode, the system "Unix", and a level that no library's default can change.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_UNIX = 3
_LEVEL = 6
# Builds of zlib (the classic one, zlib-ng, a system's own) deflate the same text to different
# bytes, so small skills, which is nearly all, are not compressed. In a large one size counts more.
MAX_STORED_BYTES = 4 * 1024**2


@attrs.frozen(slots=False)
class Bundle:
    """A skill's files as a zip.

    Attributes:
        data: The zip, with SKILL.md at its root.
        files: Names of the files in it, sorted: POSIX paths relative to the directory.
        left_out: What stayed behind, and why. A folder stands for all in it.
    """

    data: bytes = attrs.field(repr=False)
    files: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the zip in lower-case hex."""
        return sha256(self.data).hexdigest()

    @cached_property
    def base64(self) -> str:
        """The zip in base64, as it travels in a request."""
        return b64encode(self.data).decode("ascii")


def bundle(directory: str | os.PathLike[str], *, exclude: Iterable[str] = ()) -> Bundle:
    """Zip a skill's directory.

    The same contents give the same bytes, on every system and Python: names are sorted and in
    Unicode's composed form; times, modes and the system are fixed. Up to 4 MiB of files are stored
    as they are. More are deflated, and then the bytes depend on the build of zlib too: compare
    `hash_directory`, which depends on the contents alone.

    Folders without a file in them do not travel. A link inside the directory is stored as what it
    leads to; sockets, pipes and devices stay behind.

    Args:
        directory: The directory that holds SKILL.md. A sole `skill.md` is stored as SKILL.md.
        exclude: Globs of files and folders to leave out, besides those that never travel
            (`DEFAULT_EXCLUDES`: version control, `.env*` and other secrets, virtual environments,
            installed packages, caches, litter of systems and editors) and those in the directory's
            `.skillignore`, one a line, `#` before a comment. A glob is held, in its case, against
            the relative POSIX path and against the name alone; `*` also stands for `/`. A leading
            `/` ties it to the directory itself, a trailing `/` to folders. A folder that matches
            stays behind as a whole.

    Raises:
        MissingFileError: No such directory, or no SKILL.md in it (a `FileNotFoundError`).
        InputError: A link leads out of the directory, a name cannot be unpacked everywhere, a file
            cannot be read, or a glob leaves out SKILL.md.
        InputTypeError: `exclude` is not a list of str.

    Example:
        >>> bundle("examples/skills/patient-referral").files[0]
        'SKILL.md'
    """
    selection = chosen_files(directory, exclude)
    small = sum(chosen.size for chosen in selection.files) <= MAX_STORED_BYTES
    method = zipfile.ZIP_STORED if small else zipfile.ZIP_DEFLATED
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for chosen in selection.files:
            entry = zipfile.ZipInfo(chosen.name, _TIME)
            entry.create_system = _UNIX
            entry.external_attr = _MODE
            archive.writestr(entry, _content(chosen), method, _LEVEL)
    names = tuple(chosen.name for chosen in selection.files)
    return Bundle(buffer.getvalue(), names, tuple(selection.left_out))


def chosen_files(directory: Any, exclude: Any = ()) -> Selection:
    """What `bundle` takes, without reading it; raises as it does."""
    root = skill_directory("directory", directory)
    own_name = skill_file(root).name
    found = select(root, excludes_for(root, exclude))
    found.check(f"The skill in {root} cannot be bundled")
    found.files = _with_skill_file(root, own_name, found.files)
    return found


def _with_skill_file(root: Path, own_name: str, files: list[Chosen]) -> list[Chosen]:
    if own_name not in (chosen.name for chosen in files):
        raise InputError(
            f"exclude or the ignore file leaves out {own_name} of {root}",
            suggestion="A bundle needs it: make the glob narrower",
        )
    renamed = [
        attrs.evolve(chosen, name=SKILL_FILE)
        if chosen.name == own_name == FALLBACK_FILE
        else chosen
        for chosen in files
    ]
    return sorted(renamed, key=lambda chosen: chosen.name)


def _content(chosen: Chosen) -> bytes:
    try:
        with open(chosen.source, "rb") as file:
            return file.read()
    except OSError as error:
        raise InputError(
            f"{chosen.source} cannot be read: {error.strerror or error}",
            suggestion="Check its permissions, or leave it out with exclude=[...]",
        ) from error


def hash_directory(directory: str | os.PathLike[str], *, exclude: Iterable[str] = ()) -> str:
    """The SHA-256, 64 hex digits, of the names and contents of the files that `bundle` takes.

    It depends on nothing else. Raises as `bundle` does.

    Example:
        >>> len(hash_directory("examples/skills/patient-referral"))
        64
    """
    digest = sha256()
    for chosen in chosen_files(directory, exclude).files:
        name = chosen.name.encode()
        digest.update(len(name).to_bytes(8, "big") + name)
        digest.update(sha256(_content(chosen)).digest())
    return digest.hexdigest()
