"""Reproducible zips of skill directories: equal contents give equal bytes on every system."""

from __future__ import annotations

import io
import os
import zipfile
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import attrs

from vlmrun._cached_properties import cached_property
from vlmrun._files.excludes import IGNORE_FILE, build_excludes
from vlmrun._files.selection import LeftOut, SelectedFile, Selection, select
from vlmrun.errors import InputError
from vlmrun.skills.archive_limits import (
    MAX_BUNDLE_BYTES,
    MAX_FILES,
    exceeds_folders,
    max_unpacked_bytes,
)
from vlmrun.skills.directory import (
    FALLBACK_FILE,
    SKILL_FILE,
    check_skill_directory,
    find_skill_file,
)

# Nothing in the archive may depend on the machine, because the service recognizes equal skills by
# their hash: the earliest time that a zip can hold, a plain file's mode, the system "Unix", and an
# explicit level, because zlib's default may change.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_EXECUTABLE_MODE = 0o100755 << 16
_UNIX = 3
_HAS_PERMISSIONS = os.name == "posix"
_LEVEL = 6
_DEFLATED = zipfile.ZIP_DEFLATED
# Builds of zlib (the classic one, zlib-ng, a system's own) compress the same content to different
# bytes. So small skills, which is nearly all, are stored; in large ones the size matters more.
MAX_STORED_BYTES = 4 * 1024**2


