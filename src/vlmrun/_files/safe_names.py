"""Names for files that come from the service: none leads out of its folder or takes another's."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path

from vlmrun._files.portable_names import identity, normal, path_fault

_LONGEST = 180
_LONGEST_SUFFIX = 20
_RESERVED = frozenset('<>:"|?*')
_HIDDEN = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp"])


def safe_name(text: str, fallback: str) -> str:
    """A name that every system can hold, made of any text: one part, not hidden, not too long.

    Args:
        text: A file name or a path, as a server sent it.
        fallback: The name where nothing is left of the text; itself safe.

    Example:
        >>> safe_name("../../reports/total?.csv", "file")
        'reports_total_.csv'
    """
    parts = [part for part in re.split(r"[/\\]", normal(text)) if part.strip(". ")]
    name = "_".join(part.strip() for part in parts)
    # Neither hidden from its owner, nor a file that a program reads its settings from.
    name = "".join(map(_visible, name)).lstrip(". ")
    stem, suffix = os.path.splitext(name)
    if len(suffix.encode()) > _LONGEST_SUFFIX:
        stem, suffix = name, ""
    stem = stem.encode()[: _LONGEST - len(suffix.encode())].decode(errors="ignore")
    name = f"{stem}{suffix}".rstrip(". ")
    if name and path_fault(name):
        name = f"_{name}"
    return name if name and path_fault(name) is None else fallback


def _visible(mark: str) -> str:
    return "_" if mark in _RESERVED or unicodedata.category(mark) in _HIDDEN else mark


def own_name(text: str) -> str:
    """A name that no other text has: the text itself where that is plain, else its digest.

    Example:
        >>> own_name("5f2c"), own_name("../5F2C")
        ('5f2c', 'f286ce19bd2f8ca4')
    """
    is_plain = re.fullmatch(r"[a-z0-9_-]{1,64}", text) and path_fault(text) is None
    return text if is_plain else digest(text)


def digest(text: str) -> str:
    """Sixteen hex digits that stand for a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Names:
    """The names given to files of one folder, no two of which any system takes for the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._given: set[str] = set()

    def distinct(self, name: str) -> str:
        """The name, or the first of `name-2`, `name-3` that neither a file nor a folder has."""
        stem, suffix = os.path.splitext(name)
        number = 1
        candidate = name
        while identity(candidate) in self._given or (self._folder / candidate).is_dir():
            number += 1
            candidate = f"{stem}-{number}{suffix}"
        self._given.add(identity(candidate))
        return candidate
