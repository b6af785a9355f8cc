"""Names of files in archives: which ones every system can hold, and which ones collide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# NAME_MAX of Linux, macOS and Windows, and PATH_MAX of macOS, which is the shortest.
MAX_NAME_BYTES = 255
MAX_PATH_BYTES = 1024

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions
WINDOWS_RESERVED = frozenset('<>:"|?*')
_WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "123456789¹²³"]
)


def normalize(path: str) -> str:
    """Return a path in Unicode's composed form (NFC).

    macOS hands out names in decomposed form, so an archive would depend on the system otherwise.
    """
    return unicodedata.normalize("NFC", path)


def path_problem(path: str) -> str | None:
    """Return why a relative POSIX path cannot be used in an archive, or None.

    The rules are those of the strictest system, so that an archive means the same on all of them.
    """
    if not path:
        return "it is empty"
    if problem := encoding_problem(path):
        return problem
    if path.startswith("/"):
        return "it is absolute"
    if "\\" in path:
        return "it has a backslash, which is a separator on Windows"
    if ":" in path:
        return "it has a colon, which marks a drive on Windows"
    if len(path.encode()) > MAX_PATH_BYTES:
        return f"it is longer than {MAX_PATH_BYTES} bytes"
    return next(filter(None, map(_segment_problem, path.split("/"))), None)


def windows_problem(path: str) -> str | None:
    """Return why a path that `path_problem` accepts cannot be unpacked on Windows, or None."""
    found = sorted(set(path) & WINDOWS_RESERVED)
    return f"it has {' '.join(found)}, which Windows refuses in names" if found else None


def bundle_problem(path: str) -> str | None:
    """Return why a relative POSIX path should not be packed for other systems, or None.

    This is stricter than `path_problem`: what others have packed is unpacked where it can be.
    """
    return path_problem(path) or windows_problem(path)


def encoding_problem(path: str) -> str | None:
    """Return why a path cannot be printed or encoded, or None."""
    # Python represents undecodable bytes of a file name as lone surrogates (category Cs):
    # https://peps.python.org/pep-0383/
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in path):
        return "it has control characters, or bytes that are not valid UTF-8"
    return None


def _segment_problem(segment: str) -> str | None:
    if segment == "..":
        return "it leads out of the folder"
    if segment in ("", "."):
        return "it has an empty segment"
    if segment[-1] in ". ":
        return "a segment of it ends in a dot or a blank, which Windows drops"
    if len(segment.encode()) > MAX_NAME_BYTES:
        return f"a segment of it is longer than {MAX_NAME_BYTES} bytes"
    # Windows reserves a device's name with any suffix too: "aux.txt" cannot be created.
    if segment.partition(".")[0].rstrip(" ").casefold() in _WINDOWS_DEVICES:
        return "a segment of it names a device on Windows"
    return None


def collision_key(path: str) -> str:
    """Return a str that is equal for two paths which some file system takes for the same file."""
    # Folding case can undo the composed form, so it is restored afterwards.
    return normalize(normalize(path).casefold())


def find_collisions(files: Iterable[str], folders: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return pairs of paths that cannot both be unpacked: a file twice, or a file and a folder.

    Args:
        files: Paths of files, each as often as it occurs.
        folders: Paths of folders, which may occur more than once.

    Example:
        >>> find_collisions(["a.md", "A.md", "b", "b/c"])
        [('a.md', 'A.md'), ('b', 'b/c')]
    """
    files = list(files)
    found = []
    file_of_key: dict[str, str] = {}
    for path in files:
        key = collision_key(path)
        if key in file_of_key:
            found.append((file_of_key[key], path))
        else:
            file_of_key[key] = path
    for path, is_folder in [(path, False) for path in files] + [(path, True) for path in folders]:
        segments = collision_key(path).split("/")
        for depth in range(1, len(segments) + is_folder):
            file = file_of_key.get("/".join(segments[:depth]))
            if file is not None:
                found.append((file, path))
                break
    return found
