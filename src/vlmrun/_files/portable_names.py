"""Names of files inside a bundle: which of them every system can hold, and which collide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

MAX_NAME_BYTES = 255
MAX_PATH_BYTES = 1024
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "123456789¹²³"]
)


def normal(path: str) -> str:
    """The path in Unicode's composed form, as which it is stored on every system."""
    return unicodedata.normalize("NFC", path)


def path_fault(path: str) -> str | None:
    """Why a relative POSIX path cannot stand in a bundle, or None.

    The rules are those of the strictest system, so that one archive means the same on each.
    """
    if not path:
        return "it is empty"
    if fault := text_fault(path):
        return fault
    if path.startswith("/"):
        return "it is absolute"
    if "\\" in path:
        return "it has a backslash, which is a separator on Windows"
    if ":" in path:
        return "it has a colon, which marks a drive on Windows"
    if len(path.encode()) > MAX_PATH_BYTES:
        return f"it is longer than {MAX_PATH_BYTES} bytes"
    return next(filter(None, map(_part_fault, path.split("/"))), None)


def text_fault(path: str) -> str | None:
    """Why a path is no text that could be printed and read back, or None."""
    if any(unicodedata.category(mark) in ("Cc", "Cs") for mark in path):
        return "it has control characters, or bytes that are no text"
    return None


def _part_fault(part: str) -> str | None:
    if part == "..":
        return "it leads out of the folder"
    if part in ("", "."):
        return "it has an empty part"
    if part[-1] in ". ":
        return "a part of it ends in a dot or a blank, which Windows drops"
    if len(part.encode()) > MAX_NAME_BYTES:
        return f"a part of it is longer than {MAX_NAME_BYTES} bytes"
    if part.split(".")[0].rstrip(" ").casefold() in _DEVICES:
        return "a part of it names a device on Windows"
    return None


def identity(path: str) -> str:
    """Equal for two paths that some file system takes for the same file."""
    return normal(normal(path).casefold())


def clashes(files: Iterable[str], folders: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Pairs of paths that cannot both be unpacked: the same file twice, or a file and a folder.

    Args:
        files: Paths of files, each as often as it occurs.
        folders: Paths of folders, which may also be named twice.

    Example:
        >>> clashes(["a.md", "A.md", "b", "b/c"])
        [('a.md', 'A.md'), ('b', 'b/c')]
    """
    files = list(files)
    found = []
    seen: dict[str, str] = {}
    for path in files:
        key = identity(path)
        if key in seen:
            found.append((seen[key], path))
        else:
            seen[key] = path
    for path, is_folder in [(path, False) for path in files] + [(path, True) for path in folders]:
        parts = identity(path).split("/")
        for depth in range(1, len(parts) + is_folder):
            holder = seen.get("/".join(parts[:depth]))
            if holder is not None:
                found.append((holder, path))
                break
    return found