@attrs.frozen(slots=False)
class Bundle:
    """A zip of a skill's files.

    Attributes:
        data: The zip, with SKILL.md at its root.
        files: The sorted names of the files in it: POSIX paths relative to the directory.
        left_out: The files and folders that are not in it, and why. A folder includes its content.
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
        """The zip in base64, as requests contain it."""
        return b64encode(self.data).decode("ascii")


def bundle(directory: str | os.PathLike[str], *, exclude: Iterable[str] = ()) -> Bundle:
    """Zip a skill's directory.

    Equal contents give equal bytes, on every system and Python version: names are sorted and in
    Unicode's composed form; times, modes and the system are fixed. Up to 4 MiB of files are stored
    uncompressed. Larger skills are compressed, and their bytes also depend on the build of zlib;
    compare `hash_directory` instead, which depends on the contents only.

    Scripts stay executable: a file that its owner may execute is stored with mode 755, any other
    with 644. On systems without this permission, and where SKILL.md itself is executable because
    the file system makes everything so, it is the files that begin with `#!`.

    Folders without files are not included. A link inside the directory is replaced by its target;
    sockets, pipes and devices are left out.

    Args:
        directory: The directory with the SKILL.md. A single `skill.md` is stored as SKILL.md.
        exclude: Globs of files and folders to leave out, in addition to `DEFAULT_EXCLUDES`
            (version control, `.env*` and other secrets, virtual environments, installed packages,
            caches, operating-system and editor files) and to those in the directory's
            `.skillignore`, one per line, with `#` before comments. A glob is case-sensitive and is
            compared with the relative POSIX path and with the name alone; `*` also matches `/`. A
            leading `/` anchors it at the directory, a trailing `/` restricts it to folders. A
            matching folder is left out with all of its content.

    Raises:
        MissingFileError: There is no such directory, or no SKILL.md in it (also a
            `FileNotFoundError`).
        InputError: A link leads out of the directory, a name is not valid on every system, a file
            cannot be read, a glob excludes SKILL.md, or there are more than 10,000 files or 100
            MiB.
        InputTypeError: `exclude` is not a list of str.

    Example:
        >>> bundle("examples/skills/patient-referral").files[0]
        'SKILL.md'
    """
    return bundle_argument("directory", directory, exclude)


def bundle_argument(argument: str, directory: Any, exclude: Any) -> Bundle:
    """Like `bundle`; `argument` is the name of the argument that errors refer to."""
    selection = select_skill_files(directory, exclude, argument)
    size = sum(file.size for file in selection.files)
    data = _zip(selection.files, zipfile.ZIP_STORED if size <= MAX_STORED_BYTES else _DEFLATED)
    # What is mostly zeros would be taken for a zip bomb.
    if size > max_unpacked_bytes(len(data)):
        data = _zip(selection.files, zipfile.ZIP_STORED)
    names = tuple(file.name for file in selection.files)
    return Bundle(data, names, tuple(selection.left_out))


def _zip(files: list[SelectedFile], method: int) -> bytes:
    # Where everything is executable, as on drives of Windows, the permission says nothing.
    has_permissions = _HAS_PERMISSIONS and not any(
        file.is_executable for file in files if file.name == SKILL_FILE
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in files:
            content = file.read()
            entry = zipfile.ZipInfo(file.name, _TIME)
            entry.create_system = _UNIX
            is_executable = file.is_executable if has_permissions else content.startswith(b"#!")
            entry.external_attr = _EXECUTABLE_MODE if is_executable else _MODE
            archive.writestr(entry, content, method, _LEVEL)
    return buffer.getvalue()


def select_skill_files(directory: Any, exclude: Any = (), argument: str = "directory") -> Selection:
    """Select the files that `bundle` includes, without reading them; raises like `bundle`."""
    root = check_skill_directory(argument, directory)
    skill_file = find_skill_file(root, argument).name
    selection = select(root, build_excludes(exclude, root / IGNORE_FILE), argument=argument)
    selection.raise_for_problems(f"{argument}: the skill in {root} cannot be bundled")
    selection.files = _with_standard_name(root, skill_file, selection.files)
    if problem := size_problem(selection):
        raise InputError(
            f"{argument}: the skill in {root} {problem}",
            suggestion="Leave files out with exclude=[...] or .skillignore, or upload them apart",
        )
    return selection


def size_problem(selection: Selection) -> str | None:
    """Return why a selection is too large for a bundle, or None."""
    files = selection.files
    if len(files) > MAX_FILES:
        return f"has {len(files)} files; a bundle has at most {MAX_FILES}"
    if exceeds_folders((tuple(file.name.split("/")) for file in files), MAX_FILES):
        return f"has more than {MAX_FILES} folders"
    size = sum(file.size for file in files)
    if size > MAX_BUNDLE_BYTES:
        largest = max(files, key=lambda file: file.size)
        return (
            f"has {size} bytes; a bundle has at most {MAX_BUNDLE_BYTES}. "
            f"The largest file is {largest.name} with {largest.size} bytes"
        )
    return None


def _with_standard_name(
    root: Path, skill_file: str, files: list[SelectedFile]
) -> list[SelectedFile]:
    if skill_file not in (file.name for file in files):
        raise InputError(
            f"exclude or the ignore file leaves out {skill_file} of {root}",
            suggestion="A bundle needs it: make the glob narrower",
        )
    # The service looks for SKILL.md only.
    renamed = [
        attrs.evolve(file, name=SKILL_FILE) if file.name == skill_file == FALLBACK_FILE else file
        for file in files
    ]
    return sorted(renamed, key=lambda file: file.name)


def hash_directory(directory: str | os.PathLike[str], *, exclude: Iterable[str] = ()) -> str:
    """Return the SHA-256, in hex, of the names and contents of the files that `bundle` includes.

    It depends on nothing else. Raises like `bundle`.

    Args:
        directory: The directory with the SKILL.md.
        exclude: Globs of further files and folders to leave out.

    Example:
        >>> len(hash_directory("examples/skills/patient-referral"))
        64
    """
    digest = sha256()
    for file in select_skill_files(directory, exclude).files:
        name = file.name.encode()
        # The length comes first, so that no two directories give the same sequence of bytes.
        digest.update(len(name).to_bytes(8, "big") + name)
        digest.update(sha256(file.read()).digest())
    return digest.hexdigest()
