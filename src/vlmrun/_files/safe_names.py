"""Safe local names for files whose names come from the service."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path

from vlmrun._files.portable_names import WINDOWS_RESERVED, collision_key, normalize, path_problem

_MAX_NAME_BYTES = 180  # leaves room for a counter and for the digest in front of cached names
_MAX_SUFFIX_BYTES = 20
# Control, format and surrogate characters, line and paragraph separators. A format character can
# reverse the direction of text and so disguise a suffix ("exe.fdp").
_INVISIBLE = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp"])


def safe_name(text: str, fallback: str) -> str:
    """Return a file name that every system can hold: one segment, visible and not too long.

    Args:
        text: A file name or a path, as a server sent it.
        fallback: A safe name to use if nothing remains of the text.

    Example:
        >>> safe_name("../../reports/total?.csv", "file")
        'reports_total_.csv'
    """
    segments = [part for part in re.split(r"[/\\]", normalize(text)) if part.strip(". ")]
    name = "_".join(part.strip() for part in segments)
    # A leading dot would hide the file, or make it one that programs read their settings from.
    name = "".join(map(_visible, name)).lstrip(". ")
    stem, suffix = os.path.splitext(name)
    if len(suffix.encode()) > _MAX_SUFFIX_BYTES:
        stem, suffix = name, ""
    stem = stem.encode()[: _MAX_NAME_BYTES - len(suffix.encode())].decode(errors="ignore")
    name = f"{stem}{suffix}".rstrip(". ")
    if name and path_problem(name):
        name = f"_{name}"
    return name if name and path_problem(name) is None else fallback


def _visible(character: str) -> str:
    is_unsafe = character in WINDOWS_RESERVED or unicodedata.category(character) in _INVISIBLE
    return "_" if is_unsafe else character


def name_or_digest(text: str) -> str:
    """Return a name that no other text gets: the text itself if it is plain, else its digest.

    Example:
        >>> name_or_digest("5f2c"), name_or_digest("../5F2C")
        ('5f2c', 'f286ce19bd2f8ca4')
    """
    # Lower case only, so that two ids cannot share a folder on a case-insensitive file system.
    is_plain = re.fullmatch(r"[a-z0-9_-]{1,64}", text) and path_problem(text) is None
    return text if is_plain else short_digest(text)


def short_digest(text: str) -> str:
    """Return sixteen hex digits of the text's SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class UniqueNames:
    """Names for the files of one folder, none of which collides with another on any system."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[str] = set()

    def unique(self, name: str) -> str:
        """Return the name, or the first of `name-2`, `name-3` that is free.

        Names returned before are taken, and so is anything on disk but a file, which is replaced.
        """
        stem, suffix = os.path.splitext(name)
        number = 1
        candidate = name
        while collision_key(candidate) in self._used or self._is_taken(self._folder / candidate):
            number += 1
            candidate = f"{stem}-{number}{suffix}"
        self._used.add(collision_key(candidate))
        return candidate

    @staticmethod
    def _is_taken(path: Path) -> bool:
        return path.exists() and not path.is_file()
